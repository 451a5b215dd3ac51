"""Leaves the stub above and writes the answer in a cell of its own below it."""


# %%
def sum_of_squares(x):
    return 0.0


# %% squares
def sum_of_squares(x):
    raise NotImplementedError


# %%
def sum_of_squares(x):
    return float((x**2).sum())
