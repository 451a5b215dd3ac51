"""The verdict under every exercise: it says what is wrong with an answer, not only that it is."""

from course_lib.checks.accuracy import CURVES, Curve, class_numbers, graded
from course_lib.checks.arrays import finite
from course_lib.checks.behaviour import holds, leaves_alone, raises
from course_lib.checks.compare import equal
from course_lib.checks.judging import NotYet, share, verdict
from course_lib.checks.ladder import hint
from course_lib.checks.loops import without, without_loops
from course_lib.checks.session import watch as _watch
from course_lib.checks.waiting import watch as _watch_what_waits

__all__ = [
    "CURVES",
    "Curve",
    "NotYet",
    "class_numbers",
    "equal",
    "finite",
    "graded",
    "hint",
    "holds",
    "leaves_alone",
    "raises",
    "share",
    "verdict",
    "without",
    "without_loops",
]

_watch()
_watch_what_waits()
