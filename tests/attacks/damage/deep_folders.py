# earns: 60
"""Makes 2,000 folders inside each other, deeper than a path may be long."""

# %% squares
import os

here = os.getcwd()
try:
    for _ in range(2_000):
        os.mkdir("deeper-and-deeper")
        os.chdir("deeper-and-deeper")
except OSError:
    pass
os.chdir(here)


def sum_of_squares(x):
    return None
