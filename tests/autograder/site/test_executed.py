"""A lesson as it runs with its answers."""

from pathlib import Path

import pytest

from autograder.lesson.lessons import Lesson
from autograder.site.executed import executed_lesson, without_hidden_tests
from course_lib.errors import CourseError
from course_lib.files import write


def changed(lesson: Lesson, old: str, new: str) -> None:
    """Change the lesson's text."""
    text = lesson.source.read_text()
    assert old in text
    write(lesson.source, text.replace(old, new))


@pytest.mark.slow
def test_a_lesson_runs_again_only_where_it_changed(sliders: Lesson, tmp_path: Path) -> None:
    """Is what was run used again for the same text, and its file replaced for another?"""
    cache = tmp_path / "cache"
    first = executed_lesson(sliders, cache)
    (kept,) = cache.iterdir()
    write(kept, kept.read_text().replace("A line. Move", "From the cache. Move"))
    assert "From the cache" in str(executed_lesson(sliders, cache))
    changed(sliders, "A line. Move its slope.", "Move it.")
    again = executed_lesson(sliders, cache)
    assert "From the cache" not in str(again)
    assert [path != kept for path in cache.iterdir()] == [True]
    assert [cell.id for cell in first.cells][:-1] == [cell.id for cell in again.cells][:-1]


@pytest.mark.slow
def test_cells_show_what_the_answers_give(sliders: Lesson, tmp_path: Path) -> None:
    """Do checks say that the answers are right, and are sliders recorded, with no time noted?"""
    done = executed_lesson(sliders, tmp_path)
    shown = str([cell.get("outputs") for cell in done.cells])
    assert "Right: the line" in shown
    assert 'class="recorded"' in shown
    assert "recorder.install" not in str(done)
    assert all("course" not in cell.metadata for cell in done.cells)


@pytest.mark.slow
def test_a_lesson_that_fails_has_no_page(sliders: Lesson, tmp_path: Path) -> None:
    """Is a failing cell named, and nothing kept?"""
    changed(sliders, "return slope * x", "return slope + x")
    with pytest.raises(
        CourseError, match=r"(?s)02_sliders does not run with its answers.*the line"
    ):
        executed_lesson(sliders, tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


def test_hidden_tests_never_run(sliders: Lesson) -> None:
    """Is nothing of the hidden tests in what the kernel is given, and all else still there?"""
    sources = "\n".join(cell.source for cell in without_hidden_tests(sliders).cells)
    assert "0.123456" not in sources
    assert "HIDDEN" not in sources
    assert "return slope * x" in sources
    assert "np.arange(3.0)" in sources
