"""A small classifier to try things on: what it is made of can be lent to it as plain functions.

Everything is float32; gradients come from torch.autograd, and through a lent layer from its own
backward pass.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from course_lib.oracle.threads import one_thread

if TYPE_CHECKING:
    from torch import Tensor

Array: TypeAlias = NDArray[Any]
Pair: TypeAlias = tuple[Callable[..., Any], Callable[..., Any]]


class SmallNet:
    """Affine and ReLU for each hidden layer, then affine; trained by momentum on minibatches."""

    def __init__(
        self,
        dims: Sequence[int],
        seed: int = 0,
        *,
        hidden: Pair | None = None,
        dense: Pair | None = None,
        residual: Pair | None = None,
        batchnorm: bool = False,
    ) -> None:
        """Initial weights after He et al. (2015), biases 0.

        dims: numbers of an image, units of each hidden layer, classes
        seed: of the weights and of the order of the images
        hidden: follows every ReLU: forward(h, mode) -> (out, cache); backward(dout, cache) -> dh
        dense: in the place of every hidden affine layer: forward(x, w, b, mode) -> (out, cache);
            backward(dout, cache) -> (dx, dw, db)
        residual: round every hidden layer but the first, whose widths must be equal:
            forward(x, branch, mode) -> (out, cache), where branch is a pair
            (x -> (out, cache), (dout, cache) -> dx); backward(dout, cache) -> dx
        batchnorm: before every ReLU
        """
        import torch

        self._rng = np.random.default_rng(seed)
        self._hidden, self._dense, self._residual = hidden, dense, residual
        self._centre: Array = np.zeros(1, np.float32)
        self.weights: list[Tensor] = []
        self.biases: list[Tensor] = []
        self.norms: list[torch.nn.BatchNorm1d] = []
        for fan_in, fan_out in pairwise(dims):
            drawn = self._rng.normal(0, np.sqrt(2 / fan_in), (fan_in, fan_out))
            self.weights.append(torch.tensor(drawn, dtype=torch.float32, requires_grad=True))
            self.biases.append(torch.zeros(fan_out, requires_grad=True))
            if batchnorm:
                self.norms.append(torch.nn.BatchNorm1d(fan_out))

    def scores(self, images: Array, mode: str = "test") -> Array:
        """Scores of images.

        images: (N, C, H, W) float in [0, 1]
        mode: what the lent layers are told, "train" or "test"
        returns: (N, classes) float32
        """
        import torch

        with torch.no_grad(), one_thread():
            return self._scores(self._rows(images), mode).numpy()

    def accuracy(self, images: Array, labels: Array) -> float:
        """Share of images whose label gets the highest score."""
        return float(np.mean(self.scores(images).argmax(axis=1) == labels))

    def fit(
        self,
        images: Array,
        labels: Array,
        epochs: int,
        *,
        rate: float = 0.02,
        batch: int = 50,
        weight_decay: float = 0.0,
        change: Callable[[Array], Array] | None = None,
        after: Callable[[Array, float], Array] | None = None,
        watch: Callable[[], Any] | None = None,
    ) -> list[Any]:
        """Train with momentum 0.9; the rate falls to 0 in a straight line.

        images: (N, C, H, W) float in [0, 1]; labels: (N,) int
        weight_decay: strength of L2; weights alone, no biases
        change: what is done to the images of each minibatch, for example an augmentation
        after: called after each step with every weight matrix and the rate; returns the new matrix
        watch: called after every epoch
        returns: what `watch` returned, one entry an epoch
        """
        import torch

        self._centre = images.mean(axis=(0, 2, 3), keepdims=True)
        steps = epochs * -(-len(images) // batch)
        parameters = [*self.weights, *self.biases, *(p for n in self.norms for p in n.parameters())]
        speeds = [torch.zeros_like(parameter) for parameter in parameters]
        seen, step = [], 0
        with one_thread():
            for _ in range(epochs):
                order = self._rng.permutation(len(images))
                for start in range(0, len(images), batch):
                    rows = order[start : start + batch]
                    chosen = change(images[rows]) if change else images[rows]
                    now = rate * (1 - step / steps)
                    self._slopes(parameters, chosen, labels[rows], weight_decay)
                    with torch.no_grad():
                        for parameter, speed in zip(parameters, speeds, strict=True):
                            # A branch that was left out sends nothing back.
                            speed *= 0.9
                            if parameter.grad is not None:
                                speed += parameter.grad
                            parameter.sub_(speed, alpha=now)
                    if after:
                        self._replace(after, now)
                    step += 1
                if watch:
                    seen.append(watch())
        return seen

    def _slopes(
        self, parameters: "list[Tensor]", images: Array, labels: Array, weight_decay: float
    ) -> None:
        """Leave the gradient of the loss in every parameter."""
        import torch

        for parameter in parameters:
            parameter.grad = None
        scores = self._scores(self._rows(images), "train")
        loss = torch.nn.functional.cross_entropy(scores, torch.from_numpy(labels))
        loss.backward()  # type: ignore[no-untyped-call]
        for weight in self.weights if weight_decay else ():
            slope = torch.zeros_like(weight) if weight.grad is None else weight.grad
            weight.grad = slope.add(weight.detach(), alpha=weight_decay)

    def _replace(self, after: Callable[[Array, float], Array], rate: float) -> None:
        import torch

        with torch.no_grad():
            for weight in self.weights:
                weight.copy_(torch.from_numpy(np.asarray(after(weight.numpy().copy(), rate))))

    def _rows(self, images: Array) -> "Tensor":
        import torch

        rows = ((images - self._centre) / 0.25).reshape(len(images), -1)
        return torch.from_numpy(rows.astype(np.float32))

    def _scores(self, x: "Tensor", mode: str) -> "Tensor":
        last = len(self.weights) - 1
        for layer in range(last):
            if self._residual and layer:
                x = self._around(layer, x, mode)
            else:
                x = self._layer(layer, x, mode)
        return x @ self.weights[last] + self.biases[last]

    def _layer(self, layer: int, x: "Tensor", mode: str) -> "Tensor":
        import torch

        w, b = self.weights[layer], self.biases[layer]
        if self._dense:
            forward, backward = self._dense
            x = _lent(lambda *arrays: forward(*arrays, mode), backward, x, w, b)
        else:
            x = x @ w + b
        if self.norms:
            norm = self.norms[layer].train(mode == "train")
            x = norm(x)
        x = torch.relu(x)
        if self._hidden:
            after, back = self._hidden
            return _lent(lambda h: after(h, mode), back, x)
        return x

    def _around(self, layer: int, x: "Tensor", mode: str) -> "Tensor":
        assert self._residual is not None
        forward, backward = self._residual
        branch = _taped(lambda inside: self._layer(layer, inside, mode))
        return _lent(lambda h: forward(h, branch, mode), backward, x)


def _lent(
    forward: Callable[..., Any], backward: Callable[..., Any], *tensors: "Tensor"
) -> "Tensor":
    """A layer of plain functions as a step that torch.autograd follows."""
    import torch

    class Lent(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, *tensors: Any) -> Any:
            out, ctx.cache = forward(*(tensor.detach().numpy() for tensor in tensors))
            return torch.from_numpy(np.ascontiguousarray(out, np.float32))

        @staticmethod
        def backward(ctx: Any, *douts: Any) -> Any:
            found = backward(douts[0].numpy(), ctx.cache)
            found = found if isinstance(found, tuple) else (found,)
            return tuple(torch.from_numpy(np.ascontiguousarray(d, np.float32)) for d in found)

    out: Tensor = Lent.apply(*tensors)  # type: ignore[no-untyped-call]
    return out


def _taped(function: Callable[["Tensor"], "Tensor"]) -> Pair:
    """A step of torch as a layer of plain functions; its parameters get their gradients aside."""
    import torch

    def forward(x: Array) -> tuple[Array, Any]:
        leaf = torch.tensor(x, requires_grad=True)
        with torch.enable_grad():
            out = function(leaf)
        return out.detach().numpy(), (leaf, out)

    def backward(dout: Array, cache: Any) -> Array:
        leaf, out = cache
        out.backward(torch.from_numpy(np.ascontiguousarray(dout, np.float32)))
        slope: Array = leaf.grad.numpy()
        return slope

    return forward, backward
