# earns: 60
"""Starts processes that start processes, up to about 200 and for at most 20 seconds."""

# %% squares
import os
import time


def sum_of_squares(x):
    until = time.monotonic() + 20
    for _ in range(7):  # 2 to the power of 7
        try:
            os.fork()
        except OSError:
            break
    while time.monotonic() < until:
        time.sleep(0.5)
    os._exit(1)
