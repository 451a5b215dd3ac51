"""Computes with threads and a pool, and writes a file of its own and reads it."""

# %% squares
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


def sum_of_squares(x):
    with ThreadPoolExecutor(2) as pool:
        squares = list(pool.map(lambda value: value * value, x))
    Path("squares.txt").write_text(repr([float(value) for value in squares]))
    return float(sum(eval(Path("squares.txt").read_text())))
