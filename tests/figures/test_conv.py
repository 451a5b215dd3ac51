"""The figures of lesson 05: do they draw what they say?"""

import numpy as np
import pytest

from course_lib import figures, oracle

KERNELS = {"row": np.array([[1.0, -1.0]]), "square": np.ones((3, 3))}
IMAGE = np.arange(30.0).reshape(5, 6)


def forward(x, w, b, conv_param):
    if (x.shape[2] + 2 * conv_param["pad"] - w.shape[2]) % conv_param["stride"]:
        raise ValueError("these windows do not fit")
    return oracle.conv.conv2d(x, w, b, conv_param), None


def spread(w, dilation):
    wide = np.zeros((*w.shape[:2], *((n - 1) * dilation + 1 for n in w.shape[2:])))
    wide[:, :, ::dilation, ::dilation] = w
    return wide


def stepped(**settings):
    state = figures.conv.ConvState(**settings)
    return figures.conv.convolution_steps(state, IMAGE, KERNELS, forward, spread)


def texts(axis):
    return [text.get_text() for text in axis.texts]


def boxes(axis):
    return [(*patch.get_xy(), patch.get_width(), patch.get_height()) for patch in axis.patches]


def test_results_are_filled_up_to_the_step():
    """After step 7 of 5 windows a row, are 8 results shown, the last of them framed?"""
    figure = stepped(kernel="row", step=7)
    _, _, right = figure.axes
    assert texts(right) == ["-1"] * 8
    assert boxes(right) == [(1.5, 0.5, 1, 1)]


def test_the_window_is_where_the_step_is():
    """With stride 2 and dilation 2, is the frame of the window two pixels further, and 1 x 3?"""
    left = stepped(kernel="row", step=1, stride=2, dilation=2, pad=0).axes[0]
    frame, *marked = boxes(left)
    assert frame == (1.5, -0.5, 3, 1)
    assert [round(place[0] + 0.42) for place in marked] == [2, 4]  # the cells that meet a weight


def test_padding_is_part_of_the_picture():
    """Does the input grow by the padding on every side, its zeros in grey?"""
    left = stepped(kernel="square", pad=1).axes[0]
    colours = [text.get_color() for text in left.texts]
    assert len(colours) == 7 * 8
    assert colours.count("black") == 30


def test_a_refusal_is_shown_and_not_raised():
    """Where the numbers do not work out, does the figure hold the message?"""
    right = stepped(kernel="square", stride=3).axes[2]
    assert texts(right) == ["these windows do not fit"]
    assert right.get_title() == "ValueError"


def test_a_step_beyond_the_last_window_is_the_last():
    """Does a slider that is too far right show the finished result?"""
    figure = stepped(kernel="square", step=999)
    assert len(texts(figure.axes[2])) == 12
    assert "step 11 of 11" in figure.get_suptitle()


def test_gallery_shows_each_filter_with_its_result():
    """Is there a table and a picture for each filter, beside the picture itself?"""
    results = {"row": np.ones((5, 6)), "square": np.zeros((5, 6))}
    figure = figures.conv.filter_gallery(IMAGE / 30, KERNELS, results)
    assert [axis.get_title() for axis in figure.axes] == [
        "",
        "row",
        "square",
        "the picture",
        "",
        "",
    ]
    signed, plain = (figure.axes[k].images[0].get_array() for k in (4, 5))
    assert float(signed[0, 0]) == 1.0  # weights that add up to 0: white is the largest answer
    assert float(plain[0, 0]) == 0.0


@pytest.mark.parametrize(
    ("layers", "pixels"),
    [
        ([{"kernel": 3}] * 3, 7),
        ([{"kernel": 3, "stride": 2}, {"kernel": 2}], 5),
        ([{"kernel": 2, "dilation": 3}], 2),  # two of the four pixels that it spans
    ],
)
def test_cones_end_in_the_pixels_that_are_seen(layers, pixels):
    """Does the bottom row hold each pixel that the unit depends on, and the label the field?"""
    axis = figures.conv.receptive_cones({"stack": layers}, oracle.conv.receptive_field).axes[0]
    bottom = [line for line in axis.lines if line.get_marker() == "s"]
    assert len(bottom[0].get_xdata()) == pixels
    assert axis.get_xlabel() == f"sees {oracle.conv.receptive_field(layers)} pixels in a row"


def test_browser_shows_the_chosen_map():
    """Do the sliders choose the image and the filter, on one scale for all layers?"""
    images, filters = np.zeros((2, 3, 8, 8), np.uint8), np.ones((4, 3, 3, 3))
    maps = {
        "conv": np.arange(2 * 4 * 36.0).reshape(2, 4, 6, 6) - 100,
        "ReLU": np.ones((2, 4, 6, 6)),
    }
    figure = figures.conv.feature_browser(figures.conv.MapsState(1, 2), images, filters, maps)
    shown = figure.axes[2].images[0]
    np.testing.assert_array_equal(shown.get_array(), maps["conv"][1, 2])
    assert shown.get_clim() == figure.axes[3].images[0].get_clim()


def test_sliding_answers_stand_below_their_windows():
    """Is there a bar at the middle of each window, on the row of its class?"""
    scores = np.array([[1.0, 1, 0], [0, 0, 1], [0, 0, 0]])
    figure = figures.conv.sliding_answers(np.zeros((3, 8, 12)), scores, ["a", "b", "c"], 8, 2)
    bottom = figure.axes[1]
    middles = sorted(patch.get_x() + patch.get_width() / 2 for patch in bottom.patches)
    assert middles == [3.5, 5.5, 7.5]
    assert [label.get_text() for label in bottom.get_yticklabels()] == ["a", "b"]
