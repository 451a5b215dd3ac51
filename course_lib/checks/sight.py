"""Which lengths does a reader see in the check that runs?"""

import sys
from pathlib import Path
from types import FrameType

from course_lib.checks.values import as_array, kind

_HERE = str(Path(__file__).parent)
_MOST_NAMES = 300


def lengths_in_sight() -> frozenset[int]:
    """The lengths of all axes of the arrays that the running check has names for."""
    frame: FrameType | None = sys._getframe()
    while frame is not None and (
        frame.f_code.co_filename.startswith(_HERE) or "__tracebackhide__" in frame.f_globals
    ):
        frame = frame.f_back
    if frame is None:
        return frozenset()
    values = list(frame.f_locals.values())[-_MOST_NAMES:]
    arrays = [as_array(value) for value in values if kind(value) in ("array", "tensor")]
    return frozenset(length for array in arrays for length in array.shape)
