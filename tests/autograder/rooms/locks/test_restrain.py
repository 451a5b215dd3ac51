"""Is code that takes too much stopped, and nothing else?"""

import subprocess
import sys
import threading
import time
from collections.abc import Callable

import numpy as np
import pytest

from autograder.rooms.locks.restrain import memory_within, or_end, within


class Up(BaseException):
    pass


def in_main(work: Callable[[], None]) -> None:
    work()


def in_thread(work: Callable[[], None]) -> None:
    thread = threading.Thread(target=work)
    thread.start()
    thread.join(20)
    assert not thread.is_alive()


everywhere = pytest.mark.parametrize("run", [in_main, in_thread])


@everywhere
def test_endless(run: Callable[[Callable[[], None]], None]) -> None:
    """Does a loop without an end come to one?"""
    ended = []

    def loop() -> None:
        try:
            with within(0.05, Up):
                while True:
                    pass
        except Up:
            ended.append(True)

    run(loop)
    assert ended == [True]


@everywhere
def test_in_time(run: Callable[[Callable[[], None]], None]) -> None:
    """Does code that ends in time go on undisturbed, also when its time would have been up?"""
    reached = []

    def work() -> None:
        for _ in range(20):
            with within(0.01, Up):
                pass
        until = time.monotonic() + 0.1
        while time.monotonic() < until:
            pass
        reached.append(True)

    run(work)
    assert reached == [True]


@everywhere
def test_errors_pass(run: Callable[[Callable[[], None]], None]) -> None:
    """Does an error of the code itself come through, and its time not strike afterwards?"""
    seen = []

    def work() -> None:
        try:
            with within(0.05, Up):
                raise ValueError
        except ValueError:
            time.sleep(0.1)
            seen.append(True)

    run(work)
    assert seen == [True]


def test_nothing_is_left_behind() -> None:
    """Does code that is traced, as by a debugger, run on after a thread that ended in time?"""
    traced = (
        "import sys, threading\n"
        "from autograder.rooms.locks.restrain import within\n"
        "def work():\n"
        "    with within(5, KeyError): pass\n"
        "thread = threading.Thread(target=work)\n"
        "thread.start(); thread.join()\n"
        "sys.settrace(lambda *_: None)\n"
        "print((lambda: 'went on')())"
    )
    done = subprocess.run(
        [sys.executable, "-c", traced], capture_output=True, text=True, timeout=60
    )
    assert done.stdout == "went on\n"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts a process's data")
def test_memory() -> None:
    """Does what wants too much memory fail, and only as long as the limit holds?"""
    with memory_within(100_000_000):
        np.ones(1_000_000)
        with pytest.raises(MemoryError):
            np.ones(50_000_000)
    np.ones(50_000_000)


def test_a_call_that_nothing_ends() -> None:
    """Is a process ended that is stuck within one call into C, and one in time let go on?"""
    stuck = (
        "from autograder.rooms.locks.restrain import or_end\n"
        "with or_end(20): pass\n"
        "print('went on', flush=True)\n"
        "with or_end(0.2): sum(range(10**12))\n"
        "print('not ended')"
    )
    begun = time.monotonic()
    done = subprocess.run([sys.executable, "-c", stuck], capture_output=True, text=True)
    assert done.stdout == "went on\n"
    assert done.returncode != 0
    assert time.monotonic() - begun < 20
    with or_end(20):
        pass
