"""Do the checks catch every named mistake? Here: is it noticed where they do not?"""

import pytest

from autograder.lesson.lessons import Lesson
from autograder.soundness.escapes import escapes_of, main
from autograder.soundness.mistakes import load


def _told(lesson: Lesson) -> list[str]:
    return [how for _, how in escapes_of(lesson)]


def test_tiny_mistakes_are_caught(tiny: Lesson) -> None:
    """Is each mistake of the tiny lesson caught and named?"""
    assert _told(tiny) == ["", "", "", ""]


def _change(lesson: Lesson, old: str, new: str) -> None:
    text = lesson.mistakes.read_text()
    assert old in text
    lesson.mistakes.write_text(text.replace(old, new, 1))


def test_a_mistake_that_is_none(tiny_copy: Lesson) -> None:
    """Is it told that a mistake passes every check?"""
    _change(tiny_copy, '"x.sum()"', '"np.square(x).sum()"')
    assert _told(tiny_copy)[0] == "passes every check"


def test_a_sentence_that_nobody_reads(tiny_copy: Lesson) -> None:
    """Is a mistake told that no comparison finds and whose sentence no check says?"""
    _change(tiny_copy, "nan has no order.", "The heat death of the universe.")
    assert _told(tiny_copy)[3].startswith("is not named: Not yet: nan is refused")


def test_a_mistake_must_cost_once(tiny_copy: Lesson) -> None:
    """Is it told when another exercise's check suffers from a mistake?"""
    text = tiny_copy.source.read_text()
    old = "checks.equal(largest(-2.0, -3.0), -2.0)"
    assert old in text
    tiny_copy.source.write_text(text.replace(old, "checks.equal(sum_of_squares(np.eye(2)), 2.0)"))
    _change(tiny_copy, '"x.sum()"', '"2 * x.sum()"')
    assert _told(tiny_copy)[0].startswith("costs points at tiny-largest-check as well")


def test_command(
    tiny_copy: Lesson, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Does the command count, and fail where a mistake gets past?"""
    monkeypatch.chdir(tiny_copy.root)
    monkeypatch.setattr("sys.argv", ["mutation"])
    assert main() == 0
    assert capsys.readouterr().out.endswith("4 mistakes, 4 caught and named\n")
    _change(tiny_copy, "nan has no order.", "So large.")
    assert main() == 1
    out = capsys.readouterr().out
    assert "tiny-largest: So large. is not named" in out
    assert out.endswith("4 mistakes, 3 caught and named\n")
    assert len(load(tiny_copy)) == 4
