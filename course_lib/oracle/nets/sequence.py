"""A small recurrent net to try things on; its recurrence is lent to it as plain functions."""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from course_lib.oracle.layers import gradients
from course_lib.oracle.rnn import temporal_affine, temporal_softmax, vanilla
from course_lib.oracle.threads import one_thread

Array: TypeAlias = NDArray[Any]
Grads: TypeAlias = dict[str, Array]
_COUNT = 32  # sequences in a minibatch


class SequenceNet:
    """A tanh recurrence, and two scores at every step; float64."""

    def __init__(
        self,
        task: str,
        forward: Callable[..., tuple[Array, Any]],
        back: Callable[..., tuple[Array, ...]],
        seed: int = 0,
    ) -> None:
        """Initial weights for a task; the same seed gives the same run.

        task: "recall": 30 numbers, of which the first is 1 or -1 and the others are noise; at the
            end it has to say which the first was. "echo": 24 random bits, to be repeated six
            steps late
        forward: (x, h0, Wx, Wh, b) -> (h, cache), as rnn_forward
        back: (x, h0, (Wx, Wh, b), dh) -> (dWx, dWh, db)
        raises: ValueError where there is no such task
        """
        if task not in _TASKS:
            raise ValueError(f"no task {task!r}: there are {', '.join(_TASKS)}")
        units, strength, scale, first = _SETTINGS[task]
        self._draw, self._forward, self._back = _TASKS[task], forward, back
        self.rng = np.random.default_rng(seed)
        self.params: Grads = {
            "Wx": first * self.rng.normal(size=(1, units)),
            "Wh": strength * np.linalg.qr(self.rng.normal(size=(units, units)))[0],
            "b": np.zeros(units),
            "W": scale * self.rng.normal(size=(units, 2)),
            "c": np.zeros(2),
        }

    def batch(self) -> tuple[Array, Array, Array]:
        """The next minibatch: x (N, T, 1) float, y (N, T) int, and a mask of what counts."""
        return self._draw(self.rng)

    def loss(self, x: Array, y: Array, mask: Array) -> tuple[float, Grads]:
        """Loss of a minibatch for each step that counts, and gradients by the lent functions."""
        Wx, Wh, b, W, c = self.params.values()
        h0 = np.zeros((len(x), len(b)))
        h, _ = self._forward(x, h0, Wx, Wh, b)
        loss, dh, dW, dc = _read(h, W, c, y, mask)
        dWx, dWh, db = self._back(x, h0, (Wx, Wh, b), dh)
        return loss, {"Wx": dWx, "Wh": dWh, "b": db, "W": dW, "c": dc}

    def reference(self, x: Array, y: Array, mask: Array) -> Grads:
        """The gradients by torch.autograd."""

        def whole(Wx: Any, Wh: Any, b: Any, W: Any, c: Any, *rest: Any) -> Any:
            h0 = Wx.new_zeros(len(x), len(b))
            states = _plain(vanilla)(rest[0], h0, Wx, Wh, b)
            scores = _plain(temporal_affine)(states, W, c)
            return _plain(temporal_softmax)(scores, rest[1], rest[2])

        found = gradients(whole, 1 / mask[0].sum(), *self.params.values(), _double(x), y, mask)
        return dict(zip(self.params, found))

    def fit(self, updates: int, step: Callable[[Grads, Grads], Grads]) -> dict[str, list[float]]:
        """Train, and watch.

        step: (params, gradients) -> params
        returns: a number for each update: "loss" in nats, the norm of the "gradient", and the
            "strength", the largest singular value of Wh
        """
        seen: dict[str, list[float]] = {"loss": [], "gradient": [], "strength": []}
        with one_thread():
            for _ in range(updates):
                loss, grads = self.loss(*self.batch())
                norm = float(np.linalg.norm([np.linalg.norm(g) for g in grads.values()]))
                now = (loss, norm, float(np.linalg.norm(self.params["Wh"], 2)))
                for name, value in zip(seen, now, strict=True):
                    seen[name].append(value)
                self.params = step(self.params, grads)
        return seen


def _recall(rng: np.random.Generator) -> tuple[Array, Array, Array]:
    x = 0.6 * rng.normal(size=(_COUNT, 30, 1))
    x[:, 0] = rng.choice([-1.0, 1.0], size=(_COUNT, 1))
    y = np.repeat(x[:, :1, 0] > 0, 30, axis=1).astype(int)
    return x, y, np.arange(30) == np.full((_COUNT, 1), 29)


def _echo(rng: np.random.Generator) -> tuple[Array, Array, Array]:
    bits = rng.integers(2, size=(_COUNT, 24))
    x = 2.0 * bits[:, :, None] - 1
    return x, np.roll(bits, 6, axis=1), np.arange(24) >= np.full((_COUNT, 1), 6)


_TASKS = {"recall": _recall, "echo": _echo}
# Units, singular values of Wh, deviations of W and of Wx.
_SETTINGS = {"recall": (32, 1.1, 0.1, 0.3), "echo": (24, 0.8, 0.2, 1.0)}


def _read(h: Array, W: Array, c: Array, y: Array, mask: Array) -> tuple[Any, ...]:
    """Loss for each step that counts, and its gradients with respect to h, W and c."""
    import torch

    given = [torch.tensor(part, requires_grad=True) for part in (h, W, c)]
    scores = _plain(temporal_affine)(*given)
    loss = _plain(temporal_softmax)(scores, torch.tensor(y), torch.tensor(mask))
    loss = loss / mask[0].sum()
    return loss.item(), *(grad.numpy() for grad in torch.autograd.grad(loss, given))


def _plain(function: Any) -> Any:
    """The function of tensors behind one of arrays."""
    return getattr(function, "__wrapped__", function)


def _double(x: Array) -> Any:
    import torch

    return torch.as_tensor(np.array(x, dtype=np.float64))
