"""How is the student's room asked, how long may it take, and what if no sensible answer comes?"""

import time
from collections.abc import Callable, Collection
from typing import Any

import pytest

from autograder.rooms.examiner.link import Link
from autograder.rooms.parents import watch
from course_lib import checks
from course_lib.runner import DISTANT, Stopped

Linked = Callable[..., Link]
SERVER = "next(o for o in __import__('gc').get_objects() if type(o).__name__ == '_Server')"
WORK = "import time\nuntil = time.monotonic() + {}\nwhile time.monotonic() < until: pass"


@pytest.mark.parametrize("ahead", [-1, 0, 2])
def test_a_message_out_of_turn(linked: Linked, ahead: int):
    """Is a right answer with the number of another question no answer?"""
    forge = (
        f"from autograder.rooms.wire import frames\ndef double(x):\n    server = {SERVER}\n"
        "    answer = (NUMBER, 'return', 2 * x, {}, [])\n"
        "    frames.send(server._sock, frames.pack(answer, server._refer))\n"
        "    import time; time.sleep(9)"
    )
    link = linked(forge)
    # The questions that follow: this cell, the name, and the call.
    link.ask("cell", forge.replace("NUMBER", str(link._serial + 3 + ahead)), 2)
    double = link.ask("names", ["double"])["double"]
    link.give(3)
    if ahead == 0:
        assert double(3.0) == 6.0  # the number of this very question
        return
    with pytest.raises(Stopped):
        double(3.0)


def defined(link: Link, *names: str) -> list[Any]:
    """What the names stand for, as the examiner holds it."""
    space = link.ask("names", list(names))
    return [space[name] for name in names]


def test_callbacks(linked: Linked):
    """Can a student's function call the examiner's, but only while the check lasts?"""
    cell = (
        "kept = []\ndef use(f, x):\n    kept.append(f)\n    return f(x), f.__name__\n"
        "def later(x):\n    return kept[0](x)\n"
        "def swallow(f):\n    try: f(0)\n    except Exception: return 'fine'"
    )
    link = linked(cell)
    use, later, swallow = defined(link, "use", "later", "swallow")

    def double(x: float) -> float:
        return 2 * x

    def refuse(x: float) -> None:
        raise checks.NotYet("not so")

    assert use(double, 4.0) == (8.0, "double")
    assert later(1.0) == 2.0
    with pytest.raises(ZeroDivisionError):
        use(lambda x: 1 / 0, 1)
    with pytest.raises(checks.NotYet, match="not so"):
        swallow(refuse)
    link.forget_lent()
    with pytest.raises(RuntimeError, match="lent for one check"):
        later(1.0)


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
