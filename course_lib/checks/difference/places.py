"""Where is an array wrong, and what stands there?"""

import numpy as np
from numpy.typing import NDArray

from course_lib.checks.difference.patterns import Array, entries
from course_lib.checks.difference.values import index, number


def where_wrong(wrong: NDArray[np.bool_], yours: Array, due: Array) -> str:
    """ "Rows 3 and 4 (of 0 to 4) are wrong, the rest is right: yours are 0 there."

    "" where no place can be told: everything is wrong, or the wrong entries are strewn about and
    have nothing in common
    wrong: which entries are; yours, due: the two arrays
    """
    with np.errstate(all="ignore"):
        place, common = _place(wrong), _common(yours[wrong], due[wrong])
    if not place and common and not wrong.all():
        place = "Some entries are wrong, the rest is right."
    return f"{place.removesuffix('.')}: {common}." if place and common else place


def _place(wrong: NDArray[np.bool_]) -> str:
    """For the axis along which the fewest are wrong."""
    if wrong.ndim > 1 and wrong.size > 1 and np.count_nonzero(wrong) == 1:
        return f"Only the entry{index(int(np.argmax(wrong)), wrong.shape)} is wrong."
    if wrong.ndim == 2 and min(wrong.shape) > 2 and (wrong.sum(axis=1) == 1).all():
        same = wrong.shape[0] == wrong.shape[1] and wrong.diagonal().all()
        one = "The diagonal is wrong" if same else "In each row one entry is wrong"
        if wrong.any(axis=0).sum() > 1:
            return f"{one}, the rest is right."
    best = ""
    fewest = 1.0
    for axis in range(wrong.ndim):
        bad = np.asarray(wrong.any(axis=tuple(k for k in range(wrong.ndim) if k != axis)))
        if bad.mean() < fewest:
            fewest = float(bad.mean())
            best = _which(np.flatnonzero(bad).tolist(), len(bad), axis, wrong.ndim)
    return best or _border(wrong)


def _border(wrong: NDArray[np.bool_]) -> str:
    """Is it the outermost pixels alone, on all sides?"""
    if wrong.ndim < 3 or min(wrong.shape[-2:]) < 3:
        return ""
    if wrong[..., 1:-1, 1:-1].any():
        return ""
    axes = f"{wrong.ndim - 2} and {wrong.ndim - 1}"
    return f"Only the first and the last entries along axes {axes} are wrong, the rest is right."


def _common(yours: Array, due: Array) -> str:
    """What all wrong entries have in common."""
    if np.iscomplexobj(yours) or np.iscomplexobj(due) or not yours.size:
        return ""
    if not yours.any():
        return "0 stands there" if yours.size == 1 else "yours are all 0 there"
    if not due.any():
        return "0 is expected there"
    if yours.size > 1 and np.allclose(yours, -due, rtol=1e-6, atol=0):
        return "they have the opposite sign"
    quotients = yours / np.where(due == 0, np.nan, due)
    if yours.size > 1 and np.ptp(due) > 0 and np.allclose(quotients, quotients[0], rtol=1e-6):
        return f"they are {number(quotients[0])} times what is expected"
    gaps = yours - due
    if yours.size > 1 and np.ptp(due) > 0 and np.allclose(gaps, gaps[0], rtol=1e-6, atol=0):
        return f"they are {number(abs(gaps[0]))} too {'large' if gaps[0] > 0 else 'small'}"
    return ""


def _which(bad: list[int], total: int, axis: int, ndim: int) -> str:
    # Naming the first and the last index of all shows that they count from 0.
    listed, every = _listed(bad), f"(of 0 to {total - 1})"
    if ndim > 2:
        place = f"Along axis {axis}, the entries at index {listed} {every}"
        return f"{place} are wrong, the rest is right."
    if len(bad) == 1:
        single = ("Row", "Column")[axis] if ndim == 2 else "Entry"
        return f"{single} {listed} {every} is wrong, the rest is right."
    return f"{entries(axis, ndim).capitalize()} {listed} {every} are wrong, the rest is right."


def _listed(bad: list[int]) -> str:
    """ "4", "1 and 2", "1 to 4", "1, 2 and 5" or "1 and 9 others"."""
    *before, last = map(str, bad)
    if len(bad) > 2 and bad == list(range(bad[0], bad[-1] + 1)):
        return f"{bad[0]} to {last}"
    if len(bad) > 6:
        return f"{bad[0]} and {len(bad) - 1} others"
    return f"{', '.join(before)} and {last}" if before else last
