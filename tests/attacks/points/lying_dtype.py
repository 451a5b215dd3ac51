"""Returns arrays and numbers that lie about their class, dtype, shape and bytes."""


# %% squares
class Liar(np.ndarray):
    __class__ = float
    dtype = property(lambda self: np.dtype(float))
    shape = property(lambda self: ())
    nbytes = property(lambda self: 8)
    flags = property(lambda self: np.zeros(1).flags)

    def tobytes(self, order="C"):
        return b"\0" * 8

    def __array_wrap__(self, array, context=None, return_scalar=False):
        return True


def sum_of_squares(x):
    return np.zeros(3, dtype="O").view(Liar)


# %% largest
class Number(np.float64):
    __class__ = float
    __eq__ = lambda self, other: True
    __hash__ = np.float64.__hash__


def largest(a, b):
    return Number(123.0)
