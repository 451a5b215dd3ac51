"""What went wrong where a line takes a value apart: one came where several are due, or too few."""

import dis
import re
from types import TracebackType

_ONE = re.compile(
    r"cannot unpack non-iterable (?P<unpacked>[\w.]+) object"
    r"|'(?P<other>[\w.]+)' object is not (?:subscriptable|iterable)"
    r"|(?P<scalar>invalid index to scalar variable|array is 0-dimensional)"
)
_MANY = re.compile(r"(not enough|too many) values to unpack \(expected (?:at least )?(\d+)")
_NUMBER = re.compile(r"bool|u?int|float|complex|number")
_STORES = ("STORE_NAME", "STORE_FAST", "STORE_GLOBAL", "STORE_DEREF")
_CONSTANTS = ("LOAD_CONST", "LOAD_SMALL_INT")


def taken_apart(error: BaseException, text: str) -> tuple[str, str]:
    """What was due, and what came: ("2 values (loss, dW)", "one value, a float").

    Two empty strings where the error is of another kind, or the value was an argument.
    text: of the error
    """
    if _is_argument(error):
        return "", ""
    if many := _MANY.search(text):
        word = "fewer" if many[1] == "not enough" else "more"
        return _due(error, int(many[2])), f"{word}, or one value of {word} parts, such as an array"
    one = _ONE.search(text)
    if one is None:
        return "", ""
    kind = (one["unpacked"] or one["other"] or "number").rpartition(".")[2]
    if kind == "NoneType":
        return _due(error), "None"
    if _NUMBER.match(kind):
        return _due(error), f"one value, {'an' if kind[0] in 'iu' else 'a'} {kind}"
    return (_due(error), f"one value, of type {kind}") if one["unpacked"] else ("", "")


def _due(error: BaseException, count: int = 0) -> str:
    """ "2 values (loss, dW)", with the names that the line gives them where it does."""
    _, after = _steps(error)
    if after and after[0].opname == "UNPACK_SEQUENCE":
        count = int(after[0].argval)
    names: list[str] = []
    for step in after[1:]:
        if not step.opname.startswith(_STORES):
            break
        # Since Python 3.13 two steps can be one: STORE_FAST_STORE_FAST, STORE_FAST_LOAD_FAST.
        names += step.argval if isinstance(step.argval, tuple) else [step.argval]
    names = names[:count]
    plain = len(names) == count and not any(name.startswith("_") for name in names)
    listed = f" ({', '.join(names)})" if plain and count else ""
    return f"{count} values{listed}" if count else "several values"


def _is_argument(error: BaseException) -> bool:
    """Did the failing function get the value from its caller?"""
    before, _ = _steps(error)
    loaded = [step.opname for step in before if step.opname not in _CONSTANTS][-1:]
    return any(name.startswith("LOAD_FAST") for name in loaded)


def _steps(error: BaseException) -> tuple[list[dis.Instruction], list[dis.Instruction]]:
    """The instructions of the failing code before the one that failed, and from it on."""
    place: TracebackType | None = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    if place is None:
        return [], []
    every = list(dis.get_instructions(place.tb_frame.f_code))
    at = sum(step.offset < place.tb_lasti for step in every)
    return every[:at], every[at:]
