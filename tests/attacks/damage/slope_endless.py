# earns: 100
"""Calls the function that it is lent for ever."""


# %% slope
def slope(f, x):
    while True:
        f(x)
