"""Do the checks catch every named mistake? Here: is it noticed where they do not?"""

import pytest

from autograder import mutation
from autograder.build import source_notebook
from autograder.lessons import Lesson
from autograder.mistakes import Mistake, load
from autograder.mutation import escape, escapes, main


def test_tiny_mistakes_are_caught(tiny: Lesson) -> None:
    """Is each mistake of the tiny lesson caught and named?"""
    assert [how for _, how in escapes(tiny)] == ["", "", "", ""]


RIGHT = "def sum_of_squares(x):\n    return float((x**2).sum())"
TWICE = "def sum_of_squares(x):\n    return float(2 * (x**2).sum())"


@pytest.mark.parametrize(
    ("source", "how"),
    [(RIGHT, "passes every check"), (TWICE, "is not named: Not yet: the sum of squares.")],
    ids=["right", "unnamed"],
)
def test_escapes_are_told(tiny: Lesson, source: str, how: str) -> None:
    """Is a mistake that is none told, and one whose sentence nobody would read?"""
    mistake = Mistake("tiny-squares", "The heat death of the universe.", "sum_of_squares", source)
    assert escape(source_notebook(tiny), mistake).startswith(how)


def test_a_mistake_must_cost_once(tiny_copy: Lesson) -> None:
    """Is it told when another exercise's check suffers from a mistake?"""
    text = tiny_copy.source.read_text()
    old = "checks.equal(largest(-2.0, -3.0), -2.0)"
    assert old in text
    tiny_copy.source.write_text(text.replace(old, "checks.equal(sum_of_squares(np.ones(2)), 2.0)"))
    mistake = Mistake("tiny-squares", "Relative error", "sum_of_squares", TWICE)
    said = escape(source_notebook(tiny_copy), mistake)
    assert said.startswith("costs points at tiny-largest-check as well")


def test_command(
    tiny_copy: Lesson, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Does the command count, and fail where a mistake gets past?"""
    (tiny_copy.root / "pyproject.toml").touch()
    monkeypatch.chdir(tiny_copy.root)
    assert main() == 0
    assert capsys.readouterr().out.endswith("4 mistakes, 4 caught and named\n")
    text = tiny_copy.mistakes.read_text().replace("This is the smaller one.", "So small.")
    tiny_copy.mistakes.write_text(text)
    assert main() == 1
    out = capsys.readouterr().out
    assert "tiny-largest: So small. is not named" in out
    assert out.endswith("4 mistakes, 3 caught and named\n")
    assert len(load(tiny_copy)) == 4
    assert mutation.__doc__
