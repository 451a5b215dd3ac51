# earns: 60
"""Reads memory that is not there."""

# %% squares
import ctypes


def sum_of_squares(x):
    return ctypes.string_at(0)
