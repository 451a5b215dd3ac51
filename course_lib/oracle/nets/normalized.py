"""Lesson 06: a net into which any normalisation can be put."""

from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from course_lib.oracle.norm import Norm
from course_lib.oracle.threads import one_thread

Array: TypeAlias = NDArray[Any]
Mode: TypeAlias = Literal["train", "test"]


class NormNet:
    """{affine, normalisation, ReLU} for each hidden layer, then affine and softmax.

    All of it is PyTorch's in float64 but the normalisation, which is a pair of functions of
    arrays. What the pair says of its gradient is believed.
    """

    def __init__(
        self,
        dims: Sequence[int],
        norm: Norm | None = None,
        weight_scale: float | None = None,
        seed: int = 0,
        momentum: float = 0.9,
    ) -> None:
        """Make the initial weights.

        dims: inputs, units of each hidden layer, classes
        norm: (forward, backward); None leaves the normalisation out
        weight_scale: standard deviation of the weights; None for He's, sqrt(2 / inputs)
        momentum: what `norm` finds in its param beside the mode
        """
        import torch

        self.rng = np.random.default_rng(seed)
        self.norm = norm
        self.params: dict[str, torch.Tensor] = {}
        self.settings: list[dict[str, Any]] = []
        self._left = np.zeros(0, int)
        for layer, (fan_in, fan_out) in enumerate(pairwise(dims), 1):
            std = np.sqrt(2 / fan_in) if weight_scale is None else weight_scale
            self.params[f"W{layer}"] = torch.from_numpy(self.rng.normal(0, std, (fan_in, fan_out)))
            self.params[f"b{layer}"] = torch.zeros(fan_out, dtype=torch.float64)
            if norm and layer < len(dims) - 1:
                self.params[f"gamma{layer}"] = torch.ones(fan_out, dtype=torch.float64)
                self.params[f"beta{layer}"] = torch.zeros(fan_out, dtype=torch.float64)
                self.settings.append({"momentum": momentum})
        self.depth = len(dims) - 1

    def train(
        self, X: Array, y: Array, *, steps: int, rate: float, batch_size: int = 50
    ) -> list[float]:
        """Gradient descent on minibatches; a call goes on where the last one ended.

        X: (N, D) float; y: (N,) int
        returns: the loss of every step
        """
        import torch

        for tensor in self.params.values():
            tensor.requires_grad_()
        descent = torch.optim.SGD(list(self.params.values()), rate)
        losses = []
        with one_thread():
            for _ in range(steps):
                rows = self._draw(len(X), batch_size)
                scores, _ = self._forward(X[rows], "train", self.settings)
                loss = torch.nn.functional.cross_entropy(scores, torch.as_tensor(y[rows]))
                descent.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                descent.step()
                losses.append(float(loss.detach()))
        return losses

    def scores(self, X: Array, mode: Mode = "test") -> Array:
        """Scores of images, (N, C); `mode` is what the normalisation is told."""
        scores: Array = self._forward(X, mode, self.settings)[0].detach().numpy()
        return scores

    def accuracy(self, X: Array, y: Array, mode: Mode = "test") -> float:
        """Share of images whose class has the highest score."""
        return float(np.mean(self.scores(X, mode).argmax(axis=1) == y))

    def entering(self, X: Array) -> list[Array]:
        """What enters each ReLU, (N, H) a layer, normalised by these images; nothing is changed."""
        copies = [{key: np.copy(value) for key, value in own.items()} for own in self.settings]
        return [seen.detach().numpy() for seen in self._forward(X, "train", copies)[1]]

    def _forward(self, X: Array, mode: Mode, settings: list[dict[str, Any]]) -> tuple[Any, Any]:
        import torch

        out, entering = torch.from_numpy(np.asarray(X, dtype=np.float64)), []
        for layer in range(1, self.depth + 1):
            out = out @ self.params[f"W{layer}"] + self.params[f"b{layer}"]
            if layer == self.depth:
                break
            if self.norm:
                param = settings[layer - 1]
                param["mode"] = mode
                scale, shift = self.params[f"gamma{layer}"], self.params[f"beta{layer}"]
                out = _node()(out, scale, shift, self.norm, param)
            entering.append(out)
            out = torch.relu(out)
        return out, entering

    def _draw(self, count: int, size: int) -> Array:
        """The next minibatch of a shuffle; a new shuffle where too few rows are left."""
        if len(self._left) < size:
            self._left = self.rng.permutation(count)
        rows, self._left = self._left[:size], self._left[size:]
        return rows


@cache
def _node() -> Callable[..., Any]:
    """A pair of NumPy functions as one node of PyTorch's graph."""
    import torch

    class Node(torch.autograd.Function):
        @staticmethod
        def forward(
            ctx: Any, x: Any, gamma: Any, beta: Any, norm: Norm, param: dict[str, Any]
        ) -> Any:
            out, ctx.cache = norm[0](x.numpy(), gamma.numpy(), beta.numpy(), param)
            ctx.back = norm[1]
            return torch.from_numpy(np.ascontiguousarray(out))

        @staticmethod
        def backward(ctx: Any, *grads: Any) -> Any:
            with torch.enable_grad():  # so that the pair, too, may ask torch.autograd
                found = ctx.back(grads[0].numpy(), ctx.cache)
            return (*(torch.from_numpy(np.ascontiguousarray(one)) for one in found), None, None)

    return Node.apply
