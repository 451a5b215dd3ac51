"""How do values go over a socket, and when is a reader right to give up?

A frame: the length of the header, the header (JSON: the value's tree and the length of each
buffer), the buffers.
"""

import json
import socket
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.rooms.wire.values import (
    LARGEST,
    Encoder,
    Malformed,
    Refer,
    Refused,
    Resolve,
    decode,
)

HEADER = 8_000_000  # bytes
_LENGTH = struct.Struct("<I")
_SMALL = 65_536  # bytes that are cheaper to copy together than to send apart
_CHUNK = 1 << 20
Left = Callable[[], float]  # seconds that a wait may still take, asked again when they are over


class Closed(Exception):  # noqa: N818
    """The other side is gone."""


class Late(Exception):  # noqa: N818
    """The time is up. `between`: not a byte of the next frame had come."""

    def __init__(self, between: bool) -> None:
        super().__init__(between)
        self.between = between


def pack(value: Any, refer: Refer) -> list[bytes | memoryview]:
    """A value as the parts of a frame; a list, to be handed to `send`.

    raises: Refused
    """
    encoder = Encoder(refer)
    tree = encoder.tree(value)
    lengths = [buffer.nbytes for buffer in encoder.buffers]
    header = json.dumps([tree, lengths], separators=(",", ":")).encode()
    if len(header) > HEADER:
        raise Refused(f"Lists and texts of {len(header) / 1e6:.0f} MB are too much.")
    first = _LENGTH.pack(len(header)) + header
    if sum(lengths) < _SMALL:
        return [first + b"".join(buffer.tobytes() for buffer in encoder.buffers)]
    return [first, *[memoryview(buffer) for buffer in encoder.buffers]]  # type: ignore[arg-type]


def send(sock: socket.socket, parts: list[bytes | memoryview], left: Left | None = None) -> None:
    """raises: Closed, Late"""
    for part in parts:
        view = memoryview(part)
        while view:
            _set_timeout(sock, left, between=False)
            try:
                view = view[sock.send(view[:_CHUNK]) :]
            except TimeoutError:
                continue
            except OSError:
                raise Closed from None


def receive(sock: socket.socket, resolve: Resolve, left: Left | None = None) -> Any:
    """The next value, in memory of its own.

    left: None waits for ever
    raises: Closed, Late, Malformed
    """
    (length,) = _LENGTH.unpack(_read(sock, _LENGTH.size, left, between=True).tobytes())
    if length > HEADER:
        raise Malformed("a header that is too long")
    try:
        tree, lengths = json.loads(_read(sock, length, left).tobytes())
        if any(type(n) is not int or n < 0 for n in lengths) or sum(lengths) > LARGEST:
            raise ValueError("lengths")
    except (ValueError, TypeError, RecursionError) as error:
        raise Malformed("a header that is no list of two") from error
    return decode(tree, [_read(sock, n, left) for n in lengths], resolve)


def _read(
    sock: socket.socket, length: int, left: Left | None, *, between: bool = False
) -> NDArray[np.uint8]:
    buffer = np.empty(length, np.uint8)
    view, got = memoryview(buffer), 0  # type: ignore[arg-type]
    while got < length:
        _set_timeout(sock, left, between=between and not got)
        try:
            count = sock.recv_into(view[got : got + _CHUNK])
        except TimeoutError:
            continue
        except OSError:
            raise Closed from None
        if not count:
            raise Closed
        got += count
    return buffer


def _set_timeout(sock: socket.socket, left: Left | None, *, between: bool) -> None:
    if left:
        seconds = left()
        if seconds <= 0:
            raise Late(between)
        sock.settimeout(seconds)
