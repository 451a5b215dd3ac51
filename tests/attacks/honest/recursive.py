"""Answers by recursion with default arguments, decorators and annotations."""

# %% squares
from __future__ import annotations

import functools
from dataclasses import dataclass


@dataclass
class Total:
    value: float = 0.0


def counted(function):
    @functools.wraps(function)
    def call(*args: object, **kwargs: object) -> float:
        return function(*args, **kwargs)

    return call


@counted
def sum_of_squares(x: np.ndarray, start: Total | None = None) -> float:
    if len(x) == 0:
        return 0.0 if start is None else start.value
    return float(x[0] ** 2) + sum_of_squares(x[1:], start)
