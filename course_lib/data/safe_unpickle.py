"""Reading a pickle of plain data without running what it says.

A pickle is a program that may call any function. Here the only names that it can reach are three of
NumPy's, and even those are replaced by stand-ins that collect and check what an array is made of.
"""

import io
import math
import pickle
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib.errors import CourseError

_KINDS = frozenset(["b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f4", "f8"])
_MAX_ITEMS = 1_000_000
_MAX_DEPTH = 8
_NDARRAY = object()  # what _reconstruct is told to make; nobody asks it anything


def loads(raw: bytes, where: str) -> object:
    """What a pickle holds: numeric arrays, lists, dicts, strings, bytes and integers, nothing else.

    raw: the pickle, of Python 2 or 3; strings of Python 2 become bytes
    where: what it is, for the message
    returns: the object; arrays are read-only
    raises: CourseError where it holds anything else, or is damaged
    """
    try:
        content = _Reader(io.BytesIO(raw), encoding="bytes").load()
        return _plain(content, [_MAX_ITEMS], _MAX_DEPTH)
    except CourseError as error:
        raise CourseError(
            f"{where} was not read: {error} A data file has no use for that. "
            "Delete the file and get it from its official source."
        ) from error
    except Exception as error:
        # A damaged pickle can raise nearly anything: what it says is a program.
        raise CourseError(
            f"{where} is damaged ({type(error).__name__}: {error}). Delete it and get it again."
        ) from error


class _Dtype:
    """Stands in for numpy.dtype: the plain numeric ones."""

    def __init__(self, code: object, align: object = False, copy: object = False) -> None:
        text = code.decode("latin1") if isinstance(code, bytes) else code
        if text not in _KINDS:
            raise CourseError(f"it holds an array of {text!r}, not of numbers.")
        self.value = np.dtype(str(text))

    def __setstate__(self, state: tuple[object, ...]) -> None:
        _, order, *structure = state
        order = order.decode("latin1") if isinstance(order, bytes) else order
        if order not in ("<", ">", "|", "=") or any(part is not None for part in structure[:3]):
            raise CourseError("it holds an array of structures, not of numbers.")
        self.value = self.value.newbyteorder(order)


class _Array:
    """Stands in for numpy's _reconstruct: an empty array that `__setstate__` fills."""

    def __init__(self, kind: object, shape: object, code: object) -> None:
        self.value: NDArray[Any] | None = None

    def __setstate__(self, state: tuple[object, ...]) -> None:
        _, shape, dtype, fortran, raw = state
        if not (isinstance(dtype, _Dtype) and isinstance(raw, bytes) and isinstance(shape, tuple)):
            raise CourseError("it holds an array that is not made of plain numbers.")
        if not all(type(n) is int and n >= 0 for n in shape):
            raise CourseError("it holds an array of impossible shape.")
        if len(raw) != math.prod(shape) * dtype.value.itemsize:
            raise CourseError("it holds an array whose shape and length differ.")
        flat = np.frombuffer(raw, dtype.value)
        self.value = flat.reshape(shape, order="F" if fortran else "C")


class _Reader(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> object:
        # Up to NumPy 1 the module is numpy.core, from NumPy 2 on numpy._core.
        if (module.replace("_core", "core"), name) == ("numpy.core.multiarray", "_reconstruct"):
            return _Array
        if (module, name) == ("numpy", "dtype"):
            return _Dtype
        if (module, name) == ("numpy", "ndarray"):
            return _NDARRAY
        raise CourseError(f"it asks for {module}.{name}.")


def _plain(value: object, left: list[int], depth: int) -> object:
    """`value` with arrays for their stand-ins; limits stop a pickle that contains itself."""
    left[0] -= 1
    if left[0] < 0 or depth < 0:
        raise CourseError("it is nested too deeply or holds too much.")
    if type(value) in (bytes, str, int):
        return value
    if type(value) is list:
        return [_plain(item, left, depth - 1) for item in value]
    if type(value) is dict:
        return {key: _plain(item, left, depth - 1) for key, item in value.items() if _key(key)}
    if isinstance(value, _Array) and value.value is not None:
        return value.value
    raise CourseError(f"it holds {type(value).__name__.strip('_')} where only plain data belong.")


def _key(key: object) -> bool:
    if type(key) not in (bytes, str, int):
        raise CourseError(f"it holds a dict with keys of type {type(key).__name__}.")
    return True
