"""Lesson 04: activations, a net of any depth, update rules, schedules, whitening, signals in depth.

Every gradient comes from torch.autograd.
"""

import math
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from course_lib.oracle.convert import oracle
from course_lib.oracle.layers import gradients

if TYPE_CHECKING:
    from torch import Tensor

Params: TypeAlias = dict[str, Any]


@oracle
def activation(name: str, x: Any, alpha: float = 0.01) -> Any:
    """An activation of every entry.

    name: "linear", "sigmoid", "tanh", "relu", "leaky_relu" or "elu"
    x: any shape, float
    alpha: slope of the leaky ReLU, or size of the ELU, on the negative side
    returns: float64, shape of x
    raises: ValueError where there is no such activation
    """
    return _activation(name, alpha)(x.double())


@oracle
def activation_backward(name: str, dout: Any, x: Any, alpha: float = 0.01) -> Any:
    """Gradient of sum(dout * activation(x)) with respect to x.

    dout, x: float, of one shape
    returns: float64, shape of x
    """
    return gradients(_activation(name, alpha), dout.numpy(), x.numpy())[0]


def activation_pair(name: str, x: Any, dout: Any, alpha: float = 0.01) -> tuple[Any, Any]:
    """What `activation` and `activation_backward` give."""
    return activation(name, x, alpha), activation_backward(name, dout, x, alpha)


@oracle
def prelu(x: Any, alpha: Any) -> Any:
    """x where positive, alpha x elsewhere; x: (N, D), alpha: (D,)."""
    import torch

    return torch.nn.functional.prelu(x, alpha)


@oracle
def maxout(x: Any, w: Any, b: Any) -> Any:
    """The largest of K affine pieces; x: (N, D), w: (K, D, M), b: (K, M), result (N, M)."""
    # Of equal pieces torch.max follows one alone, where amax would share the gradient.
    return (x @ w + b[:, None]).max(dim=0).values


def net_params(rng: np.random.Generator, *dims: int) -> Params:
    """Random parameters of a fully connected net, none of them 0.

    dims: numbers of an input, units of each hidden layer, classes
    returns: {"W1": (D, H1), "b1": (H1,), "W2": ..., "b2": ...}, float64
    """
    import torch

    layers = [torch.nn.Linear(*pair) for pair in pairwise(dims)]
    drawn = {}
    for number, layer in enumerate(layers, 1):
        drawn[f"W{number}"] = rng.normal(size=tuple(layer.weight.T.shape))
        drawn[f"b{number}"] = rng.normal(size=tuple(layer.bias.shape))
    return drawn


@oracle
def net_scores(X: Any, params: Params, name: str = "relu") -> Any:
    """Scores of a fully connected net.

    X: (N, D) float
    params: {"W1": (D, H1), "b1": (H1,), "W2": ..., "b2": ...}, as deep as there are pairs
    name: the activation after every layer but the last
    returns: (N, C) float64
    """
    return _scores(X.double(), _tensors(params), _activation(name, 0.01))


@oracle
def net_loss(X: Any, y: Any, params: Params, reg: float = 0.0, name: str = "relu") -> Any:
    """Mean softmax loss of a fully connected net plus reg / 2 times the squares of its weights.

    X: (N, D) float; y: (N,) int
    params, name: as for `net_scores`
    returns: loss (float), {name: gradient, float64}
    """
    import torch

    tensors = _tensors(params)
    for tensor in tensors.values():
        tensor.requires_grad_()
    scores = _scores(X.double(), tensors, _activation(name, 0.01))
    loss = torch.nn.functional.cross_entropy(scores, y)
    for key, tensor in tensors.items():
        if key.startswith("W"):
            loss = loss + 0.5 * reg * tensor.square().sum()
    return loss.item(), dict(zip(tensors, torch.autograd.grad(loss, list(tensors.values()))))


@oracle
def descend(rule: str, w: Any, gradients: Any, **settings: Any) -> Any:
    """Where an optimiser of torch.optim leads.

    rule: "sgd", "sgd_momentum", "nesterov_momentum", "adagrad", "rmsprop", "adam" or "adamw"
    w: the start, float
    gradients: a list or an array of them, one a step, each of the shape of w
    settings: passed to torch.optim under its names: lr, momentum, alpha, betas, eps, weight_decay
    returns: list of float64, w after each step
    raises: ValueError where there is no such rule
    """
    import torch

    kinds: dict[str, tuple[Callable[..., torch.optim.Optimizer], dict[str, Any]]] = {
        "sgd": (torch.optim.SGD, {}),
        "sgd_momentum": (torch.optim.SGD, {}),
        "nesterov_momentum": (torch.optim.SGD, {"nesterov": True}),
        "adagrad": (torch.optim.Adagrad, {}),
        "rmsprop": (torch.optim.RMSprop, {}),
        "adam": (torch.optim.Adam, {}),
        "adamw": (torch.optim.AdamW, {}),
    }
    if rule not in kinds:
        raise ValueError(f"no update rule {rule!r}: there are {', '.join(kinds)}")
    make, fixed = kinds[rule]
    weights = w.double().clone().requires_grad_()
    optimiser = make([weights], **fixed, **settings)
    path = []
    for gradient in gradients:
        weights.grad = torch.as_tensor(gradient, dtype=torch.float64).clone()
        optimiser.step()
        path.append(weights.detach().clone())
    return path


@oracle
def learning_rates(kind: str, base: float, steps: int, **settings: Any) -> Any:
    """The rates that a schedule of torch.optim.lr_scheduler gives to steps 0, 1, ...

    kind: "step" (step_size, gamma), "exponential" (gamma), "inverse" (k: base / (1 + k t)),
        "cosine" (T_max), "warmup" (total_iters, at least 2; from base / total_iters)
    returns: (steps,) float64
    raises: ValueError where there is no such schedule
    """
    import torch
    from torch.optim import lr_scheduler

    def make(optimiser: torch.optim.Optimizer) -> lr_scheduler.LRScheduler:
        match kind:
            case "step":
                return lr_scheduler.StepLR(optimiser, **settings)
            case "exponential":
                return lr_scheduler.ExponentialLR(optimiser, **settings)
            case "inverse":
                return lr_scheduler.LambdaLR(optimiser, lambda t: 1 / (1 + settings["k"] * t))
            case "cosine":
                return lr_scheduler.CosineAnnealingLR(optimiser, **settings)
            case "warmup":
                total = settings["total_iters"]
                return lr_scheduler.LinearLR(optimiser, 1 / total, 1.0, total - 1)
        raise ValueError(f"no schedule {kind!r}")

    optimiser = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=base)
    schedule = make(optimiser)
    rates = []
    for _ in range(steps):
        rates.append(schedule.get_last_lr()[0])
        optimiser.step()
        schedule.step()
    return torch.tensor(rates, dtype=torch.float64)


@oracle
def standardised(train: Any, images: Any, how: str) -> Any:
    """Images without the mean of the training images.

    train: (N, C, H, W), images: (M, C, H, W), numbers
    how: "mean image", "channel mean", or "normalise": the latter with standard deviation 1, too
    returns: (M, C, H, W) float64
    raises: ValueError where there is no such way
    """
    from torch.nn.functional import batch_norm

    train, images = train.double(), images.double()
    channels = train.transpose(0, 1).flatten(1)
    mean, variance = channels.mean(dim=1), channels.var(dim=1, correction=0)
    match how:
        case "mean image":
            return images.sub(train.mean(dim=0))
        case "channel mean":
            return batch_norm(images, mean, variance.new_ones(len(mean)), eps=0)
        case "normalise":
            return batch_norm(images, mean, variance, eps=0)
    raise ValueError(f"no way {how!r} to prepare images")


@oracle
def whitened(X_train: Any, X: Any, dims: int, epsilon: float = 1e-5) -> Any:
    """Rows in the directions in which the training rows vary most, scaled to variance 1.

    X_train: (N, D) float; X: (M, D) float
    epsilon: added to every variance, so that tiny ones are not blown up
    returns: (M, dims) and (dims, D) float64: coordinates, and orthonormal directions as rows;
        the sign of each direction is arbitrary
    """
    import torch

    mean = X_train.double().mean(dim=0)
    covariance = torch.cov(X_train.double().T, correction=0)
    variances, vectors = torch.linalg.eigh(covariance.reshape(X.shape[1], X.shape[1]))
    variances, vectors = variances.flip(0)[:dims].clamp(min=0), vectors.flip(1)[:, :dims]
    return (X.double() - mean) @ vectors / torch.sqrt(variances + epsilon), vectors.T


def signal_std(width: int, std: float, depth: int, name: str) -> Any:
    """Standard deviation of what enters the activations of a wide random net, layer by layer.

    The inputs have mean 0 and variance 1, the weights have mean 0. In a wide net the sums are
    normally distributed; the mean square after the activation is integrated numerically
    (Poole et al. 2016, "Exponential expressivity in deep neural networks").

    width: inputs of each layer; std: of the weights
    name: the activation
    returns: (depth,) float64
    """
    nodes, weights = np.polynomial.hermite_e.hermegauss(120)
    mean_square, stds = 1.0, []
    for _ in range(depth):
        stds.append(math.sqrt(width * mean_square) * std)
        out = activation(name, stds[-1] * nodes)
        mean_square = float(weights @ out**2 / weights.sum())
    return np.array(stds)


def _activation(name: str, alpha: float) -> Callable[["Tensor"], "Tensor"]:
    import torch
    from torch.nn import functional

    known: dict[str, Callable[[Tensor], Tensor]] = {
        "linear": lambda x: x,
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "relu": torch.relu,
        "leaky_relu": lambda x: functional.leaky_relu(x, alpha),
        "elu": lambda x: functional.elu(x, alpha),
    }
    if name not in known:
        raise ValueError(f"no activation {name!r}: there are {', '.join(known)}")
    return known[name]


def _tensors(params: Params) -> dict[str, "Tensor"]:
    import torch

    return {
        name: torch.as_tensor(np.array(value, dtype=np.float64)) for name, value in params.items()
    }


def _scores(
    X: "Tensor", params: dict[str, "Tensor"], act: Callable[["Tensor"], "Tensor"]
) -> "Tensor":
    depth = len(params) // 2
    out = X
    for layer in range(1, depth + 1):
        out = out @ params[f"W{layer}"] + params[f"b{layer}"]
        if layer < depth:
            out = act(out)
    return out
