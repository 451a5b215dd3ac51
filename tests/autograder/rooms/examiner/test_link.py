"""How long a room may take to answer."""

import time
from collections.abc import Callable, Collection

import pytest

from autograder.rooms.examiner.link import Link
from autograder.rooms.parents import watch
from course_lib.runner import DISTANT, Stopped

WORK = "import time\nuntil = time.monotonic() + {}\nwhile time.monotonic() < until: pass"


def reporting(seconds: float) -> Callable[[Collection[int]], dict[int, tuple[float, bool]]]:
    """As if a room that wants to run had had this much of a processor in all."""
    return lambda rooms: dict.fromkeys(rooms, (seconds, True))


def test_a_sleeper(linked: Callable[..., Link]) -> None:
    """Is a cell that sleeps stopped when its time has passed by the clock?"""
    link = linked()
    link.give(1)
    begun = time.monotonic()
    with pytest.raises(Stopped):
        link.ask("cell", "import time; time.sleep(30)", 1)
    assert time.monotonic() - begun < 8


def test_a_loop(linked: Callable[..., Link]) -> None:
    """Is a cell that computes without end stopped soon after it had its time of a processor?"""
    link = linked()
    link.give(1)
    with pytest.raises(Stopped):
        link.ask("cell", WORK.format(60), 1)


def test_a_busy_machine(linked: Callable[..., Link], monkeypatch: pytest.MonkeyPatch) -> None:
    """Does a cell come to its end that had to wait for a processor, and is the wait known?"""
    link = linked()
    monkeypatch.setattr(watch, "worked", reporting(0.01))
    monkeypatch.setattr(watch, "seconds", lambda process: 0.0)
    link.give(1)
    link.ask("cell", WORK.format(2.5), 1)
    assert 1 < link.spared < 3


def test_a_distant_second(linked: Callable[..., Link], monkeypatch: pytest.MonkeyPatch) -> None:
    """Is there an end by the clock, whatever a room says that it had of a processor?"""
    link = linked()
    monkeypatch.setattr(watch, "worked", reporting(0.0))
    monkeypatch.setattr(watch, "seconds", lambda process: 0.0)
    link.give(0.2)
    begun = time.monotonic()
    with pytest.raises(Stopped):
        link.ask("cell", WORK.format(60), 1)
    assert 0.2 * DISTANT * 0.9 < time.monotonic() - begun < 60
