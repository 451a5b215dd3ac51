"""References for lesson 09: shared memory, graphs, gates, modules, what is loaded into them."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from course_lib.oracle.speed import plain_step

if TYPE_CHECKING:
    from torch import Tensor, nn

State = dict[str, "Tensor"]


def common_numbers(a: Any, b: Any) -> bool:
    """Do two arrays or tensors have a number in common in memory? Every address is looked at."""
    return not _addresses(a).isdisjoint(_addresses(b))


def _addresses(one: Any) -> set[int]:
    tensor = not isinstance(one, np.ndarray)
    start = one.data_ptr() if tensor else one.__array_interface__["data"][0]
    steps = [n * one.element_size() for n in one.stride()] if tensor else one.strides
    return {
        int(start + sum(i * step for i, step in zip(place, steps)))
        for place in np.ndindex(*one.shape)
    }


def channels_first(pixels: NDArray[np.uint8]) -> "Tensor":
    """(N, H, W, C) uint8 -> (N, C, H, W) float32 in [0, 1]."""
    import torch

    planes = [torch.from_numpy(pixels[..., c].astype(np.float32)) for c in range(pixels.shape[3])]
    return torch.stack(planes, dim=1) / 255


def bare_net(
    rng: np.random.Generator, shape: Sequence[int], filters: Sequence[int], sizes: Sequence[int]
) -> tuple["Tensor", list["Tensor"]]:
    """Images of this shape, and six weights of a net of two convolutions and 3 classes, float64."""
    import torch

    N, C, H, W = shape
    first, second = filters
    height, width = H + 4 - sizes[0] + 1, W + 4 - sizes[0] + 1
    rows = second * (height + 2 - sizes[1] + 1) * (width + 2 - sizes[1] + 1)
    shapes: list[tuple[int, ...]] = [(first, C, sizes[0], sizes[0]), (first,)]
    shapes += [(second, first, sizes[1], sizes[1]), (second,), (rows, 3), (3,)]
    params = [torch.from_numpy(rng.normal(size=one)) for one in shapes]
    return torch.from_numpy(rng.normal(size=(N, C, H, W))), params


def bare_scores(x: "Tensor", params: Sequence["Tensor"]) -> "Tensor":
    """What a net of modules with these weights gives: padding 2, ReLU, padding 1, ReLU, linear."""
    import torch
    from torch import nn

    w1, b1, w2, b2, w3, b3 = params
    layers: list[nn.Module] = []
    for w, pad in ((w1, 2), (w2, 1)):
        layers.append(nn.Conv2d(w.shape[1], w.shape[0], w.shape[2], padding=pad, dtype=x.dtype))
        layers.append(nn.ReLU())
    net = nn.Sequential(*layers, nn.Flatten(), nn.Linear(w3.shape[0], w3.shape[1], dtype=x.dtype))
    weights = {"0.weight": w1, "0.bias": b1, "2.weight": w2, "2.bias": b2}
    scores: Tensor = torch.func.functional_call(
        net, weights | {"5.weight": w3.T, "5.bias": b3}, (x,)
    )
    return scores


def sgd_step(
    values: Sequence["Tensor"], gradients: Sequence["Tensor | None"], rate: float
) -> list["Tensor"]:
    """Each value less rate times its gradient, where it has one."""
    import torch

    return [
        value.clone() if slope is None else torch.add(value, slope, alpha=-rate)
        for value, slope in zip(values, gradients)
    ]


def clipped(x: "Tensor", dout: "Tensor", ceiling: float) -> tuple["Tensor", "Tensor"]:
    """x between 0 and a ceiling, by PyTorch's hardtanh, and the gradient through it."""
    import torch

    leaf = x.detach().clone().requires_grad_()
    out = torch.nn.functional.hardtanh(leaf, 0.0, ceiling)
    return out.detach(), torch.autograd.grad(out, leaf, dout)[0]


def nearest_even(x: "Tensor") -> "Tensor":
    """The nearest integers, of two the even one, by NumPy."""
    import torch

    return torch.from_numpy(np.rint(x.numpy()))


def all_nodes(loss: "Tensor") -> list[Any]:
    """The nodes of the graph behind a tensor, breadth first: in no order that a pass may take."""
    found: dict[Any, None] = {loss.grad_fn: None} if loss.grad_fn is not None else {}
    for node in (todo := list(found)):  # which grows
        behind = dict(node.next_functions)
        for later in behind:
            if later is not None and later not in found:
                found[later] = None
                todo.append(later)
    return todo


def without_gradient(loss: "Tensor", model: "nn.Module") -> list[str]:
    """Names of the parameters to which torch.autograd.grad finds no way, sorted."""
    import torch

    named = dict(model.named_parameters())
    slopes = torch.autograd.grad(loss, list(named.values()), retain_graph=True, allow_unused=True)
    return sorted(name for name, slope in zip(named, slopes) if slope is None)


def centred_state(rng: np.random.Generator, scale: float = 1.0) -> State:
    """A state of a block from 2 to 3 channels whose convolution has a mean taken off, float64."""
    import torch

    sizes = {"conv.weight": (3, 2, 3, 3), "bias": (3,), "running_mean": (3,)}
    return {name: torch.from_numpy(scale * rng.normal(size=size)) for name, size in sizes.items()}


def _centred(weight: "Tensor", bias: "Tensor", mean: "Tensor | None", x: "Tensor") -> "Tensor":
    import torch
    from torch.nn import functional

    maps = functional.conv2d(x, weight, padding="same")
    if mean is None:
        mean = functional.adaptive_avg_pool2d(maps, 1).mean(0).flatten()
    return torch.relu(maps + (bias - mean).reshape(-1, 1, 1))


def centred(
    state: State, x: "Tensor", training: bool, momentum: float = 0.1
) -> tuple["Tensor", State]:
    """Output of that block, and its state afterwards, with the running mean of PyTorch's norm."""
    import torch

    weight, bias, mean = (state[name] for name in ("conv.weight", "bias", "running_mean"))
    after = mean.clone()
    if training:
        maps = torch.nn.functional.conv2d(x, weight, padding="same")
        torch.nn.functional.batch_norm(
            maps, after, torch.ones_like(after), training=True, momentum=momentum
        )
    out = _centred(weight, bias, None if training else mean, x)
    return out, {**state, "running_mean": after}


def centred_slopes(state: State, x: "Tensor", dout: "Tensor") -> State:
    """Gradients in training mode: of conv.weight, bias and x."""
    import torch

    leaves = [one.clone().requires_grad_() for one in (state["conv.weight"], state["bias"], x)]
    out = _centred(leaves[0], leaves[1], None, leaves[2])
    return dict(zip(("conv.weight", "bias", "x"), torch.autograd.grad(out, leaves, dout)))


def batches(rng: np.random.Generator, sizes: Sequence[int]) -> list[tuple["Tensor", "Tensor"]]:
    """Batches of images (B, 2, 4, 5) float64 with labels of 3 classes."""
    import torch

    return [
        (
            torch.from_numpy(rng.normal(size=(size, 2, 4, 5))),
            torch.from_numpy(rng.integers(3, size=size)),
        )
        for size in sizes
    ]


def epoch(net: "nn.Module", loader: Sequence[tuple["Tensor", "Tensor"]], optimizer: Any) -> float:
    """Mean loss of one pass with a step for each batch, by `oracle.speed.plain_step`."""
    losses = [plain_step(net, optimizer, x, y) for x, y in loader]
    return float(np.average(losses, weights=[len(y) for _, y in loader]))


def loss_and_accuracy(
    net: "nn.Module", loader: Sequence[tuple["Tensor", "Tensor"]]
) -> tuple[float, float]:
    """Of all images of the batches at once, in evaluation mode."""
    import torch

    x, y = (torch.cat(parts) for parts in zip(*loader))
    logits = net.eval()(x)
    loss = torch.nn.functional.cross_entropy(logits, y)
    return float(loss.detach()), float((logits.max(dim=1).indices == y).double().mean())


def scene(
    images: NDArray[np.uint8],
    captions: Sequence[str],
    codes: Mapping[str, int],
    seed: int,
    epoch: int,
    i: int,
) -> tuple["Tensor", "Tensor"]:
    """Picture i, mirrored or not, and the codes of its caption's words; 1 for unknown ones."""
    import torch

    pixels = images[i].astype(np.float32) / 255
    if np.random.default_rng((seed, epoch, i)).uniform() < 0.5:
        pixels = np.flip(pixels, axis=-1).copy()
    words = [{word: 1, **codes}[word] for word in captions[i].split()]
    return torch.from_numpy(pixels), torch.tensor(words, dtype=torch.int64)


def padded_batch(
    images: Sequence["Tensor"], codes: Sequence["Tensor"]
) -> tuple["Tensor", "Tensor", "Tensor"]:
    """Images and codes of one batch, zeros behind short ones, and how long each is."""
    import torch

    lengths = [one.numel() for one in codes]
    table = torch.zeros(len(codes), max(lengths), dtype=torch.int64)
    for row, one in zip(table, codes):
        row[: one.numel()] = one
    return torch.stack(list(images)), table, torch.tensor(lengths)


def layer_outputs(net: "nn.Module", x: "Tensor", names: Sequence[str]) -> dict[str, list["Tensor"]]:
    """What layers give each time that they run, by replacing their forward; the net is spoilt."""
    import torch

    layers = dict(net.named_modules())
    found: dict[str, list[Tensor]] = {name: [] for name in names}
    for name in names:
        layer, kept = layers[name], found[name]

        def forward(x: Any, layer: Any = layer, kept: Any = kept) -> Any:
            out = type(layer).forward(layer, x)
            kept.append(out.clone())
            return out

        layer.forward = forward
    with torch.no_grad():
        net(x)
    return found


def he(net: "nn.Module", generator: Any) -> None:
    """He's rule for convolutions and linear layers, by PyTorch's own kaiming_normal_, in place."""
    from torch import nn

    for name, parameter in net.named_parameters():  # a shared one comes once
        if isinstance(net.get_submodule(name.rpartition(".")[0]), nn.Conv2d | nn.Linear):
            if parameter.ndim > 1:
                nn.init.kaiming_normal_(parameter, nonlinearity="relu", generator=generator)
            else:
                nn.init.zeros_(parameter)


def matching(state: State, given: State) -> tuple[dict[str, list[str]], State]:
    """What is loaded of a given state, skipped and missing, by name; and the state afterwards."""
    after = {name: value.clone() for name, value in state.items()}
    report: dict[str, list[str]] = {"loaded": [], "skipped": [], "missing": []}
    plain = {name.replace("module.", "", 1): value for name, value in given.items()}
    for name, value in plain.items():
        fits = name in after and list(after[name].shape) == list(value.shape)
        report["loaded" if fits else "skipped"].append(name)
        if fits:
            after[name] = value.to(after[name].dtype)
    report["missing"] = [name for name in state if name not in report["loaded"]]
    return {title: sorted(names) for title, names in report.items()}, after


def partly_trained(
    net: "nn.Module", loader: Sequence[tuple["Tensor", "Tensor"]], learning: Sequence[str]
) -> tuple[list[str], State]:
    """A step a batch, SGD of lesson 09's bench, for these layers alone; the others do not change.

    learning: names of the net's own layers, "" for all of it
    returns: the names of the parameters that learn; the state afterwards
    """
    import torch

    for name, layer in net.named_children():
        layer.train(name in learning or "" in learning)
    chosen = {
        name: p
        for name, p in net.named_parameters()
        if name.split(".")[0] in learning or "" in learning
    }
    sgd = torch.optim.SGD(chosen.values(), lr=0.1, momentum=0.9, weight_decay=0.01)
    for x, y in loader:
        loss = torch.nn.functional.cross_entropy(net(x), y)
        for parameter, slope in zip(
            chosen.values(), torch.autograd.grad(loss, list(chosen.values()))
        ):
            parameter.grad = slope
        sgd.step()
    return list(chosen), dict(net.state_dict())


def ridge(
    features: "Tensor", labels: "Tensor", classes: int, reg: float
) -> tuple["Tensor", "Tensor"]:
    """Least squares with lambda on W, not on b, as one larger least-squares problem of NumPy's.

    returns: (D, classes), (classes,) float64
    """
    import torch

    rows, columns = features.shape
    left = np.zeros((rows + columns, columns + 1))
    left[:rows, :columns], left[:rows, columns] = features.numpy(), 1
    left[rows:, :columns] = np.sqrt(reg) * np.eye(columns)
    right = np.zeros((rows + columns, classes))
    right[np.arange(rows), labels.numpy()] = 1
    found = torch.from_numpy(np.linalg.lstsq(left, right, rcond=None)[0])
    return found[:columns], found[columns]
