"""Do the figures that watch a net show what it does?"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

from course_lib import figures
from course_lib.figures import watching


@dataclass
class Past:
    epochs: float = 3.0
    epoch: int = 1
    losses: list[float] = field(default_factory=lambda: [2.3, 2.0, 1.9])
    accuracies: list[float] = field(default_factory=lambda: [0.25])
    seconds: float = 1.5


def test_progress() -> None:
    """Are all losses drawn, their mean at the step where it ends, and accuracies in per cent?"""
    left, right = figures.watching.progress(Past(losses=list(np.arange(12.0)))).axes
    assert len(left.lines[0].get_ydata()) == 12
    np.testing.assert_allclose(left.lines[1].get_xydata()[0], [9.0, 4.5])
    assert right.lines[0].get_xydata().tolist() == [[1.0, 25.0]]


@pytest.mark.parametrize("losses", [[], [2.0]])
def test_progress_at_the_beginning(losses: list[float]) -> None:
    """Is there a picture before there is anything to show?"""
    figures.watching.progress(Past(losses=losses, accuracies=[]))


def test_live_curve(monkeypatch: pytest.MonkeyPatch) -> None:
    """Is one picture shown and then replaced, each time whole, for a saved page to keep?"""
    shown: list[tuple[str, Any]] = []

    class Place:
        def update(self, what: Any) -> None:
            shown.append(("update", what))

    def display(what: Any, display_id: bool) -> Place:
        assert display_id
        shown.append(("display", what))
        return Place()

    monkeypatch.setattr("IPython.display.display", display)
    live = figures.watching.LiveCurve()
    live(Past())
    live(Past(epoch=2, accuracies=[0.25, 0.5]))
    assert [kind for kind, _ in shown] == ["display", "update"]
    assert "50.0 %" in shown[1][1].alt
    assert "image/png" in shown[1][1]._repr_mimebundle_()["text/html"]


def test_confusion() -> None:
    """Are rows the truth, in per cent of each, as scikit-learn counts, an empty class included?"""
    rng = np.random.default_rng(0)
    labels, answers = rng.integers(3, size=50), rng.integers(4, size=50)
    figure = figures.watching.confusion(labels, answers, list("abcd"))
    table = np.asarray(figure.axes[0].images[0].get_array())
    due = confusion_matrix(labels, answers, labels=range(4))
    np.testing.assert_allclose(table[:3], 100 * due[:3] / due[:3].sum(axis=1, keepdims=True))
    assert not table[3].any()


def test_worst_mistakes() -> None:
    """Do the images with the least probability for their class come first, named as both?"""
    probabilities = np.array([[0.9, 0.1], [0.2, 0.8], [0.4, 0.6]])
    images, labels = np.zeros((3, 3, 4, 4)), np.array([0, 0, 0])
    figure = figures.watching.worst_mistakes(images, labels, probabilities, ("cat", "dog"), count=2)
    titles = [axis.get_title() for axis in figure.axes[:2]]
    assert titles == ["cat\nas dog", "cat\nas dog"]
    again = figures.watching.worst_mistakes(images, labels, probabilities, ("cat", "dog"), count=3)
    assert again.axes[2].get_title() == "cat\nas cat"


def test_calibration() -> None:
    """Are answers of 0.75 that are right in half of the cases drawn at (75, 50), with their gap?"""
    probabilities = np.array([[0.75, 0.25]] * 4 + [[0.0, 1.0]])
    figure = figures.watching.calibration(probabilities, np.array([0, 0, 1, 1, 1]))
    above, below = figure.axes
    np.testing.assert_allclose(above.lines[1].get_xydata(), [[75.0, 50.0], [100.0, 100.0]])
    assert above.get_title() == "mean gap 20.0 points"
    assert sum(bar.get_height() for bar in below.patches) == 5


def test_effects() -> None:
    """Does each change have a bar as long as its mean, the first at the top?"""
    (axis,) = figures.watching.effects({"a": (-2.0, 0.5), "b": (1.0, 0.1)}).axes
    assert [bar.get_width() for bar in axis.patches] == [1.0, -2.0]


def test_accuracy_against_time() -> None:
    """Is every run a point of its recipe's colour and marker?"""
    runs = {"short": [(1.0, 40.0), (1.1, 42.0)], "long": [(9.0, 60.0)]}
    (axis,) = figures.watching.accuracy_against_time(runs).axes
    assert [len(line.get_xdata()) for line in axis.lines] == [2, 1]
    assert len({(line.get_color(), line.get_marker()) for line in axis.lines}) == 2


def test_watched_is_what_speed_gives() -> None:
    """Does the loop's own history have what the curve needs?"""
    speed = pytest.importorskip("course_lib.speed")
    history = speed.History(3.0)
    assert set(watching.Watched.__annotations__) <= set(vars(history))
