"""What travels between the rooms, and what is turned away."""

import json
import socket
import struct
import time
from collections import OrderedDict, defaultdict

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.rooms.inside import snapshots
from autograder.rooms.wire import frames
from autograder.rooms.wire import values as wire

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text() | st.integers(), inner, max_size=4)
    ),
    max_leaves=20,
)


def nothing(tree: object) -> list[object]:
    raise wire.Refused("no data")


def there(value: object) -> object:
    """The value after a journey over a socket."""
    one, other = socket.socketpair()
    with one, other:
        frames.send(one, frames.pack(value, nothing))
        return frames.receive(other, nothing)


@given(PLAIN)
def test_plain_data(value: object):
    """Does plain data arrive as it was, types included?"""
    came = there(value)
    surrogates_lost = repr(value).encode("utf-8", "replace")
    assert repr(came).encode("utf-8", "replace") == surrogates_lost


@given(hnp.arrays(hnp.scalar_dtypes(), hnp.array_shapes(min_dims=0, min_side=0)))
def test_arrays(array: np.ndarray):
    """Does an array of numbers arrive with its dtype, shape and bytes, and others not at all?"""
    if array.dtype.kind not in "biufcU":
        with pytest.raises(wire.Refused):
            there(array)
        return
    came = there(array)
    assert type(came) is np.ndarray
    assert came.dtype == array.dtype
    assert came.shape == array.shape
    assert came.tobytes() == array.tobytes()
    assert came.flags.writeable


def test_rarer_things():
    """Do slices, ranges, sets, ordered dicts, scalars, dtypes and read-only flags survive?"""
    for value in (slice(1, None, 2), range(3, 9, 2), {1, 2}, frozenset("a"), ..., np.dtype("f4")):
        assert there(value) == value
    assert type(there(OrderedDict(a=1))) is OrderedDict
    assert type(there(np.float32(2))) is np.float32
    assert type(there(np.str_("a"))) is np.str_
    assert there(np.float64) is np.float64
    assert there(2**70) == 2**70
    assert list(there(x for x in (1, 2))) == [1, 2]
    frozen = np.zeros(3)
    frozen.flags.writeable = False
    assert not there(frozen).flags.writeable
    one = np.zeros(3)
    first, second = there((one, one))
    assert first is second
    assert there(np.arange(6).reshape(2, 3).T).tolist() == [[0, 3], [1, 4], [2, 5]]


@pytest.mark.parametrize("held", [[1], (1,), {"a": 1}, {1}], ids=repr)
def test_one_container_in_two_places(held: object):
    """Does what stands beside itself travel, which does not contain itself?"""
    assert there([held, held]) == [held, held]
    assert there({"one": (held, [held])}) == {"one": (held, [held])}


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.bool, torch.complex64])
def test_tensors(dtype: torch.dtype):
    """Do tensors arrive with dtype, shape, values and requires_grad?"""
    tensor = torch.tensor([[1, 0], [1, 1]], dtype=dtype)
    came = there(tensor)
    assert came.dtype == dtype
    assert torch.equal(came, tensor)
    assert there(torch.zeros(0, 3)).shape == (0, 3)
    assert there(torch.zeros(2, requires_grad=True)).requires_grad


def test_generator():
    """Does a generator go on where it stood?"""
    rng = np.random.default_rng(3)
    rng.integers(9, size=3, dtype=np.uint32)
    twin = there(rng)
    assert twin.random(4).tolist() == rng.random(4).tolist()


@pytest.mark.parametrize("drawn", [0, 1, 700])
def test_torch_generator(drawn: int):
    """Does PyTorch's generator go on where it stood, the half of a normal pair included?"""
    generator = torch.Generator().manual_seed(5)
    torch.randn(drawn, generator=generator)
    came = there({"generator": generator})["generator"]  # type: ignore[index]
    assert type(came) is torch.Generator
    assert came.device.type == "cpu"
    for _ in range(2):
        mine, due = (torch.randn(3, generator=one) for one in (came, generator))
        assert torch.equal(mine, due)


def test_torch_generator_is_a_copy():
    """Does drawing from what arrived leave the sender's generator, and another arrival, alone?"""
    generator = torch.Generator().manual_seed(5)
    before = generator.get_state()
    first, second = there(generator), there(generator)
    draws = [torch.rand(2, generator=one) for one in (first, second)]  # type: ignore[arg-type]
    assert torch.equal(*draws)
    assert torch.equal(generator.get_state(), before)


STATE = torch.Generator().manual_seed(5).get_state().numpy()


def broken(place: slice, *values: int) -> np.ndarray:
    state = STATE.copy()
    state[place] = values
    return state


@pytest.mark.parametrize(
    "state",
    [
        STATE[:-1],
        STATE[:-8],
        np.append(STATE, np.uint8(0)),
        np.zeros(0, np.uint8),
        np.zeros_like(STATE),
        np.full_like(STATE, 255),
        broken(slice(8, 12), 255, 255, 255, 127),  # numbers left: more than there are
        broken(slice(8, 12), 0, 0, 0, 0),
        broken(slice(12, 16), 0, 0, 0, 0),  # never seeded
        broken(slice(16, 24), *[255] * 8),  # the place of the next number: outside of the state
        broken(slice(5052, 5053), 2),  # a C++ bool that is neither
        broken(slice(5053, 5056), 1, 2, 3),
    ],
)
def test_torch_generator_made_up(state: np.ndarray):
    """Is a state that no generator has an error, before PyTorch draws a number from it?"""
    with pytest.raises(wire.Malformed):
        wire.decode(["G", 0], [state], nothing_there)


@pytest.mark.parametrize("tree", [["G"], ["G", 1], ["G", -1], ["G", "0"], ["G", [0]], ["G", None]])
def test_torch_generator_without_a_state(tree: list[object]):
    """Is a generator whose state is nowhere to be found an error?"""
    with pytest.raises(wire.Malformed):
        wire.decode(tree, [STATE], nothing_there)


def test_refused():
    """Is what is no plain data refused with a sentence?"""
    cyclic: list[object] = []
    cyclic.append(cyclic)
    deep: list[object] = []
    for _ in range(30):
        deep = [deep]
    endless = iter(lambda: 0, 1)
    for value, sentence in [
        (cyclic, "contains itself"),
        (deep, "nested more than"),
        (np.array([object()]), "holds Python objects"),
        (np.zeros(200_000_000, np.uint8), "more than 128 MB"),
        ((0 for _ in endless), "more than 10,000 items"),
        ("x" * 9_000_000, "too much"),
        (object(), "no data"),
    ]:
        with pytest.raises(wire.Refused, match=sentence):
            frames.pack(value, nothing)


@pytest.mark.parametrize(
    "tree",
    [
        {"a": 1},
        [],
        [1],
        ["?"],
        ["a"],
        ["a", "|O", [1], True, 0],
        ["a", "<f8", [1], True, 0],
        ["a", "<f8", [-1], True, 0],
        ["a", "<f8", [2], True, 7],
        ["a", "<f8", [2], True, -1],
        ["a", "|b1", [16], True, 0],
        ["a", "<U4", [1], True, 0],
        ["a", ["<f8"], [2], True, 0],
        ["T", "float64; import os", [2], False, 0],
        ["T", "bool", [16], False, 0],
        ["n", "<f8", 0],
        ["d", "key"],
        ["d", ["l"], 1],
        ["S", ["d"]],
        ["i", "not a number"],
        ["g", "1", "2", "0", "0"],
        ["y", "os.system"],
        ["D", "O"],
        ["r", 1, 2, 0],
        ["S", *range(30_000)],
        ["M"],
        ["M", ["h", 1]],
        ["M", [], ["d"]],
        ["M", ["k", 1, "f"], ["d"]],
        ["M", ["d"], ["d"]],
        ["M", "h", ["d"]],
        ["M", ["h", 1], 3],
    ],
)
def test_malformed_trees(tree: object):
    """Does a tree that no encoder writes end in one kind of error?"""
    buffer = np.full(16, 255, np.uint8)
    with pytest.raises(wire.Malformed):
        wire.decode(tree, [buffer], nothing_there)


def nothing_there(tree: list[object]) -> object:
    raise LookupError(tree)


def test_odd_but_well_formed():
    """Do odd bits, many axes and keys that equal no key arrive, or end in the one error?"""
    every_bit = np.full(64, 255, np.uint8)
    came = wire.decode(["a", "<f16", [4], True, 0], [every_bit], nothing_there)
    assert came.dtype == np.longdouble
    assert np.isnan(came.astype(np.float64)).all()
    assert there(np.zeros((1,) * 33)).shape == (1,) * 33
    with pytest.raises(wire.Malformed):
        wire.decode(["a", "|u1", [1] * 65, True, 0], [every_bit[:1]], nothing_there)
    assert type(there({float("nan"): n for n in range(300)})) is dict
    halves = np.array([0xD800, 0xDFFF], "<u4").view(np.uint8)
    with pytest.raises(wire.Malformed):
        wire.decode(["a", "<U2", [1], True, 0], [halves], nothing_there)


def test_deep_tree():
    """Is a tree that is nested far too deeply an error and no crash?"""
    tree: list[object] = ["l"]
    for _ in range(900):
        tree = ["l", tree]
    with pytest.raises(wire.Malformed):
        wire.decode(tree, [], nothing_there)


@pytest.mark.parametrize(
    "header",
    [b"", b"{}", b"[1, 2]", b"[1, [-1]]", b"[1, [1e9]]", b"[1, [999999999999]]", b"[" * 100_000],
)
def test_malformed_headers(header: bytes):
    """Is a header that lies about lengths, or is none, an error before memory is given to it?"""
    one, other = socket.socketpair()
    with one, other:
        one.setblocking(False)
        one.send(struct.pack("<I", len(header)) + header)
        with pytest.raises(wire.Malformed):
            frames.receive(other, nothing_there)


def test_long_header():
    """Is a header of 4 GB turned away by its length?"""
    one, other = socket.socketpair()
    with one, other:
        one.send(struct.pack("<I", 2**32 - 1))
        with pytest.raises(wire.Malformed):
            frames.receive(other, nothing_there)


def until(seconds: float) -> frames.Left:
    end = time.monotonic() + seconds
    return lambda: end - time.monotonic()


def test_deadline_and_end():
    """Does a reader give up at its deadline, also on a frame that trickles in, and see the end?"""
    one, other = socket.socketpair()
    with other:
        with pytest.raises(frames.Late) as nothing_came:
            frames.receive(other, nothing_there, until(0.05))
        one.send(struct.pack("<I", 10) + b"12")
        with pytest.raises(frames.Late) as some_came:
            frames.receive(other, nothing_there, until(0.05))
        assert nothing_came.value.between
        assert not some_came.value.between
        one.close()
        with pytest.raises(frames.Closed):
            frames.receive(other, nothing_there)


def test_half_characters():
    """Do half characters, which no file can hold, stay out?"""
    came = wire.decode(json.loads('"\\ud800"'), [], nothing_there)
    came.encode()


def test_snapshot():
    """Is a change of an array, a list in a dict, or a generator noticed, and no change not?"""
    rng = np.random.default_rng(0)
    values = [np.array([1.0, np.nan]), {"a": [1, np.zeros(2)]}, rng]
    before = [snapshots.snapshot(value) for value in values]
    assert all(map(snapshots.unchanged, values, before))
    values[0][0] = 2  # type: ignore[index]
    values[1]["a"][1][0] = 1  # type: ignore[index]
    rng.random()
    assert not any(map(snapshots.unchanged, values, before))


def test_snapshot_of_a_torch_generator():
    """Is a drawn number noticed there, too?"""
    generator = torch.Generator().manual_seed(1)
    before = snapshots.snapshot(generator)
    assert snapshots.unchanged(generator, before)
    torch.rand(1, generator=generator)
    assert not snapshots.unchanged(generator, before)


def test_what_is_left_out_leaves_nothing_behind():
    """Do the arrays of an object that travels as a mere reference stay at home?"""
    held = defaultdict(list, {"a": np.zeros(1000), "b": np.array([object()])})
    encoder = wire.Encoder(lambda thing: ["h", 1])
    tree = encoder.tree([held, np.ones(3)])
    assert [buffer.nbytes for buffer in encoder.buffers] == [24]
    came = wire.decode(tree, encoder.buffers, lambda tree: "there")
    assert came[0] == "there"
    assert came[1].tolist() == [1, 1, 1]


def test_keys_of_many_containers():
    """Are keys that can be made to collide counted over all of a message?"""
    for keys in (range(3 * 150), map(str, range(3 * 20_000))):
        every = [*keys]
        third = len(every) // 3
        tree = ["l", *[["S", *every[i * third : (i + 1) * third]] for i in range(3)]]
        assert wire.decode(tree, [], nothing_there) == [
            set(every[i * third : (i + 1) * third]) for i in range(3)
        ]
    with pytest.raises(wire.Malformed):
        wire.decode(["l", *[["S", *range(300)] for _ in range(2)]], [], nothing_there)


PRIME = 2**61 - 1  # of which every multiple has the hash of 0
LONG = np.zeros(50_000, np.uint8)


@pytest.mark.parametrize(
    ("tree", "buffers"),
    [
        (["S", *[["t", ["b", 0], ["i", hex(PRIME * n)]] for n in range(4_000)]], [LONG]),
        (["d", *[x for n in range(20_000) for x in (["i", hex(PRIME * n)], 0)]], []),
        (["S", *[["t", *[0] * 9, n * PRIME] for n in range(100)]], []),
        (["S", *[["t", "x" * 10_000, n] for n in range(400)]], []),
        (["S", *[["t", ["t", *[0] * 5000], n] for n in range(400)]], []),
        (["S", ["F", *range(10)], ["F", *range(10, 20)]], []),
        (["i", "f" * 5_000_000], []),
        (["c", "1" * 5_000_000, 0], []),
        (["r", 0, 10**12, 1], []),
        (["r", 10**12, 0, -1], []),
    ],
)
def test_what_is_slow_to_read(tree: object, buffers: list[np.ndarray]):
    """Is what would take a single step of C long to build, or to use, turned away at once?"""
    begun = time.process_time()
    with pytest.raises(wire.Malformed):
        wire.decode(tree, buffers, nothing_there)
    assert time.process_time() - begun < 1


@pytest.mark.parametrize(
    "held",
    [dict.fromkeys(range(600), 0), {(1, (2, 3)): 0}, {b"x": 0}, {frozenset([1])}],
    ids=["many", "nested", "bytes", "sets"],
)
def test_odd_keys_stay(held: object):
    """Does a dict or set whose keys do not travel stay in its room, and all beside it come?"""
    encoder = wire.Encoder(lambda thing: ["h", 1])
    tree = encoder.tree([{"a": held}, defaultdict(int, held if isinstance(held, dict) else {}), 7])
    came = wire.decode(tree, encoder.buffers, lambda tree: "there")
    assert came[0] == {"a": "there"}
    assert came[2] == 7


def test_keys_that_travel():
    """Do keys that an honest answer has travel as they are?"""
    held = {1: 0, (2, 3): 0, None: 0, 1.5: 0, ("a", 1): 0, np.int64(7): 0, 2**70: 0}
    assert there(held) == held


def test_what_is_too_long_is_refused():
    """Are ranges and integers refused, in words, that the other side would not read?"""
    for value in (range(10**7), range(10**30), 16**5_000):
        with pytest.raises(wire.Refused, match="too long"):
            there(value)
    assert there(range(10, 0, -3)) == range(10, 0, -3)
