"""NumPy in, PyTorch's operators in float64, NumPy out."""

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ParamSpec

import numpy as np

if TYPE_CHECKING:
    import torch


P = ParamSpec("P")


def oracle(function: Callable[P, Any]) -> Callable[P, Any]:
    """Let a function of tensors take and return arrays.

    Float arrays arrive as float64 tensors whatever their precision, integer arrays as int64; all
    other arguments pass untouched. Tensors in the result, also in tuples, lists and dicts, become
    arrays. Nothing is shared with the caller's arrays.
    """

    @functools.wraps(function)
    def with_arrays(*args: P.args, **kwargs: P.kwargs) -> Any:
        tensors = [_to_tensor(value) for value in args]
        named = {key: _to_tensor(value) for key, value in kwargs.items()}
        return _to_array(function(*tensors, **named))  # type: ignore[arg-type]

    return with_arrays


def _to_tensor(value: object) -> "torch.Tensor | object":
    if not isinstance(value, np.ndarray):
        return value
    import torch

    kind = value.dtype.kind
    dtype = {"f": np.float64, "i": np.int64, "u": np.int64, "b": np.bool_}.get(kind)
    if dtype is None:
        raise ValueError(f"an array of numbers is due, this one has dtype {value.dtype}")
    return torch.from_numpy(np.array(value, dtype=dtype))


def _to_array(value: Any) -> Any:
    import torch

    if isinstance(value, torch.Tensor):
        return value.detach().numpy()
    if isinstance(value, tuple | list):
        return type(value)(_to_array(item) for item in value)
    if isinstance(value, dict):
        return {key: _to_array(item) for key, item in value.items()}
    return value
