"""What is a room to the process that opened it?"""

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from autograder.rooms.parents.warm import WarmParent
from tests.autograder.rooms.asking import ask

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="rooms need Linux")


def test_process_number(parent: WarmParent) -> None:
    """Is Room.pid the process as this side sees it, and alive until kill() returns?"""
    with parent.open() as room:
        assert Path(f"/proc/{room.pid}").exists()
        assert room.ended() == ""
        room.kill()
        assert room.ended() == "The room was ended by SIGKILL."
    assert not Path(f"/proc/{room.pid}").exists()
    room.close()  # a second time does nothing


def test_interrupt(parent: WarmParent) -> None:
    """Does interrupt() stop a loop with KeyboardInterrupt, and leave the room alive?"""
    with parent.open() as room, ThreadPoolExecutor(1) as pool:
        answer = pool.submit(ask, room.socket, "while True: pass")
        time.sleep(0.1)
        room.interrupt()
        assert answer.result(30).startswith("KeyboardInterrupt")
        assert ask(room.socket, "answer = 1") == "1"


@pytest.mark.parametrize(
    ("end", "words"),
    [
        ("import os; os._exit(7)", "with code 7"),
        ("import ctypes; ctypes.string_at(0)", "SIGSEGV"),
        ("import os; os.abort()", "SIG"),
    ],
)
def test_a_room_that_ends_itself(parent: WarmParent, end: str, words: str) -> None:
    """Is the end of a room told in words, and can the next one be opened?"""
    with parent.open() as room:
        with pytest.raises((EOFError, ConnectionError)):
            ask(room.socket, end)
        assert words in room.ended(within=10)
    with parent.open() as room:
        assert ask(room.socket, "answer = 1") == "1"
