"""Is it the right value? The first thing that is wrong with it, in one sentence."""

from collections.abc import Callable, Sequence
from itertools import permutations
from typing import Any

from course_lib.checks.arrays import check_array
from course_lib.checks.difference.values import (
    as_array,
    describe,
    dtype_of_name,
    items,
    kind,
    short,
)
from course_lib.checks.difference.wording import named, shape_sentence, wrong_type
from course_lib.checks.judging import NotYet, next_call, tell
from course_lib.checks.parts import among_others

_SHORT = 8  # integers that are read at a glance
_FEW = 4  # names that are listed


def equal(
    actual: object,
    expected: object,
    name: str = "result",
    *,
    tolerance: float = 1e-7,
    dtype: object = None,
) -> None:
    """Compare a student's value with the expected one and say the first thing that is wrong.

    Where a named mistake gives this very value, its sentence is said.
    actual: anything
    expected: array, tensor, number, bool, string, None, or lists, tuples and dicts of these
    name: what to call it, where "result" does not say it; for a tuple the names of its parts,
        "dx, dw, db"
    tolerance: of the norm-wise relative error ||a - e|| / max(||a||, ||e||); integers, bools and
        strings compare exactly
    dtype: the dtype that arrays must have; without it, floats may have any precision
    tells: type, shape, dtype, not finite, values, the first that is wrong
    """
    call = next_call()
    try:
        _compare(actual, expected, name, tolerance, dtype)
    except NotYet as failure:
        tell(failure, call=call, value=actual)


def _compare(actual: Any, expected: Any, name: str, tolerance: float, dtype: object) -> None:
    _check_type(actual, expected, name)
    match kind(expected):
        case "list":
            _check_list(actual, expected, name, tolerance, dtype)
        case "dict":
            _check_dict(actual, expected, name, tolerance, dtype)
        case "number" | "array" | "tensor":
            check_array(actual, expected, name, tolerance, dtype)
        case "text":
            _check_text(str(actual), str(expected), name)


def _check_type(actual: object, expected: object, name: str) -> None:
    if kind(expected) == "other":
        raise TypeError(f"checks.equal cannot compare {describe(expected)}")
    # A number is an array of shape (): what differs is the shape, and is told as such.
    family = {"number": "array"}
    a, e = kind(actual), kind(expected)
    if family.get(a, a) != family.get(e, e):
        raise NotYet(wrong_type(actual, _due(expected, name), _whole(name)))


def _due(expected: object, name: str) -> str:
    if kind(expected) != "list":
        return describe(expected)
    parts = _part_names(name, len(items(expected)))
    listed = f" ({name})" if len(parts) > 1 else ""
    return f"{describe(expected)} of {len(items(expected))}{listed}"


def _check_list(actual: Any, expected: Any, name: str, tolerance: float, dtype: object) -> None:
    mine, due = items(actual), items(expected)
    parts = _part_names(name, len(due))
    if len(parts) < 2 and due and _is_short(due) and _is_short(mine) and mine != due:
        raise NotYet(_as_a_whole(actual, expected, name))
    if len(mine) != len(due):
        listed = f" ({name})" if parts else ""
        sentence = f"Wrong length: yours has {len(mine)}, expected {len(due)}{listed}."
        raise NotYet(named(_whole(name), sentence + _absent(mine, due)))
    if _are_texts(mine) and mine != due and sorted(mine) == sorted(due):
        raise NotYet(named(name, f"Right, but in another order: {_few(due)} is due."))

    def fits(i: int, j: int) -> bool:
        return _is_right(mine[i], due[j], tolerance, dtype)

    for i, (a, e) in enumerate(zip(mine, due)):
        part = parts[i] if parts else f"{name}[{i}]"
        try:
            _compare_part(a, e, part, tolerance, dtype)
        except NotYet as failure:
            # Numbers are alike by chance, but hardly where both have their names.
            numbers = len(parts) != 2 and all(kind(one) == "number" for one in due)
            if not numbers and _in_another_order(len(due), fits):
                raise NotYet(_order(name, parts)) from None
            raise among_others(failure, i, parts, due, fits) if parts else failure from None


def _in_another_order(count: int, fits: Callable[[int, int], bool]) -> bool:
    """Are two or three results right but for their order?

    fits: (i, j): is result i what result j should be?
    """
    if not 2 <= count <= 3:
        return False
    others = list(permutations(range(count)))[1:]
    return any(all(fits(i, j) for j, i in enumerate(order)) for order in others)


def _order(name: str, parts: Sequence[str]) -> str:
    if len(parts) == 2:
        return f"{parts[0]} and {parts[1]} have changed places: {parts[0]} comes first."
    listed = ", ".join(parts) or "the expected one"
    return named(_whole(name), f"Right, but in another order: {listed}.")


def _is_right(actual: Any, expected: Any, tolerance: float, dtype: object) -> bool:
    try:
        _compare(actual, expected, "result", tolerance, dtype)
    except NotYet:
        return False
    return True


def _absent(mine: list[Any], due: list[Any]) -> str:
    """Which texts are missing, and which are too many; "" for anything but texts."""
    if not (_are_texts(mine) and _are_texts(due)):
        return ""
    told = {
        "missing": [one for one in dict.fromkeys(due) if one not in mine],
        "too many": [one for one in dict.fromkeys(mine) if one not in due],
    }
    return "".join(
        f" {_few(names)} {'is' if len(names) == 1 else 'are'} {what}."
        for what, names in told.items()
        if names
    )


def _are_texts(values: list[Any]) -> bool:
    return all(kind(one) == "text" for one in values)


def _few(names: list[Any]) -> str:
    listed = ", ".join(short(str(one)) for one in names[:_FEW])
    return listed + (", ..." if len(names) > _FEW else "")


def _compare_part(actual: Any, expected: Any, name: str, tolerance: float, dtype: object) -> None:
    if actual is None and expected is not None:  # the function did return something
        raise NotYet(f"{name} is None: {_due(expected, name)} is due.")
    _compare(actual, expected, name, tolerance, dtype)


def _is_short(values: list[Any]) -> bool:
    """Are these a few integers, such as a shape or the sizes of batches?"""
    whole = all(kind(one) == "number" and as_array(one).dtype.kind in "iu" for one in values)
    return whole and len(values) <= _SHORT


def _as_a_whole(actual: Any, expected: Any, name: str) -> str:
    """Both at full length: which place differs tells less."""
    yours, due = (tuple(int(one) for one in items(value)) for value in (actual, expected))
    if name.startswith("shape"):
        return shape_sentence(yours, due, name)
    shown = [list(one) if isinstance(expected, list) else one for one in (yours, due)]
    return named(name, f"Yours is {shown[0]}, expected {shown[1]}.")


def _check_dict(actual: Any, expected: Any, name: str, tolerance: float, dtype: object) -> None:
    keys, due = _keys(actual), _keys(expected)
    for key in items(expected):
        if key not in keys:
            raise NotYet(named(name, f"The key {short(key)} is missing."))
    if extra := keys - due:
        listed = ", ".join(sorted(short(key) for key in extra))
        raise NotYet(named(name, f"Unexpected keys: {listed}."))
    if len(items(actual)) != len(keys):
        raise NotYet(named(name, "Unexpected keys: only strings and numbers are due."))
    for key in items(expected):
        a, e = dict.__getitem__(actual, key), dict.__getitem__(expected, key)
        _compare_part(a, e, f"{name}[{short(key)}]", tolerance, dtype)


def _check_text(actual: str, expected: str, name: str) -> None:
    if actual == expected:
        return
    yours, due = dtype_of_name(actual), dtype_of_name(expected)
    if yours and due:
        raise NotYet(named(name, f"Wrong dtype: yours {yours}, expected {due}."))
    evidence = f"Yours {short(actual)}, expected {short(expected)}."
    raise NotYet(named(name, "This is another text."), evidence)


def _part_names(name: str, count: int) -> list[str]:
    """ "dx, dw, db" names three parts; nothing where the name is of the whole."""
    parts = [part.strip() for part in name.split(",")]
    return parts if len(parts) == count and all(part.isidentifier() for part in parts) else []


def _whole(name: str) -> str:
    """The name of the whole value: "result" where the name lists its parts."""
    return "result" if "," in name else name


def _keys(value: object) -> set[object]:
    """The plain keys of a dict: an object's own `__eq__` must not decide a look-up."""
    return {key for key in items(value) if kind(key) in ("text", "number")}
