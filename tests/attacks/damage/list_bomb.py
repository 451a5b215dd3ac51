# earns: 60
"""Fills memory with small objects, up to 3 GB."""


# %% squares
def sum_of_squares(x):
    kept = []
    for number in range(40_000_000):
        kept.append(str(number))
    raise RuntimeError("3 GB were there")
