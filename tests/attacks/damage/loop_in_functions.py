# earns: 0
"""Loops for ever in every function, at every call."""


# %% squares
def sum_of_squares(x):
    while True:
        pass


# %% largest
def largest(a, b):
    while True:
        pass
