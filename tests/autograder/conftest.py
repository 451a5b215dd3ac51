"""What several of the autograder's tests start from: the tiny lesson, and a class that has it."""

import shutil
from pathlib import Path

import pytest

from autograder.classroom import Classroom, classroom
from autograder.lessons import Lesson
from autograder.release import open_course, release

TINY = Lesson("01_tiny", Path(__file__).parents[1] / "lessons" / "tiny")


@pytest.fixture
def tiny() -> Lesson:
    """The tiny lesson; not to be written to."""
    return TINY


@pytest.fixture
def tiny_copy(tmp_path: Path) -> Lesson:
    """The tiny lesson in a folder of its own, to be changed at will."""
    shutil.copytree(TINY.root, tmp_path / "course")
    return Lesson(TINY.name, tmp_path / "course")


@pytest.fixture(scope="session")
def _released_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("released")
    release(open_course(folder), TINY)  # a new gradebook takes nbgrader four seconds
    return folder


@pytest.fixture
def room(_released_once: Path, tmp_path: Path) -> Classroom:
    """A new class to which the tiny lesson is released."""
    shutil.copytree(_released_once, tmp_path / "class")
    return classroom(tmp_path / "class")
