"""Does a reader who is stuck get help one step at a time, and nothing that was not asked for?"""

import json
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from course_lib.checks import NotYet, box, hint, ladder, session, table, verdict
from course_lib.checks.ladder import Rung, as_html, rungs
from course_lib.checks.table import Check, Table

LESSON = Table("01_x", {"distances": Check("x-distances-check", "x-distances", 6)}, ["np"])
QUOTES = '"' * 3
SOURCE = f"""# %% answer="x-distances-fast"
other = 1

# %% answer="x-distances" tags=["a"]
def distances(a, b):
    {QUOTES}How far they are apart.

    a, b: float
    {QUOTES}
    ### BEGIN SOLUTION
    return abs(a - b)
    ### END SOLUTION

# %% check="x-distances" points=6
hidden
"""
WALK = "# Walkthrough\n\n## x-distances-fast\nno\n\n## x-distances\n`abs` of $a_1 - b_1$ & more.\n"


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course of one lesson with two hints, and its notebook's folder as the current one."""
    (tmp_path / "hints").mkdir()
    hints = {"x-distances": ["Look at *both*.", "A difference has a sign."]}
    (tmp_path / "hints" / "01_x.json").write_text(json.dumps(hints), encoding="utf-8")
    (tmp_path / "notebooks" / "01_x").mkdir(parents=True)
    monkeypatch.setattr(ladder, "FOLDER", tmp_path / "hints")
    monkeypatch.setattr(ladder, "_given", {})
    monkeypatch.setattr(session, "_tries", {})
    monkeypatch.chdir(tmp_path / "notebooks" / "01_x")
    ladder._hints.cache_clear()
    with table.given(LESSON):
        yield tmp_path
    ladder._hints.cache_clear()


def with_answers(course: Path) -> None:
    """Put `solutions/` beside the notebooks."""
    folder = course / "solutions" / "01_x"
    folder.mkdir(parents=True)
    (folder / "01_x.py").write_text(SOURCE, encoding="utf-8")
    (folder / "walkthrough.md").write_text(WALK, encoding="utf-8")


def test_a_class_has_hints_and_no_answer(course: Path) -> None:
    """Without `solutions/`, does the ladder end with the hints, however often a check failed?"""
    assert [rung.title for rung in rungs("distances", 9)] == ["Hint 1 of 2", "Hint 2 of 2"]
    assert rungs("of another lesson", 9) == ()


def test_the_answer_comes_after_three_tries(course: Path) -> None:
    """With `solutions/`, is the answer offered at the third failure, and is it this exercise's?"""
    with_answers(course)
    assert len(rungs("distances", 2)) == 2
    *_, last = rungs("distances", 3)
    assert last.code == "def distances(a, b):\n    return abs(a - b)"
    assert last.text == "`abs` of $a_1 - b_1$ & more."


def test_the_page_hides_what_nobody_asked_for() -> None:
    """Is each rung folded inside the one before, with its text rendered and made harmless?"""
    html = as_html([Rung("One", "*a* <script>"), Rung("Two", "$x_1 < y_1$ _b_", "1 < 2")])
    outer, inner = html.split("<details")[1:]
    assert "<em>a</em> &lt;script&gt;" in outer
    assert "Two" not in outer
    assert ">1 &lt; 2</pre>" in inner
    assert "$x_1 &lt; y_1$ <em>b</em>" in inner
    assert html.endswith("</details></details>")
    assert as_html([]) == ""


def test_hints_one_by_one(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Does `hint` print the next step with each call, and name the nearest exercise otherwise?"""
    for _ in range(3):
        hint("x-distances")
    hint("x-distence")
    lines = capsys.readouterr().out.splitlines()
    assert [line[:13] for line in lines[:3]] == ["Hint 1 of 2: ", "Hint 2 of 2: ", "Hint 2 of 2: "]
    assert lines[3] == "No hints are written for 'x-distence'. Did you mean 'x-distances'?"


def test_the_box_of_a_failed_check(course: Path) -> None:
    """Does a notebook's box offer the hints, the answer at the third written try, and neither
    where the answer is right or the autograder looks?"""
    with_answers(course)
    shell = InteractiveShell.instance()

    def page(answer: str) -> str:
        check = f'from course_lib import checks\nwith checks.verdict("distances"):\n    {answer}'
        with capture_output() as captured:
            shell.run_cell(check)
        return next(one.data["text/html"] for one in captured.outputs if box.MIME in one.data)

    try:
        wrong = "checks.equal(1.0, 2.0)"
        pages = [page("raise NotImplementedError()"), page(wrong), page(wrong), page(wrong)]
        right = page("checks.equal(1.0, 1.0)")
    finally:
        InteractiveShell.clear_instance()
    assert all("Hint 1 of 2" in one for one in pages)
    assert "Hint" not in right
    assert ["The answer" in one for one in pages] == [False, False, False, True]
    judgements = []
    with box.shown_to(judgements.append), pytest.raises(NotYet), verdict("distances"):
        raise AssertionError
    assert judgements[0].ladder == ()
