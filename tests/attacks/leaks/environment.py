"""Prints every environment variable that it can reach: its own and other processes'."""

# %% squares
import os
from pathlib import Path

print(dict(os.environ))
for path in Path("/proc").glob("*/environ"):
    try:
        print(path.read_bytes().replace(b"\0", b"\n").decode(errors="replace"))
    except OSError:
        pass
