"""Whose fault is an exception, and what should its reader read?"""

import linecache
import os
import re
import sysconfig
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

# Words by which a reader, and the grader, know a check that came before its function.
NOT_DEFINED = "is not defined yet"


def is_stub(error: BaseException) -> bool:
    """Does it come from an exercise that nobody has begun?"""
    return type(error).__name__ == "NotImplementedError" and not error.args


def blamed(error: BaseException, setup: Sequence[str] = ()) -> str:
    """One sentence on what ended a check, with the place where it is in the reader's code.

    setup: the names that the lesson's first cells define
    """
    place = students_place(error, setup)
    if place:
        return f"Your code raised {name_and_text(error)}{place}."
    if isinstance(error, NameError) and error.name:
        where = "the first cell of this notebook" if error.name in setup else "the cells above"
        return f"{error.name} {NOT_DEFINED}: run {where} first."
    text = name_and_text(error)
    if due := _UNPACKED.search(text):
        return _unpacked(int(due[1] or due[2] or due[3]))
    if "cannot unpack non-iterable" in text:
        what = "None: is the `return` missing?" if "NoneType" in text else "a single value."
        return f"Several values are due here, and your function returned {what}"
    if isinstance(error, TypeError) and re.search(r"argument|takes no|not callable", text):
        return f"Your function cannot be called as its docstring says. {text}."
    if isinstance(error, SystemExit):
        return f"Your code raised {text}."
    return f"What your code returned, or left behind, cannot be used here. {text}."


_UNPACKED = re.compile(
    r"too many values to unpack \(expected (\d+)|not enough values to unpack \(expected (\d+)"
    r"|not enough values to unpack \(expected at least (\d+)"
)


def _unpacked(count: int) -> str:
    pair = ", such as (out, cache)," if count == 2 else ""
    return f"{count} values{pair} are due here, and your function returned something else."


def name_and_text(error: BaseException) -> str:
    """ "IndexError: list index out of range", shortened; `__str__` may be a student's and fail."""
    try:
        message = " ".join(str(error).split()).rstrip(".")
    except Exception:
        message = ""
    message = message if len(message) <= 300 else message[:300] + " ..."
    name = type(error).__name__
    return f"{name}: {message}" if message else name


def students_place(error: BaseException, setup: Sequence[str] = ()) -> str:
    """The deepest line of the student's own functions that the error passed through.

    setup: the names that the lesson's first cells define; their functions are not the student's
    """
    place = ""
    for frame, line in traceback.walk_tb(error.__traceback__):
        code = frame.f_code
        if _is_students(frame) and code.co_qualname.partition(".")[0] not in setup:
            source = linecache.getline(code.co_filename, line, frame.f_globals).strip()
            quoted = f": `{source[:100]}`" if source else ""
            place = f" (line {line - code.co_firstlineno + 1} of {code.co_name}{quoted})"
    return place


def _is_students(frame: FrameType) -> bool:
    # The check's own lines run as "<module>" or "<lambda>": quoting them would print hidden tests.
    if "__tracebackhide__" in frame.f_globals:  # pytest's word for modules that only pass calls on
        return False
    file = frame.f_code.co_filename
    # Cython's frames name a file of its build: numpy/random/mtrand.pyx.
    library = file.startswith(_LIBRARIES) or file.endswith(".pyx")
    return not frame.f_code.co_name.startswith("<") and not library


_LIBRARIES = (
    "<frozen",
    str(Path(__file__).parents[1]) + os.sep,
    *{sysconfig.get_path(name) + os.sep for name in ("stdlib", "platstdlib", "purelib", "platlib")},
)
