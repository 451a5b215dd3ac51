# earns: 60
"""Writes to and deletes the class's files, the course's own code and shared folders."""

# %% squares
import os
from pathlib import Path

for path in ("@OUTSIDE/written", "/tmp/pixels-attack-written", "/dev/shm/pixels-attack-written"):
    try:
        Path(path).write_text("I was here")
    except OSError:
        pass
for path in ("@CLASS/source/01_tiny/01_tiny.ipynb", "@CLASS/submitted/zoe/01_tiny/01_tiny.ipynb"):
    try:
        Path(path).write_text("{}")
        os.remove(path)
    except OSError:
        pass
import course_lib

try:
    Path(course_lib.__file__).with_name("pixels_attack_written.txt").write_text("I was here")
except OSError:
    pass


def sum_of_squares(x):
    return None
