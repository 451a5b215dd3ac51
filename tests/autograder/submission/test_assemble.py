"""What becomes of a submission before it is run."""

import json
import warnings
from pathlib import Path

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat import NotebookNode, v3, v4

from autograder.lesson.build import release_notebook, source_notebook
from autograder.lesson.lessons import Lesson
from autograder.submission.assemble import assemble_notebook, untouched
from autograder.submission.frame import Frame, frame_of
from autograder.submission.submitted import read
from course_lib.cells import grade_id, is_check, is_experiment, is_solution
from course_lib.errors import CourseError
from course_lib.notebooks import as_text


def _frame() -> Frame:
    source = source_notebook(TINY)
    return frame_of(source, release_notebook(source, TINY.source))


TINY = Lesson("01_tiny", Path(__file__).parents[2] / "lessons" / "tiny")
FRAME = _frame()


@pytest.fixture
def source() -> NotebookNode:
    return source_notebook(TINY)


@pytest.fixture
def released(source: NotebookNode) -> NotebookNode:
    return release_notebook(source, TINY.source)


def assembled(notebook: NotebookNode) -> NotebookNode:
    with warnings.catch_warnings(action="ignore"):  # two cells of one id are what we are after
        return assemble_notebook(FRAME, read(as_text(notebook).encode()))


def ids(notebook: NotebookNode) -> list[str]:
    return [grade_id(cell) for cell in notebook.cells if grade_id(cell)]


def cell(notebook: NotebookNode, name: str) -> NotebookNode:
    (found,) = [cell for cell in notebook.cells if grade_id(cell) == name]
    return found


def test_untouched(source, released):
    """Does an untouched submission get the hidden tests and keep the stubs?"""
    made = assembled(released)
    nbformat.validate(made)
    assert ids(made) == ids(source)
    for theirs, ours, stub in zip(made.cells, source.cells, released.cells):
        assert theirs.source == (stub if is_solution(ours) else ours).source
    assert "BEGIN HIDDEN TESTS" in cell(made, "tiny-squares-check").source


def test_answers_stay(released):
    """Is what the student wrote in an answer cell run as they wrote it?"""
    cell(released, "tiny-largest").source = "largest = max  # mine"
    assert cell(assembled(released), "tiny-largest").source == "largest = max  # mine"


def test_edited_check(source, released):
    """Are edited text, points and tags of a check undone?"""
    check = cell(released, "tiny-squares-check")
    check.source = "pass"
    check.metadata.nbgrader.points = 1000
    check.metadata.tags = ["raises-exception", "skip-execution", "experiment"]
    check.cell_type = "raw"
    made = cell(assembled(released), "tiny-squares-check")
    original = cell(source, "tiny-squares-check")
    assert made.source == original.source
    assert made.cell_type == "code"
    assert made.metadata.nbgrader.points == original.metadata.nbgrader.points
    assert "tags" not in made.metadata


@pytest.mark.parametrize("offset", [-20, 1, 20])
def test_duplicated_check(offset, source, released):
    """Does a copy of a check cell, anywhere, cost nothing?"""
    place = next(i for i, one in enumerate(released.cells) if is_check(one))
    released.cells.insert(max(0, place + offset), nbformat.from_dict(released.cells[place]))
    assert ids(assembled(released)) == ids(source)


def test_missing_cells(source, released):
    """Do deleted cells come back in their places, stubs and never answers?"""
    lost = {"tiny-setup", "tiny-squares-check", "tiny-largest"}
    released.cells = [one for one in released.cells if grade_id(one) not in lost]
    made = assembled(released)
    assert ids(made) == ids(source)
    assert "NotImplementedError" in cell(made, "tiny-largest").source
    assert "nan has no order" not in cell(made, "tiny-largest").source


def test_check_above_its_answer(source, released):
    """Does a check that was moved above its exercise still grade it?"""
    check = cell(released, "tiny-largest-check")
    released.cells.remove(check)
    released.cells.insert(0, check)
    assert ids(assembled(released)) == ids(source)


def test_untouched_lesson(source, released):
    """Can the lesson be had as it was given out, with its hidden tests?"""
    graded = [cell.source for cell in assembled(released).cells if grade_id(cell)]
    assert [cell.source for cell in untouched(FRAME).cells] == graded


def test_second_answer(released):
    """Does the answer count, where a student left a copy of the stub above it or below?"""
    stub = cell(released, "tiny-squares")
    place = released.cells.index(stub)
    for offset in (0, 1):
        copy = nbformat.from_dict(released)
        answer = nbformat.from_dict(stub)
        answer.source = "def sum_of_squares(x): return x @ x"
        copy.cells.insert(place + offset, answer)
        made = assembled(copy)
        assert cell(made, "tiny-squares").source == answer.source
        assert sum("def sum_of_squares" in one.source for one in made.cells) == 1


def test_own_cells(released):
    """Do a student's own cells stay where they are, without their outputs and tags?"""
    place = released.cells.index(cell(released, "tiny-squares"))
    own = v4.new_code_cell("def helper(): ...", metadata={"tags": ["raises-exception"]})
    own.outputs = [v4.new_output("stream", text="old")]
    released.cells.insert(place, own)
    made = assembled(released).cells[place]
    assert (made.source, made.outputs, made.metadata) == ("def helper(): ...", [], {})


def test_own_cells_below_the_last_check(released):
    """Is a student's cell run where a check stands below it, and left alone where none does?"""
    released.cells.insert(1, v4.new_code_cell("above = 1"))
    released.cells.append(v4.new_code_cell("print(noted)"))
    made = {one.source: one for one in assembled(released).cells}
    assert not is_experiment(made["above = 1"])
    assert is_experiment(made["print(noted)"])


def test_experiments_are_known(released):
    """Is an experiment recognised when its tag is lost, or its text is changed?"""
    experiment = released.cells[-1]
    experiment.metadata.pop("tags")
    experiment.source += "\nwhile True: ..."
    assert assembled(released).cells[-1].metadata.tags == ["experiment"]


def test_lost_metadata(released):
    """Is an answer found by its cell id where a tool has thrown nbgrader's metadata away?"""
    answer = cell(released, "tiny-squares")
    answer.source = "sum_of_squares = ..."
    for one in released.cells:
        one.metadata = {}
    made = assembled(released)
    assert cell(made, "tiny-squares").source == "sum_of_squares = ..."
    assert cell(made, "tiny-squares").metadata.nbgrader.solution


def test_old_format():
    """Is a notebook of format 3 read?"""
    cells = [v3.new_code_cell(input="x = 1"), v3.new_text_cell("markdown", source="hello")]
    old = v3.new_notebook(worksheets=[v3.new_worksheet(cells=cells)])
    written = read(json.dumps(old).encode())
    assert [(one.kind, one.text) for one in written] == [("code", "x = 1"), ("markdown", "hello")]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "is empty"),
        (b"  \n", "is empty"),
        (b"\xff\xfe\x00", "not text in UTF-8"),
        (b'{"cells": [{"cell_type": "code", "sou', "ends too early"),
        (b'{"cells": }, "nbformat": 4}', "is damaged, at line 1"),
        (b"[1, 2]", "is no notebook"),
        (b'{"nbformat": 4}', "is no notebook"),
        (b'{"cells": "none"}', "is no notebook"),
        (b'{"worksheets": 3, "nbformat": 3}', "old, damaged"),
        (b"[" * 200_000, "nested too deeply"),
        (b"hello", "is damaged"),
        ('{"cells": []}'.encode("utf-16"), "not text in UTF-8"),
        ('{"cells": []}'.encode("utf-16-be"), "is damaged"),
        (b"\x00" * 1000, "is damaged"),
        (b'{"cells": [' + b"9" * 10_000 + b"]}", "is no notebook"),
        (b'{"cells": [{"metadata": ' + b'{"a": ' * 5_000 + b"1" + b"}" * 5_002, "nested too deep"),
    ],
)
def test_no_notebook(raw, said):
    """Is a file that is no notebook refused in one sentence that says what it is?"""
    with pytest.raises(CourseError, match=said):
        read(raw)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@given(
    st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                "cell_type": st.sampled_from(["code", "markdown", "raw"]) | JSON,
                "source": st.text(max_size=10) | JSON,
                "id": st.sampled_from(["tiny-squares", "tiny-setup"]) | JSON,
                "metadata": JSON
                | st.fixed_dictionaries(
                    {
                        "nbgrader": JSON
                        | st.fixed_dictionaries({"grade_id": JSON | st.just("tiny-largest")}),
                        "tags": JSON,
                    }
                ),
            },
        )
        | JSON,
        max_size=6,
    )
)
def test_whatever_the_cells_hold(cells):
    """Is every graded cell there exactly once, and the notebook valid, whatever was handed in?"""
    written = read(json.dumps({"cells": cells, "nbformat": 4}).encode())
    if not any(one.name in {*FRAME.graded} - {"tiny-setup"} for one in written):
        with pytest.raises(CourseError, match="none of the lesson's exercises"):
            assemble_notebook(FRAME, written)
        return
    made = assemble_notebook(FRAME, written)
    nbformat.validate(made)
    assert sorted(ids(made)) == sorted(FRAME.graded)
