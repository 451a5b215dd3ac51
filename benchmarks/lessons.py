"""What does each lesson cost to run whole, with its answers?

    python benchmarks/lessons.py [LESSON ...] [--repeats 3]

Prints a row a lesson and data set: median seconds from the first cell to the last, kernel start
included, and the kernel's peak memory. CIFAR-10 is measured where it is present. The design allows
60 s and 2 GB on two cores, and 90 s and 3 GB for lesson 15.
"""

import argparse
import os
import re
import tempfile
import time
from pathlib import Path
from statistics import median

from nbformat.v4 import new_code_cell

from autograder.lesson.build import source_notebook
from autograder.lesson.lessons import Lesson, all_lessons, lesson, repository
from course_lib import data
from course_lib.execute import run_notebook
from course_lib.outcomes import outcomes_of
from course_lib.runner import Limits

PEAK = "print(open('/proc/self/status').read())"  # Linux


def run(which: Lesson, dataset: str) -> tuple[float, float, int, int]:
    """Seconds, peak MB, checks passed, checks there are."""
    notebook = source_notebook(which)
    notebook.cells.append(new_code_cell(PEAK))
    limits = Limits(cell_seconds=600, total_seconds=1200)
    environment = {**os.environ, "COURSE_DATASET": dataset}
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        done = run_notebook(
            notebook, limits, cwd=Path(folder), skip=lambda cell: False, environment=environment
        )
        seconds = time.perf_counter() - begun
    status = done.cells[-1].outputs[0].text
    peak = re.search(r"VmHWM:\s+(\d+) kB", status)
    verdicts = outcomes_of(done)
    passed = sum(verdict.passed for verdict in verdicts)
    return seconds, int(peak[1]) / 1024 if peak else float("nan"), passed, len(verdicts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lessons", nargs="*", metavar="LESSON", help="01_knn; all by default")
    parser.add_argument("--repeats", type=int, default=3)
    asked = parser.parse_args()
    root, repeats = repository(Path(__file__)), asked.repeats
    chosen = [lesson(root, name) for name in asked.lessons] or all_lessons(root)
    data.shapes()  # rendered once, before the clock starts
    sets = ["shapes"] + (["cifar10"] if data.cifar10_folder() else [])
    print("| lesson | data | seconds | peak MB | checks passed |")
    print("| --- | --- | --- | --- | --- |")
    for one in chosen:
        for dataset in sets:
            runs = [run(one, dataset) for _ in range(repeats)]
            seconds, peak = (median(each[i] for each in runs) for i in (0, 1))
            passed = f"{runs[-1][2]} of {runs[-1][3]}"
            print(f"| {one.name} | {dataset} | {seconds:.0f} | {peak:,.0f} | {passed} |")


if __name__ == "__main__":
    main()
