# earns: 60
"""Tells of its error in three texts of a megabyte each, past what its own room would cut."""

# %% squares
import sys

long = "A" * 1_500_000
kinds = ["ValueError", "Exception", "BaseException", "object"]
told = ("ValueError", kinds, long, True, ["f", 1, long], long)
sys.modules["autograder.rooms.inside.student"]._told = lambda error: told


def sum_of_squares(x):
    raise ValueError
