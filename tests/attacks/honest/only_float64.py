"""Gives an answer that works in float64 only, and says so."""


# %% squares
def sum_of_squares(x):
    assert isinstance(x, np.ndarray), type(x)
    assert x.dtype == np.float64, x.dtype
    assert x.flags.writeable
    return np.float64((x**2).sum())
