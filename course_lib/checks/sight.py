"""What does a reader see in the check that runs: which arrays, and which of their own functions?"""

import contextlib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any

from numpy.typing import NDArray

from course_lib.checks.code.follow import Step, steps_of
from course_lib.checks.difference.values import as_array, kind

_PASSED_ON = (str(Path(__file__).parent), contextlib.__file__)
_GIVES = ("STORE_NAME", "STORE_GLOBAL")
_TAKES = ("LOAD_NAME", "LOAD_GLOBAL")


def lengths_in_sight() -> frozenset[int]:
    """The lengths of all axes of the arrays that the running check has names for."""
    return frozenset(length for array in arrays_in_sight().values() for length in array.shape)


def arrays_in_sight() -> dict[str, NDArray[Any]]:
    """The arrays that the running check has names for.

    What else a notebook holds is out of sight.
    """
    frame = check_frame()
    if frame is None:
        return {}
    names = [*frame.f_locals]
    if frame.f_locals is frame.f_globals:  # which hold what other cells made, too
        names = [s.argval for s in _steps_within(frame.f_code) if s.opname in _GIVES + _TAKES]
    values = {name: frame.f_locals[name] for name in names if name in frame.f_locals}
    return {
        name: as_array(value)
        for name, value in values.items()
        if kind(value) in ("array", "tensor")
    }


def named_in_sight(setup: Sequence[str] = ()) -> list[object]:
    """What the names stand for that the running check takes from its notebook, less those that it
    gives itself and those of the set-up cells."""
    frame = check_frame()
    if frame is None:
        return []
    steps = [*_steps_within(frame.f_code)]
    own = {step.argval for step in steps if step.opname in _GIVES} | {*setup}
    taken = dict.fromkeys(step.argval for step in steps if step.opname in _TAKES)
    found = [frame.f_globals[name] for name in taken if name in frame.f_globals and name not in own]
    return [one for one in found if not _is_from(frame.f_code.co_filename, one)]


def _steps_within(code: CodeType) -> Iterator[Step]:
    """Its instructions, and those of the comprehensions and lambdas in it."""
    yield from steps_of(code)
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _steps_within(inner)


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
