"""What each lesson's net reaches: does the figure show what was recorded, and no later lesson?"""

import re
from pathlib import Path
from statistics import mean

from autograder.lesson.lessons import all_lessons, repository
from course_lib.figures import scoreboard

ROOT = repository(Path(__file__))


def test_recorded() -> None:
    """Are both data sets there, with the same rungs in teaching order and as many runs of each?"""
    rows = scoreboard.recorded()["rows"]
    assert set(rows) == {"shapes", "cifar10"}
    first, second = ([(row["lesson"], row["title"]) for row in rows[name]] for name in rows)
    assert first == second == sorted(first)
    assert {len(row["accuracies"]) for one in rows.values() for row in one} == {3}
    assert {lesson for lesson, _ in first} <= {lesson.name[:2] for lesson in all_lessons(ROOT)}


def test_up_to() -> None:
    """Is each rung up to the lesson a line, the earliest at the top, and is its mean written?"""
    rows = scoreboard.recorded()["rows"]
    (axes,) = scoreboard.up_to("05").axes
    titles = [label.get_text() for label in axes.get_yticklabels()]
    assert [title[:2] for title in titles] == ["01", "02", "03", "04", "05"]
    assert axes.yaxis_inverted()
    due = [f"{mean(row['accuracies']):.0f}" for name in rows for row in rows[name][:5]]
    assert [text.get_text() for text in axes.texts] == due


def test_every_lesson_of_the_scoreboard_shows_it() -> None:
    """Does each lesson that has a rung show the board up to its own?"""
    lessons = {row["lesson"] for row in scoreboard.recorded()["rows"]["shapes"]}
    for lesson in all_lessons(ROOT):
        number = lesson.name[:2]
        shown = re.findall(r'scoreboard\.up_to\("(\d\d)"\)', lesson.source.read_text("utf-8"))
        assert shown == ([number] if number in lessons else [])


def test_readme_says_what_was_recorded() -> None:
    """Are the README's numbers these?"""
    (line,) = [
        line
        for line in (ROOT / "README.md").read_text("utf-8").splitlines()
        if "scoreboard" in line
    ]
    rows = scoreboard.recorded()["rows"]
    due = [f"{mean(row['accuracies']):.0f}" for name in ("shapes", "cifar10") for row in rows[name]]
    said = re.findall(r"\b\d\d\b", line.split("|")[2])
    assert said == due
