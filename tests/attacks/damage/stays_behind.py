# earns: 60
"""Leaves daemons, threads and handlers that go on at exit, for at most 60 seconds."""

# %% squares
import atexit
import os
import signal
import subprocess
import sys
import threading
import time


def stay():
    until = time.monotonic() + 60
    while time.monotonic() < until:
        time.sleep(1)


atexit.register(stay)
threading.Thread(target=stay, daemon=False).start()
for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
    signal.signal(number, signal.SIG_IGN)
try:
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            stay()
        os._exit(0)
except OSError:
    pass


def sum_of_squares(x):
    return None
