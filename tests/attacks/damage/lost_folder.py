# earns: 60
"""Removes the folder that it stands in."""

# %% squares
import os

os.mkdir("gone")
os.chdir("gone")
os.rmdir("../gone")


def sum_of_squares(x):
    return None
