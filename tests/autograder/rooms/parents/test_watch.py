"""How much memory does each room use, all its processes together?"""

import mmap
import os
import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from autograder.rooms.locks.limits import MiB
from autograder.rooms.parents import watch

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="rooms need Linux")
# Takes memory, starts as many processes as are asked for, each within the last, and waits.
BELOW = """
import subprocess, sys
left, block = int(sys.argv[1]), b"1" * (20 << 20)
if left:
    below = subprocess.Popen([sys.executable, "-c", sys.argv[2], str(left - 1), sys.argv[2]])
else:
    print("all there", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def families() -> Iterator[list[psutil.Process]]:
    """A process with two below it, and one that is alone."""
    made = [
        subprocess.Popen(
            [sys.executable, "-c", BELOW, str(count), BELOW],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for count in (2, 0)
    ]
    for process in made:
        assert process.stdout is not None
        process.stdout.readline()
    yield [psutil.Process(process.pid) for process in made]
    for process in made:
        for one in psutil.Process(process.pid).children(recursive=True):
            one.kill()
        process.communicate()


def private(process: psutil.Process) -> int:
    """Without what files give: nothing else is shared here."""
    info = process.memory_info()
    return int(info.rss - info.shared)


def test_memory_of_all_that_descend_from_a_room(families: list[psutil.Process]) -> None:
    """Is it the sum over a room's processes, as psutil has it, and nobody else's?"""
    first, other = families
    every = [first, *first.children(recursive=True)]
    assert len(every) == 3
    found = watch.used({first.pid, other.pid}, 0)
    assert set(found) == {first.pid, other.pid}
    assert found[first.pid] == pytest.approx(sum(map(private, every)), rel=0.02)
    assert found[other.pid] == pytest.approx(private(other), rel=0.02)
    assert found[first.pid] > 60 * MiB
    assert watch.used({first.pid}, 0).keys() == {first.pid}


def test_what_came_with_the_parent_is_spared(families: list[psutil.Process]) -> None:
    """Is it taken off each process, and never more than the process has?"""
    first, other = families
    every = [first, *first.children(recursive=True)]
    spared = 10 * MiB
    found = watch.used({first.pid, other.pid}, spared)
    due = sum(private(one) - spared for one in every)
    assert found[first.pid] == pytest.approx(due, rel=0.03)
    assert watch.used({other.pid}, 1 << 40) == {other.pid: 0}


def test_shared_memory_counts() -> None:
    """Are pages that are shared with nobody's file counted, and those of a file not?"""
    before = watch.private(os.getpid())
    with mmap.mmap(-1, 30 * MiB) as block:
        block.write(b"1" * len(block))
        grown = watch.private(os.getpid()) - before
    assert grown == pytest.approx(30 * MiB, rel=0.1)
    assert watch.private(2**22 + 1) == 0  # which no process can be
