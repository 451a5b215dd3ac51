"""How long does a cell take here?"""

from pathlib import Path

from IPython.core.interactiveshell import InteractiveShell
from nbconvert import HTMLExporter
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from course_lib.execute import run_notebook
from course_lib.figures.running import ran, watch_cells, while_running
from course_lib.runner import Limits

FOLLOW = """from IPython import get_ipython
from course_lib.figures.running import Stopwatch
stopwatch = Stopwatch(get_ipython(), after=0.3, every=0.05)"""


def executed(folder: Path, *sources: str) -> NotebookNode:
    cells = [new_code_cell(source) for source in (FOLLOW, *sources)]
    return run_notebook(new_notebook(cells=cells), Limits(), cwd=folder)


def test_a_long_cell_says_how_long_it_ran(tmp_path: Path) -> None:
    """Is it one output, which stays in a saved page, and does a short cell say nothing?"""
    done = executed(tmp_path, "import time\ntime.sleep(1)", "1 + 1")
    (output,) = done.cells[1].outputs
    assert output.data["text/plain"].startswith("This cell ran for ")
    assert "progress" not in output.data["text/html"]
    assert [one.output_type for one in done.cells[2].outputs] == ["execute_result"]
    page, _ = HTMLExporter().from_notebook_node(done)
    assert "This cell ran for " in page


def test_a_cell_that_fails_is_timed_too(tmp_path: Path) -> None:
    """Does the bar end where the cell ends with an error?"""
    done = executed(tmp_path, "import time\ntime.sleep(1)\nraise ValueError('no')", "print('on')")
    texts = [one.data["text/plain"] for one in done.cells[1].outputs if "data" in one]
    assert len(texts) == 1
    assert texts[0].startswith("This cell ran for ")


def test_no_times_where_they_would_be_wrong(tmp_path: Path) -> None:
    """Does a notebook whose cells record pictures for the site say nothing of their times?"""
    leave = "from course_lib.figures.running import leave_cells\nimport time\n"
    leave += "get_ipython().course_stopwatch = stopwatch\nleave_cells()\ntime.sleep(1)"
    done = executed(tmp_path, leave, "time.sleep(1)")
    assert [cell.outputs for cell in done.cells[1:]] == [[], []]


def test_a_second_run_says_how_long_the_first_took(tmp_path: Path) -> None:
    """Is a long cell's last time known when it runs again, and not that of one which failed?"""
    watch = """from course_lib.figures import running as page
said, plain = [], page.while_running
page.while_running = lambda seconds, before=None: said.append(before) or plain(seconds, before)"""
    wait = "import time\ntime.sleep(0.8)"
    fail = wait + "\nraise ValueError('no')"
    asked = "print(said[0], said[-1] >= 0.8, said.clear())"
    done = executed(tmp_path, watch, wait, wait, asked, fail, fail, "print(set(said))")
    assert done.cells[4].outputs[0].text == "None True None\n"
    assert done.cells[7].outputs[0].text == "{None}\n"


def test_what_is_shown() -> None:
    """Is there a bar while it runs, and a sentence afterwards?"""
    assert while_running(7.4)["text/plain"] == "Running for 7 s."
    assert "<progress" in while_running(7.4)["text/html"]
    again = while_running(7.4, before=20)
    assert again["text/plain"] == "Running for 7 s; last time it took 20 s."
    assert 'value="0.37"' in again["text/html"]
    assert ran(12.6)["text/html"] == "This cell ran for 13 s."


def test_only_kernels_are_followed(tmp_path: Path) -> None:
    """Is a lesson's notebook followed once, and a shell that is no kernel not at all?"""
    two = "from course_lib import figures\nfrom course_lib.figures.running import watch_cells\n"
    two += "watch_cells()\nprint(len(get_ipython().events.callbacks['post_run_cell']))"
    alone = "print(len(get_ipython().events.callbacks['post_run_cell']))"
    cells = [new_code_cell(alone), new_code_cell(two)]
    done = run_notebook(new_notebook(cells=cells), Limits(), cwd=tmp_path)
    before, after = (int(cell.outputs[0].text) for cell in done.cells)
    assert after == before + 1
    watch_cells()  # outside of IPython
    shell = InteractiveShell()
    assert not hasattr(shell, "course_stopwatch")
