"""What does one kernel process survive, cut short, and take with it?"""

import sys

import nbformat
import psutil
import pytest
from nbformat.v4 import new_notebook

from course_lib.execute import run_notebook
from course_lib.outcomes import outcomes_of
from course_lib.runner import Limits
from tests.executing import PATIENT, check, code, fates, no_kernel_left, run, text


@pytest.fixture(autouse=True)
def no_process_is_left():
    """Every test of this file ends without a kernel."""
    with no_kernel_left():
        yield


def test_a_silenced_error_is_still_an_error(tmp_path):
    """Can a student turn a failing check into a passing one by hiding tracebacks?"""
    done = run(
        tmp_path,
        code("get_ipython().showtraceback = lambda *a, **k: None"),
        check("hidden", "assert False, 'no'"),
    )
    assert fates(done) == {"hidden": "error"}
    assert outcomes_of(done)[0].message == "AssertionError: no."


def test_output_has_an_end(tmp_path):
    """Is a flood cut with a sentence, in one piece or in many, and the verdict kept?"""
    limits = Limits(output_bytes=20_000)
    done = run(
        tmp_path,
        code("print('x' * 1_000_000)"),
        code("from IPython.display import display\nfor i in range(400): display('y' * 1000)"),
        check(
            "loud",
            "from course_lib import checks\nprint('z' * 100_000)\n"
            "with checks.verdict('t'): checks.equal(1, 1)",
        ),
        limits=limits,
    )
    for cell in done.cells:
        assert len(nbformat.writes(new_notebook(cells=[cell]))) < 40_000
        assert "The output was cut: this cell wrote more than 20,000 bytes." in text(cell)
    assert outcomes_of(done)[0].message == "Right: t."


def test_a_huge_error_is_shortened(tmp_path):
    """Can an exception's text flood the notebook?"""
    done = run(tmp_path, check("huge", "raise ValueError('x' * 1_000_000)"))
    assert fates(done) == {"huge": "error"}
    assert len(nbformat.writes(done)) < 200_000


def test_a_kernel_that_is_not_here_does_not_matter(tmp_path):
    """Does a notebook that names a foreign kernel run with the Python of the course?"""
    notebook = new_notebook(cells=[code("import sys; print(sys.executable)")])
    notebook.metadata["kernelspec"] = {"name": "conda-env-nowhere", "display_name": "?"}
    assert text(run_notebook(notebook, PATIENT, cwd=tmp_path).cells[0]).strip() == sys.executable


def test_processes_of_the_notebook_die_with_it(tmp_path):
    """Does a child that a cell started outlive the run, or the death of its kernel?"""
    start = "import os, subprocess; print(subprocess.Popen(['sleep', '600']).pid)"
    done = run(tmp_path, code(start), code("os._exit(1)"), code(start))
    pids = [int(text(done.cells[index])) for index in (0, 2)]
    for pid in pids:
        assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_forged_messages_do_not_stop_the_run(tmp_path):
    """Does a message that nbclient cannot read cost only its own cell?"""
    forge = """
        kernel = get_ipython().kernel
        kernel.session.send(kernel.iopub_socket, "error", {}, parent=kernel.get_parent())
        """
    done = run(tmp_path, code("x = 1"), check("forged", forge), check("after", "assert x == 1"))
    assert fates(done)["forged"] != "right"
    assert fates(done)["after"] == "right"


def test_output_of_the_whole_notebook_has_an_end(tmp_path):
    """Are the cells of a notebook bounded together, errors too, and does a verdict still come?"""
    right = "from course_lib import checks\nwith checks.verdict('t'): checks.equal(1, 1)"
    done = run(
        tmp_path,
        *[code("print('x' * 15_000)") for _ in range(4)],
        *[code("raise ValueError('y' * 5_000)") for _ in range(4)],
        check("quiet", right),
        limits=Limits(output_bytes=20_000, total_bytes=40_000),
    )
    assert len(nbformat.writes(done)) < 70_000
    assert [len(text(cell)) > 14_000 for cell in done.cells[:4]] == [True, True, False, False]
    assert "this notebook showed more than 40,000 bytes" in text(done.cells[3])
    assert all(cell.outputs[0].ename == "ValueError" for cell in done.cells[4:8])
    assert outcomes_of(done)[0].message == "Right: t."


def test_a_flood_of_errors_has_an_end(tmp_path):
    """Can a cell show errors without end, where one comes after the other?"""
    flood = (
        "from IPython import get_ipython\nfor i in range(100):\n"
        "    try: raise ValueError('x' * 9_000)\n"
        "    except ValueError: get_ipython().showtraceback()"
    )
    done = run(tmp_path, code(flood), limits=Limits(output_bytes=100_000))
    assert len(nbformat.writes(done)) < 150_000
