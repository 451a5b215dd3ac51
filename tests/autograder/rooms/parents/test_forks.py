"""How are rooms opened, and what is left when they end?"""

import os
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from autograder.rooms.parents.warm import WarmParent
from tests.autograder.rooms.asking import ask

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="rooms need Linux")


def test_many_rooms_at_once(parent: WarmParent) -> None:
    """Can threads share one parent?"""

    def number(value: int) -> str:
        with parent.open() as room:
            return ask(room.socket, f"answer = {value}")

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(number, range(32))) == [str(value) for value in range(32)]


def test_nothing_leaks(parent: WarmParent) -> None:
    """Are as many descriptors open after twenty rooms as before?"""
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(20):
        parent.open().close()
    assert len(os.listdir("/proc/self/fd")) == before
