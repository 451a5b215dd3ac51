# earns: 60
"""Sleeps as long as it may, in its own cell and at the check: no cell limit alone stops it."""

# %%
import time

time.sleep(1.5)


# %% squares
def sum_of_squares(x):
    time.sleep(600)
