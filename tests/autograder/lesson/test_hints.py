"""Do an exercise's hints reach the notebook folded, and the box of its check as steps?"""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from markdown_it import MarkdownIt

from autograder.lesson import hints
from autograder.lesson.build import parse
from course_lib.errors import CourseError

THREE = (
    '# %% [markdown] hint="conv-pad"\n'
    "# Which axes grow?\n#\n# Zeros, with a place\n# for the old one.\n#\n# `out[:, p:-p] = x`\n"
)


def lesson(folder: Path, text: str) -> SimpleNamespace:
    """As much of a lesson as hints ask for."""
    (folder / "x.py").write_text(text, encoding="utf-8")
    return SimpleNamespace(source=folder / "x.py", hints=folder / "x.json")


def test_each_step_lies_inside_the_one_before() -> None:
    """Does a reader who opens one hint see that one and no other, in their order?"""
    (cell,) = parse(THREE, Path("x.py")).cells
    assert cell.id == "conv-pad-hint"
    assert "hint" not in cell.metadata
    html = MarkdownIt().render(cell.source)
    first, second, third = html.split("<details>")[1:]
    assert "Hint 1 of 3" in first
    assert "Which axes grow?" in first
    assert "Zeros" not in first
    assert "Hint 2 of 3" in second
    assert "for the old one." in second
    assert "out[" not in second
    assert "<code>out[:, p:-p] = x</code>" in third
    assert html.count("</details>") == 3
    assert "</details>" not in first + second


def test_one_hint_has_no_number() -> None:
    """Is a single hint called a hint, and not the first of one?"""
    (cell,) = parse('# %% [markdown] hint="a"\n# Look at the axes.\n', Path("x.py")).cells
    assert "<summary>Hint</summary>" in cell.source


def test_the_file_for_the_box(tmp_path: Path) -> None:
    """Are the steps written by exercise, told to be stale after a change, and then written anew?"""
    one = lesson(tmp_path, THREE)
    assert not hints.is_current(one)
    assert hints.build(one)
    assert json.loads(one.hints.read_text(encoding="utf-8")) == {
        "conv-pad": [
            "Which axes grow?",
            "Zeros, with a place\nfor the old one.",
            "`out[:, p:-p] = x`",
        ]
    }
    assert hints.is_current(one)
    assert not hints.build(one)
    one = lesson(tmp_path, THREE.replace("Which axes", "Which two axes"))
    assert not hints.is_current(one)
    assert hints.build(one)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('# %% hint="a"\nx = 1\n', "markdown"),
        ('# %% [markdown] hint="a"\n#\n', "one to 3"),
        ('# %% [markdown] hint="a"\n# a\n#\n# b\n#\n# c\n#\n# d\n', "has 4"),
    ],
)
def test_what_is_no_hint_is_refused(text: str, reason: str) -> None:
    """Is an author told which cell of hints is wrong, and why?"""
    with pytest.raises(CourseError, match=reason):
        parse(text, Path("x.py"))
