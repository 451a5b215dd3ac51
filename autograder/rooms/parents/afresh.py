"""What does a fork share with its parent that a new process would not?"""

import os
import random
import sys
import tempfile
import types


def keep_only(*descriptors: int) -> None:
    """Close every other descriptor; input and output become /dev/null."""
    null = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(null, standard)
    last = 2
    for descriptor in sorted(descriptors):
        os.closerange(last + 1, descriptor)
        last = descriptor
    os.closerange(last + 1, 1 << 20)


def begin(seed: int | None, threads: int) -> None:
    """Make __main__ and the global random generators new, and give PyTorch its threads."""
    sys.modules["__main__"] = types.ModuleType("__main__")
    tempfile.tempdir = None  # where it was looked up is not where the room may write
    random.seed(seed)
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed(None if seed is None else seed % (1 << 32))
    if torch := sys.modules.get("torch"):
        torch.set_num_threads(threads)
        if seed is None:
            torch.seed()
        else:
            torch.manual_seed(seed)
