"""What a value is, learnt without running any method that a student could have written."""

import math
import sys
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Kind = Literal["none", "text", "number", "array", "tensor", "list", "dict", "other"]

_NUMPY_NUMBERS = frozenset(
    scalar for scalar in np.sctypeDict.values() if issubclass(scalar, (np.number, np.bool_))
)

_DTYPES = frozenset(scalar.__name__ for scalar in _NUMPY_NUMBERS) | {"bool", "object"}

# Below this norm an array counts as zero up to rounding: where 0 is expected, 1e-17 is right.
_TINY = 1e-7


def kind(value: object) -> Kind:
    """The family of a value, by its type."""
    exact = type(value)
    if exact is np.ndarray:
        # An object array is a box of unknown objects: comparing it would run their `__eq__`.
        return "array" if _ndarray(value).dtype.kind in "biufcU" else "other"
    if exact in (bool, int, float, complex) or exact in _NUMPY_NUMBERS:
        return "number"
    # A subclass may override anything, so it is read by the methods of its base: see `items`.
    if issubclass(exact, list | tuple):
        return "list"
    if issubclass(exact, dict):
        return "dict"
    if exact in (str, np.str_):
        return "text"
    if value is None:
        return "none"
    return "tensor" if _is_tensor(exact) else "other"


def as_array(value: Any) -> NDArray[Any]:
    """A number, array or tensor as a NumPy array that shares nothing with a student's classes."""
    if kind(value) == "tensor":
        tensor = value.detach().cpu()
        # NumPy has no bfloat16.
        return np.asarray(tensor.float() if str(tensor.dtype) == "torch.bfloat16" else tensor)
    array = np.asarray(value)
    if array.dtype == object:  # a Python integer beyond 64 bits
        return np.asarray(math.inf if value > 0 else -math.inf)
    return array


def items(value: Any) -> list[Any]:
    """What a list or tuple holds, or the keys of a dict, whatever its class has overridden."""
    base = next(one for one in (list, tuple, dict) if issubclass(type(value), one))
    return [*base.__iter__(value)]


def dtype_name(value: Any, array: NDArray[Any] | None = None) -> str:
    """ "float64", for arrays, tensors and numbers alike; `array` is the value as an array."""
    is_array = kind(value) in ("array", "tensor")
    dtype = value.dtype if is_array else (as_array(value) if array is None else array).dtype
    return str(dtype).removeprefix("torch.")


def dtype_of_name(text: str) -> str:
    """The dtype that a text names, "float64" or "torch.float32"; "" where it names none."""
    plain = text.removeprefix("torch.")
    return plain if plain == "bfloat16" or plain in _DTYPES else ""


def describe(value: object) -> str:
    """What a value is, for a sentence: "a list", "a NumPy array of shape (3,)"."""
    match kind(value):
        case "none":
            return "None"
        case "text":
            return "a string"
        case "number":
            return "a bool" if isinstance(value, bool | np.bool_) else "a number"
        case "array":
            return f"a NumPy array of shape {_ndarray(value).shape}"
        case "tensor":
            return "a torch.Tensor"
        case "list":
            return f"a {'list' if isinstance(value, list) else 'tuple'}"
        case "dict":
            return "a dict"
    if type(value) is np.ndarray:
        return f"a NumPy array of dtype {value.dtype}"
    module = type(value).__module__
    prefix = "" if module in ("builtins", "__main__") else f"{module}."
    return f"a value of type {prefix}{type(value).__name__}"


def norms(a: NDArray[Any], b: NDArray[Any]) -> tuple[float, float]:
    """||a - b|| and max(||a||, ||b||, tiny), over the finite entries, in one unit.

    Their quotient is the relative error. Two lessons ask students for it, and a room has this
    module: so nothing in it gives the quotient.
    returns: (inf, 1) where shapes differ, or where nan and inf stand at different places
    """
    if a.shape != b.shape or a.dtype.kind == "U" or b.dtype.kind == "U":
        return (0.0 if a.shape == b.shape and bool((a == b).all()) else math.inf), 1.0
    if a.size == 0:
        return 0.0, 1.0
    a, b = wide(a), wide(b)
    with np.errstate(all="ignore"):
        finite = np.isfinite(a) & np.isfinite(b)
        if not np.array_equal(a[~finite], b[~finite], equal_nan=True):
            return math.inf, 1.0
        a, b = a[finite], b[finite]
        largest = max(np.abs(a).max(initial=0), np.abs(b).max(initial=0))
        # Divided by the largest entry first: squares of 1e200 would overflow.
        scale = max(float(largest), _TINY)
        a, b = a / scale, b / scale
        norm = max(float(np.linalg.norm(a)), float(np.linalg.norm(b)), _TINY / scale)
        return float(np.linalg.norm(a - b)), norm


def differs(a: NDArray[Any], b: NDArray[Any], tolerance: float) -> NDArray[np.bool_]:
    """Which entries are wrong: by more than their share of the allowed norm-wise error."""
    if "f" not in a.dtype.kind + b.dtype.kind and "c" not in a.dtype.kind + b.dtype.kind:
        return np.asarray(a != b)
    a, b = wide(a), wide(b)
    with np.errstate(all="ignore"):
        gap = np.where(a == b, 0.0, np.abs(a - b))
        gap = np.where(np.isnan(gap) & (np.isnan(a) != np.isnan(b)), np.inf, np.nan_to_num(gap))
        sizes = [float(np.linalg.norm(x[np.isfinite(x)])) for x in (a, b)]
        share = tolerance * max(*sizes, _TINY) / np.sqrt(max(a.size, 1))
        # Rounding could leave every entry just inside its share.
        return np.asarray(gap > min(share, 0.999 * gap.max(initial=0)))


def wide(a: NDArray[Any]) -> NDArray[Any]:
    """float64, or complex128 where a part is imaginary."""
    return a.astype(np.complex128 if a.dtype.kind == "c" else np.float64)


def number(value: object) -> str:
    """At most four significant digits, integers whole."""
    item = value.item() if isinstance(value, np.generic) else value
    if isinstance(item, bool | int):
        return str(item) if abs(item) < 10**12 else f"{item:.4g}"
    if isinstance(item, float | complex):
        return f"{item:.4g}"
    return short(item)


def short(value: object) -> str:
    """The repr of plain text or of a key, at most 60 characters."""
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."


def index(flat: int, shape: tuple[int, ...]) -> str:
    """ " at [0, 3]" for the entry with that flat index; nothing for a single number."""
    place = ", ".join(str(int(i)) for i in np.unravel_index(flat, shape))
    return f" at [{place}]" if shape else ""


def _ndarray(value: object) -> NDArray[Any]:
    assert isinstance(value, np.ndarray)
    return value


def _is_tensor(exact: type) -> bool:
    # A tensor can only exist where torch has been imported; importing it to ask costs a second.
    torch = sys.modules.get("torch")
    return torch is not None and exact in (torch.Tensor, torch.nn.Parameter)
