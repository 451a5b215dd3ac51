"""Are packages imported without what their own __init__ brings?"""

import subprocess
import sys

LEAN = """
import sys
import autograder.grading.grade
heavy = {"nbconvert", "jupytext", "jupyter_server", "torch", "matplotlib"}
print(sorted(heavy & sys.modules.keys()))
import nbgrader
print(nbgrader.api.Gradebook.__name__, "jupyter_server" in sys.modules)
print(callable(nbgrader._load_jupyter_server_extension), "jupyter_server" in sys.modules)
try:
    nbgrader.nothing_of_this_name
except AttributeError as error:
    print(error)
"""


def test_grading_imports_no_server() -> None:
    """Does grading do without nbgrader's servers and nbconvert, which are there when wanted?"""
    ran = subprocess.run([sys.executable, "-c", LEAN], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines() == [
        "[]",
        "Gradebook False",
        "True True",
        "module 'nbgrader' has no attribute 'nothing_of_this_name'",
    ]
