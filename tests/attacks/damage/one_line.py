# earns: 60
"""Prints 200 MB in one line, at the check."""


# %% squares
def sum_of_squares(x):
    print("x" * 200_000_000)
