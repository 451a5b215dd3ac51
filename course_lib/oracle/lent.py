"""Layers of lessons 03, 10 and 11 as pairs, forward and backward, lent to a student's function.

They are slow, and compute in float64, but for `net_layers`; steps give back the dtype that came in.
"""

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from course_lib.oracle.captioning import attention_weights, soft_attention
from course_lib.oracle.layers import affine, gradients, softmax_layer, with_gradients
from course_lib.oracle.rnn import (
    embedding,
    gru_step,
    lstm,
    lstm_cells,
    lstm_step,
    rnn_step,
    temporal_affine,
    temporal_softmax,
    vanilla,
)
from course_lib.oracle.train import activation, activation_backward

Array: TypeAlias = NDArray[Any]
Pair: TypeAlias = tuple[Callable[..., Any], Callable[..., Any]]
_MADE_BY = "a lent step"


def lend(function: Callable[..., Any], **extras: Any) -> functools.partial[Any]:
    """The function with those of the extra arguments that it takes: old answers do without."""
    takes = inspect.signature(function).parameters
    return functools.partial(function, **{k: v for k, v in extras.items() if k in takes})


def net_layers(name: str = "relu") -> dict[str, Any]:
    """What a fully connected net is built of: the layers of lesson 03.

    They compute in the dtype of what comes in, the affine layer at the speed of PyTorch.
    name: the activation, one that `train.activation` knows
    returns: "affine", "activation": (forward, backward), forward returns out and a cache of arrays;
        "loss": (scores, y) -> (mean softmax loss, its gradient)
    """

    of_tensors: Callable[..., Any] = getattr(affine, "__wrapped__", affine)

    def run_affine(x: Array, w: Array, b: Array) -> tuple[Array, Any]:
        import torch

        dtype = np.result_type(x, w, b)
        given = [torch.as_tensor(np.asarray(part, dtype)) for part in (x, w, b)]
        return of_tensors(*given).numpy(), (x, w, b)

    def affine_back(dout: Array, cache: Any) -> tuple[Array, ...]:
        import torch

        dtype = np.result_type(dout, *cache)
        leaves = [torch.tensor(np.asarray(part, dtype), requires_grad=True) for part in cache]
        out = of_tensors(*leaves)
        found = torch.autograd.grad((out * torch.as_tensor(np.array(dout, dtype))).sum(), leaves)
        return tuple(part.numpy() for part in found)

    def act(x: Array) -> tuple[Array, Array]:
        return activation(name, x).astype(x.dtype), x

    def act_back(dout: Array, x: Array) -> Any:
        return activation_backward(name, dout, x).astype(dout.dtype)

    def loss(scores: Array, y: Array) -> tuple[float, Array]:
        value, slope = with_gradients(softmax_layer, 1.0, scores, y)
        return value, slope.astype(scores.dtype)

    return {"affine": (run_affine, affine_back), "activation": (act, act_back), "loss": loss}


def rnn_layers() -> Pair:
    """rnn_forward and rnn_backward."""

    def forward(x: Array, h0: Array, Wx: Array, Wh: Array, b: Array) -> tuple[Array, Any]:
        args = (x, h0, Wx, Wh, b)
        return vanilla(*args), args

    def backward(dh: Array, cache: Any) -> tuple[Array, ...]:
        return gradients(vanilla, dh, *cache)

    return forward, backward


def rnn_steps() -> Pair:
    """rnn_step_forward and rnn_step_backward."""
    return _steps_of(rnn_step)


def gru_steps() -> Pair:
    """gru_step_forward and gru_step_backward."""
    return _steps_of(gru_step)


def _steps_of(function: Callable[..., Array]) -> Pair:
    """A step with one state, forward and backward."""

    def forward(x: Array, prev_h: Array, Wx: Array, Wh: Array, b: Array) -> tuple[Array, Any]:
        args = (x, prev_h, Wx, Wh, b)
        return function(*args).astype(x.dtype), (_MADE_BY, *args)

    def backward(dnext_h: Array, cache: Any) -> tuple[Array, ...]:
        return gradients(function, dnext_h, *_opened(cache))

    return forward, backward


def lstm_steps() -> Pair:
    """lstm_step_forward and lstm_step_backward."""

    def forward(
        x: Array, prev_h: Array, prev_c: Array, Wx: Array, Wh: Array, b: Array
    ) -> tuple[Array, Array, Any]:
        args = (x, prev_h, prev_c, Wx, Wh, b)
        return *(part.astype(x.dtype) for part in lstm_step(*args)), (_MADE_BY, *args)

    def backward(dnext_h: Array, dnext_c: Array, cache: Any) -> tuple[Array, ...]:
        both = np.stack(np.broadcast_arrays(dnext_h, dnext_c))
        return gradients(lstm_step, both, *_opened(cache))

    return forward, backward


def text_layers() -> dict[str, Any]:
    """What a model of text is built of, slow: float64 arrays in and out.

    returns: "embedding", "lstm", "affine": (forward, backward) as in lesson 10, where forward of
        "lstm" returns states, cells, cache; "loss": (scores, codes, mask) -> (loss, gradient)
    """

    def run_lstm(*args: Any) -> tuple[Array, Array, Any]:
        return *lstm_cells(*args), args

    def pair(function: Any) -> tuple[Any, Any]:
        return (
            lambda *args: (function(*args), args),
            lambda dout, cache: gradients(function, dout, *cache),
        )

    def loss(scores: Array, y: Array, mask: Array) -> tuple[float, Array]:
        dscores = gradients(temporal_softmax, 1.0, scores, y, mask)[0]
        return float(temporal_softmax(scores, y, mask)), dscores

    look_up, look_up_back = pair(embedding)
    return {
        "embedding": (look_up, lambda dout, cache: look_up_back(dout, cache)[0]),
        "lstm": (run_lstm, lambda dh, cache: gradients(lstm, dh, *cache)[:5]),
        "affine": pair(temporal_affine),
        "loss": loss,
    }


def attention() -> Pair:
    """soft_attention_forward and soft_attention_backward of lesson 11."""

    def forward(
        q: Array, keys: Array, values: Array, mask: Array | None = None
    ) -> tuple[Array, Array, Any]:
        args = (q, keys, values, mask)
        return soft_attention(*args), attention_weights(q, keys, mask), (_MADE_BY, *args)

    def backward(dz: Array, cache: Any) -> tuple[Array, ...]:
        return gradients(soft_attention, dz, *_opened(cache, "attend[1]", "attend[0]"))

    return forward, backward


def _opened(cache: Any, back: str = "step_back", forward: str = "step") -> tuple[Any, ...]:
    """What stands in the cache of a lent function.

    raises: ValueError where another function made it
    """
    if not (isinstance(cache, tuple | list) and cache and isinstance(cache[0], str)):
        raise ValueError(
            f"{back} got a cache that no `{forward}` returned: did your forward call `{forward}`?"
        )
    return tuple(cache[1:])
