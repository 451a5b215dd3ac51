"""What a run survives, what it leaves behind, and what it reports."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import nbformat
import psutil
import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from course_lib.execute import run_notebook
from course_lib.outcomes import outcomes_of
from course_lib.runner import Limits
from tests.executing import PATIENT, SHORT, check, code, fates, no_kernel_left, run, text


@pytest.fixture(autouse=True)
def no_process_is_left():
    """Every test of this file ends without a kernel."""
    with no_kernel_left():
        yield


@pytest.mark.slow
def test_one_notebook_with_every_kind_of_cell(tmp_path):
    """Do errors, a loop and a killed kernel cost only the cells that hold them?"""
    done = run(
        tmp_path,
        new_markdown_cell("# Title"),
        code("import os\nfrom course_lib import checks\nx = 1"),
        code("print('seen' in os.listdir()); open('seen', 'w').close()"),
        check("right", "with checks.verdict('t'): checks.equal(x, 1)\nz = 3"),
        check("wrong", "with checks.verdict('t'): checks.equal(x, 3)"),
        check("error", "{}['key']"),
        code("while True: pass"),
        code("y = 2"),
        check("killer", "os._exit(3)"),
        code("os.kill(os.getpid(), 9)"),
        check("after", "assert (x, y, 'z' in globals()) == (1, 2, False)"),
        limits=SHORT,
    )
    assert fates(done) == {
        "right": "right",
        "wrong": "not yet",
        "error": "error",
        "killer": "died",
        "after": "right",
    }
    messages = {outcome.check: outcome.message for outcome in outcomes_of(done)}
    assert messages["right"] == "Right: t."
    assert messages["wrong"].startswith("Not yet: t. The values differ. Yours 1, expected 3.")
    assert messages["error"] == "KeyError: 'key'."
    assert messages["killer"] == "Python died while this cell ran."
    assert done.cells[6].outputs[-1].evalue == "This cell ran for more than 3 s and was stopped."
    assert text(done.cells[2]) == "False\n"  # from its first run, not from the one after a death


def test_the_notebook_that_went_in_is_untouched(tmp_path):
    """Are stale outputs dropped from the copy and kept in the original?"""
    stale = code("1 + 1")
    stale.outputs = [nbformat.v4.new_output("stream", text="stale")]
    notebook = new_notebook(cells=[stale])
    done = run_notebook(notebook, PATIENT, cwd=tmp_path)
    assert text(notebook.cells[0]) == "stale"
    assert done.cells[0].outputs[0].data["text/plain"] == "2"


@pytest.mark.slow
def test_a_cell_that_ignores_interrupts_is_killed(tmp_path):
    """Does a loop that will not stop cost one cell and its grace, and keep what came before?"""
    done = run(
        tmp_path,
        code("x = 1"),
        code(
            """
            import signal
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            while True: pass
            """
        ),
        check("after", "assert x == 1"),
        limits=SHORT,
    )
    assert fates(done) == {"after": "right"}
    assert "more than 3 s" in done.cells[1].outputs[-1].evalue


def test_a_cell_that_swallows_the_interrupt_has_still_failed(tmp_path):
    """Is a check that ran too long wrong, although it ended without an error?"""
    source = """
        import time
        try:
            time.sleep(60)
        except KeyboardInterrupt:
            pass
        """
    done = run(tmp_path, check("sly", source), check("after", "pass"), limits=SHORT)
    assert fates(done) == {"sly": "too long", "after": "right"}


@pytest.mark.slow
def test_the_total_time_ends_the_notebook(tmp_path):
    """Are the cells after the end reported as out of time rather than as passed?"""
    limits = Limits(cell_seconds=30, total_seconds=6)
    done = run(
        tmp_path,
        check("first", "pass"),
        check("long", "import time; time.sleep(60)"),
        check("never", "pass"),
        limits=limits,
    )
    assert fates(done) == {"first": "right", "long": "out of time", "never": "out of time"}
    assert outcomes_of(done)[2].message == "Not run: the notebook had used its 6 s."


EXIT = """
from course_lib import checks
with checks.verdict("t"):
    raise SystemExit
"""


def test_leaving_the_interpreter_fails_the_check(tmp_path):
    """Does sys.exit() in a student's function count as a pass?"""
    done = run(tmp_path, check("exit", EXIT), check("after", "pass"))
    assert fates(done) == {"exit": "not yet", "after": "right"}


def test_warnings_do_not_fail_a_check(tmp_path):
    """Does a right answer that writes to stderr stay right?"""
    done = run(tmp_path, check("warns", "import warnings; warnings.warn('careful')"))
    assert fates(done) == {"warns": "right"}
    assert "careful" in text(done.cells[0])


def test_experiments_are_left_out(tmp_path):
    """Is a cell tagged "experiment" not run, and another rule obeyed where one is given?"""
    cells = [code("x = 1"), code("x = 2", tags=["experiment"]), code("print(x)")]
    assert text(run(tmp_path, *cells).cells[2]) == "1\n"
    everything = run(tmp_path, *cells, skip=lambda cell: False)
    assert text(everything.cells[2]) == "2\n"


def test_folder_environment_and_progress(tmp_path):
    """Does the notebook see its folder and environment, and the caller each cell?"""
    seen = []
    done = run(
        tmp_path,
        code("import os; print(os.getcwd())"),
        code("print(os.environ['COURSE_SEED'], 'SECRET' in os.environ)"),
        environment={"PATH": os.environ["PATH"], "COURSE_SEED": "7"},
        on_cell=lambda done, total: seen.append((done, total)),
    )
    assert Path(text(done.cells[0]).strip()).resolve() == tmp_path.resolve()
    assert text(done.cells[1]) == "7 False\n"
    assert seen == [(1, 2), (2, 2)]
    assert all(cell.metadata.course.seconds >= 0 for cell in done.cells)


@pytest.mark.skipif(os.name != "posix", reason="needs SIGINT for another process")
def test_an_interrupted_run_leaves_nothing_behind(tmp_path):
    """After Ctrl-C, is the kernel gone, with its folder?"""
    script = textwrap.dedent(
        f"""
        from pathlib import Path
        from nbformat.v4 import new_code_cell, new_notebook
        from course_lib.execute import run_notebook
        source = "open('pid', 'w').write(str(__import__('os').getpid()))\\nwhile True: pass"
        run_notebook(new_notebook(cells=[new_code_cell(source)]), cwd=Path({str(tmp_path)!r}))
        """
    )
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    runner = subprocess.Popen(
        [sys.executable, "-c", script],
        env={**os.environ, "TMPDIR": str(scratch)},
        stderr=subprocess.DEVNULL,
    )
    pid_file = tmp_path / "pid"
    end = time.monotonic() + 60
    while not (pid_file.exists() and pid_file.read_text()) and time.monotonic() < end:
        time.sleep(0.05)
    pid = int(pid_file.read_text())
    runner.send_signal(signal.SIGINT)
    runner.wait(timeout=60)
    assert not psutil.pid_exists(pid)
    assert list(scratch.iterdir()) == []


def test_two_notebooks_at_once(tmp_path):
    """Do runs in several threads keep out of each other's way?"""
    results = {}

    def one(number):
        folder = tmp_path / str(number)
        folder.mkdir()
        results[number] = text(run(folder, code(f"x = {number}"), code("print(x)")).cells[1])

    threads = [threading.Thread(target=one, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {0: "0\n", 1: "1\n", 2: "2\n"}
