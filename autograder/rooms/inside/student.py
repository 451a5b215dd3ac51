"""What runs inside the student's room?

Nothing in here is secret, and nothing that it says is believed: the student's code can change all
of it. What counts is on the other side of the socket.
"""

import builtins
import inspect
import linecache
import operator
import os
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from autograder.rooms.inside import shell, snapshots, stand_ins
from autograder.rooms.wire import frames
from autograder.rooms.wire import values as wire
from course_lib.checks.code import imports, search

_OPERATORS = {"and_", "or_", "xor", "lshift", "rshift", "neg", "pos", "abs", "invert", "matmul"}
_OPERATORS |= {"add", "sub", "mul", "truediv", "floordiv", "mod", "pow"}
_OPERATORS |= {"getitem", "setitem", "delitem"}
Reply = tuple[Any, ...]


def prepare() -> None:
    """What every room does in the same way, done once in the warm parent."""
    shell.prepare()


def serve(sock: socket.socket) -> NoReturn:
    """Do what the examiner asks until it closes the socket, then end the process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        _Server(sock).serve()
    except (frames.Closed, wire.Malformed):
        pass
    finally:
        os._exit(0)


class _Server:
    """The student's end of the socket."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._objects: dict[int, object] = {}  # what the examiner holds by a handle
        self._last = 0
        self._lock = threading.RLock()  # a student's threads may call back, too
        self._shell = shell.start()

    def serve(self) -> NoReturn:
        while True:
            self._answer(frames.receive(self._sock, self._resolve))

    def _answer(self, request: Any) -> None:
        serial, operation, dropped, *operands = request
        for number in dropped:
            self._objects.pop(number, None)
        reply = self._attempt(getattr(self, f"do_{operation}"), operands)
        try:
            parts = frames.pack((serial, *reply, self._shell.shown.take()), self._refer)
        except wire.Refused as refusal:
            parts = frames.pack((serial, "refused", str(refusal), {}, []), self._refer)
        except Exception as error:  # a student's class broke what looked at it
            sentence = f"Looking at it raised {type(error).__name__}."
            parts = frames.pack((serial, "refused", sentence, {}, []), self._refer)
        frames.send(self._sock, parts)

    def _attempt(self, work: Callable[..., Reply], operands: list[Any]) -> Reply:
        try:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            try:
                return work(*operands)
            finally:
                signal.signal(signal.SIGINT, signal.SIG_IGN)
        except BaseException as error:
            return "raise", _told(error), {}

    def do_begin(self, hidden: list[str], output_bytes: int) -> Reply:
        """Make the room ready for a lesson."""
        self._shell.shown.limit = output_bytes
        stand_ins.install(hidden)
        # The student's own modules, as a kernel has them; last, so that they take no other's place.
        sys.path.append(os.getcwd())
        return "return", None, {}

    def do_cell(self, source: str, count: int) -> Reply:
        """Run a cell; its outputs go with the reply."""
        self._shell.run(source, count)
        return "return", None, {}

    def do_names(self, names: list[str]) -> Reply:
        """Those of the names that are defined, with what they stand for now."""
        space = self._shell.user_ns
        return "return", {name: space[name] for name in names if name in space}, {}

    def do_call(self, target: Any, args: list[Any], kwargs: dict[str, Any]) -> Reply:
        """Call something; arguments that it changed come back beside the result."""
        given: dict[Any, Any] = {**dict(enumerate(args)), **kwargs}
        before = {place: _snapshot(value) for place, value in given.items() if _can_change(value)}
        try:
            kind, payload = "return", target(*args, **kwargs)
        except BaseException as error:
            kind, payload = "raise", _told(error)
        changed = {
            place: given[place] for place, old in before.items() if not _is_still(given[place], old)
        }
        return kind, payload, changed

    def do_parameters(self, target: Any) -> Reply:
        """The names of a function's parameters, to tell an argument by its name."""
        return "return", list(inspect.signature(target).parameters)[:50], {}

    def do_hidden_use(self, target: Any, hides: list[str]) -> Reply:
        """Which hidden package the target uses, in a sentence: `course_lib.checks.code.imports`."""
        return "return", imports.hidden_use([target], hides), {}

    def do_search(self, target: Any, names: list[str], setup: list[str]) -> Reply:
        """Where the target holds a loop or one of the names: see course_lib.checks.code.search."""
        found = search.first_found(target, names, setup)
        return "return", found and tuple(found), {}

    def do_getattr(self, target: Any, name: str) -> Reply:
        return "return", getattr(target, name), {}

    def do_setattr(self, target: Any, name: str, value: Any) -> Reply:
        setattr(target, name, value)
        return "return", None, {}

    def do_operator(self, name: str, operands: list[Any]) -> Reply:
        if name not in _OPERATORS:
            raise TypeError(name)
        return "return", getattr(operator, name)(*operands), {}

    def do_length(self, target: Any) -> Reply:
        return "return", len(target), {}

    def call_back(self, number: int, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Have a function of the examiner's run over there."""
        with self._lock:
            parts = frames.pack(("callback", number, args, kwargs), self._refer)
            frames.send(self._sock, parts)
            while True:
                message = frames.receive(self._sock, self._resolve)
                if message[0] == "answer":
                    return message[1]
                if message[0] == "failed":
                    raise _builtin_error(message[1])(message[2])
                self._answer(message)

    def _refer(self, thing: object) -> list[Any]:
        if type(thing) is Callback:
            return ["k", thing.number]
        self._last += 1
        self._objects[self._last] = thing
        kind = type(thing)
        about = [str(kind.__name__), str(kind.__module__), callable(thing)]
        if callable(thing):
            about.append(str(getattr(thing, "__name__", "")))
        return ["h", self._last, *about]

    def _resolve(self, tree: list[Any]) -> object:
        if tree[0] == "h":
            return self._objects[tree[1]]
        return Callback(self, tree[1], tree[2])


class Callback:
    """A function of the examiner's, lent for one check."""

    def __init__(self, server: _Server, number: int, name: str) -> None:
        self._server = server
        self.number = number
        self.__name__ = name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._server.call_back(self.number, args, kwargs)

    def __repr__(self) -> str:
        return f"<function {self.__name__}>"


def _can_change(value: object) -> bool:
    return value is not None and type(value) not in (bool, int, float, complex, str, bytes)


def _snapshot(value: object) -> snapshots.Snapshot | None:
    try:
        return snapshots.snapshot(value)
    except wire.Refused:
        return None


def _is_still(value: object, before: snapshots.Snapshot | None) -> bool:
    try:
        return before is not None and snapshots.unchanged(value, before)
    except wire.Refused:
        return before is None


def _told(error: BaseException) -> Reply:
    """An exception as text: its type, its built-in bases, its message, where it came from."""
    kind = type(error)
    known = vars(builtins)
    bases = [base.__name__ for base in kind.__mro__ if known.get(base.__name__) is base]
    try:
        message = str(error)
    except BaseException:
        message = ""
    try:
        text = _traceback(error)
    except BaseException:
        text = ""
    return str(kind.__name__), bases, "".join(message)[:5000], bool(error.args), _place(error), text


def _traceback(error: BaseException) -> str:
    """As Python would print it, without the lines of the room's own files."""
    report = traceback.TracebackException.from_exception(error)
    report.__cause__ = report.__context__ = None
    own = str(Path(__file__).parents[1]) + os.sep
    lines = [line for line in report.stack if not line.filename.startswith(own)]
    report.stack = traceback.StackSummary.from_list(lines)
    return "".join(report.format())[-5000:]


def _place(error: BaseException) -> list[Any]:
    """The deepest line of the student's own functions: name, line in it, its text; else nothing."""
    place: list[Any] = []
    for frame, line in traceback.walk_tb(error.__traceback__):
        code = frame.f_code
        if "ipython-input" in code.co_filename and not code.co_name.startswith("<"):
            text = linecache.getline(code.co_filename, line, frame.f_globals).strip()
            place = [code.co_name, line - code.co_firstlineno, text[:200]]
    return place


def _builtin_error(name: str) -> type[Exception]:
    kind = vars(builtins).get(name)
    return kind if isinstance(kind, type) and issubclass(kind, Exception) else RuntimeError
