"""What is seen in a cell that is not run."""

import sys

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from autograder.submission.look import binds, code


@pytest.mark.parametrize(
    "magic", ["time", "capture", "capture out", "prun", "timeit -n1 -r1", "html", "script true"]
)
def test_names_below_a_magic(magic: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is a name seen below a cell magic just where IPython defines it?"""
    text = f"%%{magic}\nmine = 1\n"
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])  # a shell takes its place
    shell = InteractiveShell()
    with capture_output():
        shell.run_cell(text)
    read = code(text)
    assert read is not None
    assert ("mine" in binds(read.text)) == ("mine" in shell.user_ns)
