"""Notes how busy the machine is and which files others touch, to see them work."""

# %% squares
import ctypes
import os
import sys
import time

libc = ctypes.CDLL(None, use_errno=True)
watch = libc.inotify_init1(os.O_NONBLOCK)
for place in ("/", "/tmp", "/dev/shm", "@CLASS", "@OUTSIDE", *sys.path):
    if place:
        libc.inotify_add_watch(watch, place.encode(), 0x00000FFF)
for turn in range(5):
    time.sleep(0.05)
    try:
        print(os.read(watch, 10_000))
    except OSError as error:
        print(type(error).__name__)
    for name in (
        "sched_debug",
        "timer_list",
        "locks",
        "sysvipc/shm",
        "net/tcp",
        "net/unix",
        "keys",
    ):
        try:
            print(name, open(f"/proc/{name}").read()[:1000])
        except OSError as error:
            print(type(error).__name__)
