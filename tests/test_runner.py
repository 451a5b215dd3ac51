"""Are cells run one after another, whatever one of them does to the process?

The process is played by a list: a cell says in words what it does.
"""

import time

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from course_lib.outcomes import DIED, TOO_LONG
from course_lib.runner import Limits, Stopped, run, write_error


class Stage:
    """A place whose process is the list of the cells that ran in it."""

    def __init__(self, dies=(), unfit=()):
        self.history, self.dies, self.unfit = [], dies, set(unfit)
        self.process, self.asked, self.begun = None, [], time.monotonic()

    @property
    def alive(self):
        return self.process is not None

    def suits(self, cell):
        return cell.source not in self.unfit

    def open(self, cell):
        self.unfit.discard(cell.source)
        self.process = []
        self.history.append(self.process)

    def run(self, cell, count, seconds):
        self.asked.append(seconds())
        self.process.append(cell.source)
        if cell.source in self.dies:
            self.process = None
            raise Stopped(DIED, "It died.")
        if cell.source == "slow":
            raise Stopped(TOO_LONG)
        if cell.source == "sleep":
            time.sleep(0.25)
        cell.outputs = [new_output("stream", text=str(count))]

    def spent(self):
        return time.monotonic() - self.begun

    def close(self):
        self.process = None


def cell(source, **metadata):
    return new_code_cell(source, metadata=metadata)


def check(source):
    return cell(source, nbgrader={"grade": True, "grade_id": source, "points": 1})


def played(stage, *cells, limits=None, skip=lambda cell: False, **options):
    notebook = new_notebook(cells=list(cells))
    run(notebook, stage, limits or Limits(), skip=skip, **options)
    return notebook.cells


def error(cell):
    (output,) = cell.outputs
    return output.ename, output.evalue


def test_after_a_death_the_state_is_built_again():
    """Do earlier cells run again in a new process, but for checks and for what was stopped?"""
    stage = Stage(dies=("killer", "killing check"))
    cells = [cell("a"), check("c"), cell("killer"), cell("b"), check("killing check"), cell("d")]
    done = played(stage, *cells)
    assert stage.history == [
        ["a", "c", "killer"],
        ["a", "b", "killing check"],
        ["a", "b", "d"],
    ]
    assert error(done[2]) == error(done[4]) == (DIED, "It died.")
    assert [one.outputs[0].text for one in (done[0], done[1], done[3], done[5])] == list("1246")
    assert not stage.alive


def test_a_cell_that_needs_another_process_gets_it():
    """Is a process that does not suit a cell left for a new one, with what came before?"""
    stage = Stage(unfit=("torch",))
    played(stage, cell("a"), cell("torch"), cell("b"))
    assert stage.history == [["a"], ["a", "torch", "b"]]


def test_a_process_that_dies_when_cells_run_again():
    """Is a cell that kills only a later process found out, and left out from then on?"""
    stage = Stage(dies=["killer"])

    def turn(done, total):
        stage.dies = ["killer", "late"]

    done = played(stage, cell("late"), cell("killer"), cell("b"), cell("c"), on_cell=turn)
    assert stage.history == [["late", "killer"], ["late"], ["b", "c"]]
    assert [one.outputs[0].output_type for one in done] == ["stream", "error", "stream", "stream"]


def test_time_is_told_in_words():
    """Is a cell that was too slow told apart from one for which no time was left?"""
    given = Limits(cell_seconds=20, total_seconds=0.2)
    done = played(Stage(), cell("slow"), cell("sleep"), cell("late"), limits=given)
    assert error(done[0]) == (
        "OutOfTime",
        "The notebook had used its 0.2 s; this cell was stopped.",
    )
    assert error(done[2]) == ("OutOfTime", "Not run: the notebook had used its 0.2 s.")
    stage = Stage()
    (slow,) = played(stage, cell("slow"), limits=Limits(cell_seconds=20, total_seconds=60))
    assert error(slow) == (TOO_LONG, "This cell ran for more than 20 s and was stopped.")
    assert stage.asked == [20]
    assert done[1].metadata.course.seconds >= 0.25


def test_what_is_not_run_has_no_outputs():
    """Do skipped, empty and text cells stay, without the outputs that they came with?"""
    old = cell("skipped")
    old.outputs, old.execution_count = [new_output("stream", text="old")], 7
    old.metadata["course"] = {"seconds": 3}
    seen = []
    done = played(
        Stage(),
        old,
        new_markdown_cell("text"),
        cell(" "),
        cell("a"),
        skip=lambda one: one.source == "skipped",
        on_cell=lambda *counts: seen.append(counts),
    )
    assert (done[0].outputs, done[0].execution_count, "course" in done[0].metadata) == (
        [],
        None,
        False,
    )
    assert done[3].execution_count == 1
    assert seen == [(1, 1)]


def test_an_interrupted_cell_says_where_it_hung():
    """Does the traceback of the interrupt end up in the one error, and other outputs stay?"""
    hung = cell("loop")
    lines = [f"line {number}" for number in range(30)]
    hung.outputs = [
        new_output("stream", text="printed"),
        new_output("error", ename="KeyboardInterrupt", evalue="", traceback=lines),
    ]
    write_error(hung, TOO_LONG, "Too long.")
    printed, told = hung.outputs
    assert printed.text == "printed"
    assert (told.ename, told.evalue) == (TOO_LONG, "Too long.")
    assert told.traceback == [*lines[-10:], "Too long."]
