"""References of lesson 15, against NumPy, SciPy and scikit-learn."""

import copy

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import log_softmax
from scipy.stats import sem
from sklearn.decomposition import PCA
from sklearn.feature_extraction.image import extract_patches_2d
from torch import nn

from course_lib import oracle


class SmallNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv, self.norm = nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3)
        self.head = nn.Linear(3, 4)
        self.conv.bias.requires_grad_(False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.norm(self.conv(x)).relu().mean((2, 3)))


class Bench:
    def net(self, state: dict[str, torch.Tensor]) -> SmallNet:
        net = SmallNet().double()
        net.load_state_dict(state)
        return net

    def sgd(self, net: nn.Module, lr: float) -> torch.optim.Optimizer:
        return torch.optim.SGD(net.parameters(), lr=lr, momentum=0.9)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


@pytest.fixture
def state(rng: np.random.Generator) -> dict[str, torch.Tensor]:
    return oracle.speed.random_state(SmallNet(), rng)


def test_random_state(state: dict[str, torch.Tensor]) -> None:
    """Does every number of a net differ from every other, and fit the net?"""
    floats = torch.cat([value.flatten() for value in state.values() if value.is_floating_point()])
    assert len(floats.unique()) == len(floats)
    assert (state["norm.running_var"] > 0).all()
    assert state["norm.num_batches_tracked"] == 0
    Bench().net(state)


@given(st.integers(0, 3), st.integers(4, 7), st.integers(4, 6))
def test_all_shifts(pad: int, height: int, width: int) -> None:
    """Are images moved down and right, with NumPy's reflection at the edge, in every way once?"""
    images = torch.arange(2.0 * height * width).view(2, 1, height, width)
    shifts = oracle.speed.all_shifts(images, pad)
    assert len(shifts) == (2 * pad + 1) ** 2
    frame = ((0, 0), (0, 0), (pad, pad), (pad, pad))
    framed = np.pad(images.numpy(), frame, "reflect")
    for (dy, dx), moved in shifts.items():
        rows, columns = slice(pad - dy, pad - dy + height), slice(pad - dx, pad - dx + width)
        np.testing.assert_array_equal(moved, framed[:, :, rows, columns])
    if pad:
        np.testing.assert_array_equal(shifts[1, 0][:, :, 1:], images[:, :, :-1])
        np.testing.assert_array_equal(shifts[0, 1][..., 1:], images[..., :-1])


def test_flips(rng: np.random.Generator) -> None:
    """Are those images mirrored that are named, and no others?"""
    images = torch.from_numpy(rng.normal(size=(5, 2, 3, 4)))
    who = torch.tensor([True, False, True, True, False])
    found = oracle.speed.mirrored(images, who)
    for image, turned, one in zip(images.numpy(), who, found.numpy()):
        np.testing.assert_array_equal(one, image[:, :, ::-1] if turned else image)


def test_nearest_shifts(rng: np.random.Generator) -> None:
    """Are shifts found, and counted by dy and dx?"""
    images, moves = torch.from_numpy(rng.normal(size=(6, 1, 4, 5))), rng.integers(-1, 2, (6, 2))
    by, counts = oracle.speed.all_shifts(images, 1), np.zeros((3, 3), int)
    found = torch.stack([by[tuple(move)][i] for i, move in enumerate(moves.tolist())])
    np.add.at(counts, tuple(moves.T + 1), 1)
    nearest, its = oracle.speed.nearest_shifts(images, found + 1e-3, 1)
    assert torch.equal(nearest, found)
    np.testing.assert_array_equal(its, counts)
    assert oracle.speed.nearest_shifts(images, found[:2], 1)[1].max() == 6


@pytest.mark.parametrize("size", [1, 2, 3])
def test_whitened_covariance(rng: np.random.Generator, size: int) -> None:
    """Does it come of scikit-learn's PCA of the patches that it cuts itself?"""
    images = rng.normal(size=(3, 2, 8, 7)).cumsum(axis=3) + 5
    cut = [extract_patches_2d(image.transpose(1, 2, 0), (size, size)) for image in images]
    patches = np.concatenate(cut).reshape(-1, 2 * size * size)
    variances = PCA().fit(patches).explained_variance_ * (len(patches) - 1) / len(patches)
    found = oracle.speed.whitened_covariance(torch.from_numpy(images), size, 0.1)
    np.testing.assert_allclose(found, np.diag(variances / (variances + 0.1)), atol=1e-9)


def test_filtered_covariance(rng: np.random.Generator) -> None:
    """Is it NumPy's covariance of the dot products at all places, whatever a filter's sign?"""
    images, filters = rng.normal(size=(3, 2, 5, 6)), rng.normal(size=(4, 2, 2, 2))
    filters[:, 0, 0, 0] = 9.0
    seen = np.lib.stride_tricks.sliding_window_view(images, (2, 2), axis=(2, 3))
    sums = np.einsum("ncijuv,kcuv->knij", seen, filters).reshape(4, -1)
    found = oracle.speed.filtered_covariance(torch.from_numpy(images), torch.from_numpy(filters))
    np.testing.assert_allclose(found, np.cov(sums, bias=True), rtol=1e-10)
    filters[1] *= -1
    turned = oracle.speed.filtered_covariance(torch.from_numpy(images), torch.from_numpy(filters))
    assert torch.equal(found, turned)


@pytest.mark.parametrize("shape", [(5, 3, 3, 3), (2, 4, 1, 1)])
def test_passing_filters(rng: np.random.Generator, shape: tuple[int, ...]) -> None:
    """Do images come out of the first filters as they are, and do the other filters stay?"""
    weight, count = torch.from_numpy(rng.normal(size=shape)), min(shape[:2])
    found = oracle.speed.passing_filters(weight)
    images = torch.from_numpy(rng.normal(size=(2, shape[1], 5, 6)))
    maps = nn.functional.conv2d(images, found, padding=shape[2] // 2)
    assert torch.equal(maps[:, :count], images[:, :count])
    assert torch.equal(found[count:], weight[count:])


def test_settings_by_name(state: dict[str, torch.Tensor]) -> None:
    """Does each parameter have its group's settings under its name, also one that comes twice?"""
    net = Bench().net(state)
    groups = [
        {"params": [net.conv.weight, net.head.bias], "lr": 0.1, "weight_decay": 0.2},
        {"params": [net.head.bias, torch.full((1,), 1e9)], "lr": 3.0, "weight_decay": 0.0},
    ]
    assert oracle.speed.settings_by_name(groups, state) == {
        "conv.weight": (0.1, 0.2),
        "head.bias": (0.1, 0.2),
        "head.bias, again": (3.0, 0.0),
        "a tensor of no parameter": (3.0, 0.0),
    }


def test_smoothed_loss(rng: np.random.Generator) -> None:
    """Is it the mean of minus target times log-softmax, the target given by its formula?"""
    logits, labels = 5 * rng.normal(size=(6, 4)), rng.integers(4, size=6)
    target = 0.7 * np.eye(4)[labels] + 0.3 / 4
    due = -(target * log_softmax(logits, axis=1)).sum(axis=1).mean()
    found = oracle.speed.smoothed_loss(torch.from_numpy(logits), torch.from_numpy(labels), 0.3)
    assert float(found) == pytest.approx(due, rel=1e-12)


def test_rates_between() -> None:
    """Are they on straight lines between the knots?"""
    assert oracle.speed.rates_between([0, 1, 2, 6], [0, 2, 10], [1.0, 3.0, 1.0]) == [
        1.0,
        2.0,
        3.0,
        2.0,
    ]


def test_mean_of_views(rng: np.random.Generator, state: dict[str, torch.Tensor]) -> None:
    """Is it the mean of the net's scores, of images that NumPy moves and mirrors?"""
    net, images = Bench().net(state), rng.normal(size=(3, 2, 5, 6))
    framed = np.pad(images, ((0, 0), (0, 0), (2, 2), (2, 2)), "reflect")
    seen = [images, framed[:, :, 1:6, 4:10][..., ::-1].copy()]  # 1 down, 2 to the left
    due = sum(net.eval()(torch.from_numpy(one)) for one in seen) / 2
    views = [(False, 0, 0), (True, 1, -2)]
    found = oracle.speed.mean_of_views(net, torch.from_numpy(images), views)
    torch.testing.assert_close(found, due.detach())


def test_straight_through() -> None:
    """Is the gradient that of the step where the weight is between -1 and 1, and else 0?"""
    weight, dout = torch.tensor([0.5, -0.9, 1.1, -3.0]), torch.tensor([2.0, 3.0, 4.0, 5.0])
    assert oracle.speed.straight_through(weight, dout).tolist() == [2.0, 3.0, 0.0, 0.0]


def test_mean_and_error(rng: np.random.Generator) -> None:
    """Is the error SciPy's?"""
    values = rng.normal(size=6)
    assert oracle.speed.mean_and_error(values) == pytest.approx((values.mean(), sem(values)))


def test_toy_device() -> None:
    """Do calls queue at once, and does waiting take what is left to do?"""
    toy = oracle.speed.ToyDevice([3.0, 5.0], busy=1.0)
    toy.work()
    assert toy.clock() == pytest.approx(0.01)
    toy.wait()
    assert toy.clock() == pytest.approx(4.0)
    toy.wait()
    for _ in range(2):
        toy.work()
    assert toy.clock() == pytest.approx(4.02)
    toy.wait()
    assert toy.clock() == pytest.approx(4.01 + 8)
    assert toy.calls == 3


def test_moving_average() -> None:
    """Do three states weigh d^2, d(1 - d) and 1 - d, and are counters the last one's?"""
    states = [{"w": torch.tensor([float(i)]), "n": torch.tensor(i)} for i in (1, 10, 100)]
    found = oracle.speed.moving_average(states, 0.9)
    assert float(found["w"]) == pytest.approx(0.81 * 1 + 0.09 * 10 + 0.1 * 100)
    assert found["n"] == 100
    assert found["n"].dtype == torch.int64
    assert float(states[0]["w"]) == 1.0


def test_batchnorm_buffers(rng: np.random.Generator) -> None:
    """Is the share `momentum` that of the batch, whose variance divides by n - 1?"""
    images, mean, var = rng.normal(size=(3, 2, 4, 5)), rng.normal(size=2), rng.random(2) + 1
    found = oracle.speed.batchnorm_buffers(*map(torch.from_numpy, (mean, var, images)), 0.3)
    rows = images.transpose(1, 0, 2, 3).reshape(2, -1)
    np.testing.assert_allclose(found[0], 0.7 * mean + 0.3 * rows.mean(axis=1))
    np.testing.assert_allclose(found[1], 0.7 * var + 0.3 * rows.var(axis=1, ddof=1))


def test_loss_and_gradients(rng: np.random.Generator, state: dict[str, torch.Tensor]) -> None:
    """Do finite differences agree, and is what is frozen left out?"""
    net, images = Bench().net(state), torch.from_numpy(rng.normal(size=(5, 2, 5, 5)))
    labels = torch.from_numpy(rng.integers(4, size=5))
    loss, slopes = oracle.speed.loss_and_gradients(net, images, labels)
    assert "conv.bias" not in slopes
    for name, value in (("conv.weight", slopes["conv.weight"]), ("head.bias", slopes["head.bias"])):
        direction = torch.from_numpy(rng.normal(size=tuple(value.shape)))
        ends = []
        for step in (1e-5, -1e-5):
            moved = {**state, name: state[name] + step * direction}
            ends.append(oracle.speed.loss_and_gradients(Bench().net(moved), images, labels)[0])
        assert (ends[0] - ends[1]) / 2e-5 == pytest.approx(float((value * direction).sum()), 1e-6)
    due = log_softmax(Bench().net(state).eval()(images).detach().numpy(), axis=1)
    assert loss == pytest.approx(-due[np.arange(5), labels].mean())


def test_plain_run(rng: np.random.Generator, state: dict[str, torch.Tensor]) -> None:
    """Does each state follow from the one before, by a step on the batch that is drawn?"""
    images = torch.from_numpy(rng.normal(size=(9, 2, 5, 5)))
    labels = torch.from_numpy(rng.integers(4, size=9))
    run = oracle.speed.plain_run(
        Bench(), state, images, labels, torch.Generator().manual_seed(3), 5
    )
    assert len(run.losses) == 5
    assert len(run.states) == 6
    assert torch.equal(run.states[0]["head.weight"], state["head.weight"])
    rows = torch.randint(9, (4,), generator=torch.Generator().manual_seed(3))
    net = Bench().net(state)
    loss = oracle.speed.plain_step(net, Bench().sgd(net, 0.05), images[rows], labels[rows])
    assert run.losses[0] == loss
    assert torch.equal(run.states[1]["head.weight"], net.head.weight)
    assert not torch.equal(run.states[5]["head.weight"], net.head.weight)


def test_plain_step(rng: np.random.Generator, state: dict[str, torch.Tensor]) -> None:
    """Is a step without momentum the rate times the gradient in training mode?"""
    net = Bench().net(state)
    other, images = copy.deepcopy(net), torch.from_numpy(rng.normal(size=(5, 2, 5, 5)))
    labels = torch.from_numpy(rng.integers(4, size=5))
    loss = nn.functional.cross_entropy(other.train()(images), labels)
    (slope,) = torch.autograd.grad(loss, [other.head.weight])
    found = oracle.speed.plain_step(net, torch.optim.SGD(net.parameters(), lr=0.1), images, labels)
    assert found == pytest.approx(float(loss.detach()))
    assert torch.allclose(net.head.weight, other.head.weight - 0.1 * slope)


def test_in_half() -> None:
    """Are values and gradients rounded to float16, and what is too small lost?"""
    x = torch.tensor([1.0003, 1e-9, 70000.0], requires_grad=True)
    out = oracle.speed.in_half(x)
    np.testing.assert_array_equal(out.detach(), np.float32(np.float16(x.detach().numpy())))
    out.backward(torch.tensor([1e-9, 1.0003, 3.0]))
    np.testing.assert_array_equal(x.grad, np.float32(np.float16([1e-9, 1.0003, 3.0])))


def test_half_layer() -> None:
    """Does a net with this layer stop a gradient that float16 cannot hold?"""
    net = nn.Sequential(nn.Linear(2, 2), oracle.speed.half_layer(), nn.Linear(2, 1))
    (1e-9 * net(torch.ones(1, 2))).sum().backward()
    assert not net[0].weight.grad.any()
    assert net[2].weight.grad.any()


def test_random_filters(rng: np.random.Generator) -> None:
    """Does a last layer that is fitted to good features find the classes, and a bias if needed?"""
    labels = torch.from_numpy(rng.integers(3, size=60))
    images = nn.functional.one_hot(labels, 3).float() + 7
    found = oracle.speed.random_filters(lambda x: x, (images[:40], labels[:40]), images[40:])
    assert torch.equal(found, labels[40:])


def test_numpy_scores(rng: np.random.Generator) -> None:
    """Is the net in NumPy the net of lesson 05, in float32, too?"""
    sizes = {"W1": (4, 3, 5, 5), "b1": 4, "W2": (48, 7), "b2": 7, "W3": (7, 3), "b3": 3}
    params = {name: rng.normal(size=size) for name, size in sizes.items()}
    X = rng.normal(size=(5, 3, 6, 8))
    due = oracle.conv.conv_net_scores(X, params)
    np.testing.assert_allclose(oracle.speed.numpy_scores(X, params), due)
    narrow = {name: value.astype(np.float32) for name, value in params.items()}
    found = oracle.speed.numpy_scores(X.astype(np.float32), narrow)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, due, rtol=1e-3, atol=1e-4 * np.abs(due).max())
