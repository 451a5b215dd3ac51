"""What do tests of rooms with a parent each start from? A parent with the tests' own entry."""

import os
import sys
from pathlib import Path

import pytest

from autograder.lesson.lessons import repository
from autograder.rooms.locks import bubblewrap
from autograder.rooms.locks.sandbox import Confinement
from autograder.rooms.parents.pool import ParentForEach
from autograder.rooms.parents.warm import course_data
from tests.autograder.rooms.asking import SMALL

HERE = Path(__file__).parent
ROOT = repository(HERE)
DEVICE = Path("/dev/tty")  # stands in for a GPU: everybody may open it, and rooms do not have it


def made(**options: object) -> ParentForEach:
    """A parent for each room with this test's entry; skipped where bubblewrap cannot make one."""
    settings = {"preload": (), "readable": [HERE, *course_data()], "entry": "room_entry:serve"}
    if options.get("wrapped") and not bubblewrap.program():
        pytest.skip("bubblewrap is not installed")
    if options.get("wrapped") and not os.geteuid() and not readable_by_all():
        pytest.skip("only root can read this interpreter: tried as an ordinary user instead")
    return ParentForEach(**{**settings, **options})  # type: ignore[arg-type]


def readable_by_all() -> bool:
    """Whether another user can run this interpreter."""
    needed = [Path(sys.base_prefix), Path(sys.prefix), ROOT]
    return all(folder.stat().st_mode & 1 for path in needed for folder in path.parents)


def small(parent: ParentForEach, **options: object) -> Confinement:
    return Confinement(**{**vars(SMALL), "gpu": parent.gpu, **options})  # type: ignore[arg-type]
