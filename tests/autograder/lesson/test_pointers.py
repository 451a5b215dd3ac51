"""Do mentions of other lessons lead there, and nothing else become a link?"""

from pathlib import Path

import pytest

from autograder.lesson.pointers import linked, numbered

LESSONS = {"07": "07_dropout", "08": "08_architectures", "12": "12_visualizing"}
SEVEN = "../07_dropout/07_dropout.ipynb"


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("As lesson 07 says.", f"As [lesson 07]({SEVEN}) says."),
        ("Lesson 07, then", f"[Lesson 07]({SEVEN}), then"),
        (
            "lessons 07, 08 and 12",
            f"lessons [07]({SEVEN}), [08](../08_architectures/08_architectures.ipynb) "
            "and [12](../12_visualizing/12_visualizing.ipynb)",
        ),
        ("lesson 07 of 08 layers", f"[lesson 07]({SEVEN}) of 08 layers"),
    ],
)
def test_mentions_become_links(text: str, due: str) -> None:
    """Is each mentioned lesson a link to its notebook, and the words the same?"""
    assert linked(text, "01", LESSONS) == due


@pytest.mark.parametrize(
    "text",
    [
        "lesson 09 is not there",
        "# After lesson 07",
        "`lesson 07`",
        "[lesson 07](elsewhere)",
        "<summary>lesson 07</summary>",
        "| lesson 07 | x |",
        "```\n# lesson 07\n```",
        "07 images, lesson 070",
        "```python\nx = 1  # lesson 07\n```",
    ],
)
def test_what_stays(text: str) -> None:
    """Do unknown lessons, headings, code, links, html and other numbers stay as they are?"""
    assert linked(text, "01", LESSONS) == text


def test_a_lesson_does_not_point_to_itself() -> None:
    """Is a lesson's mention of its own number left alone?"""
    assert linked("lesson 07", "07", LESSONS) == "lesson 07"


def test_lessons_of_a_folder(tmp_path: Path) -> None:
    """Are folders found by number, and files and other folders not?"""
    for name in ("07_dropout", "x"):
        (tmp_path / name).mkdir()
    (tmp_path / "08_a.txt").touch()
    assert numbered(tmp_path) == {"07": "07_dropout"}
