"""A peer's script on the same data and device: KellerJordan/cifar10-airbench, airbench94_muon.

Its code is no part of this repository. It runs as it is, in a process of its own, but for the
number of its runs, which stands in it as a constant.
"""

import subprocess
import sys
import threading
from statistics import mean, median, stdev
from typing import Any

from benchmarks.gpu.gather import for_peer
from benchmarks.gpu.settings import Settings
from course_lib.errors import CourseError

SCRIPT = "airbench94_muon.py"
RUNS = "range(200)"


def run(
    settings: Settings, runs: int, *, random: bool = False, limit: float = 600.0
) -> dict[str, Any]:
    """Accuracy and seconds of each run, as the script itself prints them.

    random: on random images of CIFAR-10's shapes, to compile
    limit: seconds after which it is stopped
    """
    if settings.peer is None:
        return {"skipped": "no peer's folder was given"}
    text = (settings.peer / SCRIPT).read_text()
    if text.count(RUNS) != 1:
        raise CourseError(f"{SCRIPT} says {RUNS} {text.count(RUNS)} times: its runs are elsewhere.")
    work = settings.keep / ("peer-random" if random else "peer")
    for_peer(work / "cifar10", random=random, count=500 if settings.toy else 50_000)
    (work / SCRIPT).write_text(text.replace(RUNS, f"range({runs})"))
    lines = []
    with subprocess.Popen(
        [sys.executable, "-u", SCRIPT],
        cwd=work,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        timer = threading.Timer(limit, process.kill)
        timer.daemon = True
        timer.start()
        for line in process.stdout or ():
            lines.append(line)
            if "eval" in line:  # the compiler prints hundreds of others
                print(line, end="", flush=True)
        process.wait()
        timer.cancel()
    if process.returncode:
        raise RuntimeError(f"{SCRIPT} ended with {process.returncode}:\n{''.join(lines[-40:])}")
    return outcome(lines, runs)


def outcome(lines: list[str], runs: int) -> dict[str, Any]:
    """From the table that the script prints: its last row of a run says "eval".

    The columns: run, epoch, accuracy in training, from one view, from several, seconds.
    """
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]
    ends = [row for row in rows if len(row) == 6 and row[1] == "eval"]
    last = ends[len(ends) - runs :]  # the first is the script's own warm-up
    accuracies, seconds = [float(row[4]) for row in last], [float(row[5]) for row in last]
    result: dict[str, Any] = {"accuracies": accuracies, "seconds": seconds}
    if runs > 1:
        result["accuracy"] = mean(accuracies)
        result["standard_error"] = stdev(accuracies) / runs**0.5
        result["median_seconds"] = median(seconds)
    return result
