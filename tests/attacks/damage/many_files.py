# earns: 60
"""Writes 20,000 files."""

# %% squares
from pathlib import Path


def sum_of_squares(x):
    for number in range(20_000):
        Path(f"file-{number}").write_text("x")
    raise RuntimeError("20,000 files were written")
