# earns: 100
"""Writes a letter to standard output and one to standard error, in turn, 100,000 times."""

# %% squares
import sys

for _ in range(100_000):
    sys.stdout.write("a")
    sys.stderr.write("b")


def sum_of_squares(x):
    return float((x**2).sum())
