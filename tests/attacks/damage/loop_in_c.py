# earns: 60
"""Loops for ever inside one call of C code, which holds the interpreter's lock."""

# %% squares
import re


def sum_of_squares(x):
    return re.match(r"(a+)+$", "a" * 60 + "b")
