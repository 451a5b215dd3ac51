"""How a function behaves: what it leaves alone, what it refuses."""

import copy
import inspect
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

import numpy as np

from course_lib.checks.values import as_array, describe, kind
from course_lib.checks.verdict import NotYet, name_and_text

# When work is graded, a student's function runs in another process: does what it writes into the
# arrays it was given show here? Only where a check watches for it, since the expected result may
# follow from them.
changes_show: ContextVar[bool] = ContextVar("changes_show", default=False)


def leaves_alone(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Call the function and see that it changed none of its arguments.

    returns: what the function returned
    raises: NotYet naming the first argument that was changed
    """
    before_args, before_kwargs = copy.deepcopy((args, kwargs))
    token = changes_show.set(True)
    try:
        result = function(*args, **kwargs)
    finally:
        changes_show.reset(token)
    names = _parameters(function)
    for i, (before, after) in enumerate(zip(before_args, args)):
        if not _unchanged(before, after):
            name = f", {names[i]}" if i < len(names) else ""
            raise NotYet(f"Your function changed its {_ordinal(i + 1)} argument{name}: {_COPY}")
    for key, before in before_kwargs.items():
        if not _unchanged(before, kwargs[key]):
            raise NotYet(f"Your function changed its argument {key}: {_COPY}")
    return result


_COPY = "work on a copy."


def raises(
    exception_type: type[Exception],
    function: Callable[..., Any],
    *args: Any,
    reason: str = "",
    **kwargs: Any,
) -> None:
    """Call the function and see that it refuses these arguments.

    reason: why it must: "images of 7 and 6 pixels cannot be compared"
    raises: NotYet where it returned, or raised something else
    """
    name = _name(function)
    due = f"{name} must raise {_article(exception_type.__name__)} here"
    due += f": {reason.rstrip('.')}." if reason else "."
    try:
        result = function(*args, **kwargs)
    except exception_type:
        return
    except NotImplementedError as error:
        if not error.args:  # the untouched stub
            raise
        raise NotYet(due, f"It raised {name_and_text(error)}.") from None
    except Exception as error:
        raise NotYet(due, f"It raised {name_and_text(error)}.") from None
    raise NotYet(due, f"It returned {describe(result)}.")


def holds(condition: object, reason: str, evidence: str = "") -> None:
    """For what the other checks cannot say: the condition must be True.

    raises: NotYet with the reason, also where the condition is no bool at all
    """
    if type(condition) not in (bool, np.bool_):
        raise NotYet(reason, evidence or f"Yes or no was due, {describe(condition)} came.")
    if not condition:
        raise NotYet(reason, evidence)


def _unchanged(before: Any, after: Any) -> bool:
    if kind(before) != kind(after):
        return False
    match kind(before):
        case "number" | "array" | "tensor":
            a, b = as_array(before), as_array(after)
            return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
        case "list":
            return len(before) == len(after) and all(map(_unchanged, before, after))
        case "dict":
            return list(before) == list(after) and all(
                _unchanged(before[key], after[key]) for key in before
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
