"""Figures: what reaches the page, and whether they draw what they say."""

import base64
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

from course_lib import figures, oracle
from course_lib.figures.knn import decision_map
from course_lib.figures.style import COLOURS, Captioned


def drawn() -> Captioned:
    figure, (axis,) = figures.new_figure(2, 2)
    axis.plot([0, 1], [0, 1])
    return Captioned(figure, 'Rises & "shines" <b>', 'A line that is "straight" & <i>')


def test_caption_and_alt_text_reach_the_page_escaped() -> None:
    """Does a reader without the picture get its words, and can words break the page?"""
    page = drawn()._repr_mimebundle_()["text/html"]
    assert 'alt="A line that is &quot;straight&quot; &amp; &lt;i&gt;"' in page
    assert "Rises &amp; &quot;shines&quot; &lt;b&gt;" in page
    assert "<b>" not in page


def test_plain_text_says_what_is_drawn() -> None:
    """Is there something to read where no picture can be shown?"""
    assert "A line that is" in drawn()._repr_mimebundle_()["text/plain"]


def test_the_picture_is_a_png_and_always_the_same() -> None:
    """Do two drawings of the same figure give the same bytes?"""
    (kind, first), (_, second) = drawn().picture(), drawn().picture()
    assert kind == "image/png"
    assert first.startswith(b"\x89PNG")
    assert first == second
    assert base64.b64encode(first).decode() in drawn()._repr_mimebundle_()["text/html"]


def _as_seen_without_red_or_green(colour: str) -> np.ndarray:
    """Deuteranopia after Vienot, Brettel and Mollon (1999), in linear RGB."""
    rgb = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]) ** 2.2
    mixed = 0.29275 * rgb[0] + 0.70725 * rgb[1]
    return np.array([mixed, mixed, -0.02234 * rgb[0] + 0.02234 * rgb[1] + rgb[2]])


def test_first_four_colours_differ_for_colour_blind_readers() -> None:
    """Can a reader who confuses red and green tell the first classes apart?"""
    seen = [_as_seen_without_red_or_green(colour) for colour in COLOURS[:4]]
    gaps = [np.abs(a - b).max() for i, a in enumerate(seen) for b in seen[:i]]
    assert min(gaps) > 0.1


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


def test_timings_runs_each_way_as_often_as_it_says() -> None:
    """Are all ways run equally often, and all medians reported?"""
    calls = {"a": 0, "b": 0}

    def way(name: str) -> Callable[[], None]:
        def run() -> None:
            calls[name] += 1

        return run

    _, medians = figures.timings({name: way(name) for name in calls}, repeats=4)
    assert calls == {"a": 4, "b": 4}
    assert set(medians) == {"a", "b"}


def test_moving_a_control_redraws_with_the_new_state(monkeypatch: pytest.MonkeyPatch) -> None:
    """Does a slider change one field of the state and leave the others?"""
    shown: list[Any] = []
    redrawn: list[Captioned] = []

    class Canvas:
        def update(self, content: Captioned) -> None:
            redrawn.append(content)

    def display(content: Any, display_id: bool = False) -> Canvas:
        shown.append(content)
        return Canvas()

    states: list[figures.knn.MapState] = []

    def draw(state: figures.knn.MapState) -> Any:
        states.append(state)
        return figures.new_figure(1, 1)[0]

    monkeypatch.setattr("IPython.display.display", display)
    figures.interactive(
        draw,
        figures.knn.MapState(k=3),
        caption="c",
        alt="a",
        k=(1, 9, 2),
        metric=["L2", "L1"],
    )
    static, box = shown
    assert isinstance(static, Captioned)
    slider, menu = box.children
    slider.value = 7
    menu.value = "L1"
    assert states == [
        figures.knn.MapState(k=3),
        figures.knn.MapState(k=7),
        figures.knn.MapState(k=7, metric="L1"),
    ]
    assert len(redrawn) == 2


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_image_grid_takes_grey_and_colour_images(channels: int, dtype: type) -> None:
    """Are images of one and of three channels drawn, with one title each?"""
    images = np.ones((3, channels, 4, 5), dtype=dtype)
    figure = figures.image_grid(images, ["a", "b", "c"], columns=2)
    assert [axis.get_title() for axis in figure.axes] == ["a", "b", "c", ""]
    assert len(figure.axes[0].images) == 1
