# earns: 60
"""Raises exceptions with a text of 100 MB, with a chain of a thousand, and without any text."""


# %% squares
class Mute(Exception):
    def __str__(self):
        raise self

    __repr__ = __str__


def sum_of_squares(x):
    try:
        for _ in range(1_000):
            try:
                raise Mute
            except Mute as error:
                last = error
        raise last
    except Mute as error:
        raise ValueError("x" * 100_000_000) from error
