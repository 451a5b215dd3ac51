"""What may a process do with the files it sees? Landlock's answer, a lock of its own.

It holds even where a hole in the mounts shows more than it should. Constants from
<linux/landlock.h>; which of them a kernel knows goes by its Landlock version (ABI).
"""

import os
import struct
from collections.abc import Iterable
from pathlib import Path

from autograder.rooms.locks.linux import system_call

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_GET_VERSION = 1
_PATH_BENEATH = 1

_EXECUTE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 2, 1 << 3
_REMOVE_FILE, _MAKE_SOCKET = 1 << 5, 1 << 9
_FIRST = (1 << 13) - 1  # all rights on files of version 1
_REFER, _TRUNCATE, _IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
_ON_FILES = _EXECUTE | 1 << 1 | _READ_FILE | _TRUNCATE | _IOCTL_DEV  # the rest is for folders
_NET_BIND_AND_CONNECT = 0b11
_SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS = 0b11


def version() -> int:
    """The kernel's Landlock version; 0 where it has none."""
    try:
        return system_call(_CREATE_RULESET, None, 0, _GET_VERSION)
    except OSError:
        return 0


def restrict(
    readable: Iterable[Path], writable: Iterable[Path], for_sockets: Iterable[Path] = ()
) -> None:
    """Leave this process and its children reading and running below `readable`, all below
    `writable`, and making sockets and no other files below `for_sockets`; no TCP, no abstract
    socket and no signal beyond the room.

    Needs no new privileges to be on. raises: OSError
    """
    known = version()
    rights = _FIRST
    for since, right in ((2, _REFER), (3, _TRUNCATE), (5, _IOCTL_DEV)):
        rights |= right if known >= since else 0
    wish = struct.pack(
        "QQQ",
        rights,
        _NET_BIND_AND_CONNECT if known >= 4 else 0,
        _SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS if known >= 6 else 0,
    )
    wish = wish[: 8 if known < 4 else 16 if known < 6 else 24]
    rules = system_call(_CREATE_RULESET, wish, len(wish), 0)
    try:
        for path in readable:
            _allow(rules, path, _EXECUTE | _READ_FILE | _READ_DIR)
        for path in writable:
            _allow(rules, path, rights)
        for path in for_sockets:
            _allow(rules, path, _READ_FILE | _READ_DIR | _REMOVE_FILE | _MAKE_SOCKET)
        system_call(_RESTRICT_SELF, rules, 0)
    finally:
        os.close(rules)


def _allow(rules: int, path: Path, rights: int) -> None:
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        wish = rights if path.is_dir() else rights & _ON_FILES
        system_call(_ADD_RULE, rules, _PATH_BENEATH, struct.pack("=Qi", wish, place), 0)
    finally:
        os.close(place)
