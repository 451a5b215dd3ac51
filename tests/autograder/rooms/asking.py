"""How do tests attack a locked room from inside? They send it Python and read what came of it."""

import sys
from pathlib import Path

from autograder.rooms.locks.limits import MiB
from autograder.rooms.locks.sandbox import Confinement
from autograder.rooms.parents.warm import WarmParent

sys.path.append(str(Path(__file__).parent))  # where rooms find their entry
from room_entry import ask

SECRET = "tell-nobody-0451"  # in the environment of the process that opens the rooms
SMALL = Confinement(memory=256 * MiB, disk=8 * MiB, files=100, processes=20)
__all__ = ["SECRET", "SMALL", "ask", "family", "said"]


def said(parent: WarmParent, source: str, confinement: Confinement = SMALL) -> str:
    """What a new room answers to `source`."""
    with parent.open(confinement) as room:
        return ask(room.socket, source)


def family(parent: WarmParent) -> int:
    """How many processes the parent and its rooms have: children keep their parent's command."""
    mine = b"".join(arg.encode() + b"\0" for arg in parent._process.args)  # type: ignore[union-attr]
    count = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            count += (folder / "cmdline").read_bytes() == mine
        except OSError:
            continue
    return count
