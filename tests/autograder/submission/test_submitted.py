"""What is read of a submitted file."""

import json
import time
from contextlib import suppress

import pytest
from nbformat import v3

from autograder.submission.submitted import MOST_ITEMS, read
from course_lib.errors import CourseError


def test_a_byte_order_mark():
    """Is a notebook read that an editor saved with the mark of UTF-8 before it?"""
    text = json.dumps({"cells": [{"cell_type": "code", "source": "x = 'é'"}]}, ensure_ascii=False)
    assert [cell.text for cell in read(text.encode("utf-8-sig"))] == ["x = 'é'"]


def test_an_old_format():
    """Are the cells of format 3 read as nbformat would bring them up, headings among them?"""
    cells = [
        v3.new_code_cell(input="x = 1\ny = 2", metadata={"nbgrader": {"grade_id": "a"}}),
        v3.new_heading_cell("Title", level=2),
        v3.new_text_cell("html", source="<b>bold</b>"),
        v3.new_text_cell("raw", source="plain"),
    ]
    old = v3.writes_json(v3.new_notebook(worksheets=[v3.new_worksheet(cells=cells)]))
    came = read(old.encode())
    assert [(cell.kind, cell.text) for cell in came] == [
        ("code", "x = 1\ny = 2"),
        ("markdown", "## Title"),
        ("markdown", "<b>bold</b>"),
        ("raw", "plain"),
    ]
    assert came[0].name == "a"


@pytest.mark.parametrize(
    ("begin", "item", "end"),
    [
        (b'{"cells":[],"x":[', b'{"a":1},', b"{}]}"),
        (b'{"cells":[],"x":[', b"[],", b"[]]}"),
        (b'{"nbformat":3,"worksheets":[{"cells":[{"metadata":{"x":[', b'{"a":1},', b"{}]}}]}]}"),
        (b'{"nbformat":3,"worksheets":[{"cells":[', b'{"source":"a"},', b"{}]}]}"),
    ],
    ids=["dicts", "lists", "old", "old cells"],
)
def test_many_entries(begin: bytes, item: bytes, end: bytes):
    """Is a file of very many entries turned away before it is read, and the largest read soon?"""
    raw = begin + item * MOST_ITEMS + end
    begun = time.process_time()
    with pytest.raises(CourseError, match="more than 2,000,000 entries"):
        read(raw)
    assert time.process_time() - begun < 1
    with suppress(CourseError):  # of too many cells
        read(begin + item * (MOST_ITEMS // 2 - 100) + end)
    assert time.process_time() - begun < 8
