"""What does a reader see in the check that runs: which arrays, and which of their own functions?"""

import contextlib
import dis
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType, FunctionType

from course_lib.checks.values import as_array, kind

_PASSED_ON = (str(Path(__file__).parent), contextlib.__file__)
_MOST_NAMES = 300
_GIVES = ("STORE_NAME", "STORE_GLOBAL")


def lengths_in_sight() -> frozenset[int]:
    """The lengths of all axes of the arrays that the running check has names for."""
    frame = check_frame()
    values = list(frame.f_locals.values())[-_MOST_NAMES:] if frame else []
    arrays = [as_array(value) for value in values if kind(value) in ("array", "tensor")]
    return frozenset(length for array in arrays for length in array.shape)


def named_in_sight(setup: Sequence[str] = ()) -> list[object]:
    """What the names stand for that the running check takes from its notebook, less those that it
    gives itself and those of the set-up cells."""
    frame = check_frame()
    if frame is None:
        return []
    own = {step.argval for step in dis.get_instructions(frame.f_code) if step.opname in _GIVES}
    own |= {*setup}
    taken = [name for name in frame.f_code.co_names if name in frame.f_globals and name not in own]
    found = [frame.f_globals[name] for name in taken]
    return [one for one in found if not _is_from(frame.f_code.co_filename, one)]


def _is_from(file: str, value: object) -> bool:
    parts = [*vars(value).values()] if isinstance(value, type) else [value]
    return any(
        isinstance(part, FunctionType) and part.__code__.co_filename == file for part in parts
    )


def check_frame() -> FrameType | None:
    """The check's own lines, below the helpers that it called."""
    frame: FrameType | None = sys._getframe()
    while frame is not None and (
        frame.f_code.co_filename.startswith(_PASSED_ON) or "__tracebackhide__" in frame.f_globals
    ):
        frame = frame.f_back
    return frame
