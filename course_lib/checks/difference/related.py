"""Is a wrong array the right one times, plus or minus an array that the reader sees in the check?

A forgotten `dout`, a `gamma` too many: a fact about three arrays, told by the name of the third.
"""

from collections.abc import Iterator

import numpy as np

from course_lib.checks.difference.patterns import Array, Pair


def relation(pair: Pair) -> str:
    """The first array in sight that makes one of the other, as a sentence; "" where none does."""
    if pair.exact or np.iscomplexobj(pair.yours) or np.iscomplexobj(pair.due):
        return ""
    for name, seen in pair.seen.items():
        if not _tells(seen) or any(_same(seen, one) for one in (pair.yours, pair.due)):
            continue
        for spread in _spreads(seen, pair.due.shape):
            if pair.alike(pair.yours, pair.due * spread):
                return f"Yours is what is expected, times {name}."
            if pair.alike(pair.yours * spread, pair.due):
                return f"{name} is missing as a factor: yours times {name} is what is expected."
            if pair.alike(pair.yours, pair.due + spread):
                return f"Yours is what is expected, plus {name}."
            if pair.alike(pair.yours + spread, pair.due):
                return f"Yours is what is expected, minus {name}."
    return ""


def _tells(seen: Array) -> bool:
    """Has it numbers enough that no other array gives the same by chance?"""
    return seen.size > 2 and bool(np.isfinite(seen).all()) and len(np.unique(np.abs(seen))) > 2


def _same(a: Array, b: Array) -> bool:
    return a.shape == b.shape and np.allclose(a, b)


def _spreads(seen: Array, shape: tuple[int, ...]) -> Iterator[Array]:
    """The array as it lines up with that shape; where it has one axis, along each that fits."""
    if seen.ndim == 1:
        for place in range(len(shape)):
            if shape[place] == len(seen):
                yield seen.reshape(tuple(-1 if i == place else 1 for i in range(len(shape))))
    elif seen.ndim <= len(shape) and all(
        n in (1, m) for n, m in zip(seen.shape[::-1], shape[::-1])
    ):
        yield seen
