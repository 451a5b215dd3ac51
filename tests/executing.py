"""How do tests run a notebook in a kernel, and read what came of it?"""

import textwrap
from contextlib import contextmanager

import psutil
from nbformat.v4 import new_code_cell, new_notebook

from course_lib.execute import run_notebook
from course_lib.outcomes import outcomes_of
from course_lib.runner import Limits

# Generous, since tests share the machine; loops that are meant to hit the limit get a short one.
PATIENT = Limits(cell_seconds=60)
SHORT = Limits(cell_seconds=3)


def code(source, **metadata):
    return new_code_cell(textwrap.dedent(source), metadata=metadata)


def check(name, source, points=5):
    """A check that is right where its lines come to their end."""
    if "verdict" not in source:
        lines = textwrap.dedent(source)
        source = f"{lines}\nfrom course_lib import checks\nwith checks.verdict('t'): pass"
    meta = {"grade": True, "grade_id": name, "points": points, "solution": False, "locked": True}
    return code(source, nbgrader=meta)


def run(tmp_path, *cells, limits=PATIENT, **options):
    return run_notebook(new_notebook(cells=list(cells)), limits, cwd=tmp_path, **options)


def fates(notebook):
    return {outcome.check: outcome.fate for outcome in outcomes_of(notebook)}


def text(cell):
    return "".join(output.get("text", "") for output in cell.outputs)


def kernels():
    """The kernels that this process started."""
    return [
        child.pid
        for child in psutil.Process().children(recursive=True)
        if child.status() != psutil.STATUS_ZOMBIE
    ]


@contextmanager
def no_kernel_left():
    """What happens inside ends without a kernel."""
    before = set(kernels())
    yield
    assert set(kernels()) <= before
