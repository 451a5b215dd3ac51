"""References for lesson 15: nets of PyTorch in, tensors out; arrays where nothing needs a net."""

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from course_lib.oracle.convert import oracle

if TYPE_CHECKING:
    from torch import Generator, Tensor, nn
    from torch.optim import Optimizer

State = dict[str, "Tensor"]


def random_state(net: "nn.Module", rng: np.random.Generator) -> State:
    """A state for the net in float64, no two numbers of it equal; counters keep their value."""
    import torch

    state = {}
    for name, value in net.state_dict().items():
        drawn = torch.from_numpy(rng.normal(size=tuple(value.shape)))
        if "var" in name:
            drawn = drawn.abs() + 0.5
        state[name] = drawn if value.is_floating_point() else value.clone()
    return state


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


@oracle
def patch_variances(images: Any, size: int, centred: bool = True) -> Any:
    """Variances of the patches' numbers along their principal directions, the largest first.

    images: (N, C, H, W); size: patches are size x size
    returns: (C * size * size,) float64: squared singular values by the number of patches
    """
    import torch

    rows = _patches(images, size)
    rows = rows - centred * rows.mean(0)
    return torch.linalg.svdvals(rows)[: rows.shape[1]] ** 2 / len(rows)


@oracle
def filtered_covariance(images: Any, filters: Any) -> Any:
    """Covariance of what filters (K, C, F, F) give, over all places inside the images: (K, K)."""
    import torch

    maps = torch.nn.functional.conv2d(images, filters)
    return torch.cov(maps.movedim(1, 0).reshape(len(filters), -1), correction=0)


def soft_cross_entropy(logits: "Tensor", target: "Tensor") -> "Tensor":
    """Mean cross-entropy to targets that are distributions: (N, K), (N, K) -> ()."""
    import torch

    return torch.nn.functional.cross_entropy(logits, target)


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


@dataclass
class PlainRun:
    """A run of plain steps on batches of four, and what it would have become otherwise.

    losses: one a step; states: the net's after 0, 1, ... steps
    """

    bench: Any
    images: "Tensor"
    labels: "Tensor"
    losses: list[float] = field(default_factory=list)
    states: list[State] = field(default_factory=list)
    _past: list[Any] = field(default_factory=list)  # copies of all that took part

    def go(self, net: Any, optimizer: "Optimizer", chance: "Generator", steps: int) -> None:
        """Make steps, and remember each."""
        import torch

        for left in range(steps, -1, -1):
            self.states.append(copy.deepcopy(dict(net.state_dict())))
            self._past.append((copy.deepcopy((net, optimizer)), chance.get_state()))
            if left:
                rows = torch.randint(0, len(self.images), (4,), generator=chance)
                pictures, answers = self.images[rows], self.labels[rows]
                self.losses.append(plain_step(net, optimizer, pictures, answers))

    def after(
        self, step: int, momentum: bool = True, seed: int | None = None, steps: int | None = None
    ) -> State:
        """The end of a run that went on after a step: without momentum, or with another seed."""
        import torch

        (net, optimizer), past = copy.deepcopy(self._past[step][0]), self._past[step][1]
        chance = torch.Generator()
        _ = chance.set_state(past) if seed is None else chance.manual_seed(seed)
        if not momentum:
            optimizer = self.bench.sgd(net, 0.05)
        other = PlainRun(self.bench, self.images, self.labels)
        other.go(net, optimizer, chance, len(self.losses) - step if steps is None else steps)
        return other.states[-1]


def plain_run(
    bench: Any,
    state: State,
    images: "Tensor",
    labels: "Tensor",
    chance: "Generator",
    steps: int,
) -> PlainRun:
    """A run of `steps` at the rate 0.05.

    bench: has net(state) and sgd(net, lr), as lesson 15's Bench
    """
    run, net = PlainRun(bench, images, labels), bench.net(state)
    run.go(net, bench.sgd(net, 0.05), chance, steps)
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


def _patches(images: "Tensor", size: int) -> "Tensor":
    """(N, C, H, W) -> (patches, C * size * size)."""
    windows = images.unfold(2, size, 1).unfold(3, size, 1)
    return windows.permute(0, 2, 3, 1, 4, 5).reshape(-1, images.shape[1] * size * size)
