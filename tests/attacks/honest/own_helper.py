"""Has a helper, a constant and an import in a cell of their own."""

# %%
import math

TWO = 2


def power(value):
    return math.pow(value, TWO)


# %% squares
def sum_of_squares(x):
    return math.fsum(power(value) for value in x)
