"""The figures of lesson 13: do they draw what they say?"""

from dataclasses import replace

import numpy as np
import pytest

from course_lib import data, oracle
from course_lib.figures import detection

PICTURES = data.draw_object_pictures(6, 3)


def texts(axis):
    return [text.get_text() for text in axis.texts]


def test_boxed() -> None:
    """Has each object a frame and a name, with its score where there is one, and a dashed truth?"""
    figure = detection.boxed(PICTURES.images, PICTURES.boxes, PICTURES.labels, PICTURES.classes)
    for axis, labels in zip(figure.axes, PICTURES.labels):
        assert texts(axis) == [PICTURES.classes[label] for label in labels]
        assert len(axis.lines) == len(labels)
        assert axis.get_xlim() == (-0.5, 63.5)
    scores = [np.full(len(labels), 0.5) for labels in PICTURES.labels]
    args = PICTURES.images, PICTURES.boxes, PICTURES.labels, PICTURES.classes, scores
    axis = detection.boxed(*args, truth=PICTURES.boxes).axes[0]
    assert texts(axis)[0].endswith(" 0.50")
    assert [line.get_linestyle() for line in axis.lines].count("--") == len(PICTURES.labels[0])


def test_a_frame_lies_round_its_pixels() -> None:
    """Does the frame of pixel 3 alone run from 2.5 to 3.5, where Matplotlib draws it?"""
    images, box = np.zeros((1, 3, 8, 8), np.uint8), np.array([[3, 3, 4, 4]])
    (axis,) = detection.boxed(images, [box], [np.array([0])], ["x"]).axes
    assert set(axis.lines[0].get_xdata()) == {2.5, 3.5}


def test_tasks() -> None:
    """Has the detection a frame for each object, and the localisation one?"""
    number = max(range(6), key=lambda i: len(PICTURES.labels[i]))
    axes = detection.tasks(PICTURES, number).axes
    assert len(axes[2].lines) == len(PICTURES.labels[number])
    assert len(axes[1].lines) == 1
    assert [len(axis.images) for axis in axes] == [1, 1, 1, 2, 2]


def test_two_boxes() -> None:
    """Is the IoU by the reader's function, and is what both cover filled, if anything is?"""
    (axis,) = detection.two_boxes(detection.TwoBoxes(10, 20, 20, 20), oracle.detection.iou).axes
    assert axis.get_title() == "IoU 0.33"
    assert len(axis.collections) == 1
    apart = replace(detection.TwoBoxes(), left=30)
    assert not detection.two_boxes(apart, oracle.detection.iou).axes[0].collections


def test_seconds() -> None:
    """Is each bar as long as its milliseconds?"""
    (axis,) = detection.seconds({"a": 0.5, "b": 0.001}).axes
    assert [bar.get_width() for bar in axis.patches] == [500, 1]


def test_tables() -> None:
    """Are all numbers there?"""
    (axis,) = detection.tables({"a": np.array([[1.0, 0], [2.5, 3]])}).axes
    assert texts(axis) == ["1", "0", "2.5", "3"]


def test_rounding() -> None:
    """Is pooling drawn in whole cells, and has align four points in each part?"""
    pool, align = detection.rounding((7, 5), (1.4, 0.7, 5.8, 3.6), (2, 2)).axes
    solid = [line for line in pool.lines if line.get_linestyle() == "-"]
    assert all(float(x).is_integer() for line in solid for x in line.get_xdata())
    assert len(align.lines[-1].get_xdata()) == 16


def test_precision_and_recall() -> None:
    """Does the last point lie at the recall of all, and is the end smoothed?"""
    correct = np.array([True, False, True, True, False])
    *steps, smooth = detection.precision_and_recall(correct, 4, (2, 5)).axes
    assert steps[1].lines[0].get_xdata()[-1] == 0.75
    assert steps[0].lines[0].get_ydata().tolist() == [1, 0.5]
    assert smooth.collections


def test_suppression() -> None:
    """Are all boxes on the left, and on the right those of the reader's threshold?"""

    def detect(number, least, threshold):
        count = 3 if threshold == 1 else 1
        boxes = np.tile(PICTURES.boxes[number][:1], (count, 1))
        return {"boxes": boxes, "scores": np.ones(count), "labels": np.zeros(count, int)}

    args = PICTURES.images, PICTURES.boxes, detect, PICTURES.classes
    left, right = detection.suppression(detection.NmsState(), *args).axes
    assert left.get_title() == "3 boxes"
    assert right.get_title() == "1 boxes after NMS at 0.45"


def test_speed_and_accuracy() -> None:
    """Does each detector stand at its time and accuracy?"""
    (axis,) = detection.speed_and_accuracy({"a": (2.0, 80.0), "b": (200.0, 10.0)}).axes
    assert [(line.get_xdata()[0], line.get_ydata()[0]) for line in axis.lines] == [
        (2, 80),
        (200, 10),
    ]


def test_segmented() -> None:
    """Is there a row for the pictures, one for the truth, and one for each net?"""
    maps = np.zeros((6, 64, 64), int)
    figure = detection.segmented(PICTURES.images, maps, {"a": maps, "b": maps}, 11)
    assert len(figure.axes) == 24
    assert [axis.get_ylabel() for axis in figure.axes[6::6]] == ["truth", "a", "b"]


def test_by_shape() -> None:
    """Are boxes averaged with those of like shape?"""
    ratios, values = np.array([1.0, 1.05, 2.0]), {"a": np.array([0.4, 0.6, 0.1])}
    (axis,) = detection.by_shape(ratios, values).axes
    found = axis.lines[0].get_ydata()
    assert found[0] == pytest.approx(0.5)
    assert found[-1] == pytest.approx(0.1)
