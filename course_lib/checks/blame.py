"""Whose fault is an exception, and what should its reader read?"""

import linecache
import os
import re
import sysconfig
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import CodeType, FrameType

from course_lib.checks import session
from course_lib.checks.apart import taken_apart

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
    text = name_and_text(error)
    due, came = taken_apart(error, text)
    if due and _is_of_check(error, setup):
        reason = f"{due[0].upper()}{due[1:]} are due here, and your function returned {came}"
        return f"{reason}: is the `return` missing?" if came == "None" else f"{reason}."
    if place:
        # Of too many and too few, Python's own words say as much.
        single = came == "None" or came.startswith("one")
        counted = f": {came}{',' * (',' in came)} came where {due} are due" if single else ""
        return f"Your code raised {text}{place}{counted}."
    if isinstance(error, NameError) and error.name:
        if session.is_broken(error.name):
            return session.BROKEN.format(error.name)
        where = "the first cell of this notebook" if error.name in setup else "the cells above"
        return f"{error.name} {NOT_DEFINED}: run {where} first."
    if isinstance(error, TypeError) and re.search(r"argument|takes no|not callable", text):
        return f"Your function cannot be called as its docstring says. {text}."
    if isinstance(error, SystemExit):
        return f"Your code raised {text}."
    return f"What your code returned, or left behind, cannot be used here. {text}."


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
    place, check = "", _check_file(error)
    for frame, line in traceback.walk_tb(error.__traceback__):
        code = frame.f_code
        if _is_students(frame, setup) and code.co_filename != check:
            source = linecache.getline(code.co_filename, line, frame.f_globals).strip()
            quoted = f": `{source[:100]}`" if source else ""
            place = f" (line {line - code.co_firstlineno + 1} of {code.co_name}{quoted})"
    return place


def _is_of_check(error: BaseException, setup: Sequence[str]) -> bool:
    """Did a line of the check itself raise it, or one of the lesson's own that works for it?"""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    if not frames:
        return False
    code = frames[-1].f_code
    of_lesson = code.co_qualname.partition(".")[0] in setup
    own = code.co_filename == _check_file(error)
    return own or of_lesson or code.co_filename.startswith(_COURSE)


def _check_file(error: BaseException) -> str:
    """Where the outermost line of the check's stands: what is defined there is the check's own."""
    codes = (frame.f_code for frame, _ in traceback.walk_tb(error.__traceback__))
    return next((code.co_filename for code in codes if not is_library(code)), "")


def _is_students(frame: FrameType, setup: Sequence[str]) -> bool:
    # A cell's own lines run as "<module>": a check's would print hidden tests.
    code = frame.f_code
    if "__tracebackhide__" in frame.f_globals:  # pytest's word for modules that only pass calls on
        return False
    own = code.co_qualname.partition(".")[0] not in setup
    return own and not code.co_name.startswith("<") and not is_library(code)


def is_library(code: CodeType) -> bool:
    # Cython's frames name a file of its build: numpy/random/mtrand.pyx.
    return code.co_filename.startswith(_LIBRARIES) or code.co_filename.endswith(".pyx")


_COURSE = str(Path(__file__).parents[1]) + os.sep
_LIBRARIES = (
    "<frozen",
    _COURSE,
    *{sysconfig.get_path(name) + os.sep for name in ("stdlib", "platstdlib", "purelib", "platlib")},
)
