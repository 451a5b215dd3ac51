"""Does the oracle of the detector give what the lesson works out by hand?"""

import numpy as np
import pytest

from course_lib import oracle
from course_lib.oracle import detector

RNG = np.random.default_rng(0)


def test_targets_by_hand() -> None:
    """Does one cell learn the box of the example, with these sides?"""
    found = detector.targets(np.array([[10, 4, 30, 24]]), np.array([7]), 8, 8)
    assert np.argwhere(found["object"]).tolist() == [[1, 2]]
    assert found["label"][1, 2] == 7
    np.testing.assert_allclose(found["sides"][1, 2], [1.25, 1, 1.25, 1.5])


def test_the_smallest_box_has_the_cell() -> None:
    """Does the small box keep its cells, wherever it stands in the list?"""
    boxes, labels = np.array([[8, 8, 24, 24], [0, 0, 64, 64]]), np.array([1, 2])
    for order in ([0, 1], [1, 0]):
        found = detector.targets(boxes[order], labels[order], 8, 8)
        assert set(found["label"][1:3, 1:3].ravel()) <= {1, 2}
        assert found["label"][2, 2] == 1


def test_a_perfect_answer_costs_nothing_for_the_box() -> None:
    """Is what remains the objectness and the class, where the sides are right?"""
    sides = RNG.uniform(0.5, 2, (1, 1, 1, 4))
    raw = np.zeros((1, 8, 1, 1))
    raw[0, 1:5, 0, 0] = np.log(np.expm1(sides[0, 0, 0])) - 1
    found, label = np.ones((1, 1, 1), bool), np.zeros((1, 1, 1), int)
    due = np.log(2) + np.log(3)
    assert detector.loss(raw, found, label, sides) == pytest.approx(due)


def test_without_objects_there_is_the_objectness_alone() -> None:
    """Is the loss of empty pictures the sum of their cells' cross-entropy?"""
    raw = np.zeros((1, 8, 2, 2))
    empty = np.zeros((1, 2, 2), bool)
    args = raw, empty, empty.astype(int), np.zeros((1, 2, 2, 4))
    assert detector.loss(*args) == pytest.approx(4 * np.log(2))


def test_detections_are_the_boxes_of_the_targets() -> None:
    """Do cells that say the targets give the boxes back?"""
    boxes, labels = np.array([[3, 5, 21, 25], [40, 33, 60, 64]]), np.array([2, 0])
    due = detector.targets(boxes, labels, 8, 8)
    raw = np.full((8, 8, 8), -9.0)
    raw[0][due["object"]] = 9
    sides = np.maximum(due["sides"], 1e-3)
    raw[1:5] = (np.log(np.expm1(sides)) - 1).transpose(2, 0, 1)
    for label in range(3):
        raw[5 + label][due["label"] == label] = 9
    found = oracle.detector.detections(raw, 8, 0.5, 0.45)
    order = np.argsort(found["labels"])[::-1]
    assert found["labels"][order].tolist() == [2, 0]
    np.testing.assert_allclose(found["boxes"][order], boxes, atol=1e-6)
    assert len(oracle.detector.detections(raw, 8, 1.0, 0.45)["scores"]) == 0
