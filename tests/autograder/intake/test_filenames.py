"""Which file names are the lesson's notebook?"""

import pytest

from autograder.intake.filenames import Fit, fit, is_lesson, plain, times_copied

WANTED = "01_knn.ipynb"


@pytest.mark.parametrize(
    "path",
    [
        "01_knn.ipynb",
        "01_knn (1).ipynb",
        "01_knn(1).ipynb",
        "01_knn (1)-2.ipynb",
        "01_knn-Copy1.ipynb",
        "01_knn copy 2.ipynb",
        "01_knn - Copy (2).ipynb",
        "01_knn - Kopie.ipynb",
        "Copy of 01_knn.ipynb",
        "Copy_of_01_knn.ipynb",
        "Kopie von 01_knn.ipynb",
        "Copie de 01_knn.ipynb",
        "01_KNN.IPYNB",
        "01 knn.ipynb",
        "01-knn.ipynb",
        "01_knn.ipynb.txt",
        "01_knn.ipynb.json",
        "01_knn.ipynb.ipynb",
        "01_knn.ipynb (1).ipynb",
        "01_knn/01_knn.ipynb",
        "pixels-to-convnets/notebooks/01_knn/01_knn.ipynb",
        "01_knn (1)/01_knn.ipynb",
    ],
)
def test_its_name(path: str) -> None:
    """Is a name taken that a program made of the right one?"""
    assert fit(path, WANTED) is Fit.NAME


@pytest.mark.parametrize(
    "path",
    ["02_more.ipynb", "homework.ipynb", "01_knn_ada.ipynb", "old/01_knn.ipynb", "101_knn.ipynb"],
)
def test_another_name(path: str) -> None:
    """Is a notebook of another name no more than a notebook?"""
    assert fit(path, WANTED) is Fit.KIND


@pytest.mark.parametrize("path", ["01_knn.pdf", "01_knn.txt", "01_knn.ipynb.zip", "notes"])
def test_another_kind(path: str) -> None:
    """Is a file of another kind none?"""
    assert fit(path, WANTED) is Fit.NONE


def test_predictions() -> None:
    """Is the same known of a file of predictions?"""
    assert fit("predictions(1).npz", "predictions.npz") is Fit.NAME
    assert fit("predictions-2.npz", "predictions.npz") is Fit.NAME
    assert fit("my_net.npz", "predictions.npz") is Fit.KIND


def test_parts() -> None:
    """Is the bare name found, the number of a copy, and what is a lesson's name?"""
    assert plain("Copy of 15_gpu_convnet (3)-2") == "15_gpu_convnet"
    assert times_copied("ada/01_knn (12).ipynb") == 12
    assert times_copied("ada/01_knn.ipynb") == 0
    assert is_lesson("02_more (1)")
    assert not is_lesson("ada")
