"""Does the oracle of whole nets count what papers and arithmetic say?"""

import math

import numpy as np
import pytest
import torch
from sklearn.metrics import top_k_accuracy_score

from course_lib.oracle import architectures

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("k", [1, 3, 6])
def test_top_k_is_scikit_learns(k: int) -> None:
    """Is the error one less scikit-learn's accuracy, where no scores are equal?"""
    scores, y = RNG.normal(size=(50, 7)), RNG.integers(7, size=50)
    due = 1 - top_k_accuracy_score(y, scores, k=k, labels=range(7))
    assert architectures.top_k_error(scores, y, k) == pytest.approx(due)


def test_of_equal_scores_the_first_wins() -> None:
    """Does argmax agree with k = 1 where scores are equal?"""
    scores, y = RNG.integers(2, size=(40, 20)), RNG.integers(20, size=40)
    due = np.mean(scores.argmax(axis=1) != y)
    assert architectures.top_k_error(scores, y, 1) == pytest.approx(due)


@pytest.mark.parametrize(("groups", "published"), [(2, 60_965_224), (1, 62_378_344)])
def test_alexnet(groups: int, published: int) -> None:
    """Are shapes and parameters of AlexNet those that papers give?"""
    rows = architectures.described(architectures.alexnet(groups), (3, 227, 227))
    assert rows[0] == {
        "shape": (96, 55, 55),
        "parameters": 34_944,
        "multiplications": 96 * 55 * 55 * 363,
    }
    assert sum(row["parameters"] for row in rows) == published


def test_vgg16() -> None:
    """Has VGG-16 its famous number of parameters, and its 15.2 million activations?"""
    rows = architectures.described(architectures.vgg16(), (3, 224, 224))
    assert sum(row["parameters"] for row in rows) == 138_357_544
    assert 3 * 224 * 224 + sum(math.prod(row["shape"]) for row in rows) == 15_237_608


def test_norms_and_averages() -> None:
    """Two parameters a channel for a norm, none for an average, (C, 1, 1) behind it?"""
    layers = [{"kind": "norm"}, {"kind": "global"}, {"kind": "dense", "units": 3, "bias": False}]
    rows = architectures.described(layers, (5, 4, 2))
    assert [(row["shape"], row["parameters"]) for row in rows] == [
        ((5, 4, 2), 10),
        ((5, 1, 1), 0),
        ((3, 1, 1), 15),
    ]


def test_memory_by_hand() -> None:
    """The lesson's example: 7,424 bytes for training, 2,888 for inference?"""
    shapes = [(3, 4, 4), (8, 4, 4), (8, 2, 2), (10, 1, 1)]
    assert architectures.pass_memory(shapes, 546) == (7424, 2888)
    assert architectures.pass_memory(shapes[:1], 0, 2, 8) == (768, 768)


def test_inception_of_the_lecture() -> None:
    """854,196,224 naive, and 271,351,808 with bottlenecks; 672 and 480 channels?"""
    shape, widths = (256, 28, 28), {"1x1": 128, "3x3": 192, "5x5": 96}
    naive = architectures.inception_cost(shape, widths)
    narrow = architectures.inception_cost(shape, widths, {"3x3": 64, "5x5": 64, "pool": 64})
    assert (naive["multiplications"], naive["channels"]) == (854_196_224, 672)
    assert (narrow["multiplications"], narrow["channels"]) == (271_351_808, 480)


def test_the_floor_is_the_longer_of_two() -> None:
    """One layer bound by arithmetic, one by memory, by hand?"""
    keys = "multiplications", "parameters", "inputs", "outputs"
    rows = [dict(zip(keys, (1000, 1, 2, 3))), dict(zip(keys, (1, 100, 200, 300)))]
    np.testing.assert_allclose(architectures.floor_seconds(rows, 10.0, 8.0, 4), [200, 300])


def test_zeros_stand_behind() -> None:
    """Every second pixel, then zeros?"""
    x = RNG.normal(size=(1, 2, 5, 4))
    out = architectures.zeros_behind(x, 3, 2)
    np.testing.assert_array_equal(out[:, :2], x[:, :, ::2, ::2])
    assert not out[:, 2:].any()


@pytest.mark.parametrize(("depth", "millions"), [(20, 0.27), (32, 0.46), (44, 0.66), (56, 0.85)])
def test_resnets_of_the_paper(depth: int, millions: float) -> None:
    """Are the parameters those of He et al. 2016, table 6?"""
    rows = architectures.resnet_rows(depth, 16, 10, 32, project=False)
    assert round(sum(row[2] for row in rows) / 1e6, 2) == millions


def test_projections_are_rows_of_their_own() -> None:
    """Do two projections with their norms come on top?"""
    plain = architectures.resnet_rows(8, 4, 10, 8, project=False)
    more = architectures.resnet_rows(8, 4, 10, 8, project=True)
    assert len(more) == len(plain) + 4
    extra = sum(row[2] for row in more) - sum(row[2] for row in plain)
    assert extra == 4 * 8 + 16 + 8 * 16 + 32


def test_what_the_shortcut_adds() -> None:
    """Do the three kinds of shortcut differ, and is a shortcut that gives zeros a plain net?"""

    def fill(shape, number):
        generator = torch.Generator().manual_seed(sum(shape) + number)
        return torch.randn(shape, generator=generator, dtype=torch.float64) / 3

    def zeros(x, filters, stride):
        return 0.0

    def scores(shortcut, training=False):
        return architectures.resnet_scores(x, 8, 3, 4, shortcut, fill, training)

    x = RNG.normal(size=(2, 3, 8, 6))
    np.testing.assert_allclose(scores(zeros), scores("none"))
    assert np.abs(scores("project") - scores("none")).max() > 1e-3
    assert np.abs(scores("none", training=True) - scores("none")).max() > 1e-3
