"""One part of a result is wrong: is it what another part should be, and how do the others stand?"""

from collections.abc import Callable, Sequence

import numpy as np

from course_lib.checks.difference.values import as_array, kind
from course_lib.checks.judging import NotYet

_MANY = 8  # more parts are no longer read at a glance


def among_others(
    failure: NotYet,
    place: int,
    names: Sequence[str],
    due: Sequence[object],
    fits: Callable[[int, int], bool],
) -> NotYet:
    """The same failure, with what the other parts tell.

    failure: of the part at `place`; every part before it is right
    names, due: of all parts, what they are called and what is expected
    fits: (i, j): is part i what part j should be?
    """
    if len(names) > _MANY:
        return failure
    for other, name in enumerate(names):
        if other != place and _is_telling(due[other]) and fits(place, other):
            reason = f"{names[place]}: This is what {name} should be."
            return NotYet(reason, failure.evidence, failure.judgement)
    later = range(place + 1, len(names))
    wrong = [names[i] for i in later if not fits(i, i)]
    right = [*names[:place], *(names[i] for i in later if names[i] not in wrong)]
    evidence = f"{failure.evidence} {_standing(right, wrong)}".strip()
    return NotYet(failure.reason, evidence, failure.judgement)


def _is_telling(value: object) -> bool:
    """Does nothing else have this value by chance?"""
    if kind(value) not in ("array", "tensor"):
        return False
    array = as_array(value)
    return array.dtype.kind == "f" and array.size > 1 and len(np.unique(np.abs(array))) > 2


def _standing(right: Sequence[str], wrong: Sequence[str]) -> str:
    """ "dx and db are right, dWh is wrong, too." """
    told = [f"{_listed(right)} right"] if right else []
    told += [f"{_listed(wrong)} wrong, too"] if wrong else []
    return f"{', '.join(told)}." if told else ""


def _listed(names: Sequence[str]) -> str:
    *before, last = names
    return f"{', '.join(before)} and {last} are" if before else f"{last} is"
