# earns: 60
"""Fills memory, up to 3 GB."""


# %% squares
def sum_of_squares(x):
    kept = []
    for _ in range(30):
        kept.append(np.ones(100_000_000 // 8))
    raise RuntimeError("3 GB were there")
