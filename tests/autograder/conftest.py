"""What several of the autograder's tests start from: the tiny lesson, and a class that has it.

The class's gradebook is SQLite. With `pytest.mark.parametrize("database", ["sqlite", "postgresql"],
indirect=True)` a test runs with each: PostgreSQL as Debian installs it, started for the session,
skipped where it is missing.
"""

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, text

from autograder.classroom import Classroom, classroom
from autograder.lessons import Lesson
from autograder.release import CONFIG, open_course, release

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


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """The kind of gradebook of the class in `room`."""
    return getattr(request, "param", "sqlite")


@pytest.fixture(scope="session")
def _released_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("released")
    release(open_course(folder), TINY)  # a new gradebook takes nbgrader four seconds
    return folder


@pytest.fixture
def another_room(
    request: pytest.FixtureRequest, database: str, _released_once: Path, tmp_path: Path
) -> Callable[[], Classroom]:
    """Makes new classes to which the tiny lesson is released."""
    counter = itertools.count()

    def make() -> Classroom:
        number = next(counter)
        folder = tmp_path / (f"class-{number}" if number else "class")
        shutil.copytree(_released_once, folder)
        if database == "postgresql":
            url = request.getfixturevalue("postgresql_copy")()
            (folder / "gradebook.db").unlink()
            (folder / "nbgrader_config.py").write_text(CONFIG.format(database=repr(url)))
        return classroom(folder)

    return make


@pytest.fixture
def room(another_room: Callable[[], Classroom]) -> Classroom:
    """A new class to which the tiny lesson is released."""
    return another_room()


@pytest.fixture(scope="session")
def _postgresql() -> Iterator[str]:
    """A server that listens on a socket in a private folder; yields where its databases are."""
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    places = [Path(shutil.which("postgres") or ""), *Path("/usr/lib/postgresql").glob("*/bin/*")]
    binaries = [place.resolve().parent for place in places if place.name == "postgres"]
    if not binaries:
        pytest.skip("PostgreSQL is not installed")
    # It refuses to run as root. The folder is not pytest's, which only root may enter, and its
    # path is short, as that of a socket must be.
    user = None if os.getuid() else pwd.getpwnam("nobody").pw_name
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    if user:
        shutil.chown(folder, user)
    init = [binaries[0] / "initdb", "-D", folder / "data", "-U", "course", "-A", "trust", "-N"]
    subprocess.run(
        [*init, "-E", "UTF8", "--no-locale"], user=user, cwd=folder, check=True, capture_output=True
    )
    options = {"fsync": "off", "listen_addresses": "", "unix_socket_directories": folder}
    settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [binaries[0] / "postgres", "-D", folder / "data", *settings],
            user=user,
            cwd=folder,
            stdout=log,
            stderr=log,
        )
    try:
        until = time.monotonic() + 30
        while not (folder / ".s.PGSQL.5432").exists():
            assert server.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < until
            time.sleep(0.05)
        yield f"postgresql+psycopg:///{{}}?host={folder}&user=course"
    finally:
        server.send_signal(signal.SIGQUIT)
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def _postgresql_released(_postgresql: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    _execute(_postgresql, "CREATE DATABASE released")
    release(open_course(tmp_path_factory.mktemp("pg"), _postgresql.format("released")), TINY)
    return _postgresql


@pytest.fixture
def postgresql_copy(_postgresql_released: str) -> Callable[[], str]:
    """Makes new PostgreSQL gradebooks that know the tiny lesson; returns their URLs."""

    def make() -> str:
        name = f"class_{next(_numbers)}"
        _execute(_postgresql_released, f"CREATE DATABASE {name} TEMPLATE released")
        return _postgresql_released.format(name)

    return make


_numbers = itertools.count()


def _execute(server: str, statement: str) -> None:
    engine = create_engine(
        server.format("postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(text(statement))
