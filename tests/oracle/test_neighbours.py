"""The oracle of lesson 01 against SciPy and scikit-learn."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist
from sklearn.decomposition import PCA
from sklearn.model_selection import KFold
from sklearn.neighbors import KNeighborsClassifier

from course_lib import oracle

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(6, 30)), RNG.normal(size=(40, 30))


def test_distances_are_scipys():
    """Do both distances agree with SciPy, also for float32 and integers?"""
    np.testing.assert_allclose(oracle.l2_distances(X, Y), cdist(X, Y), rtol=1e-13)
    np.testing.assert_allclose(oracle.l1_distances(X, Y), cdist(X, Y, "cityblock"), rtol=1e-13)
    half = X.astype(np.float32)
    np.testing.assert_allclose(oracle.l2_distances(half, Y), cdist(half, Y), rtol=1e-13)
    pixels = RNG.integers(0, 256, size=(5, 30), dtype=np.uint8)
    np.testing.assert_allclose(
        oracle.l1_distances(pixels, pixels), cdist(pixels, pixels, "cityblock")
    )


def test_equal_rows_are_at_distance_zero():
    """Is the distance of a row to itself exactly 0, without the rounding of a matrix product?"""
    far = X + 1e6
    assert (np.diag(oracle.l2_distances(far, far)) == 0).all()


def test_results_are_plain_float64_arrays():
    """Is the result NumPy's, in float64, and independent of what went in?"""
    result = oracle.l2_distances(X.astype(np.float32), Y.astype(np.float32))
    assert type(result) is np.ndarray
    assert result.dtype == np.float64


@pytest.mark.parametrize("k", [1, 2, 3, 5, 8, 40])
def test_labels_are_scikit_learns(k):
    """Does the vote agree with scikit-learn, which also breaks ties to the smaller label?"""
    labels = RNG.integers(0, 4, size=40)
    model = KNeighborsClassifier(k, algorithm="brute").fit(Y, labels)
    np.testing.assert_array_equal(
        oracle.knn_labels(oracle.l2_distances(X, Y), labels, k), model.predict(X)
    )


def test_ties_go_to_the_smaller_label():
    """Which label wins where two are as common, and which row where two are as near?"""
    dists = np.array([[1.0, 2.0, 3.0, 4.0]])
    assert oracle.knn_labels(dists, np.array([3, 1, 3, 1]), 4).tolist() == [1]
    assert oracle.knn_labels(dists, np.array([3, 1, 0, 0]), 2).tolist() == [1]
    assert oracle.knn_labels(np.zeros((1, 5)), np.array([4, 0, 1, 2, 3]), 1).tolist() == [4]


@pytest.mark.parametrize("count", [1, 3, 6])
def test_components_are_scikit_learns(count):
    """Are the directions those of scikit-learn's PCA, up to the sign that is fixed here?"""
    mine = oracle.principal_components(X + 5, count)
    theirs = PCA(count, svd_solver="full").fit(X + 5).components_
    theirs = theirs * np.sign(np.take_along_axis(theirs, np.abs(theirs).argmax(1)[:, None], 1))
    if count == len(X):  # six centred rows span five directions; the sixth is arbitrary
        mine, theirs = mine[:-1], theirs[:-1]
    np.testing.assert_allclose(mine, theirs, atol=1e-10)


@pytest.mark.parametrize(("n", "folds"), [(10, 5), (11, 4), (3, 3), (7, 1)])
def test_folds_are_scikit_learns(n, folds):
    """Are the folds consecutive, with the longer ones first?"""
    mine = oracle.fold_indices(n, folds)
    if folds > 1:
        theirs = [test for _, test in KFold(folds).split(np.zeros(n))]
        for a, b in zip(mine, theirs, strict=True):
            np.testing.assert_array_equal(a, b)
    for a, b in zip(mine, np.array_split(np.arange(n), folds), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: oracle.l2_distances(X, Y[:, :6]), r"shapes \(6, 30\) and \(40, 6\)"),
        (lambda: oracle.l1_distances(X[0], Y), r"shapes \(30,\)"),
        (lambda: oracle.l2_distances(np.array([["a"]]), Y), "array of numbers is due"),
        (lambda: oracle.knn_labels(X, np.zeros(29, int), 1), r"do not fit \(29,\) labels"),
        (lambda: oracle.knn_labels(X, np.zeros(30, int), 31), "k is 31, and there are 30"),
        (lambda: oracle.principal_components(X, 7), "7 components"),
        (lambda: oracle.principal_components(X[0], 1), r"shape \(30,\)"),
        (lambda: oracle.fold_indices(3, 4), "3 rows cannot make 4 folds"),
    ],
)
def test_wrong_shapes_are_told_in_a_sentence(call, sentence):
    """Does a caller who mixes shapes up read which ones?"""
    with pytest.raises(ValueError, match=sentence):
        call()
