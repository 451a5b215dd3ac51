"""What would the checks say, without a kernel?"""

import linecache
import sys

import pytest

from autograder.lesson.build import release_notebook, source_notebook
from autograder.lesson.exercises import exercises_of
from autograder.lesson.lessons import Lesson
from autograder.soundness import rehearse as module
from autograder.soundness.rehearse import Rehearsal, rehearse_notebook
from course_lib.errors import CourseError


def _with_answer(lesson: Lesson, exercise: str, answer: str) -> object:
    notebook = source_notebook(lesson)
    next(one for one in exercises_of(notebook) if one.id == exercise).solution.source = answer
    return notebook


def test_answers_pass_and_stubs_do_not(tiny: Lesson) -> None:
    """Does the answer satisfy each check, and the untouched stub none?"""
    source = source_notebook(tiny)
    checks = ["tiny-squares-check", "tiny-largest-check", "tiny-largest-nan-check"]
    right = rehearse_notebook(source)
    assert list(right) == checks
    assert all(judgement.passed and judgement.share == 1 for judgement in right.values())
    stubs = rehearse_notebook(release_notebook(source, tiny.source))
    assert list(stubs) == checks
    assert all("Not written yet." in judgement.text for judgement in stubs.values())
    assert not any(judgement.share for judgement in stubs.values())


def test_only_some_checks(tiny: Lesson) -> None:
    """Can one exercise's checks be run alone, although others are not written?"""
    notebook = _with_answer(tiny, "tiny-squares", "")
    judgement = rehearse_notebook(notebook, only=["tiny-largest-check"])
    assert list(judgement) == ["tiny-largest-check"]
    assert judgement["tiny-largest-check"].passed


def test_experiments_and_plain_cells_are_not_run(tiny_copy: Lesson) -> None:
    """Are cells that train, plot or play left out?"""
    text = tiny_copy.source.read_text().replace("curve = [", "1 / 0\ncurve = [")
    tiny_copy.source.write_text(text + "\n# %%\n1 / 0\n")
    assert all(
        judgement.passed for judgement in rehearse_notebook(source_notebook(tiny_copy)).values()
    )


def test_exceptions_are_told_as_students_read_them(tiny: Lesson) -> None:
    """Does the message name what the student's code raised, and where?"""
    answer = "def sum_of_squares(x):\n    return x[99]"
    judgement = rehearse_notebook(_with_answer(tiny, "tiny-squares", answer))[
        "tiny-squares-check"
    ].text
    assert "IndexError" in judgement
    assert "return x[99]" in judgement


def test_broken_answer_costs_only_itself(tiny: Lesson) -> None:
    """Does a cell that is no Python lose its own checks and no other?"""
    judgement = rehearse_notebook(_with_answer(tiny, "tiny-squares", "def oops(:"))
    assert "sum_of_squares is not defined yet" in judgement["tiny-squares-check"].text
    assert judgement["tiny-largest-check"].passed


def test_broken_setup_is_an_error(tiny_copy: Lesson) -> None:
    """Is a lesson whose set-up fails told so, rather than given zeros?"""
    text = tiny_copy.source.read_text().replace("import numpy as np", "import nonesuch as np")
    tiny_copy.source.write_text(text)
    with pytest.raises(CourseError, match=r"tiny-setup fails.*nonesuch"):
        rehearse_notebook(source_notebook(tiny_copy))


def test_endless_answer_ends(tiny: Lesson, monkeypatch: pytest.MonkeyPatch) -> None:
    """Does a mistake that never ends let the others be tried?"""
    monkeypatch.setattr(module, "SECONDS", 0.2)
    judgement = rehearse_notebook(
        _with_answer(tiny, "tiny-squares", "def sum_of_squares(x):\n    while True: ...")
    )
    assert "still running" in judgement["tiny-squares-check"].text
    assert judgement["tiny-largest-check"].passed


def test_source_can_be_read_and_nothing_stays(tiny: Lesson) -> None:
    """Can a check read the source of an answer, and is all forgotten afterwards?"""
    before = set(sys.modules), set(linecache.cache)
    loop = "import inspect\ndef sum_of_squares(x):\n    return inspect.getsource(sum_of_squares)"
    judgement = rehearse_notebook(_with_answer(tiny, "tiny-squares", loop))[
        "tiny-squares-check"
    ].text
    assert "string" in judgement or "str" in judgement
    assert {name for name in sys.modules if name.startswith("rehearsal")} == set()
    assert {name for name in linecache.cache if "rehearsal" in name} <= before[1]


def test_two_runs_do_not_share_names(tiny: Lesson) -> None:
    """Does an unwritten answer stay unwritten after a run with the right one?"""
    source = source_notebook(tiny)
    rehearse_notebook(source)
    for exercise in exercises_of(source):
        exercise.solution.source = ""
    assert not any(judgement.passed for judgement in rehearse_notebook(source).values())


def test_other_answers_for_once(tiny: Lesson) -> None:
    """Are an answer tried in place of the notebook's, and names that a check made, gone again?"""
    wrong = {"tiny-squares": "x = 3\ndef sum_of_squares(x):\n    return 0.0"}
    with Rehearsal(source_notebook(tiny)) as rehearsal:
        assert not rehearsal.judgements(wrong)["tiny-squares-check"].passed
        assert rehearsal.judgements({})["tiny-squares-check"].passed
        reads = {"tiny-largest": "def largest(a, b):\n    return x"}
        assert "'x' is not defined" in rehearsal.judgements(reads)["tiny-largest-check"].text


def test_a_file_that_an_answer_writes_is_gone_for_the_next(tiny: Lesson) -> None:
    """Is a later answer judged as if no earlier one had written a file?"""
    answer = "from pathlib import Path\n\n\ndef sum_of_squares(x):\n    kept = Path('kept')\n"
    answer += "    kept.write_text('it')\n    return (x**2).sum(axis=1)\n"
    looks = "from pathlib import Path\n\n\ndef sum_of_squares(x):\n"
    looks += "    raise ValueError(f'there: {Path(\"kept\").exists()}')\n"
    with Rehearsal(source_notebook(tiny)) as rehearsal:
        for text in (answer, looks):
            said = rehearsal.judgements({"tiny-squares": text}, ["tiny-squares-check"])
    assert "there: False" in said["tiny-squares-check"].text
