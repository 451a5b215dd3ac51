"""Lesson 10: a model that guesses the next character of a text, by torch.nn.LSTM."""

import itertools
import math
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from course_lib.oracle.rnn import entropy, lstm_cells, torch_order
from course_lib.oracle.threads import one_thread

if TYPE_CHECKING:
    from torch import Tensor

Array: TypeAlias = NDArray[Any]
State: TypeAlias = tuple[Array, Array]


def text_params(kinds: int, width: int = 32, hidden: int = 128, seed: int = 0) -> dict[str, Array]:
    """Initial weights of a model of text, float32; the forget gates begin open.

    kinds: how many characters there are; width: numbers for each; hidden: units of the LSTM
    returns: names and shapes as for `text_loss`
    """
    rng = np.random.default_rng(seed)
    sizes = {"Wx": (width, 4 * hidden), "Wh": (hidden, 4 * hidden), "W_vocab": (hidden, kinds)}
    drawn = {name: rng.normal(size=size) / np.sqrt(size[0]) for name, size in sizes.items()}
    drawn |= {"W_embed": rng.normal(size=(kinds, width)), "b_vocab": np.zeros(kinds)}
    drawn["b"] = np.repeat([0.0, 1.0, 0.0, 0.0], hidden)
    return {name: value.astype(np.float32) for name, value in drawn.items()}


def text_loss(
    params: Mapping[str, Array], x: Array, y: Array, state: State
) -> tuple[float, dict[str, Array], State]:
    """Loss of an LSTM that guesses the next character, and the gradient of every parameter.

    params: W_embed (V, D), Wx (D, 4H), Wh (H, 4H), b (4H,), W_vocab (H, V), b_vocab (V,)
    x, y: (N, T) int, characters and those that follow them
    state: h, c, each (N, H), before the first step
    returns: loss, summed over time and divided by N; {name: gradient}; the last h and c
    """
    import torch

    given = {
        name: torch.tensor(np.array(value, dtype=np.float64), requires_grad=True)
        for name, value in params.items()
    }
    h0, c0 = (torch.as_tensor(np.array(part, dtype=np.float64)) for part in state)
    codes, targets = (torch.as_tensor(np.array(part, dtype=np.int64)) for part in (x, y))
    seen = torch.nn.functional.embedding(codes, given["W_embed"])
    out = lstm_cells.__wrapped__(  # type: ignore[attr-defined]
        seen, h0, given["Wx"], given["Wh"], given["b"], c0
    )
    scores = torch.nn.functional.linear(out[0], given["W_vocab"].T, given["b_vocab"])
    loss = entropy(scores, targets, torch.ones_like(targets))
    found = torch.autograd.grad(loss, list(given.values()))
    grads = {name: grad.numpy() for name, grad in zip(given, found)}
    last = out[:, :, -1].detach().numpy()
    return loss.item(), grads, (last[0], last[1])


class TextNet:
    """torch.nn.LSTM between an embedding and a linear layer, float32, trained with Adam."""

    def __init__(self, params: Mapping[str, Array], rate: float = 4e-3) -> None:
        """A net with the given weights; names and shapes as for `text_loss`.

        rate: Adam's learning rate
        """
        import torch

        values = {name: torch.tensor(np.asarray(v, np.float32)) for name, v in params.items()}
        (codes, width), size = values["W_embed"].shape, len(values["Wh"])
        self.embed = torch.nn.Embedding(codes, width)
        self.lstm = torch.nn.LSTM(width, size, batch_first=True)
        self.out = torch.nn.Linear(size, codes)
        self._lstm = dict(self.lstm.named_parameters())
        with torch.no_grad():
            self.embed.weight.copy_(values["W_embed"])
            self._lstm["weight_ih_l0"].copy_(torch_order(values["Wx"].T))
            self._lstm["weight_hh_l0"].copy_(torch_order(values["Wh"].T))
            self._lstm["bias_ih_l0"].copy_(torch_order(values["b"]))
            self._lstm["bias_hh_l0"].zero_()
            self.out.weight.copy_(values["W_vocab"].T)
            self.out.bias.copy_(values["b_vocab"])
        parts = (self.embed, self.lstm, self.out)
        self._all = [p for part in parts for p in part.parameters()]
        self._adam = torch.optim.Adam(self._all, lr=rate)

    def loss(self, x: Array, y: Array, state: Any = None) -> tuple["Tensor", Any]:
        """Loss of (N, T) codes as in `text_loss`, and the state after them; None begins anew."""
        import torch

        codes, targets = torch.as_tensor(x), torch.as_tensor(y)
        states, state = self.lstm(self.embed(codes), state)
        return entropy(self.out(states), targets, torch.ones_like(targets)), state

    def update(self, x: Array, y: Array, state: Any = None, max_norm: float = 5.0) -> Any:
        """One step of Adam; returns the loss and the state, through which no gradient passes."""
        import torch

        loss, state = self.loss(x, y, state)
        self._adam.zero_grad()
        (loss / x.shape[1]).backward()
        torch.nn.utils.clip_grad_norm_(self._all, max_norm)
        self._adam.step()
        return loss.item(), tuple(part.detach() for part in state)

    def fit(
        self,
        batches: Sequence[tuple[Array, Array]],
        *,
        updates: int | None = None,
        seconds: float = math.inf,
    ) -> list[float]:
        """Train on batches that continue one another, again and again.

        updates, seconds: whichever is over first
        returns: the loss of each update per character, in nats
        """
        end, losses, state = time.perf_counter() + seconds, list[float](), None
        with one_thread():
            for number, (x, y) in enumerate(itertools.cycle(batches)):
                if number == updates or time.perf_counter() > end:
                    break
                state = state if number % len(batches) else None
                loss, state = self.update(x, y, state)
                losses.append(loss / x.shape[1])
        return losses

    def params(self) -> dict[str, Array]:
        """The weights, as `text_loss` wants them; PyTorch's two biases become one."""
        lstm = self._lstm
        found = {
            "W_embed": self.embed.weight,
            "Wx": torch_order(lstm["weight_ih_l0"]).T,
            "Wh": torch_order(lstm["weight_hh_l0"]).T,
            "b": torch_order(lstm["bias_ih_l0"] + lstm["bias_hh_l0"]),
            "W_vocab": self.out.weight.T,
            "b_vocab": self.out.bias,
        }
        return {name: tensor.detach().numpy().copy() for name, tensor in found.items()}
