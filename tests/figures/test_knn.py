"""The figures of lesson 01: do they draw what the neighbours say?"""

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

from course_lib import figures, oracle
from course_lib.figures.knn import decision_map


@pytest.fixture(name="three_groups")
def make_three_groups() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    centres = np.repeat([[-1, 0], [1, 1], [1, -1]], 10, axis=0)
    return centres + rng.normal(size=(30, 2)), np.repeat([0, 1, 2], 10)


@pytest.mark.parametrize("k", [1, 6])
@pytest.mark.parametrize(("metric", "p"), [("L1", 1), ("L2", 2)])
def test_decision_map_agrees_with_scikit_learn(
    three_groups: tuple[np.ndarray, np.ndarray], k: int, metric: str, p: int
) -> None:
    """Does every place of the map have the class that scikit-learn gives it?"""
    points, labels = three_groups
    distances = {"L1": oracle.knn.l1_distances, "L2": oracle.knn.l2_distances}
    state = figures.knn.MapState(k=k, metric=metric, x=0.3, y=-0.4)
    figure = decision_map(state, points, labels, distances, oracle.knn.labels, steps=25)
    picture = figure.axes[0].images[0]
    left, right, _, _ = picture.get_extent()
    ticks = np.linspace(left, right, 25)
    places = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
    expected = KNeighborsClassifier(k, p=p).fit(points, labels).predict(places)
    assert np.array_equal(np.asarray(picture.get_array()).ravel(), expected)


def test_decision_map_leads_to_the_neighbours_that_vote(
    three_groups: tuple[np.ndarray, np.ndarray],
) -> None:
    """Do the lines end at the k nearest points?"""
    points, labels = three_groups
    state = figures.knn.MapState(k=4, metric="L2", x=0.3, y=-0.4)
    figure = decision_map(
        state,
        points,
        labels,
        {"L2": oracle.knn.l2_distances},
        oracle.knn.labels,
        steps=5,
    )
    ends = {tuple(line.get_xydata()[1]) for line in figure.axes[0].lines}
    nearest = KNeighborsClassifier(4).fit(points, labels).kneighbors([[0.3, -0.4]])[1][0]
    assert ends == {tuple(points[index]) for index in nearest}


def test_cross_validation_marks_the_best_mean() -> None:
    """Is the k in the legend the one with the best mean, not the one with the best fold?"""
    figure = figures.knn.cross_validation({1: [0.2, 0.9], 5: [0.6, 0.6], 9: [0.1, 0.2]})
    legend = figure.axes[0].get_legend()
    assert legend is not None
    texts = [text.get_text() for text in legend.get_texts()]
    assert "best: k = 5, 60.0 %" in texts
