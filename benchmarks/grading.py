"""How many submissions a minute: nbgrader, Otter-Grader where it is installed, and this project?

    python benchmarks/grading.py [--sizes 20 200 2000] [--repeats 3] [--peers-up-to 200]
                                 [--otter PYTHON]

All grade the same class in turn, from the command to its end: executed notebooks, gradebook and
comments written. The lesson is the first five exercises of lesson 01, without its experiments, so
that all do the same work. nbgrader runs as it comes, and as fast as it can be tuned: one process a
CPU, kernels shut down at once. Otter runs without its containers, one process; PYTHON is the
interpreter of an environment that has otter-grader and this course.

CPU seconds are those of all processes; memory is the most that any one of them held. The last
column is what one more submission costs: the time beyond that of the smallest class, divided by the
submissions beyond it.
"""

import argparse
import ctypes
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode
from otter_class import write_otter_class
from rich.console import Console
from rich.table import Table

from autograder.classroom.folder import CONFIG
from autograder.classroom.guarded import LINES
from autograder.classroom.release import open_course, release_lesson
from autograder.lesson.build import release_notebook, source_notebook
from autograder.lesson.exercises import exercises_of
from autograder.lesson.lessons import Lesson, lesson, repository
from autograder.soundness.mistakes import without_marks
from course_lib.cells import is_experiment
from course_lib.files import write
from course_lib.notebooks import as_text

ROOT = repository(Path(__file__))
EXERCISES = 5
_SET_CHILD_SUBREAPER = 36  # <linux/prctl.h>


@dataclass(frozen=True)
class Cost:
    """What grading one class took: seconds on the clock and of all CPUs, bytes of one process."""

    wall: float
    cpu: float
    memory: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[20, 200])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--peers-up-to", type=int, default=200)
    parser.add_argument("--otter", default="")
    given = parser.parse_args()
    costs: dict[tuple[str, int], list[Cost]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        light = light_lesson(Path(scratch) / "course")
        for size in sorted(given.sizes):
            master = Path(scratch) / f"class-{size}"
            make_class(light, master, size)
            graders = dict(ours(light))
            if size <= given.peers_up_to:
                graders = {**dict(nbgrader(light)), **graders}
                if given.otter:
                    command = write_otter_class(light, master, Path(given.otter))
                    graders = {"Otter-Grader": [command], **graders}
            for _ in range(given.repeats):
                for name, commands in graders.items():
                    cost = graded(commands, master, Path(scratch) / "work")
                    costs.setdefault((name, size), []).append(cost)
                    print(f"{name}, {size}: {cost.wall:.1f} s", file=sys.stderr)
    show(costs)


def light_lesson(folder: Path) -> Lesson:
    """The first exercises of lesson 01 as a course of its own."""
    notebook = source_notebook(lesson(ROOT, "01"))
    last = exercises_of(notebook)[EXERCISES - 1].checks[-1]
    cells = notebook.cells[: notebook.cells.index(last) + 1]
    notebook.cells = [cell for cell in cells if not is_experiment(cell)]
    made = Lesson("01_light", folder)
    write(made.source, jupytext.writes(notebook, fmt="py:percent"))
    write(made.mistakes, "")
    write(folder / "pyproject.toml", "")
    return made


def make_class(light: Lesson, folder: Path, students: int) -> None:
    """A class in which everybody handed in: every sixth all of it, others all but one exercise."""
    classroom = open_course(folder)
    release_lesson(classroom, light)
    source = source_notebook(light)
    released = release_notebook(source, light.source)
    kinds = [
        as_text(_without(released, source, missing)).encode() for missing in range(EXERCISES + 1)
    ]
    for number in range(students):
        write(classroom.submitted(f"student{number:04}", light.name), kinds[number % len(kinds)])


def _without(released: NotebookNode, source: NotebookNode, missing: int) -> NotebookNode:
    notebook = nbformat.from_dict(released)
    for number, (mine, right) in enumerate(zip(exercises_of(notebook), exercises_of(source))):
        if number != missing:
            mine.solution.source = without_marks(right.solution.source)
    return notebook


def nbgrader(light: Lesson) -> Iterator[tuple[str, list[list[str]]]]:
    """The commands that grade a class with nbgrader; those of one list run side by side."""
    plain = [*_entry("nbgrader.apps.nbgraderapp"), "autograde", light.name]
    yield "nbgrader as it comes", [plain]
    every = os.cpu_count() or 1
    shares = ["".join(map(str, range(first, 10, every))) for first in range(min(every, 10))]
    tuned = [*plain, "--Execute.shutdown_kernel=immediate"]
    yield (
        f"nbgrader tuned, {len(shares)} processes",
        [[*tuned, f"--student=student???[{last_digits}]"] for last_digits in shares],
    )


def ours(light: Lesson) -> Iterator[tuple[str, list[list[str]]]]:
    command = [*_entry("course_lib.cli"), "grade", light.name, "--course", "."]
    yield "course grade, 1 process", [[*command, "--workers", "1"]]
    yield f"course grade, {os.cpu_count()} processes", [command]


def _entry(module: str) -> list[str]:
    code = f"import sys; from {module} import main; sys.argv[0] = 'grader'; main()"
    return [sys.executable, "-c", code]


def graded(commands: list[list[str]], master: Path, folder: Path) -> Cost:
    """What a fresh copy of the class costs."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(master, folder)
    if "nbgraderapp" in commands[0][2]:  # which refuses in a class of ours
        config = folder / CONFIG
        config.write_text(config.read_text("utf-8").replace(LINES, ""), "utf-8")
    read, written = os.pipe()
    begun = time.perf_counter()
    # In a process of its own, so that every process that was started ends up as its child and
    # counts, also those that nobody waited for.
    if child := os.fork():
        os.close(written)
        with os.fdopen(read) as said:
            wall = float(said.read() or "nan")
        _, status, used = os.wait4(child, 0)
        if status:
            raise SystemExit(f"{commands[0]} failed in {folder}")
        return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)
    code = 1
    try:
        ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        running = [
            subprocess.Popen(
                command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            for command in commands
        ]
        code = max(process.wait() for process in running)
        os.write(written, f"{time.perf_counter() - begun}".encode())
        while True:
            os.wait()
    except ChildProcessError:
        os._exit(code)
    finally:
        os._exit(code or 1)


def show(costs: dict[tuple[str, int], list[Cost]]) -> None:
    table = Table(title=f"{EXERCISES} light exercises, medians, {os.cpu_count()} CPUs")
    table.add_column("Grader")
    for name in (
        "Class",
        "Runs",
        "Seconds",
        "A minute",
        "Ratio",
        "CPU s each",
        "MB",
        "One more, s",
    ):
        table.add_column(name, justify="right")
    smallest = min(size for _, size in costs)
    for (name, size), runs in costs.items():
        wall = statistics.median(run.wall for run in runs)
        best = [
            statistics.median(run.wall for run in other)
            for (peer, its_size), other in costs.items()
            if its_size == size and not peer.startswith("course")
        ]
        base = statistics.median(run.wall for run in costs[name, smallest])
        table.add_row(
            name,
            str(size),
            str(len(runs)),
            f"{wall:.1f}",
            f"{60 * size / wall:.0f}",
            f"{min(best) / wall:.1f}" if best else "",
            f"{statistics.median(run.cpu for run in runs) / size:.2f}",
            f"{max(run.memory for run in runs) / 1e6:.0f}",
            f"{(wall - base) / (size - smallest):.3f}" if size > smallest else "",
        )
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
