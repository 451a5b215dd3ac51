"""What the two steps do, most wanted first."""

import os
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from statistics import mean, median, stdev
from typing import Any

import torch

from benchmarks import speedrun
from benchmarks.gpu import gather, measure, peer, profiles
from benchmarks.gpu.settings import Settings
from course_lib import data, speed
from course_lib.data import safe_unpickle
from course_lib.data.cifar10_files import FOLDER

GUESSING = 0.11  # of ten classes, a run that has diverged gets 0.1 right


@dataclass(frozen=True)
class Entry:
    """A piece of work with a result of its own."""

    name: str
    work: Callable[[Settings], Any]


def check(settings: Settings) -> list[Entry]:
    """The first step: needs no whole data set, and leaves compiled code for the second."""
    return [
        Entry("machine", machine),
        Entry("data", readable),
        # It looks for the fastest kernels for minutes; what it has found is kept.
        Entry("compile peer", lambda s: peer.run(s, 0, random=True, limit=210.0)),
        Entry("step net94", partial(first_step, name="net94")),
        Entry("compile net94_muon", partial(first_step, name="net94_muon")),
        Entry("profile net94_muon", partial(profiles.profiled, name="net94_muon")),
        Entry("compile net96", partial(first_step, name="net96")),
    ]


def run(settings: Settings) -> list[Entry]:
    """The second step."""
    net94, muon = settings.recipe("net94"), settings.recipe("net94_muon")
    # From ours towards the peer's recipe, to see where an accuracy is lost or won.
    fewer = replace(muon, name="net94_muon, 3 rounds", muon_rounds=3)
    alike = replace(
        fewer, name="net94_muon, as the peer's", averaging=False, start=1.0, peak_at=0.0
    )
    variants = (muon.without("averaging"), fewer, alike)
    return [
        Entry("net94, 5 runs", partial(timed, recipe=net94, runs=5)),
        Entry("airbench94_muon, 5 runs", lambda s: peer.run(s, s.count(5), limit=240.0)),
        Entry("net94_muon, 25 runs", partial(timed, recipe=muon, runs=25)),
        Entry("net94, 25 runs", partial(timed, recipe=net94, runs=25)),
        Entry("net96, 3 runs", partial(timed, recipe=settings.recipe("net96"), runs=3)),
        *(Entry(f"{one.name}, 5 runs", partial(timed, recipe=one, runs=5)) for one in variants),
        *(
            Entry(f"net94 without {trick}", partial(timed, recipe=net94.without(trick), runs=5))
            for trick in net94.tricks()
        ),
        Entry("precision", measure.precision),
        Entry("feeding", measure.feeding),
        Entry("profile net94", partial(profiles.profiled, name="net94")),
        Entry("profile net94_muon", partial(profiles.profiled, name="net94_muon")),
        Entry("two GPUs", two_gpus),
    ]


def timed(settings: Settings, recipe: speed.Recipe, runs: int) -> dict[str, Any]:
    """Runs by speedrun, which writes each into its file; here is what comes out of them."""
    kind = torch.device(settings.device).type
    path = speedrun.results_file(settings.out, "cifar10", kind)
    asked = Namespace(dataset="cifar10", device=settings.device, seed=0, watch=False)
    asked.runs = settings.count(runs)
    records = speedrun.run_all(recipe, asked, path, 0.0 if settings.toy else GUESSING)
    print(speedrun.row(records), flush=True)
    accuracies = [record["accuracy"] for record in records]
    result = {
        "row": speedrun.row(records),
        "accuracy": mean(accuracies),
        "median_seconds": median(record["seconds"] for record in records),
        "seconds": [record["seconds"] for record in records],
    }
    if len(records) > 1:
        result["standard_error"] = stdev(accuracies) / len(records) ** 0.5
    if len(records) < asked.runs:
        result["stopped"] = (
            f"The first run got {accuracies[0]:.1%} right, as guessing does: something is broken, "
            f"and the other {asked.runs - 1} runs would say no more."
        )
        print(result["stopped"], flush=True)
    return result


def machine(settings: Settings) -> dict[str, Any]:
    """Device, versions, processor, and the device's ceilings."""
    told = speedrun.machine(settings.device) | {"processor": speedrun.processor()}
    told |= {"cores": os.cpu_count(), "gpus": torch.cuda.device_count()}
    if torch.device(settings.device).type == "cuda":
        told["cudnn"] = torch.backends.cudnn.version()  # type: ignore[no-untyped-call]
    return told | measure.roof(settings)


def readable(settings: Settings) -> dict[str, Any]:
    """How many images each kept file holds, and which are still missing."""
    missing = gather.missing(settings.keep)
    kept = [name for name in gather.NAMES if name not in missing]
    paths = [settings.keep / FOLDER / name for name in kept]
    content: list[Any] = [safe_unpickle.loads(path.read_bytes(), str(path)) for path in paths]
    counts = {name: len(one[b"labels"]) for name, one in zip(kept, content)}
    return {"images": counts, "missing": missing}


def first_step(settings: Settings, name: str) -> dict[str, Any]:
    """A tenth of a run on random images: everything that a whole one compiles is so afterwards."""
    count = 100 if settings.toy else 50_000
    sizes = {"train": count, "test": count // 5}
    sets = [profiles.random_images(size, split) for split, size in sizes.items()]
    recipe = settings.recipe(name)
    short = replace(recipe, epochs=max(0.1 * recipe.epochs, 0.5), bias_epochs=0.0)
    began = time.perf_counter()
    done = speed.train(short, speedrun.answers(), *sets, device=settings.device, seed=0)
    return {
        "warmup_seconds": done.warmup_seconds,
        "images_per_second": done.images_per_second,
        "peak_memory": done.peak_memory,
        "finite": bool(torch.tensor(done.losses).isfinite().all()),
        "wall_seconds": time.perf_counter() - began,
    }


def two_gpus(settings: Settings) -> dict[str, Any]:
    """net94 by DistributedDataParallel, a process a GPU."""
    if torch.cuda.device_count() < 2:
        return {"skipped": f"{torch.cuda.device_count()} GPUs"}
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    torchrun += ["--nproc-per-node", "2", str(Path(speedrun.__file__)), "net94", "--runs", "5"]
    done = subprocess.run(
        [*torchrun, "--out", str(settings.out)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"torchrun ended with {done.returncode}:\n{done.stderr[-4000:]}")
    print(done.stdout, flush=True)
    return {"table": done.stdout}


def whole_data() -> None:
    """Raises CourseError, in words, where the data are not all there."""
    for split in ("train", "test"):
        data.cifar10(split)
