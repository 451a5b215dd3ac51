"""What all tests share: their order, hypothesis without a clock, PostgreSQL where Debian has it."""

import functools
import itertools
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import NullPool, create_engine, text

import autograder  # noqa: F401 - before nbgrader, most of which it leaves out

import nbgrader.api  # isort: skip

# Two processes with two threads each on two cores wait for each other: a lesson takes five times as
# long. Set before NumPy and PyTorch are loaded, and for every kernel and room that tests start.
if beside := int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")) - 1:
    share = str(max(1, (os.cpu_count() or 1) // (beside + 1)))
    os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), share)

settings.register_profile("untimed", deadline=None)  # how long an example takes is not the question
settings.load_profile("untimed")

# For each new gradebook nbgrader starts a program that prints the number of its newest migration,
# which takes two seconds: once for each process of the tests.
nbgrader.api.get_alembic_version = functools.cache(nbgrader.api.get_alembic_version)


# What takes longest comes first, lest one of two processes wait for it at the end.
LONGEST = (
    "test_ordinary_user.py",
    "test_attacks.py",
    "test_lessons_execute.py",
    "test_lessons_mutation.py",
    "test_locked.py",
)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """A file's tests run in one process, and share what it made ready; those of each lesson may
    run beside the rest of their file."""
    from xdist.scheduler import LoadScopeScheduling

    class ByFileAndLesson(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            if "test_ordinary_user" in nodeid:
                return nodeid
            lesson = re.search(r"\[(.+-)?(\d\d_\w+)(-.+)?\]$", nodeid)
            return nodeid.partition("::")[0] + (lesson[2] if lesson else "")

    config.option.loadscopereorder = False  # the longest stay first
    return ByFileAndLesson(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest comes first."""
    items.sort(key=lambda item: (*LONGEST, item.path.name).index(item.path.name))


@pytest.fixture(scope="session")
def new_database() -> Iterator[Callable[..., str]]:
    """Makes databases, empty or `like` that of another URL; returns their URLs.

    The server is started for the session and listens on a socket in a private folder alone.
    """
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
    url = f"postgresql+psycopg:///{{}}?host={folder}&user=course"
    numbers = itertools.count()

    def make(like: str = "") -> str:
        name = f"test_{next(numbers)}"
        template = like.removeprefix("postgresql+psycopg:///").partition("?")[0] or "template1"
        engine = create_engine(
            url.format("postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT"
        )
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        return url.format(name)

    try:
        until = time.monotonic() + 30
        while not (folder / ".s.PGSQL.5432").exists():
            assert server.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < until
            time.sleep(0.05)
        yield make
    finally:
        server.send_signal(signal.SIGQUIT)
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)
