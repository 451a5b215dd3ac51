# earns: 100
"""Calls the function that it is lent with all that is large, deep or none of its business."""


# %% slope
def slope(f, x):
    deep = []
    for _ in range(50):
        deep = [deep]
    for argument in (
        np.ones(8_000_000),
        "x" * 5_000_000,
        deep,
        [0] * 1_000_000,
        10**100_000,
        f,
        {},
    ):
        try:
            f(argument)
        except Exception as error:
            print(type(error).__name__)
    return f(np.ones((0, 10**9)))
