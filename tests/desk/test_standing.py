"""Where does a reader stand in each lesson?"""

import os
from pathlib import Path

import pytest

from course_lib.desk.standing import at_hand, standings
from course_lib.progress import Progress
from tests.desk.lesson import cells, course_of
from tests.saved import save


def test_a_lesson_under_way(tmp_path: Path) -> None:
    """Are points, exercises and the next one those of the saved notebook?"""
    (found,) = standings(course_of(tmp_path, True, False))
    assert (found.earned, found.possible) == (5, 10)
    assert found.counts == Progress(right=1, not_yet=1, not_run=0)
    assert found.ahead
    assert found.ahead.id == "conv-1d"
    assert found.begun
    assert not found.complete


def test_untouched_and_complete(tmp_path: Path) -> None:
    """Are a lesson that nobody began and one that is done told apart?"""
    (found,) = standings(course_of(tmp_path, None, None))
    assert not found.begun
    assert found.ahead
    assert found.ahead.id == "conv-pad"
    (done,) = standings(course_of(tmp_path / "other", True, True))
    assert done.complete
    assert done.ahead is None


def test_an_optional_exercise_is_not_ahead(tmp_path: Path) -> None:
    """Is a lesson done without what carries no points?"""
    optional = cells(True, None)
    optional[5].metadata["nbgrader"]["points"] = 0
    save(tmp_path, "05_conv_layers", *optional)
    (found,) = standings(tmp_path)
    assert found.complete
    assert found.ahead is None


def test_a_save_is_seen(tmp_path: Path) -> None:
    """Is a notebook that was saved again read again?"""
    standings(course_of(tmp_path, None, None))
    course_of(tmp_path, True, None)
    (path,) = (tmp_path / "notebooks").glob("*/*.ipynb")
    os.utime(path, ns=(0, 0))
    assert standings(tmp_path)[0].earned == 5


@pytest.mark.parametrize("content", [b"{", b"", b"\xff", b"[]"])
def test_a_damaged_file_is_one_lesson(tmp_path: Path, content: bytes) -> None:
    """Does it say what is wrong, and do the others stay?"""
    course_of(tmp_path, True, True)
    course_of(tmp_path, True, True, lesson="06_more")
    path = tmp_path / "notebooks" / "05_conv_layers" / "05_conv_layers.ipynb"
    path.write_bytes(content)
    broken, whole = standings(tmp_path)
    assert str(path) in broken.problem
    assert (broken.title, broken.outline) == ("05_conv_layers", None)
    assert whole.complete


def test_the_lesson_at_hand(tmp_path: Path) -> None:
    """Is it the last that was begun; the first where none was; none where all is done?"""
    names = ["01_a", "02_b", "03_c"]
    for passed, expected in [
        (((True, True), (None, True), (None, None)), "02_b"),
        (((True, False), (None, True), (None, None)), "02_b"),
        (((True, True), (True, True), (None, None)), "03_c"),
        (((None, None), (None, None), (None, None)), "01_a"),
        (((True, True), (True, True), (True, True)), None),
    ]:
        course = tmp_path / str(expected) / str(sum(one is None for two in passed for one in two))
        for name, fates in zip(names, passed):
            course_of(course, *fates, lesson=name)
        found = at_hand(standings(course))
        assert (found and found.name) == expected
