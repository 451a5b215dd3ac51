"""How a function behaves: what it leaves alone, what it refuses."""

import copy
import inspect
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

import numpy as np

from course_lib.checks.blame import name_and_text
from course_lib.checks.difference.values import as_array, describe, items, kind
from course_lib.checks.judging import NotYet, tell

# When work is graded, a student's function runs in another process: does what it writes into the
# arrays it was given show here? Only where a check watches for it, since the expected result may
# follow from them.
changes_show: ContextVar[bool] = ContextVar("changes_show", default=False)


def leaves_alone(
    function: Callable[..., Any], *args: Any, share: float = 1.0, **kwargs: Any
) -> Any:
    """Call the function and see that it changes none of its arguments.

    It gets copies, so that a check goes on with the values that it drew.
    share: of the check's points, that an argument left alone is worth
    returns: what the function returned
    tells: the first argument that was changed
    """
    given_args, given_kwargs = copy.deepcopy((args, kwargs))
    token = changes_show.set(True)
    try:
        result = function(*given_args, **given_kwargs)
    finally:
        changes_show.reset(token)
    names = _parameters(function)
    for i, (before, after) in enumerate(zip(args, given_args)):
        if not _unchanged(before, after):
            name = f", {names[i]}" if i < len(names) else ""
            place = f"{_ordinal(i + 1)} argument{name}"
            tell(NotYet(f"Your function changed its {place}: {_COPY}"), loss=share)
            return result
    for key, before in kwargs.items():
        if not _unchanged(before, given_kwargs[key]):
            tell(NotYet(f"Your function changed its argument {key}: {_COPY}"), loss=share)
            return result
    return result


_COPY = "work on a copy."


def raises(
    exception_type: type[Exception],
    function: Callable[..., Any],
    *args: Any,
    reason: str = "",
    share: float = 1.0,
    **kwargs: Any,
) -> None:
    """Call the function and see that it refuses these arguments.

    reason: why it must: "images of 7 and 6 pixels cannot be compared"
    share: of the check's points, that the refusal is worth
    tells: that it returned, or raised something else
    """
    due = f"{_name(function)} must raise {_article(exception_type.__name__)}"
    due += f": {reason.rstrip('.')}." if reason else " for arguments such as these."
    try:
        result = function(*args, **kwargs)
    except exception_type:
        return
    except NotImplementedError as error:
        if not error.args:  # the untouched stub
            raise
        tell(NotYet(due, f"It raised {name_and_text(error)}."), loss=share)
    except Exception as error:
        tell(NotYet(due, f"It raised {name_and_text(error)}."), loss=share)
    else:
        tell(NotYet(due, f"It returned {describe(result)}."), loss=share)


def holds(condition: object, reason: str, evidence: str = "") -> None:
    """For what the other checks cannot say: the condition must be True.

    tells: the reason, also where the condition is no bool at all
    """
    if type(condition) not in (bool, np.bool_):
        tell(NotYet(reason, evidence or f"Yes or no was due, {describe(condition)} came."))
    elif not condition:
        tell(NotYet(reason, evidence))


def _unchanged(before: Any, after: Any) -> bool:
    if kind(before) != kind(after):
        return False
    match kind(before):
        case "number" | "array" | "tensor":
            a, b = as_array(before), as_array(after)
            return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
        case "list":
            return len(items(before)) == len(items(after)) and all(
                map(_unchanged, items(before), items(after))
            )
        case "dict":
            keys = items(before)
            return keys == items(after) and all(
                _unchanged(dict.__getitem__(before, key), dict.__getitem__(after, key))
                for key in keys
            )
        case "text":
            return bool(before == after)
    return True  # of any other object nothing can be said without running its methods


def _parameters(function: Callable[..., Any]) -> list[str]:
    try:
        return list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return []


def _name(function: Callable[..., Any]) -> str:
    name = getattr(function, "__name__", "")
    return name if type(name) is str and name.isidentifier() else "Your function"


def _ordinal(n: int) -> str:
    return f"{n}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(n, 'th') }"


def _article(name: str) -> str:
    return f"{'an' if name[0] in 'AEIOU' else 'a'} {name}"
