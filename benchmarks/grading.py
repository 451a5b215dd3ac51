"""How many submissions a minute: `nbgrader autograde` as it comes, and `course grade`?

    python benchmarks/grading.py [--students 24] [--repeats 3] [--lesson 01_knn]

Both grade the same class, start-up included, in turn. The class has no submission at which nbgrader
stops or waits for minutes. Without --lesson it is that of the tiny lesson of the tests, where both
do the same work; of a real lesson nbgrader runs the experiments as well, which cost minutes.
"""

import argparse
import itertools
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from autograder.lessons import Lesson, lesson, repository
from autograder.personas import personas
from autograder.release import open_course, release
from course_lib.files import write

HERE = Path(__file__).resolve().parent
TINY = Lesson("01_tiny", HERE.parent / "tests" / "lessons" / "tiny")
# Nobody's file, a copied cell, an endless loop, a killed kernel, endless output.
UNFAIR = {"dario", "keiko", "greta", "esther", "ivana", "leon"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=24)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--lesson", default="")
    given = parser.parse_args()
    chosen = lesson(repository(HERE), given.lesson) if given.lesson else TINY
    every = os.cpu_count() or 1
    graders = {
        "nbgrader autograde": ["nbgrader.apps.nbgraderapp", "autograde", chosen.name],
        "course grade, 1 process": ["course_lib.cli", "grade", chosen.name, "--workers", "1"],
        f"course grade, {every} processes": ["course_lib.cli", "grade", chosen.name],
    }
    with tempfile.TemporaryDirectory() as scratch:
        master = Path(scratch) / "master"
        make_class(chosen, master, given.students)
        speeds: dict[str, list[float]] = {name: [] for name in graders}
        for _ in range(given.repeats):
            for name, command in graders.items():
                seconds = timed(command, master, Path(scratch) / "class")
                speeds[name].append(60 * given.students / seconds)
    show(speeds, f"{chosen.name}, {given.students} submissions, median of {given.repeats}")


def make_class(chosen: Lesson, folder: Path, students: int) -> None:
    """A class to which the lesson is released and in which everybody handed in."""
    room = open_course(folder)
    release(room, chosen)
    fair = [one for one in personas(chosen) if one.name not in UNFAIR and one.notebook]
    for number, person in zip(range(students), itertools.cycle(fair)):
        path = room.submitted(f"{person.name}-{number}", chosen.name)
        write(path, person.notebook or b"")


def timed(command: list[str], master: Path, folder: Path) -> float:
    """Seconds that a command needs for a fresh copy of the class."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(master, folder)
    module, *arguments = command
    entry = f"import sys; from {module} import main; sys.argv[0] = 'grader'; main()"
    course = ["--course", "."] if arguments[0] == "grade" else []
    begun = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", entry, *arguments, *course],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    return time.perf_counter() - begun


def show(speeds: dict[str, list[float]], title: str) -> None:
    table = Table("Grader", "Submissions a minute", "Ratio", title=title)
    for column in table.columns[1:]:
        column.justify = "right"
    first = statistics.median(next(iter(speeds.values())))
    for name, measured in speeds.items():
        median = statistics.median(measured)
        table.add_row(name, f"{median:.1f}", f"{median / first:.1f}")
    Console().print(table)


if __name__ == "__main__":
    main()
