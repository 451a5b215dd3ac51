"""How does a defaultdict travel, or a namedtuple: what is more than a plain dict, list or tuple?

As plain data beside a reference to the object. With the examiner it is data to be looked at, read
by no method of the student's; back in its room it is of the student's class again.
"""

import copy
from typing import Any

PLAIN: tuple[Any, ...] = (dict, list, tuple)


def base_of(value: object) -> Any:
    """The plain type that a value's class is a kind of, itself included; else None."""
    return next((base for base in PLAIN if issubclass(type(value), base)), None)


def contents(value: Any) -> Any:
    """What it holds, as plain data, whatever its class has overridden."""
    base = base_of(value)
    return dict(dict.items(value)) if base is dict else base(base.__iter__(value))


def joined(thing: Any, content: Any) -> Any:
    """What stands for the object behind a reference, holding this.

    thing: the object in its own room, or with the examiner its handle
    """
    if hasattr(type(thing), "_course_number"):
        kin = _KINS[type(content)](content)
        kin._like = thing
        return kin
    try:
        return _alike(thing, content)
    except Exception:  # of the student's class; or it is one of C that cannot be made so
        return content


def _alike(thing: Any, content: Any) -> Any:
    if type(content) is tuple:
        new = tuple.__new__(type(thing), content)
        if hasattr(thing, "__dict__"):
            vars(new).update(vars(thing))
        return new
    new = copy.copy(thing)
    if type(content) is dict:
        dict.clear(new)
        dict.update(new, content)
    else:
        list.__setitem__(new, slice(None), content)
    return new


class _Kin:
    """Plain data here. What else its class offers is asked of the object."""

    _like: Any

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name == "_like":
            raise AttributeError(name)
        return getattr(self._like, name)

    def _course_number(self) -> int:
        return int(self._like._course_number())


class _KinDict(_Kin, dict[Any, Any]):
    """Of a defaultdict, say."""


class _KinList(_Kin, list[Any]):
    """Of a list with methods of its own."""


class _KinTuple(_Kin, tuple[Any, ...]):
    """Of a namedtuple."""


_KINS: dict[type, Any] = {dict: _KinDict, list: _KinList, tuple: _KinTuple}
