"""References of lesson 15, against NumPy, SciPy and scikit-learn."""

import copy

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import log_softmax
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
    return oracle.random_state(SmallNet(), rng)


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
    shifts = oracle.all_shifts(images, pad)
    assert len(shifts) == (2 * pad + 1) ** 2
    frame = ((0, 0), (0, 0), (pad, pad), (pad, pad))
    framed = np.pad(images.numpy(), frame, "reflect")
    for (dy, dx), moved in shifts.items():
        rows, columns = slice(pad - dy, pad - dy + height), slice(pad - dx, pad - dx + width)
        np.testing.assert_array_equal(moved, framed[:, :, rows, columns])
    if pad:
        np.testing.assert_array_equal(shifts[1, 0][:, :, 1:], images[:, :, :-1])
        np.testing.assert_array_equal(shifts[0, 1][..., 1:], images[..., :-1])


@pytest.mark.parametrize("size", [1, 2, 3])
def test_patch_variances(rng: np.random.Generator, size: int) -> None:
    """Are they what scikit-learn's PCA finds in the patches that it cuts itself?"""
    images = rng.normal(size=(3, 2, 8, 7)).cumsum(axis=3) + 5
    cut = [extract_patches_2d(image.transpose(1, 2, 0), (size, size)) for image in images]
    patches = np.concatenate(cut).reshape(-1, 2 * size * size)
    due = PCA().fit(patches).explained_variance_ * (len(patches) - 1) / len(patches)
    np.testing.assert_allclose(oracle.patch_variances(images, size), due, rtol=1e-8)
    raw = np.linalg.eigvalsh(patches.T @ patches / len(patches))[::-1]
    np.testing.assert_allclose(oracle.patch_variances(images, size, centred=False), raw, rtol=1e-8)


def test_filtered_covariance(rng: np.random.Generator) -> None:
    """Is it NumPy's covariance of the product sums at all places?"""
    images, filters = rng.normal(size=(3, 2, 5, 6)), rng.normal(size=(4, 2, 2, 2))
    seen = np.lib.stride_tricks.sliding_window_view(images, (2, 2), axis=(2, 3))
    sums = np.einsum("ncijuv,kcuv->knij", seen, filters).reshape(4, -1)
    found = oracle.filtered_covariance(images, filters)
    np.testing.assert_allclose(found, np.cov(sums, bias=True), rtol=1e-10)


def test_soft_cross_entropy(rng: np.random.Generator) -> None:
    """Is it the mean over images of minus target times log-softmax?"""
    logits, target = 5 * rng.normal(size=(6, 4)), rng.dirichlet(np.ones(4), size=6)
    due = -(target * log_softmax(logits, axis=1)).sum(axis=1).mean()
    found = oracle.soft_cross_entropy(torch.from_numpy(logits), torch.from_numpy(target))
    assert float(found) == pytest.approx(due, rel=1e-12)


def test_moving_average() -> None:
    """Do three states weigh d^2, d(1 - d) and 1 - d, and are counters the last one's?"""
    states = [{"w": torch.tensor([float(i)]), "n": torch.tensor(i)} for i in (1, 10, 100)]
    found = oracle.moving_average(states, 0.9)
    assert float(found["w"]) == pytest.approx(0.81 * 1 + 0.09 * 10 + 0.1 * 100)
    assert found["n"] == 100
    assert found["n"].dtype == torch.int64
    assert float(states[0]["w"]) == 1.0


def test_batchnorm_buffers(rng: np.random.Generator) -> None:
    """Is the share `momentum` that of the batch, whose variance divides by n - 1?"""
    images, mean, var = rng.normal(size=(3, 2, 4, 5)), rng.normal(size=2), rng.random(2) + 1
    found = oracle.batchnorm_buffers(*map(torch.from_numpy, (mean, var, images)), 0.3)
    rows = images.transpose(1, 0, 2, 3).reshape(2, -1)
    np.testing.assert_allclose(found[0], 0.7 * mean + 0.3 * rows.mean(axis=1))
    np.testing.assert_allclose(found[1], 0.7 * var + 0.3 * rows.var(axis=1, ddof=1))


def test_loss_and_gradients(rng: np.random.Generator, state: dict[str, torch.Tensor]) -> None:
    """Do finite differences agree, and is what is frozen left out?"""
    net, images = Bench().net(state), torch.from_numpy(rng.normal(size=(5, 2, 5, 5)))
    labels = torch.from_numpy(rng.integers(4, size=5))
    loss, slopes = oracle.loss_and_gradients(net, images, labels)
    assert "conv.bias" not in slopes
    for name, value in (("conv.weight", slopes["conv.weight"]), ("head.bias", slopes["head.bias"])):
        direction = torch.from_numpy(rng.normal(size=tuple(value.shape)))
        ends = []
        for step in (1e-5, -1e-5):
            moved = {**state, name: state[name] + step * direction}
            ends.append(oracle.loss_and_gradients(Bench().net(moved), images, labels)[0])
        assert (ends[0] - ends[1]) / 2e-5 == pytest.approx(float((value * direction).sum()), 1e-6)
    due = log_softmax(Bench().net(state).eval()(images).detach().numpy(), axis=1)
    assert loss == pytest.approx(-due[np.arange(5), labels].mean())


def test_plain_run(rng: np.random.Generator, state: dict[str, torch.Tensor]) -> None:
    """Does a run that goes on end where it would have, and elsewhere where something is lost?"""
    images = torch.from_numpy(rng.normal(size=(9, 2, 5, 5)))
    labels = torch.from_numpy(rng.integers(4, size=9))
    chance = torch.Generator().manual_seed(3)
    run = oracle.plain_run(Bench(), state, images, labels, chance, 5)
    assert len(run.losses) == 5
    assert len(run.states) == 6
    end = run.states[5]["head.weight"]
    assert torch.equal(run.after(3)["head.weight"], end)
    for change in ({"momentum": False}, {"seed": 1}, {"steps": 5}):
        assert not torch.allclose(run.after(3, **change)["head.weight"], end)  # type: ignore[arg-type]
    assert torch.equal(run.after(3)["head.weight"], end)  # asking changed nothing


def test_plain_step(rng: np.random.Generator, state: dict[str, torch.Tensor]) -> None:
    """Is a step without momentum the rate times the gradient in training mode?"""
    net = Bench().net(state)
    other, images = copy.deepcopy(net), torch.from_numpy(rng.normal(size=(5, 2, 5, 5)))
    labels = torch.from_numpy(rng.integers(4, size=5))
    loss = nn.functional.cross_entropy(other.train()(images), labels)
    (slope,) = torch.autograd.grad(loss, [other.head.weight])
    found = oracle.plain_step(net, torch.optim.SGD(net.parameters(), lr=0.1), images, labels)
    assert found == pytest.approx(float(loss.detach()))
    assert torch.allclose(net.head.weight, other.head.weight - 0.1 * slope)


def test_in_half() -> None:
    """Are values and gradients rounded to float16, and what is too small lost?"""
    x = torch.tensor([1.0003, 1e-9, 70000.0], requires_grad=True)
    out = oracle.in_half(x)
    np.testing.assert_array_equal(out.detach(), np.float32(np.float16(x.detach().numpy())))
    out.backward(torch.tensor([1e-9, 1.0003, 3.0]))
    np.testing.assert_array_equal(x.grad, np.float32(np.float16([1e-9, 1.0003, 3.0])))


def test_half_layer() -> None:
    """Does a net with this layer stop a gradient that float16 cannot hold?"""
    net = nn.Sequential(nn.Linear(2, 2), oracle.half_layer(), nn.Linear(2, 1))
    (1e-9 * net(torch.ones(1, 2))).sum().backward()
    assert not net[0].weight.grad.any()
    assert net[2].weight.grad.any()


def test_random_filters(rng: np.random.Generator) -> None:
    """Does a last layer that is fitted to good features find the classes, and a bias if needed?"""
    labels = torch.from_numpy(rng.integers(3, size=60))
    images = nn.functional.one_hot(labels, 3).float() + 7
    found = oracle.random_filters(lambda x: x, (images[:40], labels[:40]), images[40:])
    assert torch.equal(found, labels[40:])


def test_numpy_scores(rng: np.random.Generator) -> None:
    """Is the net in NumPy the net of lesson 05, in float32, too?"""
    sizes = {"W1": (4, 3, 5, 5), "b1": 4, "W2": (48, 7), "b2": 7, "W3": (7, 3), "b3": 3}
    params = {name: rng.normal(size=size) for name, size in sizes.items()}
    X = rng.normal(size=(5, 3, 6, 8))
    due = oracle.conv_net_scores(X, params)
    np.testing.assert_allclose(oracle.numpy_scores(X, params), due)
    narrow = {name: value.astype(np.float32) for name, value in params.items()}
    found = oracle.numpy_scores(X.astype(np.float32), narrow)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, due, rtol=1e-3, atol=1e-4 * np.abs(due).max())
