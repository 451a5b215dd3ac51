"""What several of the autograder's tests start from: the tiny lesson, and a class that has it.

The class's gradebook is SQLite. With `pytest.mark.parametrize("database", ["sqlite", "postgresql"],
indirect=True)` a test runs with each.
"""

import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder.classroom.folder import Classroom, class_in
from autograder.classroom.guarded import LINES
from autograder.classroom.release import CONFIG, open_course, release_lesson
from autograder.lesson.lessons import Lesson
from autograder.rooms.parents.warm import WarmParent

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
    release_lesson(open_course(folder), TINY)  # a new gradebook takes nbgrader four seconds
    return folder


@pytest.fixture(scope="session")
def _postgresql_released(
    new_database: Callable[..., str], tmp_path_factory: pytest.TempPathFactory
) -> str:
    url = new_database()
    release_lesson(open_course(tmp_path_factory.mktemp("pg"), url), TINY)
    return url


@pytest.fixture(scope="session")
def new_class(request: pytest.FixtureRequest, _released_once: Path) -> Callable[..., Classroom]:
    """Makes, in a new folder and with a database of this kind, a class that has the tiny lesson."""

    def make(folder: Path, database: str = "sqlite") -> Classroom:
        shutil.copytree(_released_once, folder)
        if database == "postgresql":
            released = request.getfixturevalue("_postgresql_released")
            url = request.getfixturevalue("new_database")(like=released)
            (folder / "gradebook.db").unlink()
            (folder / "nbgrader_config.py").write_text(CONFIG.format(database=repr(url)) + LINES)
        return class_in(folder)

    return make


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """The kind of gradebook of the class in `classroom`."""
    return getattr(request, "param", "sqlite")


@pytest.fixture
def another_classroom(
    new_class: Callable[..., Classroom], database: str, tmp_path: Path
) -> Callable[[], Classroom]:
    """Makes new classes to which the tiny lesson is released."""
    counter = itertools.count()

    def make() -> Classroom:
        number = next(counter)
        return new_class(tmp_path / (f"class-{number}" if number else "class"), database)

    return make


@pytest.fixture
def classroom(another_classroom: Callable[[], Classroom]) -> Classroom:
    """A new class to which the tiny lesson is released."""
    return another_classroom()


@pytest.fixture(scope="session")
def parent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WarmParent]:
    """Where unlocked rooms come from."""
    home = str(tmp_path_factory.mktemp("home"))
    places = dict.fromkeys(("HOME", "TMPDIR", "MPLCONFIGDIR", "IPYTHONDIR"), home)
    with WarmParent(locked=False, environment=places) as parent:
        yield parent
