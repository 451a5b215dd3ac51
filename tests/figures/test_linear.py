"""Do the figures of lesson 02 draw what the functions that they are given compute?"""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from course_lib import figures, oracle

LOSSES = {"SVM": oracle.linear.svm_loss, "softmax": oracle.linear.softmax_loss}
POINTS = np.array([[-1.0, 1.0], [1.0, 1.0], [0.0, -1.0], [0.2, -0.8]])
LABELS = np.array([0, 1, 2, 2])
START = np.random.default_rng(0).normal(size=(3, 3))


def plane(**settings):
    return figures.linear.linear_plane(
        figures.linear.PlaneState(**settings), POINTS, LABELS, START, LOSSES
    )


@pytest.mark.parametrize("name", LOSSES)
def test_bars_of_the_plane_are_the_losses_of_the_points(name):
    """Is each bar the loss of its point alone, without the penalty?"""
    bars = plane(loss=name, reg=0.3).axes[1]
    X = np.column_stack([POINTS, np.ones(4)])
    due = [LOSSES[name](START, X[i : i + 1], LABELS[i : i + 1])[0] for i in range(4)]
    assert [bar.get_height() for bar in bars.patches] == pytest.approx(due)


def test_steps_of_the_plane_go_down():
    """Does the loss in the title fall with more steps, from where the descent starts?"""
    losses = [float(plane(steps=n).axes[0].get_title().split()[-1]) for n in (0, 5, 50)]
    assert losses == sorted(losses, reverse=True)
    X = np.column_stack([POINTS, np.ones(4)])
    assert losses[0] == pytest.approx(oracle.linear.svm_loss(START, X, LABELS)[0], abs=1e-3)


def test_moving_a_point_moves_it_alone():
    """Does `right` move the chosen point, and leave the caller's points as they were?"""
    before = POINTS.copy()
    moved = plane(point=1, right=0.5).axes[0].collections
    offsets = np.concatenate([part.get_offsets() for part in moved[-4:]])
    assert [1.5, 1.0] in offsets.tolist()
    assert (before == POINTS).all()


def test_regions_of_the_plane_are_the_largest_scores():
    """Has each place the class of the largest score, as in scikit-learn's linear model?"""
    model = LogisticRegression().fit(POINTS, LABELS)
    W = np.vstack([model.coef_.T, model.intercept_])
    figure = figures.linear.linear_plane(figures.linear.PlaneState(), POINTS, LABELS, W, LOSSES)
    picture = figure.axes[0].images[0]
    left, right, _, _ = picture.get_extent()
    ticks = np.linspace(left, right, 120)
    places = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
    assert (np.asarray(picture.get_array()).ravel() == model.predict(places)).all()


def test_the_plane_of_no_weights_can_be_drawn():
    """Is W = 0, where no score has a line, a figure all the same?"""
    figures.linear.linear_plane(
        figures.linear.PlaneState(), POINTS, LABELS, np.zeros((3, 3)), LOSSES
    )


def test_the_middle_of_the_surface_is_the_loss():
    """Is the cut through the star the loss at the star, and a step away along the direction?"""
    rng = np.random.default_rng(1)
    X, y, W = rng.normal(size=(5, 4)), rng.integers(3, size=5), rng.normal(size=(4, 3))
    state = figures.linear.SurfaceState(loss="softmax", directions=2, reach=1.5, reg=0.1)
    cut = figures.linear.loss_surface(state, LOSSES, W, X, y, steps=7).axes[1].lines[0]
    first = np.random.default_rng(2).normal(size=(4, 3))
    end = W + 1.5 * first / np.linalg.norm(first)
    assert cut.get_ydata()[3] == pytest.approx(oracle.linear.softmax_loss(W, X, y, 0.1)[0])
    assert cut.get_ydata()[-1] == pytest.approx(oracle.linear.softmax_loss(end, X, y, 0.1)[0])


def test_curves_differ_in_more_than_colour():
    """Can each line be told from its neighbours without colour, and is each named?"""
    lines = {name: ([0, 1], [0, k]) for k, name in enumerate("abcde")}
    axis = figures.curves(lines, "steps", "loss", log="x", ylim=(0, 3)).axes[0]
    assert (
        len({str(line.get_dash_capstyle()) + str(line._dash_pattern) for line in axis.lines}) == 5
    )
    assert [text.get_text() for text in axis.get_legend().get_texts()] == list("abcde")
    assert axis.get_xscale() == "log"
    assert axis.get_ylim() == (0, 3)


def test_templates_show_zero_as_grey():
    """Is weight 0 grey, the largest weight white, and does each class have its own picture?"""
    W = np.zeros((12, 2))
    W[0, 0], W[5, 1] = 4.0, -2.0
    axes = figures.linear.templates(W, (3, 2, 2), ["one", "two"]).axes
    first, second = (np.asarray(axis.images[0].get_array()) for axis in axes[:2])
    assert first[0, 0, 0] == 1
    assert second[0, 1, 1] == 0
    assert first[1, 1, 2] == 0.5
    assert axes[1].get_title() == "two"


def test_street_is_as_wide_as_its_weights_say():
    """Does |w| = 5 make a street 0.4 wide?"""
    title = (
        figures.linear.margins(POINTS, np.array([0, 1, 1, 0]), {"a": (np.array([3.0, 4.0]), 0.0)})
        .axes[0]
        .get_title()
    )
    assert "5.00" in title
    assert "0.40" in title


def test_penalty_lines_follow_the_function():
    """Is the line of penalty 1 of L1 a diamond through 1 on both axes?"""
    figure = figures.linear.penalties(
        lambda w, l1, l2: l1 * np.abs(w).sum() + l2 * (w**2).sum(), {"L1": (1, 0)}
    )
    lines = figure.axes[0].collections[0]
    one = lines.get_paths()[list(lines.levels).index(1.0)].vertices
    np.testing.assert_allclose(np.abs(one).sum(axis=1), 1, atol=0.02)


def test_settings_are_drawn_where_they_were_tried():
    """Does each dot stand at its rate and penalty, with its accuracy written beside it?"""
    axes = figures.linear.settings_map(
        {"grid": [(0.01, 0.1, 0.25)], "random": [(0.1, 1.0, 0.5)]}
    ).axes
    assert axes[0].collections[0].get_offsets().tolist() == [[0.01, 0.1]]
    assert axes[1].texts[0].get_text() == "50"


def test_edges_are_drawn_at_right_angles_to_gradients():
    """Is a gradient to the right, bin 0 of 2, drawn as a line that runs mostly downwards?"""
    directions = np.zeros(2)
    directions[0] = 3.0
    figure = figures.linear.features(np.zeros((3, 8, 8)), np.array([0.5, 0.5]), directions, 8)
    line = max(figure.axes[2].lines, key=lambda one: np.ptp(one.get_ydata()))
    assert np.ptp(line.get_ydata()) == pytest.approx(8 * np.sin(np.pi * 0.75))
    assert [bar.get_height() for bar in figure.axes[1].patches] == [50, 50]


def test_each_panel_shows_its_points():
    """Are all points of a panel there, and the panels named?"""
    axes = figures.linear.scatter_panels(
        {"a": (POINTS, LABELS), "b": (POINTS[:2], LABELS[:2])}
    ).axes
    assert sum(len(part.get_offsets()) for part in axes[0].collections) == 4
    assert [axis.get_title() for axis in axes] == ["a", "b"]
