"""Tests of how files get into a room."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1]))
from room_entry import ask

from autograder.rooms.locks.limits import MiB
from autograder.rooms.locks.sandbox import Confinement
from autograder.rooms.parents.warm import WarmParent
from course_lib.errors import CourseError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="rooms need Linux")


@pytest.mark.parametrize("locked", [True, False])
def test_files_in_the_room(locked: bool) -> None:
    """Do the files lie in the room's folder, and is a room refused that cannot hold them?"""
    files = {"data/größe.csv": b"1,2", "empty": b""}
    with WarmParent(preload=(), entry="room_entry:serve", locked=locked) as parent:
        with parent.open(Confinement(), files) as room:
            answer = ask(
                room.socket, "answer = open('data/größe.csv').read(), open('empty').read()"
            )
            assert answer == "('1,2', '')"
        with parent.open() as room:
            assert ask(room.socket, "import os; answer = os.listdir()") == "[]"
        if locked:
            with pytest.raises(CourseError, match=r"No space left|too large"):
                parent.open(Confinement(disk=MiB), {"big": bytes(2 * MiB)})
