"""How does a value travel between the two rooms?

As a tree of tagged lists for JSON, beside the raw bytes of its arrays. Nothing is pickled. What is
no data (a function, an object of a student's class) stays where it is and a reference travels.
The reading side trusts nothing: whatever it gives out is plain data of exactly the types below.
"""

import re
import sys
import types
from collections import OrderedDict
from collections.abc import Callable, Iterable
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from autograder.rooms.wire import generators, kin

if TYPE_CHECKING:
    import torch

LARGEST = 128_000_000  # bytes of the arrays in one message
DEEPEST = 20
ITEMS = 10_000  # of an iterator, which is read to its end before it travels
# Keys that are no strings can be made to collide, so that each is compared with all before it.
KEYS = 500  # of them in one message, so that this comes to milliseconds
_KEY_PARTS, _KEY_LENGTH = 8, 100  # of a tuple that is a key, and of its strings
DIGITS = 4_000  # of an integer, in hexadecimal: none of the course's has 20
LONGEST_RANGE = 1_000_000  # NumPy reads a range to its end before it listens to anybody

Tree = Any  # None, bool, int, float, str, or a list that begins with a tag
Refer = Callable[[object], list[Any]]  # the tree of what is no data
Resolve = Callable[[list[Any]], object]  # what such a tree stands for

_DTYPE = re.compile(r"[<>|=][biufcU][1-9][0-9]{0,3}")
_NUMBERS = frozenset(t for t in np.sctypeDict.values() if issubclass(t, (np.number, np.bool_)))
_SCALARS = _NUMBERS | {np.str_}
_TYPES: dict[str, Any] = {t.__name__: t for t in (bool, int, float, complex, str)} | {
    f"np.{t.__name__}": t for t in _SCALARS
}
_TYPE_NAMES: dict[object, str] = {kind: name for name, kind in _TYPES.items()}
_TENSORS = frozenset(("bool", "uint8", "int8", "int16", "int32", "int64", "float16", "bfloat16"))
_TENSORS |= {"float32", "float64", "complex64", "complex128"}
_TAGS: dict[object, str] = dict(zip((list, tuple, dict, OrderedDict, set, frozenset), "ltdoSF"))
_HASHED = "doSF"  # tags of what has keys
_SMALL_TAGS = frozenset("inchkyDYe")  # of keys
_ITERATORS: tuple[type, ...] = (types.GeneratorType, map, zip, filter, type(iter([])))
_VIEWS: tuple[type, ...] = (type({}.keys()), type({}.values()), type({}.items()))


class Refused(Exception):  # noqa: N818, a sentence about a value
    """This value does not travel; the text says why, to whoever made it."""


class OddKeys(Refused):
    """Of a dict or set: they are too many, or of a kind that can be slow to compare."""


class Malformed(Exception):  # noqa: N818
    """What came from the other side is no value of this format."""


class Encoder:
    """Turns values into trees; `buffers` are the arrays' bytes, which the trees count into."""

    def __init__(self, refer: Refer) -> None:
        self.buffers: list[NDArray[np.uint8]] = []
        self._refer = refer
        self._open: set[int] = set()  # the containers that are being encoded
        self._arrays: dict[int, list[Any]] = {}  # one array in two places stays one
        self._bytes = 0
        self._keys = KEYS

    def tree(self, value: Any, depth: int = 0) -> Tree:
        """raises: Refused"""
        exact = type(value)
        if value is None or exact in (bool, float, str):
            return value
        if exact is int:
            return self._integer(value)
        if exact in _TAGS:
            try:
                return self._container(value, exact, depth)
            except OddKeys:  # a cache, say, at which no check looks
                return self._refer(value)
        if exact is np.ndarray:
            return self._array(value)
        if exact in _SCALARS:
            single = np.asarray(value)
            return ["n", single.dtype.str, self._buffer(single)]
        return self._rare(value, exact, depth)

    def _integer(self, value: int) -> Tree:
        if value.bit_length() > 4 * DIGITS:
            raise Refused(f"An integer of more than {DIGITS:,} hexadecimal digits is too long.")
        return value if -(2**63) <= value < 2**63 else ["i", hex(value)]

    def _container(self, value: Any, exact: type, depth: int) -> Tree:
        if depth >= DEEPEST:
            raise Refused(f"A {exact.__name__} is nested more than {DEEPEST} deep.")
        if id(value) in self._open:
            raise Refused(f"A {exact.__name__} contains itself.")
        tag = _TAGS[exact]
        keys = [self.tree(key, depth + 1) for key in value] if tag in _HASHED else []
        self._keys = _keys_left(self._keys, keys)
        self._open.add(id(value))
        if tag in "SF":
            items = keys
        elif tag in "do":
            values = [self.tree(content, depth + 1) for content in value.values()]
            items = [part for pair in zip(keys, values) for part in pair]
        else:
            items = [self.tree(item, depth + 1) for item in value]
        self._open.discard(id(value))
        return [tag, *items]

    def _kin(self, value: Any, depth: int) -> Tree:
        """A defaultdict, a namedtuple: what it holds as plain data, beside a reference to it."""
        before = len(self.buffers), self._bytes, dict(self._arrays), set(self._open)
        plain = kin.contents(value)
        try:
            content = self._container(plain, type(plain), depth)
        except Refused:  # what cannot travel may be what no check looks at
            del self.buffers[before[0] :]
            _, self._bytes, self._arrays, self._open = before
            return self._refer(value)
        try:
            return ["M", self._refer(value), content]
        except Refused:
            if type(plain) is tuple:  # of the examiner's own: what np.linalg.eigh returns, say
                return content
            raise

    def _array(self, value: NDArray[Any]) -> Tree:
        if value.dtype.kind not in "biufcU" or not _DTYPE.fullmatch(value.dtype.str):
            raise Refused(
                f"An array of dtype {str(value.dtype)[:60]} is no array of numbers"
                + (": it holds Python objects." if value.dtype.hasobject else ".")
            )
        if id(value) not in self._arrays:
            tree = ["a", value.dtype.str, list(value.shape), value.flags.writeable]
            self._arrays[id(value)] = [*tree, self._buffer(value)]
        return self._arrays[id(value)]

    def _buffer(self, array: NDArray[Any]) -> int:
        self._bytes += array.nbytes
        if self._bytes > LARGEST:
            raise Refused(f"These are more than {LARGEST / 1e6:.0f} MB of numbers.")
        self.buffers.append(np.asarray(array, order="C").reshape(-1).view(np.uint8))
        return len(self.buffers) - 1

    def _rare(self, value: Any, exact: type, depth: int) -> Tree:
        if exact is bytes:
            return ["b", self._buffer(np.frombuffer(value, np.uint8))]
        if exact is complex:
            return ["c", value.real, value.imag]
        if exact is slice:
            return ["s", *[self.tree(x, depth + 1) for x in (value.start, value.stop, value.step)]]
        if exact is range:
            if _length(value) > LONGEST_RANGE:
                raise Refused(f"A range of more than {LONGEST_RANGE:,} numbers is too long.")
            return ["r", *[self.tree(x) for x in (value.start, value.stop, value.step)]]
        if value is Ellipsis:
            return ["e"]
        if exact in _ITERATORS or exact in _VIEWS:
            items = list(islice(value, ITEMS + 1))
            if len(items) > ITEMS:
                raise Refused(f"A {exact.__name__} gives more than {ITEMS:,} items.")
            return ["I", *self._container(items, list, depth)[1:]]
        if generators.travels(value):
            return ["g", *generators.parts_of(value)]
        if isinstance(value, np.dtype) and _DTYPE.fullmatch(value.str):
            return ["D", value.str]
        if exact is type and (name := _TYPE_NAMES.get(value)):
            return ["y", name]
        if kin.base_of(value) and not callable(value):
            return self._kin(value, depth)
        torch = sys.modules.get("torch")
        if torch is not None and exact is torch.dtype:
            return ["Y", str(value).removeprefix("torch.")]
        if torch is not None and exact in (torch.Tensor, torch.nn.Parameter):
            return self._tensor(value)
        if torch is not None and exact is torch.Generator and value.device.type == "cpu":
            return ["G", self._buffer(value.get_state().numpy())]
        return self._refer(value)

    def _tensor(self, value: "torch.Tensor") -> Tree:
        name = str(value.dtype).removeprefix("torch.")
        if name not in _TENSORS or value.layout is not sys.modules["torch"].strided:
            raise Refused(f"A tensor of dtype {name} and layout {value.layout} does not travel.")
        plain = value.detach().cpu().resolve_conj().resolve_neg().contiguous()
        raw = plain.reshape(-1).view(sys.modules["torch"].uint8).numpy()
        return ["T", name, list(value.shape), value.requires_grad, self._buffer(raw)]


class Decoder:
    """Turns trees back into values that own their memory.

    Anything may come, so anything may be raised here; `decode` makes one error of all.
    """

    def __init__(self, buffers: list[NDArray[np.uint8]], resolve: Resolve) -> None:
        self._buffers = buffers
        self._resolve = resolve
        self._arrays: dict[int, Any] = {}
        self._keys = KEYS

    def value(self, tree: Tree, depth: int = 0) -> Any:
        exact = type(tree)
        if tree is None or exact in (bool, int, float):
            return tree
        if exact is str:
            return _text(tree)
        if exact is not list or type(tree[0]) is not str or depth > DEEPEST:
            raise ValueError("no tag, or too deep")
        tag, *parts = tree
        if tag in ("l", "t", "d", "o", "S", "F", "I"):
            if tag in _HASHED:
                self._keys = _keys_left(self._keys, parts[::2] if tag in "do" else parts)
            return self._container(tag, [self.value(part, depth + 1) for part in parts])
        if tag in ("a", "n", "T", "b"):
            return self._numbers(tag, parts)
        return self._rare(tag, parts, depth)

    def _container(self, tag: str, items: list[Any]) -> Any:
        if tag == "l":
            return items
        if tag == "t":
            return tuple(items)
        if tag == "I":
            return (item for item in items)
        if tag in "do":
            pairs = zip(items[::2], items[1::2], strict=True)
            return (dict if tag == "d" else OrderedDict)(pairs)
        return set(items) if tag == "S" else frozenset(items)

    def _numbers(self, tag: str, parts: list[Any]) -> Any:
        number = _index(parts[-1], len(self._buffers))
        buffer = self._buffers[number]
        if number not in self._arrays:
            if tag == "b":
                self._arrays[number] = buffer.tobytes()
            elif tag == "T":
                self._arrays[number] = _tensor(buffer, *parts[:-1])
            else:
                shape, writeable = parts[1:3] if tag == "a" else ([], True)
                array = _array(buffer, parts[0], shape)
                array.flags.writeable = bool(writeable)
                self._arrays[number] = array if tag == "a" else array[()]
        return self._arrays[number]

    def _rare(self, tag: str, parts: list[Any], depth: int) -> Any:
        if tag == "i":
            return _integer(parts[0])
        if tag == "c":
            real, imaginary = parts
            return complex(_float(real), _float(imaginary))
        if tag == "s":
            return slice(*[self.value(part, depth + 1) for part in parts])
        if tag == "r":
            made = range(*[self.value(part) for part in parts])
            if _length(made) > LONGEST_RANGE:
                raise ValueError("a range that is too long")
            return made
        if tag == "e":
            return Ellipsis
        if tag == "g":
            return generators.made(*parts)
        if tag == "G":
            return generators.torchs(self._buffers[_index(parts[0], len(self._buffers))])
        if tag == "M":
            return self._kin(parts[0], parts[1], depth)
        if tag == "D":
            return _dtype(parts[0])
        if tag == "y":
            return _TYPES[parts[0]]
        if tag == "Y":
            return _torch_dtype(parts[0])
        return self._resolve([tag, *parts])

    def _kin(self, reference: Tree, content: Tree, depth: int) -> Any:
        plain = self.value(content, depth + 1)
        if reference[0] != "h" or type(plain) not in kin.PLAIN:
            raise ValueError("no kin")
        return kin.joined(self._resolve(reference), plain)


_ANYTHING = (
    Refused,
    ArithmeticError,
    LookupError,
    MemoryError,
    RuntimeError,
    TypeError,
    ValueError,
)


def decode(tree: Tree, buffers: list[NDArray[np.uint8]], resolve: Resolve) -> Any:
    """raises: Malformed"""
    try:
        return Decoder(buffers, resolve).value(tree)
    except _ANYTHING as error:
        raise Malformed(f"{type(error).__name__} while reading a value") from error


def _keys_left(left: int, keys: Iterable[Tree]) -> int:
    """How many keys that are no strings there may still be, after these.

    raises: OddKeys
    """
    for key in keys:
        if type(key) is not str:
            left -= 1
            if left < 0 or not _is_small(key):
                raise OddKeys(f"Of keys that are no text, {KEYS} small ones travel.")
    return left


def _is_small(key: Tree) -> bool:
    """Is a key soon compared? A number, an object that stays where it is, a tuple of a few."""
    if type(key) is not list:
        return type(key) is not str or len(key) <= _KEY_LENGTH
    if key[0] == "t":
        flat = all(type(part) is not list or part[0] != "t" for part in key)
        return flat and len(key) <= 1 + _KEY_PARTS and all(map(_is_small, key[1:]))
    return key[0] in _SMALL_TAGS


def _length(numbers: range) -> int:
    """Also of a range that is longer than `len` can say."""
    return max(0, -((numbers.start - numbers.stop) // numbers.step))


def _integer(digits: object) -> int:
    if type(digits) is not str or len(digits) > DIGITS + 3:  # "-0x"
        raise ValueError("no integer")
    return int(digits, 16)


def _float(number: object) -> float:
    if type(number) not in (int, float):
        raise ValueError("no number")
    return float(number)  # type: ignore[arg-type]


def _array(buffer: NDArray[np.uint8], name: object, shape: list[Any]) -> NDArray[Any]:
    dtype, lengths = _dtype(name), tuple(_index(length, LARGEST) for length in shape)
    if dtype.kind == "b" and (buffer > 1).any():
        raise ValueError("neither True nor False")
    if dtype.kind == "U":
        letters = buffer.view(np.dtype(np.uint32).newbyteorder(dtype.byteorder))
        if ((letters > 0x10FFFF) | ((letters >= 0xD800) & (letters < 0xE000))).any():
            raise ValueError("no letter")
    return buffer.view(dtype).reshape(lengths)


def _tensor(
    buffer: NDArray[np.uint8], name: object, shape: list[Any], gradient: object
) -> "torch.Tensor":
    import torch

    if name == "bool" and (buffer > 1).any():
        raise ValueError("neither True nor False")
    lengths = [_index(length, LARGEST) for length in shape]
    dtype = _torch_dtype(name)
    flat = torch.from_numpy(buffer).view(dtype) if buffer.size else torch.empty(0, dtype=dtype)
    tensor = flat.reshape(lengths)
    return tensor.requires_grad_(gradient is True)


def _dtype(name: object) -> np.dtype[Any]:
    if type(name) is not str or not _DTYPE.fullmatch(name):
        raise ValueError("no dtype")
    return np.dtype(name)


def _torch_dtype(name: object) -> "torch.dtype":
    import torch

    if name not in _TENSORS:
        raise ValueError("no dtype")
    return getattr(torch, str(name))  # type: ignore[no-any-return]


def _index(number: object, end: int) -> int:
    if type(number) is not int or not 0 <= number <= end:
        raise ValueError("no length")
    return number


def _text(text: str) -> str:
    """Half characters cannot be written to a file."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
