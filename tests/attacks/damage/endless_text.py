# earns: 60
"""Raises an exception, and returns an object, whose text takes for ever to make."""


# %% squares
class Endless(Exception):
    def __str__(self):
        while True:
            pass

    __repr__ = __format__ = _repr_html_ = __str__


def sum_of_squares(x):
    raise Endless
