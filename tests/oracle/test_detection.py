"""Does the oracle of boxes agree with counted pixels, hand-made examples and scikit-learn?"""

import numpy as np
import pytest
from scipy import ndimage
from sklearn.metrics import average_precision_score

from course_lib import oracle
from course_lib.oracle import detection

RNG = np.random.default_rng(0)


def boxes_of(count: int, side: int = 20) -> np.ndarray:
    """(count, 4) whole numbers, none empty."""
    corners = np.sort(RNG.integers(0, side, (count, 2, 2)), axis=1).reshape(count, 4)
    return corners + np.array([0, 0, 1, 1])


def painted(box: np.ndarray) -> np.ndarray:
    mask = np.zeros((21, 21), bool)
    mask[box[1] : box[3], box[0] : box[2]] = True
    return mask


def test_iou_is_what_counted_pixels_give() -> None:
    """Do masks of pixels give the same, pair by pair?"""
    a, b = boxes_of(6), boxes_of(9)
    due = [
        [(painted(p) & painted(q)).sum() / (painted(p) | painted(q)).sum() for q in b] for p in a
    ]
    np.testing.assert_allclose(detection.iou(a, b), due, rtol=1e-12)


def test_iou_of_fractions_and_of_nothing() -> None:
    """Do fractions of pixels count, is an empty box alike nothing, and are there empty sets?"""
    a = np.array([[0.25, 0, 1.25, 1], [2, 2, 2, 2]])
    np.testing.assert_allclose(detection.iou(a, a), [[1, 0], [0, 0]])
    assert detection.iou(a, a + 0.5)[0, 0] == pytest.approx(0.25 / 1.75)
    assert detection.iou(a[:0], a).shape == (0, 2)


def test_suppression_by_hand() -> None:
    """Does a box that is gone throw nobody out, and another class neither?"""
    a, b, c, d = [0, 0, 10, 10], [0, 3, 10, 13], [0, 6, 10, 16], [0, 0, 10, 10]
    args = np.array([a, b, c, d]), np.array([0.9, 0.8, 0.7, 0.6]), np.array([1, 1, 1, 2])
    assert detection.kept(*args, 0.4) == [0, 2, 3]
    assert detection.kept(*(one[:0] for one in args), 0.4) == []


def test_of_equal_scores_the_first_box_stays() -> None:
    """Is the order of equal scores that of the boxes?"""
    box = np.array([[0, 0, 4, 4], [0, 0, 4, 4], [0, 0, 4, 3]])
    assert detection.kept(box, np.ones(3), np.zeros(3, int), 0.5) == [0]


def test_the_second_on_one_object_is_wrong() -> None:
    """Is a duplicate wrong even where another object would do, by VOC's rule?"""
    truth = np.array([[0, 0, 10, 10], [2, 0, 12, 10]])
    found = np.array([[0, 0, 10, 10], [0, 0, 10, 9], [2, 0, 12, 10]])
    scores = np.array([0.5, 0.9, 0.7])
    assert detection.judged(found, scores, truth, 0.5) == [False, True, True]
    assert detection.judged(found, scores, truth[:0], 0.5) == [False] * 3
    assert detection.judged(found[:0], scores[:0], truth, 0.5) == []


def test_average_precision_by_hand_and_by_scikit_learn() -> None:
    """Is the example of the lesson right, and is it scikit-learn's number where nothing zigzags?"""
    correct = np.array([True, False, True, True, False])
    scores = np.arange(5, 0, -1.0)
    assert detection.average_precision(scores, correct, 4) == pytest.approx(0.625)
    falling = np.array([True, True, False, False])
    due = average_precision_score(falling, scores[:4])
    assert detection.average_precision(scores[:4], falling, 2) == pytest.approx(due)
    assert np.isnan(detection.average_precision(scores, correct, 0))
    assert detection.average_precision(scores[:0], correct[:0], 3) == 0


def test_mean_average_precision_of_perfect_and_absent_detections() -> None:
    """Is it 1 where all is found, a half where one of two classes is, nan without objects?"""
    truth = [{"boxes": boxes_of(3), "labels": np.array([0, 1, 1])}]
    all_found = [{**truth[0], "scores": np.ones(3)}]
    one_class = [{key: values[:1] for key, values in all_found[0].items()}]
    mean = detection.mean_average_precision
    assert mean(all_found, truth, [0.5, 0.9]) == 1
    assert mean(one_class, truth, [0.5]) == 0.5
    empty = [{"boxes": np.zeros((0, 4)), "labels": np.zeros(0, int)}]
    assert np.isnan(mean(all_found, empty, [0.5]))


def test_coding_by_hand_and_back() -> None:
    """Is the example of the lesson right, and does decoding give the boxes back?"""
    anchors, boxes = np.array([[10.0, 10, 30, 20]]), np.array([[10.0, 5, 50, 25]])
    deltas = detection.encoded(boxes, anchors)
    np.testing.assert_allclose(deltas, [[0.5, 0, np.log(2), np.log(2)]], atol=1e-12)
    many, others = boxes_of(8) + 0.5, boxes_of(8) + 0.0
    back = detection.decoded(detection.encoded(many, others), others)
    np.testing.assert_allclose(back, many, atol=1e-9)


def test_box_loss_by_hand() -> None:
    """Is the example of the lesson right, and has the background no gradient?"""
    scores = np.log(np.array([[0.5, 0.5], [0.75, 0.25]]))
    deltas, targets = np.array([[9.0, 9, 9, 9], [0.5, 0, -3, 0]]), np.zeros((2, 4))
    args = scores, deltas, np.array([0, 1]), targets, 2.0
    loss, _, ddeltas = oracle.with_gradients(detection.box_loss, 1.0, *args)[:3]
    assert loss == pytest.approx((np.log(2) + np.log(4) + 2 * 2.625) / 2)
    np.testing.assert_allclose(ddeltas, [[0, 0, 0, 0], [0.5, 0, -1, 0]])


def test_focal_loss() -> None:
    """Is it half the cross-entropy at gamma 0 and alpha 0.5, and finite for scores of 1000?"""
    scores, y = RNG.normal(size=7), np.array([1, 0, 0, 1, 0, 0, 0])
    right = 1 / (1 + np.exp(-np.where(y == 1, scores, -scores)))
    assert detection.focal(scores, y, 0.0, 0.5) == pytest.approx(-np.log(right).sum() / 4)
    due = -(np.where(y == 1, 0.25, 0.75) * (1 - right) ** 2 * np.log(right)).sum() / 2
    assert detection.focal(scores, y, 2.0, 0.25) == pytest.approx(due)
    large = oracle.with_gradients(detection.focal, 1.0, 1000 * scores, y, 2.0, 0.25)
    assert all(np.isfinite(one).all() for one in large[:2])


def test_regions_are_what_scipy_interpolates() -> None:
    """Are the points of a region those that SciPy's splines of order 1 give, border included?"""
    maps = RNG.normal(size=(2, 1, 5, 6))
    box = np.array([[1, -0.5, 1.2, 5.0, 6.0]])
    found = detection.pooled_regions(maps, box, (2, 3), 1)[0, 0]
    y = 1.2 + (6.0 - 1.2) * np.array([0.25, 0.75]) - 0.5
    x = -0.5 + 5.5 * np.array([1, 3, 5]) / 6 - 0.5
    places = np.meshgrid(y, x, indexing="ij")
    due = ndimage.map_coordinates(maps[1, 0], places, order=1, mode="nearest")
    np.testing.assert_allclose(found, due, atol=1e-9)


def test_anchors_by_hand() -> None:
    """Have they the area and the ratio that are asked for, round the centres of the cells?"""
    found = detection.anchors((1, 2), 16, [32], [2])
    assert found.shape == (2, 4)
    width, height = found[0, 2] - found[0, 0], found[0, 3] - found[0, 1]
    assert (width * height, height / width) == pytest.approx((1024, 2))
    np.testing.assert_allclose((found[:, :2] + found[:, 2:]) / 2, [[8, 8], [24, 8]])


def test_matching_by_hand() -> None:
    """Is one positive, one ignored, one forced, and one background?"""
    anchors = np.array([[0, 0, 10, 10], [0, 0, 10, 5], [20, 0, 30, 10], [40, 0, 50, 10]])
    truth = np.array([[0, 0, 10, 9], [26, 0, 36, 10], [80, 80, 90, 90]])
    assert detection.matched(anchors, truth, 0.3, 0.7).tolist() == [0, -2, 1, -1]
    assert detection.matched(anchors, truth[:0], 0.3, 0.7).tolist() == [-1] * 4


def test_a_grid_by_hand() -> None:
    """Is the example of the lesson right?"""
    raw = np.zeros((2, 3, 7))
    raw[1, 2, [2, 5]] = np.log([2, 3])
    boxes, scores = detection.grid_boxes(raw, 8.0, (16.0, 16.0))
    np.testing.assert_allclose(boxes[5], [4, 4, 36, 20])
    np.testing.assert_allclose(scores[5], [0.375, 0.125])
