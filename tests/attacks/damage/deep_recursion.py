# earns: 60
"""Recurses past the end of the stack."""

# %% squares
import sys


def sum_of_squares(x):
    sys.setrecursionlimit(2**31 - 1)
    return sum_of_squares([x, *map(repr, [x])])
