"""Is it the right value? The first thing that is wrong with it, in one sentence."""

from collections.abc import Mapping
from typing import Any

from course_lib.checks.arrays import check_array, difference
from course_lib.checks.values import as_array, describe, kind, relative_error, short
from course_lib.checks.verdict import NotYet
from course_lib.checks.wording import named, wrong_type

# A suspect is recognised through float32 rounding: the wrong formula matters more than digits.
_SUSPECT_TOLERANCE = 1e-6

Suspects = Mapping[str, Any]


def equal(
    actual: object,
    expected: object,
    name: str = "result",
    *,
    tolerance: float = 1e-7,
    dtype: object = None,
    suspects: Suspects | None = None,
) -> None:
    """Compare a student's value with the expected one and say the first thing that is wrong.

    actual: anything
    expected: array, tensor, number, bool, string, None, or lists, tuples and dicts of these
    name: what to call it, where "result" does not say it
    tolerance: of the norm-wise relative error ||a - e|| / max(||a||, ||e||); integers, bools and
        strings compare exactly
    dtype: the dtype that arrays must have; without it, floats may have any precision
    suspects: {sentence: the value that this mistake gives}, of the same form as `expected`
    raises: NotYet, in this order: type, suspects, shape, dtype, not finite, values
    """
    _check_type(actual, expected, name)
    _check_suspects(actual, expected, suspects or {}, tolerance)
    match kind(expected):
        case "list":
            _check_list(actual, expected, name, tolerance, dtype, suspects or {})
        case "dict":
            _check_dict(actual, expected, name, tolerance, dtype, suspects or {})
        case "number" | "array" | "tensor":
            check_array(actual, expected, name, tolerance, dtype)
        case "text":
            if actual != expected:
                evidence = f"Yours {short(actual)}, expected {short(expected)}."
                raise NotYet(named(name, "This is another text."), evidence)


def same(a: object, b: object, tolerance: float) -> bool:
    """Do two values have the same form and, up to tolerance, the same numbers?"""
    if not _same_family(a, b):
        return False
    match kind(b):
        case "list":
            pairs = list(zip(_items(a), _items(b)))
            return len(_items(a)) == len(_items(b)) and all(same(x, y, tolerance) for x, y in pairs)
        case "dict":
            return _keys(a) == _keys(b) and all(same(a[k], b[k], tolerance) for k in b)  # type: ignore[index,attr-defined]
        case "number" | "array" | "tensor":
            return relative_error(as_array(a), as_array(b)) <= tolerance
        case "other":
            return False
    return a == b


def _check_type(actual: object, expected: object, name: str) -> None:
    if kind(expected) == "other":
        raise TypeError(f"checks.equal cannot compare {describe(expected)}")
    if not _same_family(actual, expected):
        raise NotYet(wrong_type(actual, _due(expected), name))


def _same_family(actual: object, expected: object) -> bool:
    # A number is an array of shape (): what differs is the shape, and is told as such.
    family = {"number": "array"}
    a, e = kind(actual), kind(expected)
    return family.get(a, a) == family.get(e, e)


def _due(expected: object) -> str:
    if kind(expected) == "list":
        return f"a {type(expected).__name__} of {len(_items(expected))}"
    return describe(expected)


def _check_suspects(actual: object, expected: object, suspects: Suspects, tolerance: float) -> None:
    loose = max(tolerance, _SUSPECT_TOLERANCE)
    for sentence, suspect in suspects.items():
        if same(actual, suspect, loose) and not same(suspect, expected, loose):
            raise NotYet(sentence, difference(actual, expected, tolerance))


def _check_list(
    actual: Any, expected: Any, name: str, tolerance: float, dtype: object, suspects: Suspects
) -> None:
    if len(actual) != len(expected):
        raise NotYet(
            named(name, f"Wrong length: yours has {len(actual)}, expected {len(expected)}.")
        )
    for i, (mine, due) in enumerate(zip(actual, expected)):
        parts = {
            s: v[i] for s, v in suspects.items() if kind(v) == "list" and len(v) == len(expected)
        }
        equal(mine, due, f"{name}[{i}]", tolerance=tolerance, dtype=dtype, suspects=parts)


def _check_dict(
    actual: Any, expected: Any, name: str, tolerance: float, dtype: object, suspects: Suspects
) -> None:
    keys = _keys(actual)
    for key in expected:
        if key not in keys:
            raise NotYet(named(name, f"The key {short(key)} is missing."))
    if extra := keys - _keys(expected):
        listed = ", ".join(sorted(short(key) for key in extra))
        raise NotYet(named(name, f"Unexpected keys: {listed}."))
    if len(actual) != len(keys):
        raise NotYet(named(name, "Unexpected keys: only strings and numbers are due."))
    for key, due in expected.items():
        parts = {s: v[key] for s, v in suspects.items() if kind(v) == "dict" and key in v}
        part = f"{name}[{short(key)}]"
        equal(actual[key], due, part, tolerance=tolerance, dtype=dtype, suspects=parts)


def _items(value: object) -> list[object] | tuple[object, ...]:
    assert isinstance(value, list | tuple)
    return value


def _keys(value: object) -> set[object]:
    """The plain keys of a dict: an object's own `__eq__` must not decide a look-up."""
    assert isinstance(value, dict)
    return {key for key in value if kind(key) in ("text", "number")}
