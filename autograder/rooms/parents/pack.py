"""How do files get into a room? In one file in memory, which is passed by its descriptor."""

import os
from collections.abc import Mapping
from pathlib import Path


def packed(files: Mapping[str, bytes]) -> int:
    """A descriptor of a file in memory with all of them, for `unpack`."""
    descriptor = os.memfd_create("pack")
    with os.fdopen(os.dup(descriptor), "wb") as pack:
        for name, content in files.items():
            pack.write(f"{len(os.fsencode(name))} {len(content)}\n".encode())
            pack.write(os.fsencode(name) + content)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


def unpack(descriptor: int, folder: Path) -> None:
    """Write what `packed` holds below `folder`. raises: OSError where it does not fit"""
    with os.fdopen(descriptor, "rb") as pack:
        while header := pack.readline():
            name, content = (pack.read(int(size)) for size in header.split())
            path = folder / os.fsdecode(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
