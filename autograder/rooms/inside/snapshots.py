"""Did a function change what it was given?"""

import json

import numpy as np
from numpy.typing import NDArray

from autograder.rooms.wire.values import Encoder

Snapshot = tuple[str, list[NDArray[np.uint8]]]


def snapshot(value: object) -> Snapshot:
    """What a value is now, to be compared with what it is later; Refused as for Encoder."""
    tree, buffers = _seen(value)
    return tree, [buffer.copy() for buffer in buffers]


def unchanged(value: object, before: Snapshot) -> bool:
    """Is a value still what it was? Refused as for Encoder."""
    tree, buffers = _seen(value)
    return tree == before[0] and all(map(_same_bytes, buffers, before[1]))


def _seen(value: object) -> Snapshot:
    encoder = Encoder(lambda thing: ["?", id(thing)])
    # As text: nan equals nan, and 1 is not True.
    return json.dumps(encoder.tree(value)), encoder.buffers


def _same_bytes(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> bool:
    if a.nbytes % 8:
        return bool(np.array_equal(a, b))
    return bool(np.array_equal(a.view(np.uint64), b.view(np.uint64)))
