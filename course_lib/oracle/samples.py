"""References for lesson 14: how sets of samples are judged. NumPy in, numbers out."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def modes(samples: Array, centres: Array, radius: float, least: int) -> tuple[int, float]:
    """How many centres have at least so many samples within a radius, and the share within it."""
    counts = dict.fromkeys(range(len(centres)), 0)
    for sample in samples:
        far = [math.dist(sample, centre) for centre in centres]
        if min(far) <= radius:
            counts[far.index(min(far))] += 1
    found = sum(count >= least for count in counts.values())
    return found, sum(counts.values()) / max(len(samples), 1)


def modes_case(rng: np.random.Generator) -> tuple[Array, Array]:
    """Samples (40, 2) near two of six centres, and 0.6 off a third one, 0.42 each way; the centres
    (6, 2)."""
    centres = 5 * np.arange(6.0)[:, None] + rng.normal(size=(6, 2))
    samples = centres[np.repeat([0, 1, 4], [12, 12, 16])] + 0.15 * rng.normal(size=(40, 2))
    samples[24:] = centres[4] + 0.42 + 0.01 * rng.normal(size=(16, 2))
    return samples, centres


def frechet(a: Array, b: Array) -> float:
    """Fréchet's distance of two normal distributions with these samples' means and covariances.

    The trace of the root of a product of covariances is a nuclear norm of the data.
    """
    centred = [(one - one.mean(axis=0)) / math.sqrt(len(one) - 1) for one in (a, b)]
    traces = sum(float(np.linalg.norm(one) ** 2) for one in centred)
    shared = float(np.linalg.norm(centred[0] @ centred[1].T, "nuc"))
    return float(np.linalg.norm(a.mean(axis=0) - b.mean(axis=0)) ** 2) + traces - 2 * shared


def neighbour_test(real: Array, fake: Array) -> float:
    """The share of rows whose nearest other row, of both sets, is of their own set."""
    rows = [(row, "real") for row in real] + [(row, "fake") for row in fake]
    right = 0
    for n, (row, kind) in enumerate(rows):
        others = [(math.dist(row, other), k, name) for k, (other, name) in enumerate(rows) if k - n]
        right += min(others)[2] == kind
    return right / len(rows)


def precision_and_recall(real: Array, fake: Array, k: int = 3) -> tuple[float, float]:
    """Share of fakes within reach of the real ones, and of real ones within reach of the fakes.

    A point's reach is the distance to its kth nearest neighbour in its own set.
    Source: Kynkäänniemi et al. 2019, arXiv 1904.06991
    """
    from scipy.spatial.distance import cdist  # type: ignore[import-untyped]

    def covered(points: Array, by: Array) -> float:
        reach = np.sort(cdist(by, by), axis=1)[:, k]
        return float((cdist(points, by) <= reach).any(axis=1).mean())

    return covered(fake, real), covered(real, fake)
