"""Lists what else runs on the machine: commands, open files, and when other rooms came and went."""

# %% squares
import os
import time
from pathlib import Path

for turn in range(5):
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            print(path, path.read_bytes(), os.stat(path).st_ctime)
            print([os.readlink(link) for link in path.parent.glob("fd/*")])
        except OSError:
            pass
    print(
        sorted(os.listdir("/tmp")),
        sorted(os.listdir("/dev/shm")) if os.path.exists("/dev/shm") else "",
    )
    time.sleep(0.02)
