"""Lesson 01: distances, votes of neighbours, folds, changed images, principal components."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

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
def labels(dists: Any, y_train: Any, k: int) -> Any:
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


def principal_coordinates(
    X_train: NDArray[Any], X_test: NDArray[Any], count: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """scikit-learn's PCA, fitted on the rows of X_train and applied to those of both.

    X_train: (N, D) float
    X_test: (M, D) float
    returns: (N, count) and (M, count) float64, largest variance first; the signs are as they come
    raises: ValueError where shapes do not fit or count is larger than min(N, D)
    """
    from sklearn.decomposition import PCA

    model = PCA(count, svd_solver="full").fit(np.asarray(X_train, float))
    return model.transform(X_train), model.transform(np.asarray(X_test, float))


@oracle
def folds(X: Any, y: Any, count: int) -> Any:
    """Rows and labels in consecutive folds; the first are longer by one where it does not divide.

    X: (N, D) float
    y: (N,) int
    returns: two lists of `count` arrays, float64 and int64
    raises: ValueError where count is not in 1 .. N
    """
    import torch

    if not 1 <= count <= len(X):
        raise ValueError(f"{len(X)} rows cannot make {count} folds")
    return list(torch.tensor_split(X, count)), list(torch.tensor_split(y, count))


def fold_accuracies(
    X: NDArray[Any], y: NDArray[Any], k_choices: Sequence[int], folds: int
) -> dict[int, list[float]]:
    """Validation accuracy of scikit-learn's kNN in L2 distance, on consecutive folds.

    X: (N, D) float
    y: (N,) int
    returns: for each k the accuracy on each fold
    raises: ValueError where folds is not in 2 .. N
    """
    from sklearn.model_selection import KFold, cross_val_score
    from sklearn.neighbors import KNeighborsClassifier

    split = KFold(folds)
    return {k: cross_val_score(KNeighborsClassifier(k), X, y, cv=split).tolist() for k in k_choices}


@oracle
def shifted(image: Any, pixels: int) -> Any:
    """An image moved to the right, with its first column repeated in the gap.

    image: (C, H, W)
    pixels: 0 to W
    returns: (C, H, W) float64
    """
    import torch

    moved = torch.nn.functional.pad(image.double(), (pixels, 0), mode="replicate")
    return moved.narrow(2, 0, image.shape[2])


@oracle
def blend(image: Any, changed: Any, t: float) -> Any:
    """The blend of two images, and how far it is from the first.

    image, changed: float, of one shape
    t: 0 gives the image, 1 the changed one
    returns: the blend, float64; its L2 distance from the image, a float
    """
    import torch

    mixed = torch.lerp(image, changed, t)
    return mixed, torch.dist(image, mixed).item()


def _distances(X: "Tensor", Y: "Tensor", p: float) -> "Tensor":
    import torch

    if X.ndim != 2 or Y.ndim != 2 or X.shape[1] != Y.shape[1]:
        raise ValueError(f"rows of shapes {tuple(X.shape)} and {tuple(Y.shape)} cannot be compared")
    # The shortcut through a matrix product loses half the digits where rows are close.
    exact = "donot_use_mm_for_euclid_dist"
    return torch.cdist(X.double(), Y.double(), p=p, compute_mode=exact)
