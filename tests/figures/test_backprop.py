"""The figures of lesson 03: circuits in SVG, borders, Jacobians, gradient checks."""

import numpy as np

from course_lib import figures


def test_boundary_draws_the_line_of_each_unit() -> None:
    """Is a unit's line where its sum is 0, and left out where it misses the picture?"""
    points, labels = np.array([[1.0, 1.0], [-1.0, -1.0]]), np.array([0, 1])
    W1, b1 = np.array([[1.0, 1.0, 0.0], [-1.0, 1.0, 1.0]]), np.array([0.0, 0.5, 9.0])
    figure = figures.backprop.boundary(
        figures.backprop.BoundaryState(3, 3),
        points,
        labels,
        lambda p: np.stack([p[:, 0], -p[:, 0]], 1),
        W1,
        b1,
    )
    (axis,) = figure.axes
    lines = [np.array(line.get_xydata()) for line in axis.lines]
    assert len(lines) == 2
    for line, weights, offset in zip(lines, W1.T, b1, strict=False):
        np.testing.assert_allclose(line @ weights + offset, 0, atol=1e-12)
    assert axis.get_title() == "3 hidden, 3 updates: 100 % right"


def test_jacobian_writes_what_is_not_zero() -> None:
    """Are the entries that count written out, and zeros left blank?"""
    (axis,) = figures.backprop.jacobian(
        np.array([[1.5, 0.0], [0.0, -2.0]]), "J", "input", "output"
    ).axes
    assert [text.get_text() for text in axis.texts] == ["1.5", "-2"]


def test_check_errors_survive_an_error_of_zero() -> None:
    """Can an error of exactly 0 be drawn on a logarithmic axis?"""
    figure = figures.backprop.check_errors({"h": {"float64": ([1e-5, 1e-4], [0.0, 1e-9])}})
    assert figure.axes[0].lines[0].get_ydata()[0] == 1e-16
    assert figure.axes[0].get_ylabel() == "relative error of the check"


def test_first_layer_is_grey_where_weights_are_zero() -> None:
    """Is weight 0 mid-grey, also for a unit that is all zeros, and the largest weight full?"""
    W1 = np.zeros((12, 2))
    W1[0, 1] = 4.0
    figure = figures.backprop.first_layer(W1, (3, 2, 2), columns=2)
    dead, live = (np.asarray(axis.images[0].get_array()) for axis in figure.axes)
    assert (dead == 0.5).all()
    assert live[0, 0, 0] == 1.0


def test_curves_have_labels() -> None:
    """Do the two curve figures name their lines and axes?"""
    x = np.linspace(-1, 1, 5)
    left, right = figures.backprop.activations(x, {"tanh": (np.tanh(x), 1 - np.tanh(x) ** 2)}).axes
    assert left.get_legend() is not None
    assert right.get_ylabel() == "slope: output per input"
    history = {"update": [0, 1], "loss": [2.3, 2.0], "accuracy": [0.1, 0.25]}
    left, right = figures.backprop.learning({"net": history}).axes
    assert right.get_ylabel() == "validation accuracy (%)"
    np.testing.assert_allclose(right.lines[0].get_ydata(), [10, 25])


def test_history_is_in_order_and_dated() -> None:
    """Does each event of the strip stand at its year, in order, with its year in words?"""
    events = figures.backprop.HISTORY
    years = [year for year, _, _ in events]
    assert years == sorted(years)
    (axis,) = figures.backprop.history().axes
    places = [tuple(np.asarray(line.get_xydata())[0]) for line in axis.lines]
    assert places == [(year, row) for row, year in enumerate(years)]
    assert [text.get_text()[:4] for text in axis.texts] == [str(year) for year in years]


def test_history_has_one_mark_for_each_kind() -> None:
    """Is each kind named once, with a colour and a marker of its own?"""
    axis = figures.backprop.history([(1, "a", "x"), (2, "b", "y"), (3, "a", "z")]).axes[0]
    legend = axis.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == ["a", "b"]
    looks = [(line.get_color(), line.get_marker()) for line in axis.lines]
    assert looks[0] == looks[2]
    assert looks[0][0] != looks[1][0]
    assert looks[0][1] != looks[1][1]
