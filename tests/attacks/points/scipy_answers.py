"""Lets SciPy compute the answer, where the lesson forbids it."""

# %% squares
import scipy.spatial.distance


def sum_of_squares(x):
    return float(scipy.spatial.distance.sqeuclidean(x, np.zeros(len(x))))
