"""Lesson 15's recipes, run and timed with the lesson's own answers.

    python benchmarks/speedrun.py [RECIPE ...] [--runs 5] [--device cuda] [--dataset cifar10]
                                  [--without TRICK ...] [--epochs E] [--threads T] [--watch]
    torchrun --nproc-per-node 2 benchmarks/speedrun.py net94   # on two GPUs

RECIPE: plain, small, notebook, net94, net94_muon, net96; without one, what suits the device.
--without adds, for each trick, the recipe with that one off (`all`: each that is on): an ablation.

Prints a row a recipe. Seconds hold reset, whitening, augmentation, training and evaluation; the
images are on the device before, and compiling and warming up stand apart. The share of the floor is
the time that the net's arithmetic would take at the speed of one large matrix product, measured in
the same run and the recipe's precision, over the time that it took. Every run goes into a JSON file
as soon as it is done; what the file holds, of the same recipe, seed, data, device and versions, is
not run again.
"""

import argparse
import importlib.util
import json
import math
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from statistics import mean, median, stdev
from typing import Any

import torch
from torch.nn import functional
from torch.utils.flop_counter import FlopCounterMode

from course_lib import data, files, speed
from course_lib.speed import devices

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results"
# What makes two runs the same; all else in a run's record is its outcome.
SAME = ("recipe", "seed", "data", "images", "device", "threads", "processes", "versions")
Record = dict[str, Any]


@cache
def named_answers() -> Record:
    """What lesson 15's answers define: from the lesson, or from the module that a kit holds.

    A machine that `make gpu-kit` is for lacks what reading a lesson takes.
    """
    if importlib.util.find_spec("lesson_answers"):
        return vars(importlib.import_module("lesson_answers"))
    from autograder.lesson.answers import answers_of as answers_of

    return answers_of(ROOT, "15_gpu_convnet")


@cache
def answers() -> speed.Parts:
    """Those that a recipe is made of."""
    return speed.Parts.of(named_answers())


@cache
def loaded(load: Callable[[str], data.Images], split: str) -> data.Images:
    """One of a data set's splits, read once for all runs."""
    return load(split)


def flops_an_image(recipe: speed.Recipe, size: int, *, train: bool, bias: bool = False) -> float:
    """Multiplications and additions for one image of this size.

    bias: whether the first layer's bias still learns, so that gradients flow back to it
    """
    net = speed.Net(replace(recipe, compile=False))
    patches = torch.rand(16, 3, size, size, generator=torch.Generator().manual_seed(0))
    net.reset(recipe, answers(), patches, torch.Generator().manual_seed(0))
    net.whiten.bias.requires_grad_(bias)
    with FlopCounterMode(display=False) as counter, torch.set_grad_enabled(train):
        loss = functional.cross_entropy(net(patches), torch.zeros(16, dtype=torch.long))
        if train:
            loss.backward()
    return counter.get_total_flops() / 16


@cache
def flops_of(recipe: speed.Recipe, count: int, test_count: int, size: int) -> float:
    """The arithmetic of a whole run, on images of size x size."""
    each = count // recipe.batch
    steps = round(recipe.epochs * each)
    early = math.ceil(steps / 2) if recipe.progressive else 0
    with_bias = min(round(recipe.bias_epochs * each), steps)
    total = 0.0
    ends = sorted({0, early, with_bias, steps})
    for begin, end in pairwise(ends):
        side = recipe.progressive if begin < early else size
        one = flops_an_image(recipe, side, train=True, bias=begin < with_bias)
        total += (end - begin) * recipe.batch * one
    return total + test_count * recipe.views * flops_an_image(recipe, size, train=False)


@cache
def peak_flops(device: str, precision: str) -> float:
    """Operations a second in one matrix product, the best of several."""
    where = torch.device(device)
    size = 8192 if where.type == "cuda" else 2048
    kind = {"bf16": torch.bfloat16, "fp16": torch.float16}.get(precision, torch.float32)
    a = torch.rand(size, size, device=where).to(kind)
    best = math.inf
    with devices.tuned(where, precision):
        for _ in range(6):
            clock = speed.Clock(where)
            clock.start()
            torch.mm(a, a)
            clock.stop()
            best = min(best, clock.seconds)
    return 2 * size**3 / best


def results_file(folder: Path, dataset: str, kind: str) -> Path:
    """Where the records of this data set and kind of device go."""
    return folder / f"speedrun-{dataset}-{kind}.json"


def machine(device: str) -> dict[str, Any]:
    """What a result depends on, beside the recipe and the seed."""
    kind = torch.device(device).type
    name = torch.cuda.get_device_name(device) if kind == "cuda" else processor()
    return {
        "device": name if kind != "mps" else f"{name}, MPS",
        "threads": torch.get_num_threads() if kind == "cpu" else None,
        "processes": devices.rank_and_world()[1],
        "versions": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "cuda": torch.version.cuda,
        },
    }


def processor() -> str:
    """The processor's name, as far as it can be had."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def run_once(
    recipe: speed.Recipe, key: Record, asked: argparse.Namespace, net: speed.Net | None
) -> tuple[Record, speed.Net]:
    """One run's record, and its net, which may be compiled."""
    load = getattr(data, asked.dataset)
    train_set, test_set = (loaded(load, split) for split in ("train", "test"))
    curve: list[tuple[float, float]] = []

    def watch(history: speed.History) -> None:
        curve.append((round(history.seconds, 3), history.accuracies[-1]))
        print(f"  {curve[-1][1]:.2%} after {curve[-1][0]:.1f} s", flush=True)

    run = speed.train(
        recipe,
        answers(),
        train_set,
        test_set,
        device=asked.device,
        seed=key["seed"],
        watch=watch if asked.watch else None,
        net=net,
    )
    size = train_set.images.shape[-1]
    record = key | {
        "date": date.today().isoformat(),
        "accuracy": run.accuracy,
        "accuracy_single": run.accuracy_single,
        "seconds": run.seconds,
        "warmup_seconds": run.warmup_seconds,
        "images_per_second": run.images_per_second,
        "peak_memory": run.peak_memory,
        "flops": flops_of(recipe, *key["images"], size),
        "peak_flops": peak_flops(asked.device, recipe.precision),
        "notes": run.notes,
        "curve": curve,
    }
    return record, run.net


def run_all(
    recipe: speed.Recipe, asked: argparse.Namespace, path: Path, hopeless: float = 0.0
) -> list[Record]:
    """The records of all runs of a recipe; those that the file has are not run again.

    hopeless: a first run that is no better than this is the only one
    """
    load = getattr(data, asked.dataset)
    sets = [loaded(load, split) for split in ("train", "test")]
    images = [len(one.images) for one in sets]
    fixed = {"recipe": asdict(recipe), "data": sets[0].source, "images": images}
    fixed |= machine(asked.device)
    records, net = list[Record](), None
    for seed in range(asked.seed, asked.seed + asked.runs):
        key = json.loads(json.dumps(fixed | {"seed": seed}))  # tuples as JSON has them: lists
        known = json.loads(path.read_text()) if path.exists() else []
        same = [one for one in known if all(one[name] == key[name] for name in SAME)]
        if not same:
            record, net = run_once(recipe, key, asked, net)
            same = [record]
            if devices.rank_and_world()[0] == 0:
                files.write(path, json.dumps([*known, record], indent=1) + "\n")
        records.append(same[-1])
        if records[0]["accuracy"] <= hopeless:
            break
    return records


def row(records: Sequence[Record]) -> str:
    """One line of the table."""
    accuracies = [one["accuracy"] for one in records]
    seconds = [one["seconds"] for one in records]
    error = f" ± {100 * stdev(accuracies) / len(accuracies) ** 0.5:.2f}" if len(records) > 1 else ""
    floor = [
        one["flops"] / one["peak_flops"] / one["processes"] / one["seconds"] for one in records
    ]
    cells = [
        records[0]["recipe"]["name"],
        str(len(records)),
        f"{100 * mean(accuracies):.2f}{error}",
        f"{100 * mean(one['accuracy_single'] for one in records):.2f}",
        f"{median(seconds):.2f} ({min(seconds):.2f} to {max(seconds):.2f})",
        f"{max(one['warmup_seconds'] for one in records):.1f}",
        f"{median(one['images_per_second'] for one in records):,.0f}",
        f"{max(one['peak_memory'] for one in records) / 2**30:.2f}",
        f"{median(floor):.0%}",
    ]
    return f"| {' | '.join(cells)} |"


HEAD = (
    "| recipe | runs | accuracy, % | from one view, % | seconds | warm-up, s | images/s | GiB "
    "| share of the floor |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
)


def recipes(asked: argparse.Namespace) -> list[speed.Recipe]:
    """What was asked for: each recipe whole, then without each trick."""
    names = asked.recipes or [speed.choose("net94")[0].name]
    chosen = []
    for name in names:
        if name not in speed.RECIPES:
            raise SystemExit(f"No recipe is called {name}. There are {', '.join(speed.RECIPES)}.")
        whole = speed.RECIPES[name]
        if asked.epochs:
            whole = replace(whole, name=f"{name}-{asked.epochs:g}-epochs", epochs=asked.epochs)
        tricks = whole.tricks() if asked.without == ["all"] else asked.without
        chosen += [whole, *(whole.without(trick) for trick in tricks)]
    return chosen


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs what was asked for and prints the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("recipes", nargs="*", metavar="RECIPE")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0, help="of the first run")
    parser.add_argument("--device", help="cuda, mps or cpu; the best that is there")
    parser.add_argument("--dataset", choices=("shapes", "cifar10"), default="cifar10")
    parser.add_argument("--without", nargs="+", default=[], metavar="TRICK")
    parser.add_argument("--epochs", type=float, help="in place of the recipe's")
    parser.add_argument("--threads", type=int, help="on a CPU")
    parser.add_argument("--watch", action="store_true", help="accuracy after each epoch")
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder of the JSON files")
    asked = parser.parse_args(arguments)
    best = speed.join()
    asked.device = asked.device or best
    if asked.threads:
        torch.set_num_threads(asked.threads)
    here = machine(asked.device)
    kind = torch.device(asked.device).type
    path = results_file(asked.out, asked.dataset, kind)
    if devices.rank_and_world()[0] == 0:
        versions = ", ".join(f"{name} {value}" for name, value in here["versions"].items() if value)
        print(f"{asked.dataset} on {here['device']}; {versions}; {date.today():%Y-%m-%d}\n\n{HEAD}")
    began = time.perf_counter()
    for recipe in recipes(asked):
        line = row(run_all(recipe, asked, path))
        if devices.rank_and_world()[0] == 0:
            print(line, flush=True)
    if devices.rank_and_world()[0] == 0:
        print(f"\n{time.perf_counter() - began:.0f} s in all. Every run is in {path}.")


if __name__ == "__main__":
    main()
    speed.leave()
