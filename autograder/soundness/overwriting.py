"""How does an answer look that is right, and overwrites every array that it was given?

In the notebook such an answer spoils what a check goes on with; when graded it works on copies. A
fair check says the same in both places: at most that an argument was changed.
"""

import copy
import functools
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from course_lib.checks.behaviour import changes_show

# Checks look into the functions that a student wrote, and these are none: see
# `course_lib.checks.code.follow`.
__file__ = f"<frozen {__name__}>"

_GARBAGE = 7
_depth = 0


def overwritten(source: str, names: list[str]) -> str:
    """The text of an answer cell whose functions and classes overwrite their arguments."""
    lines = [f"from {__name__} import overwrites", *(f"{one} = overwrites({one})" for one in names)]
    return source + "\n\n" + "\n".join(lines)


def overwrites(target: Any) -> Any:
    """A function, or a class with its methods, that overwrites its arguments after use."""
    if inspect.isclass(target):
        for name, method in list(vars(target).items()):
            if inspect.isfunction(method):
                setattr(target, name, _wrapped(method))
        return target
    return _wrapped(target) if inspect.isfunction(target) else target


def _wrapped(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def outer(*args: Any, **kwargs: Any) -> Any:
        global _depth
        if _depth:  # an answer may rely on its own functions
            return function(*args, **kwargs)
        if changes_show.get():  # a check that looks shall see its copies overwritten
            _depth += 1
            try:
                result = copy.deepcopy(function(*args, **kwargs))
            finally:
                _depth -= 1
            _overwrite([*args, *kwargs.values()], [*args, *kwargs.values()])
            return result
        _depth += 1
        try:
            own_args, own_kwargs = _copied(args), _copied(kwargs)
            result = function(*own_args, **own_kwargs)
        finally:
            _depth -= 1
        _overwrite([*args, *kwargs.values()], [*own_args, *own_kwargs.values()])
        return result

    return outer


def _copied(value: Any) -> Any:
    """The same with new arrays; objects and generators stay, since their state is meant to move."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if type(value) in (list, tuple):
        return type(value)(_copied(one) for one in value)
    if type(value) is dict:
        return {key: _copied(one) for key, one in value.items()}
    return value


def _overwrite(given: list[Any], used: list[Any]) -> None:
    for mine, own in zip(given, used):
        if isinstance(mine, np.ndarray) and mine.flags.writeable and mine.dtype.kind in "fi":
            mine[...] = _GARBAGE
        elif type(mine) is dict and mine is not own:  # state: it comes back as it was left
            mine.clear()
            mine.update(own)
        elif type(mine) is list and mine is not own:
            mine[:] = own
