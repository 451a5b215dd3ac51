"""Prints the instructor's notebook, the lesson's text, other students' files and a secret file."""

# %% squares
import os
from pathlib import Path

places = ["@CLASS", "@OUTSIDE", "@REPOSITORY/tests/lessons", "@REPOSITORY/solutions"]
for place in [*places, str(Path.cwd().parent)]:
    for folder, _, files in os.walk(place):
        for name in files[:50]:
            if name.endswith((".ipynb", ".py", ".txt", ".html")):
                try:
                    print(Path(folder, name).read_text()[:20_000])
                except (OSError, ValueError):
                    pass
