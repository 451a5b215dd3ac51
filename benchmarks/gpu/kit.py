"""The kit's two steps, each a queue of entries that ends before a given number of seconds.

    python3 gpu check DATA... [--peer FOLDER] [--keep FOLDER] [--out FOLDER] [--seconds 320]
    python3 gpu run DATA... [--peer FOLDER] [--keep FOLDER] [--out FOLDER] [--seconds 480]

The entries run in a second process, which this one ends when the time is over. What fails is
written down with its traceback, and the next entry gets a fresh process, since an error of CUDA's
leaves nothing usable behind. OUT/check.json and OUT/run.json hold each entry as soon as it is done;
an entry that is done there is not repeated.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from benchmarks.gpu import entries, gather
from benchmarks.gpu.settings import Settings
from course_lib import files, speed
from course_lib.errors import CourseError

STEPS = {"check": entries.check, "run": entries.run}
ENDING = 3.0  # seconds that are left for stopping and for the summary
ROOT = Path(__file__).parents[2]


def main(began: float) -> int:
    """Does one step; returns 0 if nothing failed, whether or not the time sufficed.

    began: when the process did, by time.monotonic()
    """
    parser = argparse.ArgumentParser(prog="gpu", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("step", choices=STEPS)
    parser.add_argument("data", nargs="*", type=Path, metavar="DATA")
    parser.add_argument("--peer", type=Path, help="a checkout of KellerJordan/cifar10-airbench")
    default = Path(tempfile.gettempdir()) / "gpu-kit"
    parser.add_argument("--keep", type=Path, default=default, help="what both steps share")
    parser.add_argument("--out", type=Path, default=Path("results"), help="of the results")
    parser.add_argument("--seconds", type=float, default=480.0, help="after which all is over")
    parser.add_argument("--device", help="cuda, mps or cpu; the best that is there")
    parser.add_argument("--toy", action="store_true", help="a rehearsal: a handful of steps")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="entries, as the JSON names them")
    parser.add_argument("--entries", help=argparse.SUPPRESS)  # set: this is the second process
    asked = parser.parse_intermixed_args()  # DATA may come after options
    keep, out = asked.keep.resolve(), asked.out.resolve()
    os.environ["COURSE_DATA"] = str(keep)
    # Compiled code, for the second step and for the peer, in a place that is surely kept.
    os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", str(keep / "inductor"))
    peer = asked.peer.resolve() if asked.peer else None
    settings = Settings(keep, out, peer, asked.device or speed.best(), asked.toy)
    if asked.entries is not None:
        return work(settings, asked.step, json.loads(asked.entries))
    try:
        missing = gather.gather(asked.data, keep)
        print(f"Missing of CIFAR-10: {', '.join(missing) or 'nothing'}.", flush=True)
        if asked.step == "run":
            entries.whole_data()
            gather.for_peer(keep / "peer" / "cifar10", random=False)
    except CourseError as error:
        print(error, file=sys.stderr)
        return 2
    names = [entry.name for entry in STEPS[asked.step](settings)]
    if asked.only:
        names = [name for name in names if name in asked.only]
    return supervise(settings, asked.step, names, began + asked.seconds - ENDING)


def supervise(settings: Settings, step: str, names: Sequence[str], deadline: float) -> int:
    """Has other processes do the entries until each is done or failed, or the time is over."""
    path = settings.out / f"{step}.json"
    # What failed or was stopped another time is tried anew.
    state = {name: one for name, one in _read(path).items() if one["state"] == "done"}
    _write(path, state)
    while (due := [name for name in names if name not in state]) and time.monotonic() < deadline:
        command = [sys.executable, "-u", str(ROOT), *sys.argv[1:], "--entries", json.dumps(due)]
        # A session of its own, so that whatever it starts ends with it.
        child = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)
        try:
            end = f"the process ended with {child.wait(deadline - time.monotonic())}"
        except subprocess.TimeoutExpired:
            end = "out of time"
        finally:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
        before, state = state, _read(path)
        for name, one in state.items():
            if one["state"] == "running":
                stopped = "stopped" if end == "out of time" else "failed"
                state[name] = one | {"state": stopped, "error": end}
        _write(path, state)
        if state == before:
            print(f"Nothing was begun: {end}.", file=sys.stderr)
            break
    print(summary(names, state), flush=True)
    return int(any(state.get(name, {}).get("state") == "failed" for name in names))


def work(settings: Settings, step: str, due: Sequence[str]) -> int:
    """What the other process does: the due entries in turn, up to the first that fails."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    path = settings.out / f"{step}.json"
    for entry in STEPS[step](settings):
        if entry.name not in due:
            continue
        print(f"== {entry.name}", flush=True)
        began = time.monotonic()
        _write(path, _read(path) | {entry.name: {"state": "running"}})
        try:
            told = {"state": "done", "result": entry.work(settings)}
        except Exception:
            told = {"state": "failed", "error": traceback.format_exc()}
            print(told["error"], file=sys.stderr, flush=True)
        told["wall_seconds"] = round(time.monotonic() - began, 2)
        _write(path, _read(path) | {entry.name: told})
        if told["state"] == "failed":
            return 1
    return 0


def _end_with_parent() -> None:
    """Nothing is ever written to this process: its input ends when the parent is gone."""
    os.read(0, 1)  # not sys.stdin's, whose lock would be held as the interpreter is taken down
    os.killpg(0, signal.SIGKILL)


def summary(names: Sequence[str], state: Mapping[str, Any]) -> str:
    """A line an entry: its state, the seconds that it took, the last line of its error."""
    lines = []
    for name in names:
        one = state.get(name, {"state": "not begun"})
        told = (one.get("error") or " ").strip().splitlines()
        seconds = f"{one['wall_seconds']:.1f} s" if "wall_seconds" in one else ""
        lines.append(f"{one['state']:10}{seconds:>9}  {name}{'  ' + told[-1] if told else ''}")
    return "\n".join(lines)


def _read(path: Path) -> dict[str, Any]:
    state: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    return state


def _write(path: Path, state: Mapping[str, Any]) -> None:
    files.write(path, json.dumps(state, indent=1) + "\n")
