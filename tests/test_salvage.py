"""What is read of a damaged notebook?"""

import json
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat import NotebookNode, v4

from course_lib.cells import grade_id
from course_lib.notebooks import as_text
from course_lib.salvage import salvaged
from tests.test_update import answered, cell, lesson

NOTE = 'My note, with "quotes" and {braces}.'


@cache
def worked() -> NotebookNode:
    """A lesson of three exercises, answered, run, and with a note of the student's own."""
    notebook = answered(lesson("one", "two", "three"), "one", "two", "three")
    for name in ("one", "two", "three"):
        check = cell(notebook, f"x-{name}-check")
        check.execution_count = 1
        check.outputs = [v4.new_output("stream", text='{"source": ["no cell"]}\n')]
    notebook.cells.insert(3, v4.new_markdown_cell(NOTE, id="note"))
    return notebook


def texts(notebook: NotebookNode) -> dict[str, str]:
    return {grade_id(one) or one.source: one.source for one in notebook.cells}


def test_a_whole_notebook_is_whole() -> None:
    """Is each cell there with its marks and outputs, also behind a mark of the byte order?"""
    for before in (b"", b"\xef\xbb\xbf"):
        assert salvaged(before + as_text(worked()).encode()).cells == worked().cells


@given(st.integers(0, len(as_text(worked())) - 1))
@settings(max_examples=60, deadline=None)
def test_a_notebook_that_ends_too_early(length: int) -> None:
    """Is every cell there that ends before the cut, and of the next the lines that do?"""
    text = as_text(worked())[:length]
    found = texts(salvaged(text.encode()))
    for name, source in texts(worked()).items():
        written = json.dumps(source.splitlines(keepends=True))[1:-1].replace('", "', '",\n    "')
        if written in text:
            assert found.get(name, found.get(source)) == source
    assert all(any(one in due for due in texts(worked()).values()) for one in found.values())


def test_a_cell_that_is_cut_off_gives_its_lines() -> None:
    """Are the first lines of an answer there whose last is cut, under its name?"""
    notebook = lesson("one")
    cell(notebook, "x-one").source = "def one(x):\n    y = x + 1\n    return y * 1234567"
    text = as_text(notebook)
    found = texts(salvaged(text[: text.index("1234567")].encode()))
    assert found["x-one"] == "def one(x):\n    y = x + 1\n"


def test_a_damage_in_the_middle_costs_the_cell_that_it_hits() -> None:
    """Are all other cells there, and its lines above, where one is a mark of a merge?"""
    text = as_text(worked())
    place = text.rindex("\n", 0, text.index("return x + 0", text.index("def two"))) + 1
    found = texts(salvaged((text[:place] + "<<<<<<< HEAD\n" + text[place:]).encode()))
    assert texts(worked()) | {"x-two": "def two(x):\n"} == found


@pytest.mark.parametrize(
    "raw", [b"", b"\x00\xff", b"{}", b"[1, 2]", b'{"cells": 3}', b"{" * 5000, b'{"cells": [' * 99]
)
def test_what_is_no_notebook_has_no_cells(raw: bytes) -> None:
    """Is nothing found where nothing is, and nothing raised?"""
    assert salvaged(raw).cells == []


def test_cells_that_no_notebook_may_hold() -> None:
    """Is their text kept where their kind, their marks or their outputs are nonsense?"""
    odd = {"cell_type": "code", "source": ["a\n", "b", 3], "outputs": 7, "metadata": [], "id": "!"}
    strange = {"cell_type": "picture", "source": "c", "metadata": {"tags": 3}}
    found = salvaged(json.dumps({"cells": [odd, strange]}).encode())
    assert [one.source for one in found.cells] == ["a\nb", "c"]
