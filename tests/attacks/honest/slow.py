"""Is right, but takes its time over every call."""

# %% squares
import time


def sum_of_squares(x):
    time.sleep(0.4)
    return float((x**2).sum())
