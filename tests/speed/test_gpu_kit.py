"""The kit for a machine with a GPU, on one without: its needs, its end in time, its going on."""

import ast
import importlib.metadata
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from benchmarks import speedrun
from benchmarks.gpu import entries, pack, peer
from benchmarks.gpu.gather import NAMES
from benchmarks.gpu.kit import summary
from benchmarks.gpu.profiles import random_images
from benchmarks.gpu.settings import Settings
from course_lib import speed
from tests.data.conftest import batch

# What the README of the kit and issue 12 name, with what these need themselves.
THERE = {"torch", "numpy", "scipy", "matplotlib", "rich", "typer", "tqdm", "setuptools"}
BLOCKER = """
import sys

class Without:
    def __init__(self, finder):
        self.finder = finder

    def find_spec(self, name, *more):
        if name.split(".")[0] not in {names!r}:
            return self.finder.find_spec(name, *more)

    def __getattr__(self, name):
        return getattr(self.finder, name)

# The repository itself is found by a hook of its editable installation.
sys.meta_path = [Without(one) for one in sys.meta_path if "editable" not in repr(one).lower()]
"""
CODEC = """
import shutil
from pathlib import Path

def unpack(source, target):
    Path(target).mkdir()
    for path in Path(source).glob("*.packed"):
        shutil.copyfile(path, Path(target) / path.stem)
"""
# As airbench prints its table, one epoch a run; it sleeps where SLOW is.
PEER = """
import os, time, torch
assert len(torch.load("cifar10/train.pt")["images"].shape) == 4
def main(run):
    time.sleep(float(os.environ.get("SLOW", 0)))
    print("|  %s  |      1  |     0.5000  |   0.5000  |               |                |" % run)
    print("|          |   eval  |     0.5000  |   0.5000  |       0.9400  |        1.5000  |")
main("warmup")
[main(run) for run in range(200)]
"""


def absent() -> set[str]:
    """The modules installed here that the other machine lacks."""
    present, due = set[str](), set(THERE)
    while due:
        name = due.pop()
        present |= {name, name.replace("-", "_")}
        try:
            needs = importlib.metadata.requires(name) or []
        except importlib.metadata.PackageNotFoundError:
            continue
        names = {re.split(r"[^\w.-]", one)[0].lower() for one in needs if "extra ==" not in one}
        due |= names - present
    modules = importlib.metadata.packages_distributions().items()
    gone = {m for m, owners in modules if not present & {o.lower() for o in owners}}
    return gone - {"_distutils_hack", "benchmarks", "course_lib"} | {"autograder", "tests"}


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The kit, beside data in two halves, a peer's folder, and what blocks packages."""
    place = tmp_path_factory.mktemp("kit")
    pack.pack(place / "gpu")
    for index, name in enumerate(NAMES):
        first = place / "first" / f"{name}.packed"
        path = first if index < 3 else place / "second" / "cifar-10-batches-py" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(batch(index, 40))
    for name, text in {
        "first/codec.py": CODEC,
        "peer/airbench94_muon.py": PEER,
        "blocked/sitecustomize.py": BLOCKER.format(names=absent()),
    }.items():
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_text(text)
    return place


def start(kit: Path, step: str, *more: object, **environment: object) -> subprocess.Popen[str]:
    """A step of the kit as the other machine would run it, but for its size."""
    command: list[object] = [sys.executable, kit / "gpu", step, "--peer", kit / "peer"]
    command += ["--device", "cpu", "--toy", *more]
    kept = {"PATH": os.environ["PATH"], "OMP_NUM_THREADS": "1", "PYTHONPATH": kit / "blocked"}
    return subprocess.Popen(
        [str(part) for part in command],
        env={name: str(value) for name, value in (kept | environment).items()},
        cwd=kit,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def ended(process: subprocess.Popen[str]) -> str:
    """What it printed; it must have ended with 0."""
    told, _ = process.communicate(timeout=300)
    assert process.returncode == 0, told
    return told


def states(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text())
    return found


@pytest.mark.slow
def test_two_steps(kit: Path, tmp_path: Path) -> None:
    """In a process that lacks what the other machine lacks: is each entry done, and written?"""
    probe = [sys.executable, "-c", "import torch, typer, rich, tqdm, scipy, matplotlib"]
    environment = os.environ | {"PYTHONPATH": str(kit / "blocked")}
    assert subprocess.run(probe, env=environment, check=False).returncode == 0
    for name in ("jupytext", "nbformat", "nbgrader", "IPython", "autograder"):
        probe = [sys.executable, "-c", f"import {name}"]
        done = subprocess.run(probe, env=environment, check=False, capture_output=True, text=True)
        assert f"No module named '{name}'" in done.stderr

    where = ("--keep", tmp_path / "keep", "--out", tmp_path / "out", "--seconds", 280)
    told = ended(start(kit, "check", kit / "first", *where))
    assert "Missing of CIFAR-10: data_batch_4, data_batch_5, test_batch." in told
    found = states(tmp_path / "out" / "check.json")
    assert {one["state"] for one in found.values()} == {"done"}
    assert found["data"]["result"]["images"] == dict.fromkeys(NAMES[:3], 40)

    told = ended(start(kit, "run", kit / "second", *where))
    assert "Missing of CIFAR-10: nothing." in told
    found = states(tmp_path / "out" / "run.json")
    assert {one["state"] for one in found.values()} == {"done"}
    assert list(found)[:3] == ["net94, 5 runs", "airbench94_muon, 5 runs", "net94_muon, 25 runs"]
    assert found["airbench94_muon, 5 runs"]["result"]["accuracies"] == [0.94, 0.94]
    assert "skipped" in found["two GPUs"]["result"]
    records = json.loads((tmp_path / "out" / "speedrun-cifar10-cpu.json").read_text())
    assert len(records) == 2 * sum("without" in name or " runs" in name for name in found) - 2 * 2
    for name in ("feeding.png", "profile-net94.png", "profile-net94_muon.png"):
        assert (tmp_path / "out" / name).stat().st_size > 1000


@pytest.mark.slow
def test_ends_in_time_and_goes_on(kit: Path, tmp_path: Path) -> None:
    """Is the time kept, does a killed run leave nothing behind, and is nothing done twice?"""
    where = ("--keep", tmp_path / "keep", "--out", tmp_path / "out", "--seconds")
    given, path = (kit / "first", kit / "second", *where), tmp_path / "out" / "run.json"
    first, second, third = "net94, 5 runs", "airbench94_muon, 5 runs", "net94_muon, 25 runs"

    killed = start(kit, "run", *given, 500, SLOW=600)
    while not (path.exists() and second in states(path)):
        assert killed.poll() is None, killed.communicate()[0]
        time.sleep(0.1)
    killed.send_signal(signal.SIGKILL)
    # The output ends when the last process that could write to it has.
    killed.communicate(timeout=20)
    found = states(path)
    assert (found[first]["state"], found[second]["state"]) == ("done", "running")

    lasts, began = 600, time.monotonic()
    for seconds in (20, 100):  # a machine may be so busy that it begins nothing in 20
        told = ended(start(kit, "run", *given, seconds, SLOW=lasts))
        if "Nothing was begun" not in told:
            break
    assert time.monotonic() < began + lasts
    assert f"== {first}" not in told
    found = states(path)
    assert (found[second]["state"], third in found) == ("stopped", False)

    broken = kit / "broken"
    broken.mkdir()
    (broken / "airbench94_muon.py").write_text("for run in range(200): raise SystemExit(7)")
    process = start(kit, "run", *given, 100, "--peer", broken, "--only", second, third)
    told, _ = process.communicate(timeout=120)
    assert process.returncode == 1, told
    found = states(path)
    assert (found[second]["state"], found[third]["state"]) == ("failed", "done")
    assert "ended with 7" in found[second]["error"]
    assert "Traceback" in found[second]["error"]


def test_only_what_is_needed() -> None:
    """Does the module of answers hold what is wanted and what that calls, and nothing else?"""
    text = "import a, b\nfrom c import d, e\nx = d\ndef f(): return x + a.y\ndef g(): return e\n"
    kept = pack.needed(ast.parse(text).body, ["f"])
    assert [ast.unparse(one) for one in kept][:3] == ["import a", "from c import d", "x = d"]
    assert len(kept) == 4
    answers = pack.answers_module()
    assert "BEGIN SOLUTION" not in answers
    assert "course_lib" not in answers


def test_peers_table() -> None:
    """Are the last runs read, and neither epochs nor the warm-up?"""
    ends = [("0.1", "9.0"), ("0.9", "2.0"), ("0.8", "1.0"), ("0.7", "3.0")]
    names = ("run", "epoch", "train_acc", "val_acc", "tta_val_acc", "time_seconds")
    lines = ["-" * 80, f"|  {'  |  '.join(names)}  |"]
    for accuracy, seconds in ends:
        lines += ["|  0  |  1  |  0.5  |  0.5  |    |    |"]
        lines += [f"|    |   eval  |  0.5  |  0.5  |  {accuracy}  |  {seconds}  |"]
    found = peer.outcome(lines, 3)
    assert found["accuracies"] == [0.9, 0.8, 0.7]
    assert found["median_seconds"] == 2.0
    assert found["standard_error"] == pytest.approx(0.1 / 3**0.5)
    assert peer.outcome(lines, 0)["seconds"] == []


def test_summary() -> None:
    """Does each entry have its line, with the last line of what went wrong?"""
    state = {
        "a": {"state": "done", "wall_seconds": 1.25},
        "b": {"state": "failed", "wall_seconds": 2.0, "error": "Traceback\nValueError: x\n"},
    }
    lines = summary(["a", "b", "c"], state).splitlines()
    assert [line.split() for line in lines] == [
        ["done", "1.2", "s", "a"],
        ["failed", "2.0", "s", "b", "ValueError:", "x"],
        ["not", "begun", "c"],
    ]


def test_a_recipe_that_guesses_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """After a first run that guesses, as with NaN, is there no second, and is the reason told?"""
    right = {"net94": iter([0.1]), "net96": iter([0.94, 0.1, 0.96])}

    def run_once(recipe: speed.Recipe, key: dict[str, Any], *_: object) -> tuple[object, None]:
        outcome = dict.fromkeys(("seconds", "flops", "peak_flops", "images_per_second"), 1.0)
        accuracy = next(right[recipe.name])
        outcome |= {"accuracy": accuracy, "accuracy_single": accuracy, "warmup_seconds": 0.0}
        return key | outcome | {"peak_memory": 1}, None

    monkeypatch.setattr(speedrun, "run_once", run_once)
    monkeypatch.setattr(speedrun, "loaded", lambda *_: random_images(4, "train"))
    settings = Settings(tmp_path, tmp_path, None, "cpu", toy=False)
    told = entries.timed(settings, speed.RECIPES["net94"], 25)
    assert "10.0% right" in told["stopped"]
    assert "other 24" in told["stopped"]
    assert told["stopped"] in capsys.readouterr().out
    assert len(told["seconds"]) == 1
    whole = entries.timed(settings, speed.RECIPES["net96"], 3)
    assert "stopped" not in whole
    assert len(whole["seconds"]) == 3
