"""Work on many processes, some of which die."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures._base import DoneAndNotDoneFutures
from contextlib import closing
from pathlib import Path

import pytest

from autograder.grading import spread as module
from autograder.grading.spread import side_by_side


def double(number: int) -> int:
    return 2 * number


def die_at_three(number: int) -> int:
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.05)
    return number


def die_once(path: Path) -> str:
    if not path.exists():
        path.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "done"


def wait(number: int) -> int:
    time.sleep(number)
    return number


def wait_for_zeros(task: tuple[Path, str, float]) -> str:
    """A nine ends with the fifth zero, or after so many seconds."""
    folder, name, seconds = task
    if name == "0":
        tempfile.mkstemp(dir=folder)
    deadline = time.monotonic() + seconds
    while name == "9" and len(list(folder.iterdir())) < 5 and time.monotonic() < deadline:
        time.sleep(0.05)
    return name


def tell_and_wait(path: Path) -> None:
    path.write_text(str(os.getpid()))
    time.sleep(60)


def until(condition: Callable[[], object]) -> None:
    """Wait for `condition`, but not forever."""
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_results():
    """Is every task done exactly once?"""
    assert sorted(side_by_side(double, range(7), 2)) == [(n, 2 * n) for n in range(7)]


def test_nothing():
    """Does no task start no process?"""
    assert list(side_by_side(double, [], 2)) == []


@pytest.mark.parametrize(
    ("endless", "patience", "lasting", "first"),
    [(2, 0.2, 60, "0"), (4, 0.2, 60, "0"), (8, 0.2, 60, "0"), (2, 60, 2, "9")],
)
def test_endless(monkeypatch, tmp_path, endless, patience, lasting, first):
    """Do tasks that take long leave the queue to others, and are no more processes begun before?"""
    monkeypatch.setattr(module, "PATIENCE", patience)
    long, short = (tmp_path, "9", lasting), (tmp_path, "0", 0)
    tasks = [*[long] * endless, *[short] * 5]
    with closing(side_by_side(wait_for_zeros, tasks, 2)) as results:
        assert next(results)[1] == first


def test_death():
    """Does a process that dies cost its own task alone?"""
    assert sorted(side_by_side(die_at_three, range(8), 2), key=lambda pair: pair[0]) == [
        (n, None if n == 3 else n) for n in range(8)
    ]


def test_many_that_run_when_one_dies(monkeypatch):
    """Does every task come back that ran when a process died, whichever is noticed first?"""

    def one_at_a_time(running, timeout, return_when):
        wait_for(running, return_when=return_when)
        first = next(one for one in running if one.done())
        return DoneAndNotDoneFutures({first}, set())

    wait_for = module.wait
    monkeypatch.setattr(module, "wait", one_at_a_time)
    found = sorted(side_by_side(die_at_three, [3, *range(4, 9)], 4), key=lambda pair: pair[0])
    assert found == [(n, None if n == 3 else n) for n in range(3, 9)]


def test_death_while_a_process_starts(monkeypatch):
    """Does no task get lost where a death closes the pipes that a new process was to be given?"""

    class Closing(ProcessPoolExecutor):
        count = 0

        def submit(self, *args, **kwargs):
            type(self).count += 1
            if self.count == 2:
                raise OSError("handle is closed")
            return super().submit(*args, **kwargs)

    monkeypatch.setattr(module, "ProcessPoolExecutor", Closing)
    assert sorted(side_by_side(double, range(5), 2)) == [(n, 2 * n) for n in range(5)]
    assert Closing.count > 5


def test_no_process_starts(monkeypatch):
    """Where the machine starts no process, is that told, and not tried for ever?"""

    def refuse(*_, **__):
        raise OSError("out of processes")

    monkeypatch.setattr(ProcessPoolExecutor, "submit", refuse)
    with pytest.raises(OSError, match="out of processes"):
        list(side_by_side(double, range(3), 2))


def test_second_try(tmp_path):
    """Does a task that dies once get its result on the second try?"""
    assert list(side_by_side(die_once, [tmp_path / "mark"], 1)) == [(tmp_path / "mark", "done")]


def test_closing():
    """Is what has not begun left undone when the iterator is closed?"""
    begun = time.monotonic()
    with closing(side_by_side(wait, [0, 0.1, *[60] * 5], 1)) as results:
        assert next(results) == (0, 0)
    assert time.monotonic() - begun < 30


def test_killed_coordinator(tmp_path):
    """Do the processes end when the one that they work for is killed?"""
    mark = tmp_path / "pid"
    code = f"from test_spread import *; list(side_by_side(tell_and_wait, [Path({str(mark)!r})], 1))"
    coordinator = subprocess.Popen([sys.executable, "-c", code], cwd=Path(__file__).parent)
    until(lambda: mark.is_file() and mark.read_text())
    coordinator.kill()
    coordinator.wait()
    until(lambda: not is_alive(int(mark.read_text())))


def test_errors():
    """Does an error in the work reach the caller, and not pass for a death?"""
    with pytest.raises(TypeError):
        list(side_by_side(double, [None], 1))
