"""How does the examiner ask the student's room, and what if no sensible answer comes?"""

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograder.rooms.examiner.outputs import Outputs
from autograder.rooms.examiner.raised import raise_again
from autograder.rooms.parents import watch
from autograder.rooms.parents.opened import Room
from autograder.rooms.wire import frames
from autograder.rooms.wire import values as wire
from course_lib.checks import NotYet
from course_lib.outcomes import DIED, ENDED, TOO_LONG
from course_lib.runner import DISTANT, Limits, Stopped

GRACE = 2.0  # seconds that an interrupted cell gets to wind up before its room is ended
__tracebackhide__ = True
_EVERY = 1.0  # seconds between looks at what a room does that does not answer
_DEEPEST = 8  # callbacks within calls within callbacks


class Link:
    """The examiner's end of a room's socket.

    outputs: what the room showed since somebody last took it, at most `output_bytes` of it
    spared: seconds by the clock in which the room waited for a processor, and which do not count
    """

    def __init__(
        self,
        room: Room,
        make: Callable[["Link", int, list[Any]], object],
        output_bytes: int = Limits.output_bytes,
    ) -> None:
        self.alive = True
        self.spared = 0.0
        self._owed = self._latest = self._looked = self._worked = 0.0
        self.outputs = Outputs(output_bytes)
        self.dropped: list[int] = []  # handles that nobody holds any more
        self._room = room
        self._make = make
        self._lent: dict[int, Callable[..., Any]] = {}
        self._last_lent = 0
        self._serial = 0
        self._depth = 0
        self._failed: NotYet | None = None

    def give(self, seconds: float) -> None:
        """Let all that is asked from now on take so long."""
        self._looked = time.monotonic()
        self._owed, self._latest = seconds, self._looked + DISTANT * seconds
        self._worked = max(self._worked, watch.seconds(self._room.pid))

    def ask(self, operation: str, *operands: Any) -> Any:
        """raises: Stopped; what the student's code raised; NotYet where its result cannot travel"""
        payload, _ = self.ask_all(operation, *operands)
        return payload

    def ask_all(self, operation: str, *operands: Any) -> tuple[Any, dict[Any, Any]]:
        """As `ask`, with the arguments that the call changed, by position or name."""
        self._serial += 1
        serial = self._serial
        dropped = list(self.dropped)
        del self.dropped[: len(dropped)]  # the list itself stays: handles know it
        try:
            request = frames.pack((serial, operation, dropped, *operands), self._refer)
        except wire.Refused as refusal:
            raise TypeError(f"A check may not pass this to an answer: {refusal}") from None
        try:
            frames.send(self._room.socket, request, self._left)
            kind, payload, changed, outputs = self._reply(serial)
        except frames.Late as late:
            self._interrupt(serial, late)
            raise Stopped(TOO_LONG) from None
        except frames.Closed:
            how = self._room.ended(within=0.5)
            self.end()
            raise Stopped(DIED, f"{ENDED} {how}".strip()) from None
        except (wire.Malformed, ValueError, TypeError) as error:
            self.end()
            raise Stopped(
                DIED, f"What this cell sent back cannot be read ({str(error)[:200]})."
            ) from None
        self.outputs.add(outputs)
        if self._failed is not None:
            failed, self._failed = self._failed, None
            raise failed
        if kind == "refused":
            raise NotYet(f"What your code returned cannot be checked. {str(payload)[:300]}")
        if kind == "raise":
            raise_again(payload)
        return payload, changed

    def forget_lent(self) -> None:
        """A check is over: what it lent cannot be called any more."""
        self._lent.clear()
        self._failed = None

    def end(self) -> None:
        """End the room."""
        self.alive = False
        self._room.kill()

    def _reply(self, serial: int) -> Sequence[Any]:
        while True:
            message = frames.receive(self._room.socket, self._resolve, self._left)
            if type(message) is not tuple or len(message) not in (4, 5):
                raise wire.Malformed("no message")
            if message[0] == "callback" and len(message) == 4:
                self._answer(*message[1:])
            elif (
                len(message) == 5
                and message[0] == serial
                and message[1] in ("return", "raise", "refused")
                and type(message[3]) is dict
            ):
                return message[1:]
            else:
                raise wire.Malformed("out of turn")

    def _answer(self, number: Any, args: Any, kwargs: Any) -> None:
        """Run a function that the check lent to the student's code."""
        function = self._lent.get(number) if type(number) is int else None
        self._depth += 1
        try:
            if function is None:
                raise RuntimeError("This function was lent for one check, which is over.")
            if self._depth > _DEEPEST:
                raise RecursionError("Functions call each other too deeply here.")
            answer = frames.pack(("answer", function(*args, **kwargs)), self._refer)
        except NotYet as failed:
            self._failed = failed
            answer = frames.pack(("failed", "AssertionError", failed.reason), self._refer)
        except Exception as error:
            name = next(c.__name__ for c in type(error).__mro__ if c.__module__ == "builtins")
            answer = frames.pack(("failed", name, str(error)[:1000]), self._refer)
        finally:
            self._depth -= 1
        frames.send(self._room.socket, answer, self._left)

    def _interrupt(self, serial: int, late: frames.Late) -> None:
        """Ask what runs to stop, as a kernel is asked; where it will not, end the room."""
        if not late.between or self._depth:
            self.end()
            return
        self._room.interrupt()
        self.give(GRACE)
        try:
            *_, outputs = self._reply(serial)
        except (frames.Late, frames.Closed, wire.Malformed, ValueError, TypeError):
            self.end()
        else:
            self.outputs.add(outputs)

    def _left(self) -> float:
        """Seconds until somebody should look again; none where the time is up.

        While a room wants to run, what counts is the time for which its processors worked; while it
        sleeps, all time counts.
        """
        now = time.monotonic()
        passed = now - self._looked
        if passed >= min(self._owed, _EVERY):
            worked, runs = watch.worked([self._room.pid])[self._room.pid]
            taken = max(0.0, worked - self._worked) if runs else passed
            self._owed -= taken
            self.spared += max(0.0, passed - taken)
            self._looked, self._worked, passed = now, worked, 0.0
        return min(self._owed - passed, self._latest - now, _EVERY)

    def _refer(self, thing: object) -> list[Any]:
        number = getattr(type(thing), "_course_number", None)
        if number is not None:
            return ["h", number(thing)]
        if not callable(thing):
            raise wire.Refused(_no_data(thing))
        self._last_lent += 1
        self._lent[self._last_lent] = thing
        name = str(getattr(thing, "__name__", "function"))
        return ["k", self._last_lent, name if name.isidentifier() else "function"]

    def _resolve(self, tree: list[Any]) -> object:
        if tree[0] == "k":
            return self._lent[tree[1]]
        if tree[0] != "h" or type(tree[1]) is not int:
            raise ValueError("no reference")
        return self._make(self, tree[1], tree[2:])


def _no_data(thing: object) -> str:
    """Why something does not travel, and what does in its place."""
    name = type(thing).__name__
    if isinstance(thing, np.random.Generator):
        name += f" of {type(thing.bit_generator).__name__}"
    elif not isinstance(thing, np.random.RandomState | np.random.BitGenerator):
        return f"a {name} is no plain data."
    return f"of random generators only that of np.random.default_rng(seed) travels, no {name}."
