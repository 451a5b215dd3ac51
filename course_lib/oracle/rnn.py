"""Lesson 10: recurrent layers, and losses over time, as PyTorch computes them.

Gates follow CS231n, i, f, o, g along the last axis of an LSTM's weights; PyTorch's own order is i,
f, g, o. A GRU has PyTorch's order, r, z, n. Every gradient comes from torch.autograd.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from course_lib.oracle.convert import oracle

if TYPE_CHECKING:
    from torch import Tensor

Array: TypeAlias = NDArray[Any]


@oracle
def rnn_step(x: Any, prev_h: Any, Wx: Any, Wh: Any, b: Any) -> Any:
    """One step of a tanh RNN.

    x: (N, D), prev_h: (N, H), Wx: (D, H), Wh: (H, H), b: (H,) float
    returns: (N, H) float64, the next state
    """
    import torch

    return torch.rnn_tanh_cell(x, prev_h, Wx.T, Wh.T, b, torch.zeros_like(b))


@oracle
def vanilla(x: Any, h0: Any, Wx: Any, Wh: Any, b: Any, cut: int | None = None) -> Any:
    """All states of a tanh RNN.

    x: (N, T, D), h0: (N, H), Wx: (D, H), Wh: (H, H), b: (H,) float
    cut: no gradient passes between pieces of so many steps; None: it passes everywhere
    returns: (N, T, H) float64
    """
    import torch

    found, h, weights = [], h0, [Wx.T, Wh.T, b, torch.zeros_like(b)]
    for piece in x.split(cut or x.shape[1], dim=1):
        states, h = torch.rnn_tanh(
            piece, h[None].contiguous(), weights, True, 1, 0.0, False, False, True
        )
        found.append(states)
        h = h[0].detach()
    return torch.cat(found, dim=1)


@oracle
def lstm_step(x: Any, prev_h: Any, prev_c: Any, Wx: Any, Wh: Any, b: Any) -> Any:
    """One step of an LSTM.

    x: (N, D), prev_h and prev_c: (N, H), Wx: (D, 4H), Wh: (H, 4H), b: (4H,) float
    returns: (2, N, H) float64, the next state and the next cell
    """
    return _stacked_lstm(x, prev_h, prev_c, Wx, Wh, b)


@oracle
def lstm(x: Any, h0: Any, Wx: Any, Wh: Any, b: Any, c0: Any = None) -> Any:
    """All states of an LSTM.

    x: (N, T, D), h0 and c0: (N, H), Wx: (D, 4H), Wh: (H, 4H), b: (4H,) float; c0 None: zeros
    returns: (N, T, H) float64
    """
    import torch

    c0 = torch.zeros_like(h0) if c0 is None else c0
    weights = [torch_order(w) for w in (Wx.T, Wh.T, b)]
    weights.append(torch.zeros_like(weights[-1]))
    first = [h0[None].contiguous(), c0[None].contiguous()]
    return torch.lstm(x, first, weights, True, 1, 0.0, False, False, True)[0]


@oracle
def lstm_cells(x: Any, h0: Any, Wx: Any, Wh: Any, b: Any, c0: Any = None) -> Any:
    """All states and cells of an LSTM; arguments as for `lstm`.

    returns: (2, N, T, H) float64
    """
    import torch

    h, c, found = h0, torch.zeros_like(h0) if c0 is None else c0, []
    for now in x.unbind(1):
        h, c = out = _stacked_lstm(now, h, c, Wx, Wh, b)
        found.append(out)
    return torch.stack(found, dim=2)


@oracle
def gru_step(x: Any, prev_h: Any, Wx: Any, Wh: Any, b: Any) -> Any:
    """One step of torch.nn.GRU, whose second bias is 0.

    x: (N, D), prev_h: (N, H), Wx: (D, 3H), Wh: (H, 3H), b: (3H,) float; in the order r, z, n
    returns: (N, H) float64, the next state
    """
    import torch

    return torch.gru_cell(x, prev_h, Wx.T, Wh.T, b, torch.zeros_like(b))


@oracle
def embedding(x: Any, W: Any) -> Any:
    """A row of W for every code.

    x: (N, T) int, W: (V, D) float
    returns: (N, T, D) float64
    """
    import torch

    return torch.nn.functional.embedding(x, W)


@oracle
def temporal_affine(x: Any, w: Any, b: Any) -> Any:
    """The same affine layer at every step.

    x: (N, T, D), w: (D, M), b: (M,) float
    returns: (N, T, M) float64
    """
    import torch

    return torch.nn.functional.linear(x, w.T, b)


@oracle
def temporal_softmax(x: Any, y: Any, mask: Any) -> Any:
    """Cross-entropy, summed over the steps that count and divided by the number of sequences.

    x: (N, T, V) float, scores; y: (N, T) int; mask: (N, T) bool, True where a step counts
    returns: () float64
    """
    return entropy(x, y, mask)


def clipped(grads: Mapping[str, Array], max_norm: float) -> tuple[dict[str, Array], float]:
    """Gradients, shortened together to a norm of at most `max_norm`, and their norm before."""
    import torch

    tensors = {name: torch.tensor(np.array(g, dtype=np.float64)) for name, g in grads.items()}
    norm = float(torch.linalg.vector_norm(torch.cat([t.ravel() for t in tensors.values()])))
    factor = min(max_norm, norm) / norm if norm else 1.0
    return {name: (factor * tensor).numpy() for name, tensor in tensors.items()}, norm


def lstm_stack_shapes(
    N: int, T: int, D: int, H: int, layers: int, bidirectional: bool
) -> dict[str, Any]:
    """What torch.nn.LSTM is made of and gives, in CS231n's layout: transposed, and one bias.

    returns: {"out": shape of the states, "weights": a list of (shape of Wx, of Wh, of b), layer by
        layer and in each the direction forward first, "parameters": how many numbers}
    """
    import torch

    net = torch.nn.LSTM(D, H, layers, batch_first=True, bidirectional=bidirectional)
    with torch.no_grad():
        out = tuple(net(torch.zeros(N, T, D))[0].shape)
    sizes = [tuple(w.shape[::-1]) for name, w in net.named_parameters() if "bias_hh" not in name]
    weights = [tuple(sizes[i : i + 3]) for i in range(0, len(sizes), 3)]
    return {"out": out, "weights": weights, "parameters": sum(int(np.prod(s)) for s in sizes)}


@oracle
def char_probabilities(scores: Any, temperature: float) -> Any:
    """Softmax of scores / temperature; scores: (V,) float."""
    import torch

    return torch.softmax(scores / temperature, dim=0)


@oracle
def correlations(states: Any, labels: Any) -> Any:
    """How each unit goes with each property; 0 where one of the two is constant.

    states: (T, H), labels: (T, K) float
    returns: (K, H) float64
    """
    import torch

    every = torch.corrcoef(torch.cat([labels, states], dim=1).T)
    return every[: labels.shape[1], labels.shape[1] :].nan_to_num(nan=0.0)


def _stacked_lstm(x: "Tensor", h: "Tensor", c: "Tensor", Wx: Any, Wh: Any, b: Any) -> "Tensor":
    import torch

    from_x, from_h, bias = torch_order(Wx.T), torch_order(Wh.T), torch_order(b)
    return torch.stack(torch.lstm_cell(x, (h, c), from_x, from_h, bias, torch.zeros_like(bias)))


def torch_order(w: "Tensor") -> "Tensor":
    """The four blocks of rows with the last two exchanged: i, f, o, g becomes i, f, g, o."""
    import torch

    i, f, o, g = w.chunk(4)
    return torch.cat([i, f, g, o])


def entropy(scores: "Tensor", y: "Tensor", mask: "Tensor") -> "Tensor":
    import torch

    each = torch.nn.functional.cross_entropy(scores.flatten(0, 1), y.flatten(), reduction="none")
    total: Tensor = (each * mask.flatten()).sum()
    return total / len(y)
