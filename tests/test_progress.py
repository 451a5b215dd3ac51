"""How far has a student come?"""

from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from course_lib.execute import run_notebook
from course_lib.progress import Progress, progress_of, show
from course_lib.runner import Limits
from tests.desk.lesson import course_of
from tests.saved import check, solution


def test_an_exercise_is_right_when_all_its_checks_are():
    """Are two checks of one exercise one exercise?"""
    cells = [
        solution("a"),
        check("a", "", passed=True),
        check("a-ties", "", passed=True),
        solution("b"),
        check("b", "", passed=True),
        check("b-ties", "", passed=None),
        solution("c"),
        check("c", "", passed=False),
        solution("d"),
        check("d", "", passed=None),
    ]
    assert progress_of(new_notebook(cells=cells)) == Progress(right=1, not_yet=2, not_run=1)


def test_an_exercise_without_points_is_not_counted() -> None:
    """Is a lesson complete without its optional exercises?"""
    optional = check("b", "", passed=None)
    optional.metadata["nbgrader"]["points"] = 0
    cells = [solution("a"), check("a", "", passed=True), solution("b"), optional]
    assert progress_of(new_notebook(cells=cells)) == Progress(right=1, not_yet=0, not_run=0)


def test_show_prints_where_no_notebook_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Does a script see the lessons as text?"""
    monkeypatch.chdir(course_of(tmp_path, True, False))
    show()
    assert capsys.readouterr().out == "05 Conv layers: 5 of 10 points, next conv-1d\n"


def test_show_is_a_table_in_a_notebook(tmp_path: Path) -> None:
    """Does a cell that calls it hold the table, with its links?"""
    course_of(tmp_path, True, False)
    cell = new_code_cell("from course_lib import progress\nprogress.show()")
    done = run_notebook(
        new_notebook(cells=[cell]), Limits(), cwd=tmp_path / "notebooks" / "05_conv_layers"
    )
    (output,) = done.cells[0].outputs
    assert 'href="05_conv_layers.ipynb#cell-id=' in output.data["text/html"]
    assert "5 of 10 points" in output.data["text/plain"]
