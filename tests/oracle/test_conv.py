"""The oracle of lesson 05 against SciPy, NumPy's own windows, and finite differences."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import uniform_filter1d
from scipy.optimize import approx_fprime
from scipy.signal import correlate, correlate2d

from course_lib import oracle

RNG = np.random.default_rng(0)
few = settings(max_examples=25, deadline=None)
sides = st.integers(1, 4)


def _pad(x, down, across):
    return np.pad(x, ((0, 0), (0, 0), (down, down), (across, across)))


@few
@given(kernel=st.tuples(sides, sides), stride=st.tuples(sides, sides), pad=st.tuples(sides, sides))
def test_conv_is_scipys_correlation(kernel, stride, pad):
    """Is every map the sum over channels of SciPy's correlations, thinned out by the strides?"""
    x, w, b = RNG.normal(size=(2, 3, 7, 9)), RNG.normal(size=(4, 3, *kernel)), RNG.normal(size=4)
    due = np.array(
        [
            [sum(correlate2d(c, v, "valid") for c, v in zip(image, f)) for f in w]
            for image in _pad(x, *pad)
        ]
    )
    due = due[:, :, :: stride[0], :: stride[1]] + b[:, None, None]
    mine = oracle.conv.conv2d(x, w, b, {"stride": stride, "pad": pad})
    np.testing.assert_allclose(mine, due, atol=1e-12)


def test_dilation_puts_zeros_between():
    """Is a dilated convolution one with a filter that has zeros between its weights?"""
    x, w, b = RNG.normal(size=(1, 2, 9, 9)), RNG.normal(size=(3, 2, 3, 2)), np.zeros(3)
    spread = np.zeros((3, 2, 5, 4))
    spread[:, :, ::2, ::3] = w
    mine = oracle.conv.conv2d(x, w, b, {"dilation": (2, 3)})
    np.testing.assert_allclose(mine, oracle.conv.conv2d(x, spread, b, {}))


def test_correlation_on_a_line_is_scipys():
    """Are these SciPy's dot products?"""
    x, w = RNG.normal(size=9), RNG.normal(size=4)
    np.testing.assert_allclose(oracle.conv.correlate_1d(x, w), correlate(x, w, "valid"))


def test_convolution_on_a_line_is_numpys():
    """Is the filter turned round, and do the windows lie inside?"""
    x, w = RNG.normal(size=9), RNG.normal(size=4)
    np.testing.assert_allclose(oracle.conv.convolve_1d(x, w), np.convolve(x, w, "valid"))


@few
@given(size=st.integers(4, 12), kernel=sides, stride=sides, pad=st.integers(0, 2))
def test_windows_are_counted_as_numpy_shows_them(size, kernel, stride, pad):
    """Are there as many windows as NumPy shows, also where the last pixels are left over?"""
    seen = np.lib.stride_tricks.sliding_window_view(np.zeros(size + 2 * pad), kernel)[::stride]
    assert oracle.conv.window_count(size, kernel, stride, pad) == len(seen)


def test_sizes_of_resnet_round_down():
    """Do the sizes of ResNet's layers come out as published?"""
    settings_of = (224, 7, 2, 3), (56, 3, 2, 1), (32, 3, 2, 1)
    assert [oracle.conv.window_count(*four) for four in settings_of] == [112, 28, 16]


def test_parameters_are_the_published_ones():
    """Ten filters of 5 x 5 on colour images: 760 numbers. And with a kernel that is not square?"""
    assert oracle.conv.conv_parameters(5, 3, 10) == 760
    assert oracle.conv.conv_parameters((3, 5), 4, 6) == 366


@few
@given(dilation=st.tuples(sides, sides))
def test_dilated_filters_are_kroneckers(dilation):
    """Is it each weight, with zeros after it, and none after the last?"""
    w = RNG.normal(size=(2, 3, 3, 2))
    corner = np.zeros(dilation)
    corner[0, 0] = 1
    due = np.kron(w, corner)[:, :, : 2 * dilation[0] + 1, : dilation[1] + 1]
    np.testing.assert_array_equal(oracle.conv.dilated(w, dilation), due)


def test_filters_of_an_affine_layer_give_its_scores():
    """Does a convolution with them, in one window, give the affine layer's outputs?"""
    x, W, b = RNG.normal(size=(4, 3, 2, 5)), RNG.normal(size=(30, 7)), RNG.normal(size=7)
    filters = oracle.conv.affine_filters(W, (3, 2, 5))
    assert filters.shape == (7, 3, 2, 5)
    scores = oracle.conv.conv2d(x, filters, b, {})[:, :, 0, 0]
    np.testing.assert_allclose(scores, x.reshape(4, 30) @ W + b)


def test_gradients_of_conv_are_differences():
    """Do the gradients agree with finite differences, for a kernel and strides that are oblong?"""
    x, w, b = RNG.normal(size=(1, 2, 4, 5)), RNG.normal(size=(2, 2, 2, 3)), RNG.normal(size=2)
    how = {"stride": (2, 1), "pad": (0, 1)}
    dout = RNG.normal(size=oracle.conv.conv2d(x, w, b, how).shape)
    mine = oracle.gradients(oracle.conv.conv2d, dout, x, w, b, how)
    for place, part in enumerate((x, w, b)):

        def total(flat, place=place, part=part):
            given_args = [x, w, b]
            given_args[place] = flat.reshape(part.shape)
            return float((oracle.conv.conv2d(*given_args, how) * dout).sum())

        numeric = approx_fprime(part.ravel(), total, 1e-6)
        np.testing.assert_allclose(mine[place].ravel(), numeric, atol=1e-4)


@few
@given(size=st.tuples(sides, sides), stride=st.tuples(sides, sides))
def test_pooling_is_max_and_mean_of_numpys_windows(size, stride):
    """Do both pools reduce the windows that NumPy shows?"""
    x = RNG.normal(size=(2, 3, 7, 9))
    how = {"pool_height": size[0], "pool_width": size[1], "stride": stride}
    seen = np.lib.stride_tricks.sliding_window_view(x, size, (2, 3))
    seen = seen[:, :, :: stride[0], :: stride[1]]
    np.testing.assert_array_equal(oracle.conv.max_pool(x, how), seen.max(axis=(4, 5)))
    np.testing.assert_allclose(oracle.conv.avg_pool(x, how), seen.mean(axis=(4, 5)), atol=1e-12)


def test_mean_of_a_line_is_scipys_uniform_filter():
    """Does average pooling with stride 1 agree with SciPy's running mean?"""
    x = RNG.normal(size=12)
    how = {"pool_height": 1, "pool_width": 3, "stride": 1}
    mine = oracle.conv.avg_pool(x[None, None, None], how)[0, 0, 0]
    np.testing.assert_allclose(mine, uniform_filter1d(x, 3)[1:-1])


def test_first_of_equal_numbers_gets_the_gradient():
    """Of equal numbers, does the first in reading order get all of it, as the lesson says?"""
    how = {"pool_height": 2, "pool_width": 2, "stride": 2}
    dx = oracle.gradients(oracle.conv.max_pool, np.array([[[[5.0]]]]), np.ones((1, 1, 2, 2)), how)[
        0
    ]
    np.testing.assert_array_equal(dx, [[[[5, 0], [0, 0]]]])


@pytest.mark.parametrize(
    ("mode", "numpys"), [("zero", "constant"), ("replicate", "edge"), ("reflect", "reflect")]
)
def test_padding_is_numpys(mode, numpys):
    """Is each mode NumPy's of another name, with (down, across) in that order?"""
    x = RNG.normal(size=(2, 3, 4, 5))
    due = np.pad(x, ((0, 0), (0, 0), (3, 3), (1, 1)), numpys)
    np.testing.assert_array_equal(oracle.conv.padded(x, (3, 1), mode), due)


@few
@given(
    kernel=st.tuples(sides, sides),
    stride=st.tuples(sides, sides),
    pad=st.tuples(st.integers(0, 2), st.integers(0, 2)),
)
def test_windows_and_their_way_back_are_adjoint(kernel, stride, pad):
    """Are columns NumPy's windows, and does the way back add each number to its pixel?"""
    x = RNG.normal(size=(2, 3, 6, 8))
    cols = oracle.conv.windows(x, kernel, stride, pad)
    seen = np.lib.stride_tricks.sliding_window_view(_pad(x, *pad), kernel, (2, 3))
    seen = seen[:, :, :: stride[0], :: stride[1]]  # (N, C, H', W', HH, WW)
    due = seen.transpose(0, 1, 4, 5, 2, 3).reshape(cols.shape)
    np.testing.assert_array_equal(cols, due)
    other = RNG.normal(size=cols.shape)
    back = oracle.conv.from_windows(other, (6, 8), kernel, stride, pad)
    assert (other * cols).sum() == pytest.approx((back * x).sum())


@pytest.mark.parametrize(
    ("layers", "pixels"),
    [
        ([], 1),
        ([{"kernel": 3}] * 3, 7),
        ([{"kernel": 3, "stride": 2}, {"kernel": 3}], 7),
        ([{"kernel": 3, "dilation": d} for d in (1, 2, 4)], 15),
    ],
)
def test_receptive_field_is_the_published_one(layers, pixels):
    """Does counting by autograd give what the formula gives?"""
    assert oracle.conv.receptive_field(layers) == pixels


def _params():
    shapes = {"W1": (2, 1, 3, 3), "b1": 2, "W2": (12, 5), "b2": 5, "W3": (5, 3), "b3": 3}
    return {name: RNG.normal(size=shape) for name, shape in shapes.items()}


def test_random_parameters_fit_the_net():
    """Do parameters for oblong images fit, and are they those of the generator?"""
    params, again = (
        oracle.conv.conv_net_params(np.random.default_rng(0), (2, 4, 6), 3, 5, 7, 4)
        for _ in range(2)
    )
    shapes = {name: value.shape for name, value in params.items()}
    due = {"W1": (3, 2, 5, 5), "b1": (3,), "W2": (18, 7), "b2": (7,), "W3": (7, 4), "b3": (4,)}
    assert shapes == due
    assert oracle.conv.conv_net_scores(RNG.normal(size=(5, 2, 4, 6)), params).shape == (5, 4)
    assert all((params[name] == again[name]).all() for name in params)


def test_net_is_its_layers_in_a_row():
    """Are the scores those of conv, ReLU, pool, affine, ReLU, affine?"""
    X, params = RNG.normal(size=(3, 1, 4, 6)), _params()
    how, pool = {"pad": 1}, {"pool_height": 2, "pool_width": 2, "stride": 2}
    maps = oracle.conv.conv_relu_pool(X, params["W1"], params["b1"], how, pool)
    convolved = oracle.conv.conv2d(X, params["W1"], params["b1"], how)
    np.testing.assert_array_equal(maps, oracle.conv.max_pool(np.maximum(convolved, 0), pool))
    hidden = np.maximum(maps.reshape(3, -1) @ params["W2"] + params["b2"], 0)
    scores = oracle.conv.conv_net_scores(X, params)
    np.testing.assert_allclose(scores, hidden @ params["W3"] + params["b3"])


@pytest.mark.parametrize("biases", [False, True])
def test_loss_of_the_net_and_its_gradients(biases):
    """Is the loss cross-entropy plus half the squares, and are the gradients its differences?"""
    X, y, params = RNG.normal(size=(3, 1, 4, 6)), np.array([0, 2, 1]), _params()
    loss, grads = oracle.conv.conv_net_loss(X, y, params, 0.3, biases)
    scores = oracle.conv.conv_net_scores(X, params)
    log_p = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    squares = sum((w**2).sum() for name, w in params.items() if biases or name[0] == "W")
    assert loss == pytest.approx(-log_p[np.arange(3), y].mean() + 0.15 * squares)
    for name, w in params.items():

        def at(flat, name=name, w=w):
            changed = params | {name: flat.reshape(w.shape)}
            return oracle.conv.conv_net_loss(X, y, changed, 0.3, biases)[0]

        numeric = approx_fprime(w.ravel(), at, 1e-6)
        np.testing.assert_allclose(grads[name].ravel(), numeric, atol=1e-4)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_layers_keep_the_dtype_and_leave_arguments_alone(dtype):
    """Do forward and backward compute in the dtype given, with the oracle's gradients?"""
    x, w, b = (RNG.normal(size=size).astype(dtype) for size in ((2, 3, 5, 5), (4, 3, 3, 3), 4))
    before = x.copy()
    forward, backward = oracle.conv.as_layer(oracle.conv.conv2d)
    out, cache = forward(x, w, b, {"pad": 1})
    dout = RNG.normal(size=out.shape).astype(dtype)
    grads = backward(dout, cache)
    assert {array.dtype for array in (out, *grads)} == {np.dtype(dtype)}
    due = oracle.gradients(oracle.conv.conv2d, dout, x, w, b, {"pad": 1})
    for mine, theirs in zip(grads, due):
        np.testing.assert_allclose(mine, theirs, rtol=1e-3, atol=1e-4)
    np.testing.assert_array_equal(x, before)


def test_layers_promote_as_numpy_does():
    """Does float64 win where float32 and float64 meet, and is a single gradient no tuple?"""
    forward, _ = oracle.conv.as_layer(oracle.layers.affine)
    out, _ = forward(np.ones((2, 3)), np.ones((3, 4), np.float32), np.zeros(4, np.float32))
    assert out.dtype == np.float64
    relu, relu_back = oracle.conv.as_layer(oracle.layers.relu)
    out, cache = relu(np.array([-1.0, 2.0]))
    np.testing.assert_array_equal(relu_back(np.array([5.0, 7.0]), cache), [0, 7])
    loss, loss_back = oracle.conv.as_layer(oracle.layers.softmax_layer)
    value, cache = loss(np.zeros((2, 4), np.float32), np.array([0, 3]))
    assert float(value) == pytest.approx(np.log(4))
    assert loss_back(1.0, cache).shape == (2, 4)
