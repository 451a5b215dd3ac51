"""One verdict per check cell: its title, its random numbers, and what to say when it fails."""

import hashlib
import linecache
import os
import sysconfig
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import numpy as np

from course_lib.checks import box


class NotYet(AssertionError):  # noqa: N818, students read this name
    """An answer that is not right yet.

    what: the title of the check, filled in by `verdict`
    reason: the sentence that a student should read first
    evidence: the numbers behind it
    share: of the check's points, earned all the same; 0 to 1
    """

    def __init__(self, reason: str, evidence: str = "", what: str = "", share: float = 0.0) -> None:
        super().__init__(reason, evidence, what, share)
        self.reason = reason
        self.evidence = evidence
        self.what = what
        self.share = share

    def __str__(self) -> str:
        return box.text(self.what, False, self.reason, self.evidence, self.share)

    @property
    def line(self) -> str:
        """What stands where a traceback would: the box has said it all."""
        return f"{box.mark(False, self.share)} {self.what or self.reason}"

    def _render_traceback_(self) -> list[str]:  # IPython asks for this
        return [self.line]


@contextmanager
def verdict(what: str) -> Iterator[np.random.Generator]:
    """Run the checks of one cell and show exactly one box.

    what: the title, "distances without a loop"
    yields: a generator seeded by the title and by the environment variable COURSE_SEED, so that
        a rerun meets the same numbers
    raises: NotYet where an answer is wrong or not written; what a student's code raised goes on
        to the notebook as it came, after the box has named it
    """
    try:
        yield np.random.default_rng(_seed(what))
    except NotYet as failure:
        failure.what = what
        box.show(what, False, failure.reason, failure.evidence, failure.share)
        raise
    except NotImplementedError as error:
        if error.args:
            box.show(what, False, raised(error))
            raise
        stub = NotYet("Not written yet.", what=what)
        box.show(what, False, stub.reason)
        raise stub from None
    except (Exception, SystemExit) as error:
        box.show(what, False, raised(error))
        raise
    box.show(what, True)


def raised(error: BaseException) -> str:
    """ "Your code raised IndexError: ... (line 4 of f: `...`).", with the place where known."""
    place = _place(error)
    if isinstance(error, NameError) and error.name and not place:
        return f"{error.name} is not defined yet: run the cells above this one first."
    return f"Your code raised {name_and_text(error)}{place}."


def name_and_text(error: BaseException) -> str:
    """ "IndexError: list index out of range", shortened; `__str__` may be a student's and fail."""
    try:
        message = " ".join(str(error).split()).rstrip(".")
    except Exception:
        message = ""
    message = message if len(message) <= 300 else message[:300] + " ..."
    name = type(error).__name__
    return f"{name}: {message}" if message else name


def _seed(what: str) -> int:
    digest = hashlib.sha256((what + os.environ.get("COURSE_SEED", "")).encode()).digest()
    return int.from_bytes(digest)


def _place(error: BaseException) -> str:
    """The deepest line of the student's own functions that the error passed through."""
    place = ""
    for frame, line in traceback.walk_tb(error.__traceback__):
        if _is_students(frame):
            code = frame.f_code
            source = linecache.getline(code.co_filename, line, frame.f_globals).strip()
            quoted = f": `{source[:100]}`" if source else ""
            place = f" (line {line - code.co_firstlineno + 1} of {code.co_name}{quoted})"
    return place


def _is_students(frame: FrameType) -> bool:
    # The check's own lines run as "<module>" or "<lambda>": quoting them would print hidden tests.
    if "__tracebackhide__" in frame.f_globals:  # pytest's word for modules that only pass calls on
        return False
    file = frame.f_code.co_filename
    return not frame.f_code.co_name.startswith("<") and not file.startswith(_LIBRARIES)


_LIBRARIES = (
    "<frozen",
    str(Path(__file__).parents[1]) + os.sep,
    *{sysconfig.get_path(name) + os.sep for name in ("stdlib", "platstdlib", "purelib", "platlib")},
)
