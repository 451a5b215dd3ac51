"""From a lesson's text to its two notebooks."""

from pathlib import Path

import jupytext
import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbgrader.utils import determine_grade

from autograder.lesson.build import (
    is_current,
    parse,
    release_notebook,
    source_notebook,
    students_text,
    write_release,
)
from autograder.lesson.lessons import Lesson
from course_lib.cells import grade_id, is_check, is_setup, is_solution
from course_lib.errors import CourseError
from course_lib.outcomes import outcomes_of


def test_release_has_no_answer_and_no_hidden_test(tiny: Lesson) -> None:
    """Is everything between the solution marks and the hidden-test marks gone from the release?"""
    released = students_text(tiny)
    assert "(x**2).sum()" not in released
    assert "rng.normal(size=300)" not in released
    assert "SOLUTION" not in released
    assert "HIDDEN" not in released
    assert "raise NotImplementedError" in released


def test_each_check_imports_what_it_needs(tiny: Lesson) -> None:
    """Can a check that is run before the first cell say so?"""
    released = nbformat.reads(students_text(tiny), as_version=4)
    for cell in filter(is_check, released.cells):
        assert cell.source.startswith("from course_lib import checks\n\nwith checks.verdict(")


def test_release_keeps_what_students_read(tiny: Lesson) -> None:
    """Do signatures, docstrings and visible checks survive?"""
    released = nbformat.reads(students_text(tiny), as_version=4)
    texts = {grade_id(cell): cell.source for cell in released.cells}
    assert "def sum_of_squares(x: np.ndarray) -> float:" in texts["tiny-squares"]
    assert "returns: float" in texts["tiny-squares"]
    assert "checks.equal(largest(2.0, 3.0), 3.0" in texts["tiny-largest-check"]


def test_only_solutions_can_be_edited(tiny: Lesson) -> None:
    """Are the checks locked, and the solution cells not?"""
    released = release_notebook(source_notebook(tiny), tiny.source)
    assert all(not cell.metadata.get("editable", True) for cell in released.cells if is_check(cell))
    assert all(cell.metadata.get("editable", True) for cell in released.cells if is_solution(cell))


@pytest.mark.slow
def test_a_run_of_all_cells_goes_on_past_what_is_not_written(tiny: Lesson, tmp_path: Path) -> None:
    """Does nbclient, as it comes, reach the end of a lesson with one answer of two, and keep the
    verdicts of both; and does a set-up cell that fails still end it?"""
    notebook = release_notebook(source_notebook(tiny), tiny.source)
    cells = {grade_id(cell): cell for cell in notebook.cells if grade_id(cell)}
    cells["tiny-largest"].source = "def largest(a, b):\n    return max(a, b)"
    cells["tiny-squares"].source = "def sum_of_squares(x):\n    return (x"
    NotebookClient(notebook, resources={"metadata": {"path": str(tmp_path)}}).execute()
    fates = {one.check: one.fate for one in outcomes_of(notebook)}
    assert fates["tiny-largest-check"] == "right"
    assert fates["tiny-squares-check"] != "right"
    assert all(cell.get("execution_count", 1) for cell in notebook.cells)
    # The mark earns nothing: nbgrader, too, sees the error.
    assert determine_grade(cells["tiny-squares-check"]) == (0, 40)
    setup = next(cell for cell in notebook.cells if is_setup(cell))
    setup.source = "1 / 0"
    with pytest.raises(CellExecutionError):
        NotebookClient(notebook, resources={"metadata": {"path": str(tmp_path)}}).execute()


def test_source_notebook_is_not_touched_by_the_release(tiny: Lesson) -> None:
    """Does making a release leave the instructor's notebook as it was?"""
    source = source_notebook(tiny)
    before = nbformat.writes(source)
    release_notebook(source, tiny.source)
    assert nbformat.writes(source) == before


def test_same_text_same_bytes(tiny: Lesson) -> None:
    """Does building twice give the same bytes, cell ids included?"""
    assert students_text(tiny) == students_text(tiny)


def test_equal_cells_get_different_ids() -> None:
    """Can a lesson say the same thing twice, with ids that are the same at every build?"""
    text = "# %% [markdown]\n# again\n\n" * 3
    ids = [cell.id for cell in parse(text, Path("again.py")).cells]
    assert len(set(ids)) == 3
    assert ids == [cell.id for cell in parse(text, Path("again.py")).cells]


def test_duplicate_grade_ids_are_refused() -> None:
    """Is a notebook that nbgrader could not grade named with its file?"""
    header = '# %% setup="one"\n'
    with pytest.raises(CourseError, match=r"twice\.py: the notebook is not valid.*one"):
        parse(header + "a = 1\n\n" + header + "b = 2\n", Path("twice.py"))


def test_unclosed_mark_is_refused(tiny_copy: Lesson) -> None:
    """Does a forgotten END SOLUTION stop the release, rather than leave the answer in?"""
    text = tiny_copy.source.read_text().replace("    ### END SOLUTION\n", "", 1)
    tiny_copy.source.write_text(text)
    with pytest.raises(CourseError, match="no release can be made"):
        students_text(tiny_copy)


def test_write_release_writes_what_changed(tiny_copy: Lesson) -> None:
    """Is the notebook written once, left alone while current, and written again after an edit?"""
    assert not is_current(tiny_copy)
    assert write_release(tiny_copy)
    assert is_current(tiny_copy)
    assert not write_release(tiny_copy)
    tiny_copy.source.write_text(tiny_copy.source.read_text().replace("A tiny lesson", "A lesson"))
    assert not is_current(tiny_copy)
    assert write_release(tiny_copy)
    assert "A lesson" in tiny_copy.notebook.read_text()


def test_release_is_nbgraders(tiny: Lesson) -> None:
    """Do the checksums agree with nbgrader's own, so that it takes the cells for unchanged?"""
    from nbgrader.utils import compute_checksum

    released = release_notebook(source_notebook(tiny), tiny.source)
    graded = [cell for cell in released.cells if is_check(cell) or is_solution(cell)]
    assert graded
    assert all(cell.metadata.nbgrader.checksum == compute_checksum(cell) for cell in graded)


def test_a_text_that_was_made_of_a_notebook_builds(tiny: Lesson, tmp_path: Path) -> None:
    """Does a lesson's notebook, written as text again, build into the same cells?"""
    before = source_notebook(tiny)
    again = Lesson("02_again", tmp_path)
    again.source.parent.mkdir(parents=True)
    again.source.write_text(jupytext.writes(before, fmt="py:percent"))
    after = source_notebook(again)
    assert [cell.source for cell in after.cells] == [cell.source for cell in before.cells]
    assert [cell.metadata for cell in after.cells] == [cell.metadata for cell in before.cells]
