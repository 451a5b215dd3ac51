"""Raises an exception of its own, derived from the one that is due, with cause and notes."""


# %% largest
class NoOrder(ValueError):
    def __init__(self, a, b):
        super().__init__(f"{a} and {b} have no order")
        self.pair = a, b


def largest(a, b):
    try:
        return sorted([a, b], key=lambda value: {True: 1 / 0}.get(value != value, value))[-1]
    except ZeroDivisionError:
        pass
    if a != a or b != b:
        raise NoOrder(a, b) from KeyError("nan")
    return a if a > b else b
