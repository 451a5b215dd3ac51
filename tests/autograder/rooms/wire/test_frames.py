"""How do values go over a socket, and when is a reader or a writer right to give up?"""

import json
import socket
import struct
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from autograder.rooms.wire import frames
from autograder.rooms.wire.values import Refused

Ends = tuple[socket.socket, socket.socket]


def nothing(thing: object) -> list[object]:
    raise Refused("no data")


@pytest.fixture
def ends() -> Iterator[Ends]:
    """Both ends of a connection."""
    one, other = socket.socketpair()
    with one, other:
        yield one, other


def test_a_frame_is_laid_out_as_it_is_described(ends: Ends) -> None:
    """Does the header come with its length before it, and the bytes of arrays after it?"""
    array = np.arange(5, dtype="<f4")
    frames.send(ends[0], frames.pack([array, array[:2], 1], nothing))
    sent = ends[1].recv(10_000)
    (length,) = struct.unpack("<I", sent[:4])
    tree, lengths = json.loads(sent[4 : 4 + length])
    assert lengths == [20, 8]
    assert sent[4 + length :] == array.tobytes() + array[:2].tobytes()
    assert 1 in tree


def test_a_large_value_goes_in_parts(ends: Ends) -> None:
    """Does an array that no socket holds at once arrive whole, in memory of its own?"""
    array = np.random.default_rng(0).integers(256, size=3_000_001, dtype=np.uint8)
    parts = frames.pack(array, nothing)
    assert len(parts) == 2
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(frames.send, ends[0], parts, lambda: 20.0)
        came = frames.receive(ends[1], nothing, lambda: 20.0)
        sending.result()
    np.testing.assert_array_equal(came, array)
    came[:] = 0
    assert array.any()


def test_one_value_after_the_other(ends: Ends) -> None:
    """Does a reader take one frame and leave the next, as they were sent?"""
    for value in ("a", [1.5, None], np.ones(2)):
        frames.send(ends[0], frames.pack(value, nothing))
    assert frames.receive(ends[1], nothing) == "a"
    assert frames.receive(ends[1], nothing) == [1.5, None]
    assert frames.receive(ends[1], nothing).tolist() == [1, 1]


def test_a_reader_that_does_not_read(ends: Ends) -> None:
    """Does a writer give up at its deadline, and before it where that has passed?"""
    parts = frames.pack(np.zeros(5_000_000, np.uint8), nothing)
    began = time.monotonic()
    with pytest.raises(frames.Late) as late:
        frames.send(ends[0], parts, lambda: began + 0.1 - time.monotonic())
    assert not late.value.between
    assert time.monotonic() - began < 5
    with pytest.raises(frames.Late):
        frames.send(ends[1], frames.pack(1, nothing), lambda: 0.0)
    assert frames.Late(between=True).between


def test_a_reader_that_is_gone(ends: Ends) -> None:
    """Is a closed connection told as such to who writes, and to who waits within a frame?"""
    ends[0].send(struct.pack("<I", 10) + b"12")
    ends[0].close()
    with pytest.raises(frames.Closed):
        frames.receive(ends[1], nothing)
    with pytest.raises(frames.Closed):
        frames.send(ends[1], frames.pack(np.zeros(100_000), nothing))
