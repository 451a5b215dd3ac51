"""What is seen in a cell that is not run."""

import subprocess
import sys

import pytest

from autograder.submission.look import binds, code

# In a process of its own: a shell takes the place of the one that runs the tests.
RUN = """
import sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell()
shell.run_cell(sys.argv[1])
print("\\nfound" if "mine" in shell.user_ns else "\\nnone")
"""


@pytest.mark.parametrize("magic", ["time", "capture", "capture out", "prun", "html", "script true"])
def test_names_below_a_magic(magic: str) -> None:
    """Is a name seen below a cell magic just where IPython defines it?"""
    text = f"%%{magic}\nmine = 1\n"
    done = subprocess.run(
        [sys.executable, "-c", RUN, text], capture_output=True, text=True, timeout=60, check=True
    )
    read = code(text)
    assert read is not None
    assert ("mine" in binds(read.text)) == (done.stdout.split()[-1] == "found")
