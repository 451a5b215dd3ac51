"""References for lesson 15: nets of PyTorch in, tensors out; arrays where nothing needs a net."""

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from torch import Generator, Tensor, nn
    from torch.optim import Optimizer

State = dict[str, "Tensor"]


def random_state(net: "nn.Module", rng: np.random.Generator) -> State:
    """A state for the net in float64, no two numbers of it equal; counters keep their value.

    The numbers are small, so that no softmax is certain, and each image counts in a gradient.
    """
    import torch

    state = {}
    for name, value in net.state_dict().items():
        drawn = 0.3 * torch.from_numpy(rng.normal(size=tuple(value.shape)))
        if "var" in name:
            drawn = drawn.abs() + 0.5
        state[name] = drawn if value.is_floating_point() else value.clone()
    return state


def mirrored(images: "Tensor", who: "Tensor") -> "Tensor":
    """(N, C, H, W), those of `who`, (N,) bool, with left and right exchanged."""
    import torch

    result = images.clone()
    result[who] = torch.flip(images[who], dims=(-1,))
    return result


def nearest_shifts(images: "Tensor", found: Any, pad: int) -> tuple["Tensor", NDArray[Any]]:
    """Each image shifted as is nearest to what was found; how many by each (dy, dx).

    returns: (N, C, H, W), (2 * pad + 1, 2 * pad + 1): rows for dy, from -pad on
    """
    import torch

    moved = torch.stack(list(all_shifts(images, pad).values()))  # dy slow, dx fast
    choice = torch.zeros(len(images), dtype=torch.long)
    if getattr(found, "shape", None) == images.shape:
        choice = (moved - found).flatten(2).norm(dim=2).argmin(0)
    places = 2 * pad + 1
    counts = torch.bincount(choice, minlength=places**2).view(places, places)
    return moved[choice, torch.arange(len(images))], counts.numpy()


def all_shifts(images: "Tensor", pad: int) -> dict[tuple[int, int], "Tensor"]:
    """(dy, dx), each from -pad to pad -> all images so many pixels further down and right.

    images: (N, C, H, W) float; beyond the edge they are reflected
    """
    import torch

    framed = torch.nn.ReflectionPad2d(pad)(images)
    height, width = images.shape[-2:]
    views = framed.unfold(2, height, 1).unfold(3, width, 1)  # (N, C, places, places, H, W)
    reach = range(-pad, pad + 1)
    return {(dy, dx): views[:, :, pad - dy, pad - dx] for dy in reach for dx in reach}


def filtered_covariance(images: "Tensor", filters: "Tensor") -> "Tensor":
    """Covariance of what filters (K, C, F, F) give, over all places inside the images: (K, K).

    Each filter counts with the sign that makes its largest weight positive: an eigenvector has no
    sign of its own.
    """
    import torch

    rows = filters.detach().to(images.dtype).flatten(1)
    signs = rows.gather(1, rows.abs().argmax(1, keepdim=True)).sign()
    maps = torch.nn.functional.conv2d(images, (rows * signs).view_as(filters))
    return torch.cov(maps.movedim(1, 0).reshape(len(filters), -1), correction=0)


def whitened_covariance(images: "Tensor", size: int, eps: float) -> "Tensor":
    """What `filtered_covariance` is where filters whiten patches: diagonal, the largest first.

    images: (N, C, H, W); size: patches are size x size; eps: added to each variance
    returns: (C * size * size,) * 2, from squared singular values by the number of patches
    """
    import torch

    windows = images.unfold(2, size, 1).unfold(3, size, 1)
    rows = windows.permute(0, 2, 3, 1, 4, 5).reshape(-1, images.shape[1] * size * size)
    variances = torch.linalg.svdvals(rows - rows.mean(0)) ** 2 / len(rows)
    return torch.diag(variances / (variances + eps))


def passing_filters(weight: "Tensor") -> "Tensor":
    """Filters (K, C, F, F) whose first ones give their own channel; the others as they are."""
    import torch

    count = min(weight.shape[:2])
    return torch.cat([torch.nn.init.dirac_(weight[:count].clone()), weight[count:]])


def settings_by_name(
    groups: Sequence[Mapping[str, Any]], state: State
) -> dict[str, tuple[float, float]]:
    """Of an optimiser's groups, by the name that a parameter has in the state: (lr, weight_decay).

    state: no two numbers of it are equal; a parameter that comes again is called "NAME, again"
    """
    owner, found = {float(value.flatten()[0]): name for name, value in state.items()}, {}
    for group in groups:
        for parameter in group["params"]:
            name = owner.get(float(parameter.detach().flatten()[0]), "a tensor of no parameter")
            name = f"{name}, again" if name in found else name
            found[name] = (group["lr"], group["weight_decay"])
    return found


def smoothed_loss(logits: "Tensor", labels: "Tensor", smoothing: float) -> "Tensor":
    """Mean cross-entropy with smoothed targets: (N, K), (N,) -> ()."""
    import torch

    return torch.nn.functional.cross_entropy(logits, labels, label_smoothing=smoothing)


def rates_between(
    at: Sequence[float], knots: Sequence[float], rates: Sequence[float]
) -> list[float]:
    """Rates at these steps, in straight lines from knot to knot."""
    found: list[float] = np.interp(at, knots, rates).tolist()
    return found


def moving_average(states: Sequence[Mapping[str, "Tensor"]], decay: float) -> State:
    """Exponential average of states whose first one counted whole; integers are the last one's."""
    import torch

    result = {key: tensor.clone() for key, tensor in states[0].items()}
    for state in states[1:]:
        for key, now in state.items():
            counts = not torch.is_floating_point(now)
            result[key] = now.clone() if counts else torch.lerp(now, result[key], decay)
    return result


def batchnorm_buffers(
    mean: "Tensor", var: "Tensor", images: "Tensor", momentum: float
) -> tuple["Tensor", "Tensor"]:
    """Running mean and variance after torch.nn.BatchNorm2d has seen a batch, (C,) each."""
    import torch

    norm = torch.nn.BatchNorm2d(len(mean), momentum=momentum, dtype=images.dtype)
    norm.load_state_dict({"running_mean": mean, "running_var": var}, strict=False)
    norm(images)
    return norm.running_mean, norm.running_var  # type: ignore[return-value]


def loss_and_gradients(
    net: "nn.Module", images: "Tensor", labels: "Tensor"
) -> tuple[float, dict[str, "Tensor"]]:
    """Mean cross-entropy of a net in evaluation mode, and its gradient by parameter."""
    import torch

    net.eval()
    leaves = {name: p for name, p in net.named_parameters() if p.requires_grad}
    loss = torch.nn.functional.cross_entropy(net(images), labels)
    slopes = torch.autograd.grad(loss, list(leaves.values()))
    return float(loss.detach()), dict(zip(leaves, slopes))


def plain_step(
    net: "nn.Module", optimizer: "Optimizer", images: "Tensor", labels: "Tensor"
) -> float:
    """One step on the mean cross-entropy, in training mode; returns the loss before it."""
    import torch

    def closure() -> "Tensor":
        optimizer.zero_grad()
        value = torch.nn.functional.cross_entropy(net.train()(images), labels)
        value.backward()  # type: ignore[no-untyped-call]
        return value.detach()

    return float(optimizer.step(closure))  # type: ignore[arg-type]


def mean_of_views(
    net: "nn.Module", images: "Tensor", views: Sequence[tuple[bool, int, int]]
) -> "Tensor":
    """Mean of a net's scores in evaluation mode, of images moved by (dy, dx), then mirrored."""
    import torch

    shifts = all_shifts(images, max(max(abs(dy), abs(dx)) for _, dy, dx in views))
    seen = [shifts[dy, dx].flip(3) if turned else shifts[dy, dx] for turned, dy, dx in views]
    with torch.no_grad():
        return torch.stack([net.eval()(one) for one in seen]).mean(0)


def straight_through(weight: "Tensor", dout: "Tensor") -> "Tensor":
    """The gradient behind a step that is taken for a straight line from -1 to 1: of hardtanh."""
    import torch

    leaf = weight.detach().clone().requires_grad_()
    (slope,) = torch.autograd.grad(torch.nn.functional.hardtanh(leaf), leaf, dout)
    return slope


def mean_and_error(values: NDArray[Any]) -> tuple[float, float]:
    """Mean of numbers, and its standard error."""
    import torch

    spread, mean = torch.std_mean(torch.from_numpy(values))
    return float(mean), float(spread / len(values) ** 0.5)


class ToyDevice:
    """A device that works behind its caller's back, with a clock of its own.

    costs: seconds that each call of `work` takes, in turn; to queue it takes 0.01 more
    busy: seconds that it still has to do at first
    """

    def __init__(self, costs: Sequence[float], busy: float = 0.0) -> None:
        self.costs, self.calls, self._now, self._busy_until = costs, 0, 0.0, busy

    def work(self) -> None:
        """Queues the next piece of work."""
        self._now += 0.01
        cost = self.costs[self.calls % len(self.costs)]
        self._busy_until = max(self._busy_until, self._now) + cost
        self.calls += 1

    def wait(self) -> None:
        """Until all is done."""
        self._now = max(self._now, self._busy_until)

    def clock(self) -> float:
        """Seconds."""
        return self._now


@dataclass
class PlainRun:
    """A run: one loss a step, and the net's states after 0, 1, ... steps."""

    losses: list[float] = field(default_factory=list)
    states: list[State] = field(default_factory=list)


def plain_run(
    bench: Any,
    state: State,
    images: "Tensor",
    labels: "Tensor",
    chance: "Generator",
    steps: int,
) -> PlainRun:
    """A run of `steps` on batches of four, at the rate 0.05.

    bench: has net(state) and sgd(net, lr), as lesson 15's Bench
    """
    import torch

    net, run = bench.net(state), PlainRun()
    optimizer = bench.sgd(net, 0.05)
    for left in range(steps, -1, -1):
        run.states.append(copy.deepcopy(dict(net.state_dict())))
        if left:
            rows = torch.randint(0, len(images), (4,), generator=chance)
            run.losses.append(plain_step(net, optimizer, images[rows], labels[rows]))
    return run


def in_half(x: "Tensor") -> "Tensor":
    """x rounded to float16, and the gradient that comes back, too; all in float32."""
    import torch

    class Rounded(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: "Tensor") -> "Tensor":
            return x.half().float()

        @staticmethod
        def backward(ctx: Any, *dout: "Tensor") -> "Tensor":
            return dout[0].half().float()

    rounded: Tensor = Rounded.apply(x)  # type: ignore[no-untyped-call]
    return rounded


def half_layer() -> "nn.Module":
    """`in_half` as a layer."""
    import torch

    class Half(torch.nn.Module):
        def forward(self, x: "Tensor") -> "Tensor":
            return in_half(x)

    return Half()


def random_filters(
    features: Callable[["Tensor"], "Tensor"], train: tuple["Tensor", "Tensor"], test: "Tensor"
) -> "Tensor":
    """What a last layer says that is fitted, by least squares, to features which are not trained.

    features: images -> (N, D); train: images and labels (N,); test: images
    returns: (M,) int64, classes of the test images
    """
    import torch

    def rows(images: "Tensor") -> "Tensor":
        with torch.no_grad():
            found = torch.cat([features(part) for part in torch.split(images, 500)])
        return torch.nn.functional.pad(found, (0, 1), value=1.0)

    targets = torch.nn.functional.one_hot(train[1]).float()
    # On the CPU: least squares of matrices without full rank are not to be had on a GPU.
    fitted = torch.linalg.lstsq(rows(train[0]).cpu(), targets.cpu(), driver="gelsd").solution
    scores: Tensor = rows(test).cpu() @ fitted
    return scores.argmax(1)


def numpy_scores(X: NDArray[Any], params: Mapping[str, NDArray[Any]]) -> NDArray[Any]:
    """Lesson 05's ThreeLayerConvNet in NumPy, to be timed: `conv_net_scores` in the dtype of X."""
    side = params["W1"].shape[-1]
    half = (side // 2, side // 2)
    seen = np.lib.stride_tricks.sliding_window_view(
        np.pad(X, ((0, 0), (0, 0), half, half)), (side, side), axis=(2, 3)
    )
    maps = np.tensordot(seen, params["W1"], axes=((1, 4, 5), (1, 2, 3))) + params["b1"]
    n, h, w, k = maps.shape
    pooled = maps.reshape(n, h // 2, 2, w // 2, 2, k).max(axis=(2, 4)).transpose(0, 3, 1, 2)
    hidden = np.maximum(pooled, 0).reshape(n, -1) @ params["W2"] + params["b2"]
    scores: NDArray[Any] = np.maximum(hidden, 0) @ params["W3"] + params["b3"]
    return scores
