# earns: 60
"""Starts a thousand threads that stay for 20 seconds."""

# %% squares
import threading
import time


def sum_of_squares(x):
    for _ in range(1000):
        threading.Thread(target=time.sleep, args=(20,)).start()
    time.sleep(20)
