# earns: 100
"""Prints 200 MB in two million lines; the answer is right."""


# %% squares
def sum_of_squares(x):
    return float((x**2).sum())


# %%
for _ in range(2_000):
    print(("x" * 99 + "\n") * 1_000)
