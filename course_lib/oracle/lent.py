"""The layers of lesson 10 as pairs, forward and backward, to be lent to a student's function.

They are slow, and compute in float64; steps give back the dtype that came in.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from course_lib.oracle.layers import gradients
from course_lib.oracle.recurrent import (
    embedding,
    lstm,
    lstm_cells,
    lstm_step,
    rnn_step,
    temporal_affine,
    temporal_softmax,
)

Array: TypeAlias = NDArray[Any]
Pair: TypeAlias = tuple[Callable[..., Any], Callable[..., Any]]


def rnn_steps() -> Pair:
    """rnn_step_forward and rnn_step_backward."""

    def forward(x: Array, prev_h: Array, Wx: Array, Wh: Array, b: Array) -> tuple[Array, Any]:
        args = (x, prev_h, Wx, Wh, b)
        return rnn_step(*args).astype(x.dtype), args

    def backward(dnext_h: Array, cache: Any) -> tuple[Array, ...]:
        return gradients(rnn_step, dnext_h, *cache)

    return forward, backward


def lstm_steps() -> Pair:
    """lstm_step_forward and lstm_step_backward."""

    def forward(
        x: Array, prev_h: Array, prev_c: Array, Wx: Array, Wh: Array, b: Array
    ) -> tuple[Array, Array, Any]:
        args = (x, prev_h, prev_c, Wx, Wh, b)
        return *(part.astype(x.dtype) for part in lstm_step(*args)), args

    def backward(dnext_h: Array, dnext_c: Array, cache: Any) -> tuple[Array, ...]:
        return gradients(lstm_step, np.stack([dnext_h, dnext_c]), *cache)

    return forward, backward


def text_layers() -> dict[str, Any]:
    """What a model of text is built of, slow: float64 arrays in and out.

    returns: "embedding", "lstm", "affine": (forward, backward) with results and caches as in lesson
        10; "loss": (scores, codes, mask) -> (loss, gradient)
    """

    def run_lstm(*args: Any) -> tuple[Array, Any]:
        return lstm(*args), (lstm_cells(*args)[1], args)

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
        "lstm": (run_lstm, lambda dh, cache: gradients(lstm, dh, *cache[1])[:5]),
        "affine": pair(temporal_affine),
        "loss": loss,
    }
