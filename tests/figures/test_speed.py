"""Do the figures of lesson 15 draw what they are given?"""

from collections.abc import Iterator

import numpy as np
import pytest
import torch
from torch.profiler import record_function

from course_lib import figures
from course_lib.figures.speed import EpochsState, ScheduleState, WhiteningState


def roof(intensity: float, peak: float, bandwidth: float) -> float:
    return min(peak, intensity * bandwidth)


def test_record_steps() -> None:
    """Is the first record the topmost bar, each as long as its seconds?"""
    (axis,) = figures.speed.record_steps({"plain": 14.2, "best": 2.59}).axes
    assert [bar.get_width() for bar in axis.patches] == [2.59, 14.2]  # from the bottom
    assert "14.2 s" in [text.get_text() for text in axis.texts]


def test_roofline() -> None:
    """Does every operation lie on the roof, and is the ridge named?"""
    (axis,) = figures.speed.roofline(1e11, 1e10, {"copy": 0.25, "product": 100.0}, roof).axes
    points = {line.get_label(): line.get_xydata()[0].tolist() for line in axis.lines[2:]}
    assert points == {"copy": [0.25, 2.5], "product": [100.0, 100.0]}
    assert "ridge 10" in axis.texts[0].get_text()
    left, right = axis.lines[0].get_xdata()[[0, -1]]
    assert left < 0.25
    assert right > 100


def test_timeline() -> None:
    """Does every lane begin at 0, in milliseconds, with one legend for all?"""
    lanes = {"a": [("fetch", 1000.0, 3000.0), ("work", 3000.0, 3500.0)], "b": [("work", 7e3, 9e3)]}
    figure = figures.speed.timeline(lanes)
    first = figure.axes[0].collections[0].get_paths()[0].vertices
    assert first[:, 0].min() == 0.0
    assert first[:, 0].max() == 2.0
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["fetch", "work"]


def test_feeding() -> None:
    """Are the marked parts of a step drawn for each way of feeding it, and counted in images?"""

    def batches() -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        for _ in range(3):  # fewer than are asked for
            yield torch.zeros(4, 2), torch.zeros(4)

    def step(images: torch.Tensor, labels: torch.Tensor) -> None:
        with record_function("work"):
            _ = images @ images.T

    waited = []
    figure = figures.speed.feeding(
        {"a": batches, "b": batches}, step, lambda: waited.append(1), ("work",), 5, 2
    )
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["fetch", "work"]
    assert all("images/s" in axis.get_title(loc="left") for axis in figure.axes)
    assert len(waited) == 4


def test_epochs() -> None:
    """Is there a row an epoch, with its number, and a picture an image?"""
    figure = figures.speed.epochs(EpochsState(start=3), [np.zeros((5, 3, 4, 4))] * 2)
    assert sum(len(axis.images) for axis in figure.axes) == 10
    assert [axis.texts[0].get_text() for axis in figure.axes[::5]] == ["epoch 3", "epoch 4"]


@pytest.mark.parametrize("channels", [1, 2, 3])
def test_whitening(channels: int) -> None:
    """Are all filters drawn, and the variances before and after?"""
    rng, count = np.random.default_rng(0), 4 * channels
    before = np.diag(np.arange(1.0, count + 1))
    filters = rng.normal(size=(count, channels, 2, 2))
    figure = figures.speed.whitening(WhiteningState(), filters, before, np.eye(count))
    pictures = [axis for axis in figure.axes if axis.images and not axis.axison]
    assert len(pictures) == count
    (lines,) = [axis for axis in figure.axes if axis.get_xlabel() == "direction"]
    assert lines.lines[0].get_ydata().tolist() == list(range(count, 0, -1))
    assert lines.lines[1].get_ydata().tolist() == [1.0] * count


def test_schedule() -> None:
    """Is the rate of every step drawn, `end` apart from them, and their sum beside it?"""

    def rate(step: int, steps: int, peak: float, start: float, end: float, peak_at: float) -> float:
        assert (steps, peak, start, end, peak_at) == (10, 0.5, 0.2, 0.1, 0.25)
        return float(step)

    figure = figures.speed.schedule(ScheduleState(0.5, 0.2, 0.1, 0.25), rate, steps=10)
    left, right = figure.axes
    assert left.lines[0].get_ydata().tolist() == list(range(10))
    assert left.lines[1].get_xydata().tolist() == [[10.0, 10.0]]
    assert right.lines[0].get_ydata()[-1] == 45


def test_gradient_sizes() -> None:
    """Is the share that float16 loses named, and are zeros, without a power of ten, left out?"""
    sizes = {"some": np.array([0.0, 1e-9, -1e-9, 1e-3, 1e-4]), "none": np.zeros(3)}
    figure = figures.speed.gradient_sizes(sizes, 1024.0)
    titles = [axis.get_title(loc="left") for axis in figure.axes]
    assert titles[0] == "some: 50 % become 0 in float16"
    assert len(figure.axes[0].texts) == 1
    assert len(figure.axes[1].texts) == 0
