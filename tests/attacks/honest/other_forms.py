"""Answers with a lambda, a partial, a method and NumPy's own number."""

# %% squares
import functools


class Sums:
    def __init__(self, power):
        self.power = power

    def of(self, x):
        return (x**self.power).sum()


sum_of_squares = Sums(2).of


# %% largest
def checked(function, a, b):
    if a != a or b != b:
        raise ValueError
    return function(a, b)


largest = functools.partial(checked, lambda a, b: a if a > b else b)
