"""Lesson 02: a linear classifier with its losses, how it is fooled, and two classic features."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from course_lib.oracle.convert import oracle

if TYPE_CHECKING:
    from torch import Tensor


@oracle
def bias_trick(X: Any, W: Any, b: Any) -> Any:
    """X with a last column of ones, and W with b as its last row.

    X: (N, D) float; W: (D, C) float; b: (C,) float
    returns: (N, D + 1) and (D + 1, C) float64
    """
    import torch
    from torch.nn.functional import pad

    return pad(X, (0, 1), value=1.0), torch.cat([W, b[None]])


@oracle
def linear_labels(X: Any, W: Any) -> Any:
    """The class with the largest score of each image.

    X: (N, D) float; W: (D, C) float
    returns: (N,) int64
    """
    from torch.nn.functional import linear

    return linear(X, W.T).argmax(dim=1)


@oracle
def gradient(f: Callable[[Any], Any], x: Any) -> Any:
    """The gradient of f at x, by torch.autograd.

    f: function of one tensor, made of operators that tensors know; its value is one number
    x: float array of any shape
    returns: float64, the shape of x
    """
    import torch

    point = x.requires_grad_()
    (slope,) = torch.autograd.grad(f(point), point)
    return slope


@oracle
def svm_loss(W: Any, X: Any, y: Any, reg: float = 0.0, power: int = 1) -> Any:
    """Multiclass hinge loss with margin 1, the mean over N, plus reg times the sum of W squared.

    W: (D, C) float; X: (N, D) float; y: (N,) int in 0 .. C - 1
    power: 1, or 2 for the squared hinge
    returns: (loss, dW), a float and a (D, C) float64
    raises: ValueError where shapes or labels do not fit
    """
    from torch.nn.functional import multi_margin_loss

    def loss(W: "Tensor") -> "Tensor":
        # PyTorch divides the sum over the wrong classes by C.
        data = multi_margin_loss(X @ W, y, p=power) * W.shape[1]
        return data + reg * W.square().sum()

    _check(W, X, y)
    return _with_gradient(loss, W)


@oracle
def softmax_loss(W: Any, X: Any, y: Any, reg: float = 0.0) -> Any:
    """Cross-entropy of softmax, the mean over N, plus reg times the sum of W squared.

    W: (D, C) float; X: (N, D) float; y: (N,) int in 0 .. C - 1
    returns: (loss, dW), a float and a (D, C) float64
    raises: ValueError where shapes or labels do not fit
    """
    from torch.nn.functional import cross_entropy

    _check(W, X, y)
    return _with_gradient(lambda W: cross_entropy(X @ W, y) + reg * W.square().sum(), W)


@oracle
def elastic_net(W: Any, l1: float, l2: float) -> Any:
    """l1 times the sum of |W| plus l2 times the sum of W squared, without the last row.

    W: (D + 1, C) float, biases in the last row
    returns: (loss, dW), a float and a (D + 1, C) float64
    """
    return _with_gradient(lambda W: l1 * W[:-1].abs().sum() + l2 * W[:-1].square().sum(), W)


@oracle
def relative_error(a: Any, b: Any) -> Any:
    """The norm of the difference of two arrays, relative to the larger of their norms.

    a, b: float arrays of one shape, not both 0
    returns: a float from 0 to 2
    """
    from torch.linalg import vector_norm

    return (vector_norm(a - b) / max(vector_norm(a), vector_norm(b))).item()


def nearest_before(places: Sequence[Any]) -> list[int]:
    """Of each place but the first, the number of the nearest place that was visited before it.

    places: float arrays of one shape, in the order of the visits
    """
    import torch

    points = torch.stack([torch.as_tensor(place).double().flatten() for place in places])
    return [int((points[:k] - points[k]).norm(dim=1).argmin()) for k in range(1, len(points))]


@oracle
def fooled(x: Any, W: Any, label: int, target: int, eps: float) -> Any:
    """x, each number moved by eps to where the score of target gains most on that of label.

    x: (D,) float; W: (D, C) float
    returns: (D,) float64
    """
    import torch

    point = x.requires_grad_()
    scores = point @ W
    (slope,) = torch.autograd.grad(scores[target] - scores[label], point)
    return point + eps * slope.sign()


@oracle
def hue_histogram(image: Any, bins: int) -> Any:
    """Share of the pixels in each of `bins` equal ranges of hue from 0 to 1.

    image: (3, H, W) float, red, green and blue in [0, 1]
    returns: (bins,) float64 that adds up to 1
    """
    import torch

    return torch.histc(_hues(image), bins, 0.0, 1.0) / image[0].numel()


@oracle
def hog(image: Any, cell: int = 8, bins: int = 9) -> Any:
    """Histograms of gradient directions over 180 degrees, weighted by gradient size, per cell.

    image: (H, W) float, H and W multiples of cell
    returns: (H / cell * W / cell * bins,) float64: cell rows, cell columns, bins
    Source: Dalal and Triggs (2005), without their blocks
    """
    import torch
    from torch.nn.functional import avg_pool2d, one_hot

    down, right = torch.gradient(image)
    half_turns = torch.remainder(torch.atan2(down, right) / torch.pi, 1.0)
    place = (half_turns * bins).long().clamp(max=bins - 1)
    votes = one_hot(place, bins) * torch.hypot(down, right)[..., None]
    sums = avg_pool2d(votes.permute(2, 0, 1), cell) * cell**2
    return sums.permute(1, 2, 0).flatten()


def _with_gradient(loss: Callable[["Tensor"], "Tensor"], W: "Tensor") -> tuple[float, "Tensor"]:
    import torch

    point = W.double().requires_grad_()
    value = loss(point)
    (slope,) = torch.autograd.grad(value, point)
    return value.item(), slope


def _check(W: "Tensor", X: "Tensor", y: "Tensor") -> None:
    shapes = [tuple(array.shape) for array in (W, X, y)]
    if W.ndim != 2 or X.shape != (len(y), len(W)) or y.ndim != 1:
        raise ValueError(f"W, X and y of shapes {shapes[0]}, {shapes[1]}, {shapes[2]} do not fit")
    if len(y) and not 0 <= int(y.min()) <= int(y.max()) < W.shape[1]:
        raise ValueError(f"labels from {y.min()} to {y.max()} do not fit {W.shape[1]} classes")


def _hues(image: "Tensor") -> "Tensor":
    import colorsys

    import torch

    pixels = image.flatten(1).T.tolist()
    return torch.tensor([colorsys.rgb_to_hsv(*pixel)[0] for pixel in pixels], dtype=torch.double)
