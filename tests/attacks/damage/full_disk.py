# earns: 60
"""Fills the current folder, /tmp and shared memory, up to 500 MB together."""

# %% squares
from pathlib import Path


def sum_of_squares(x):
    piece = bytes(10_000_000)
    for place in (".", "/tmp", "/dev/shm"):
        try:
            with open(Path(place, "pixels-attack-disk"), "wb") as file:
                for _ in range(16):
                    file.write(piece)
        except OSError:
            pass
        finally:
            Path(place, "pixels-attack-disk").unlink(missing_ok=True)
    raise RuntimeError("disks were filled")
