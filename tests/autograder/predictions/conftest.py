"""The tiny lesson with an exercise that is graded by predictions, and classes that have it."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from autograder.classroom.folder import Classroom
from autograder.classroom.release import open_course, release_lesson
from autograder.lesson.lessons import Lesson
from tests.autograder.predictions.handing_in import LESSON

TEXT = Path(__file__).parents[2] / "lessons" / "hand_in.py"


@pytest.fixture(scope="session")
def lesson(tmp_path_factory: pytest.TempPathFactory) -> Lesson:
    """The tiny lesson with an exercise that is graded by predictions."""
    root = tmp_path_factory.mktemp("course") / "course"
    shutil.copytree(TEXT.parent / "tiny", root)
    made = Lesson(LESSON, root)
    made.source.write_text(made.source.read_text("utf-8") + TEXT.read_text("utf-8"), "utf-8")
    return made


@pytest.fixture(scope="session")
def released_once(lesson: Lesson, tmp_path_factory: pytest.TempPathFactory) -> Path:
    classroom = open_course(tmp_path_factory.mktemp("class") / "class")
    release_lesson(classroom, lesson)
    return classroom.folder


@pytest.fixture
def classroom(released_once: Path, tmp_path: Path) -> Classroom:
    """A new class to which it is released; all of these classes have one secret."""
    shutil.copytree(released_once, tmp_path / "class")
    return open_course(tmp_path / "class")


@pytest.fixture(scope="session")
def labels(released_once: Path) -> np.ndarray:
    """What the class's images show."""
    text = (released_once / "unlabelled" / f"{LESSON}.txt").read_text()
    return np.array(list(text.split()[1]), dtype=np.int64)
