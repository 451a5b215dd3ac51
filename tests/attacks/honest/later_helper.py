"""Defines below its answer, in a cell of its own, the helper that the answer calls."""


# %% squares
def sum_of_squares(x):
    return total_of(x * x)


# %%
def total_of(values):
    return float(values.sum())
