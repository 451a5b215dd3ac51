"""How does an exception of the student's code come back in the examiner's room?"""

import builtins
import functools
import keyword
import linecache
import types
from typing import Any, NoReturn

from autograder.rooms.examiner.paths import trimmed

LONGEST = 5_000  # characters of a message, and of a traceback, whatever the room has sent
__tracebackhide__ = True  # the place of an error is in the student's code, not here


def raise_again(report: object) -> NoReturn:
    """Raise what the student's code raised, as the nearest built-in exception with its message.

    The traceback shows the line of the student's function, if it was in one.
    """
    name, bases, message, has_args, place, text = report if type(report) is tuple else (None,) * 6
    if not isinstance(name, str) or not isinstance(message, str):
        raise RuntimeError("Your code raised something that cannot be told.")
    if isinstance(bases, list) and bases[:1] == ["SystemExit"]:
        raise SystemExit(message[:LONGEST])
    shown = word(name)
    if shown in vars(builtins) and isinstance(bases, list) and shown not in bases:
        shown = f"your own {shown}"  # which says it, but is no such thing
    error = _error_class(shown, _nearest(bases))  # type: ignore[arg-type]
    raised = error.__new__(error)
    message = trimmed(message[:LONGEST])
    raised.args = (message,) if has_args else ()
    raised.__dict__.update(course_message=message, course_traceback=trimmed(str(text)[-LONGEST:]))
    _raise_at(raised, place)


@functools.lru_cache(maxsize=1000)
def _error_class(name: str, base: type[Exception]) -> type[Exception]:
    def text(self: Any) -> str:
        return str(self.course_message)

    return type(name, (base,), {"__str__": text, "__module__": "builtins"})


def _raise_at(error: Exception, place: object) -> NoReturn:
    """Raise from a frame that bears the name and the text of a line of the student's."""
    if not (isinstance(place, list) and len(place) == 3):
        raise error
    name, line, text = place
    if not (
        isinstance(name, str) and type(line) is int and 0 <= line < 5000 and isinstance(text, str)
    ):
        raise error
    filename = "<your cell>"
    source = "def f(error):" + ("\n" * line or " ") + " raise error"
    module = compile(source, filename, "exec")
    code = next(part for part in module.co_consts if isinstance(part, types.CodeType))
    linecache.cache[filename] = (0, None, ["\n"] * line + [text[:200] + "\n"], filename)
    types.FunctionType(code.replace(co_name=word(name)), {})(error)
    raise error


def _nearest(bases: object) -> type[Exception]:
    """The first built-in exception among the names of a class's bases."""
    for name in bases if isinstance(bases, list) else []:
        kind = vars(builtins).get(name) if type(name) is str else None
        if isinstance(kind, type) and issubclass(kind, Exception) and kind is not ExceptionGroup:
            return kind
    return RuntimeError


def word(name: str) -> str:
    """A name fit to be shown: a student may have chosen anything."""
    fits = name.isidentifier() and not keyword.iskeyword(name) and len(name) <= 80
    return name if fits else "unnamed"
