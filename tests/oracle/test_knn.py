"""The oracle of lesson 01 against SciPy and scikit-learn."""

import numpy as np
import pytest
from scipy.ndimage import shift
from scipy.spatial.distance import cdist
from sklearn.model_selection import KFold
from sklearn.neighbors import KNeighborsClassifier

from course_lib import oracle

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(6, 30)), RNG.normal(size=(40, 30))


def test_distances_are_scipys():
    """Do both distances agree with SciPy, also for float32 and integers?"""
    np.testing.assert_allclose(oracle.knn.l2_distances(X, Y), cdist(X, Y), rtol=1e-13)
    np.testing.assert_allclose(oracle.knn.l1_distances(X, Y), cdist(X, Y, "cityblock"), rtol=1e-13)
    half = X.astype(np.float32)
    np.testing.assert_allclose(oracle.knn.l2_distances(half, Y), cdist(half, Y), rtol=1e-13)
    pixels = RNG.integers(0, 256, size=(5, 30), dtype=np.uint8)
    np.testing.assert_allclose(
        oracle.knn.l1_distances(pixels, pixels), cdist(pixels, pixels, "cityblock")
    )


def test_equal_rows_are_at_distance_zero():
    """Is the distance of a row to itself exactly 0, without the rounding of a matrix product?"""
    far = X + 1e6
    assert (np.diag(oracle.knn.l2_distances(far, far)) == 0).all()


def test_results_are_plain_float64_arrays():
    """Is the result NumPy's, in float64, and independent of what went in?"""
    result = oracle.knn.l2_distances(X.astype(np.float32), Y.astype(np.float32))
    assert type(result) is np.ndarray
    assert result.dtype == np.float64


@pytest.mark.parametrize("k", [1, 2, 3, 5, 8, 40])
def test_labels_are_scikit_learns(k):
    """Does the vote agree with scikit-learn, which also breaks ties to the smaller label?"""
    labels = RNG.integers(0, 4, size=40)
    model = KNeighborsClassifier(k, algorithm="brute").fit(Y, labels)
    np.testing.assert_array_equal(
        oracle.knn.labels(oracle.knn.l2_distances(X, Y), labels, k),
        model.predict(X),
    )


def test_ties_go_to_the_smaller_label():
    """Which label wins where two are as common, and which row where two are as near?"""
    dists = np.array([[1.0, 2.0, 3.0, 4.0]])
    assert oracle.knn.labels(dists, np.array([3, 1, 3, 1]), 4).tolist() == [1]
    assert oracle.knn.labels(dists, np.array([3, 1, 0, 0]), 2).tolist() == [1]
    assert oracle.knn.labels(np.zeros((1, 5)), np.array([4, 0, 1, 2, 3]), 1).tolist() == [4]


@pytest.mark.parametrize("count", [1, 3, 6])
def test_principal_coordinates_are_those_of_the_covariance(count):
    """Are they projections on the covariance's largest eigenvectors, from the training mean?"""
    train, test = Y[:, :6] * np.arange(1, 7), X[:, :6] + 5
    vectors = np.linalg.eigh(np.cov(train.T))[1][:, ::-1][:, :count]
    for mine, rows in zip(oracle.knn.principal_coordinates(train, test, count), (train, test)):
        theirs = (rows - train.mean(axis=0)) @ vectors
        np.testing.assert_allclose(np.abs(mine), np.abs(theirs), atol=1e-10)


def test_fold_accuracies_by_hand():
    """Does each image vote only where it is not held out, also where folds differ in size?"""
    X, y = np.array([[0.0], [1.0], [10.0], [11.0], [0.4]]), np.array([0, 1, 1, 0, 1])
    assert oracle.knn.fold_accuracies(X, y, [1, 3], 3) == {
        1: [0.5, 0.5, 0.0],
        3: [0.5, 0.5, 1.0],
    }


@pytest.mark.parametrize("pixels", [0, 1, 4])
def test_shifted_is_scipys_shift(pixels):
    """Does a shift agree with SciPy, which repeats the nearest column?"""
    image = RNG.integers(256, size=(3, 4, 5), dtype=np.uint8)
    theirs = shift(image, (0, 0, pixels), order=0, mode="nearest")
    np.testing.assert_array_equal(oracle.knn.shifted(image, pixels), theirs)


@pytest.mark.parametrize("t", [0.0, 0.25, 1.0])
def test_blends_lie_between_two_images(t):
    """Is the blend t of the way to the changed image, and its distance t of the whole one?"""
    mixed, distance = oracle.knn.blend(X, Y[:6], t)
    np.testing.assert_allclose(mixed, np.average([X, Y[:6]], axis=0, weights=[1 - t, t]))
    assert distance == pytest.approx(t * np.linalg.norm(Y[:6] - X))


@pytest.mark.parametrize(("n", "count"), [(10, 5), (11, 4), (3, 3), (7, 1)])
def test_folds_are_scikit_learns(n, count):
    """Are the folds consecutive, with the longer ones first?"""
    labels = np.arange(n)
    X_folds, y_folds = oracle.knn.folds(Y[:n], labels, count)
    assert type(X_folds) is type(y_folds) is list
    if count > 1:
        theirs = [test for _, test in KFold(count).split(labels)]
        for a, b in zip(y_folds, theirs, strict=True):
            np.testing.assert_array_equal(a, b)
    for a, b in zip(X_folds, np.array_split(Y[:n], count), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: oracle.knn.l2_distances(X, Y[:, :6]), r"shapes \(6, 30\) and \(40, 6\)"),
        (lambda: oracle.knn.l1_distances(X[0], Y), r"shapes \(30,\)"),
        (lambda: oracle.knn.l2_distances(np.array([["a"]]), Y), "array of numbers is due"),
        (
            lambda: oracle.knn.labels(X, np.zeros(29, int), 1),
            r"do not fit \(29,\) labels",
        ),
        (
            lambda: oracle.knn.labels(X, np.zeros(30, int), 31),
            "k is 31, and there are 30",
        ),
        (lambda: oracle.knn.principal_coordinates(X, X, 7), "n_components=7"),
        (lambda: oracle.knn.folds(X[:3], X[:3], 4), "3 rows cannot make 4 folds"),
    ],
)
def test_wrong_shapes_are_told_in_a_sentence(call, sentence):
    """Does a caller who mixes shapes up read which ones?"""
    with pytest.raises(ValueError, match=sentence):
        call()
