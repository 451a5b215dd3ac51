"""Lesson 01: distances, votes of neighbours, folds, principal components."""

from typing import TYPE_CHECKING, Any

from course_lib.oracle.convert import oracle

if TYPE_CHECKING:
    from torch import Tensor


@oracle
def l2_distances(X: Any, Y: Any) -> Any:
    """Euclidean distance of every row of X to every row of Y.

    X: (M, D) float
    Y: (N, D) float
    returns: (M, N) float64
    raises: ValueError where the two have different D
    """
    return _distances(X, Y, 2)


@oracle
def l1_distances(X: Any, Y: Any) -> Any:
    """Sum of absolute differences of every row of X to every row of Y.

    X: (M, D) float
    Y: (N, D) float
    returns: (M, N) float64
    raises: ValueError where the two have different D
    """
    return _distances(X, Y, 1)


@oracle
def knn_labels(dists: Any, y_train: Any, k: int) -> Any:
    """The most common label among the k nearest; the smaller label where two are as common.

    Of training rows that are equally near, the first ones count.

    dists: (M, N) float, distances of M test rows to N training rows
    y_train: (N,) int, labels from 0
    returns: (M,) int64
    raises: ValueError where shapes do not fit or k is not in 1 .. N
    """
    import torch

    if dists.ndim != 2 or y_train.shape != dists.shape[1:]:
        raise ValueError(
            f"distances of shape {tuple(dists.shape)} do not fit {tuple(y_train.shape)} labels"
        )
    if not 1 <= k <= dists.shape[1]:
        raise ValueError(f"k is {k}, and there are {dists.shape[1]} training rows")
    nearest = y_train[torch.argsort(dists, dim=1, stable=True)[:, :k]]
    # mode breaks ties to the smaller value.
    return torch.mode(nearest, dim=1).values


@oracle
def principal_components(X: Any, count: int) -> Any:
    """The directions in which the centred rows of X vary most, in descending order.

    The sign is fixed: the entry of largest magnitude in each direction is positive.

    X: (N, D) float
    returns: (count, D) float64, orthonormal rows
    raises: ValueError where X is not 2-D or count is not in 1 .. min(N, D)
    """
    import torch

    if X.ndim != 2:
        raise ValueError(f"rows of shape (N, D) are due, this has shape {tuple(X.shape)}")
    if not 1 <= count <= min(X.shape):
        raise ValueError(f"{count} components cannot come from shape {tuple(X.shape)}")
    centred = X.double() - X.double().mean(dim=0)
    rows = torch.linalg.svd(centred, full_matrices=False).Vh[:count]
    largest = rows.gather(1, rows.abs().argmax(dim=1, keepdim=True))
    return rows * largest.sign()


@oracle
def fold_indices(n: int, folds: int) -> Any:
    """0 .. n-1 in consecutive folds; the first ones are longer by one where it does not divide.

    returns: list of `folds` int64 arrays
    raises: ValueError where folds is not in 1 .. n
    """
    import torch

    if not 1 <= folds <= n:
        raise ValueError(f"{n} rows cannot make {folds} folds")
    return list(torch.tensor_split(torch.arange(n), folds))


def _distances(X: "Tensor", Y: "Tensor", p: float) -> "Tensor":
    import torch

    if X.ndim != 2 or Y.ndim != 2 or X.shape[1] != Y.shape[1]:
        raise ValueError(f"rows of shapes {tuple(X.shape)} and {tuple(Y.shape)} cannot be compared")
    # The shortcut through a matrix product loses half the digits where rows are close.
    exact = "donot_use_mm_for_euclid_dist"
    return torch.cdist(X.double(), Y.double(), p=p, compute_mode=exact)
