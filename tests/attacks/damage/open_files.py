# earns: 60
"""Opens files until no more can be opened."""


# %% squares
def sum_of_squares(x):
    kept = []
    for _ in range(100_000):
        kept.append(open("/dev/null"))
