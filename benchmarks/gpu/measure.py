"""Lesson 15's tables, measured: what the device can do, sixteen bits, feeding."""

import functools
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import torch
from torch import nn
from torch.nn import functional
from torch.profiler import record_function
from torch.utils.data import DataLoader

from benchmarks import speedrun
from benchmarks.gpu.settings import Settings
from course_lib import data, figures, speed
from course_lib.speed import devices
from course_lib.speed.augment import laid_out
from course_lib.speed.recipe import Recipe
from course_lib.speed.run import synchronize


def roof(settings: Settings) -> dict[str, Any]:
    """Operations and bytes a second, the best of several, and where they meet."""
    where, count = torch.device(settings.device), 2**20 if settings.toy else 2**30
    source = torch.rand(count // 4, device=where)
    target, seconds = torch.empty_like(source), []
    for _ in range(6):
        clock = speed.Clock(where)
        clock.start()
        target.copy_(source)
        clock.stop()
        seconds.append(clock.seconds)
    bandwidth = 2 * count / min(seconds)  # read and written
    kinds = ("float32",) if settings.toy else ("float32", "tf32", "bf16", "fp16")
    flops = {kind: speedrun.peak_flops(settings.device, kind) for kind in kinds}
    ridges = {kind: value / bandwidth for kind, value in flops.items()}
    return {"flops_a_second": flops, "bytes_a_second": bandwidth, "flops_a_byte": ridges}


def precision(settings: Settings) -> dict[str, float]:
    """Images a second: net94's training step in each format, and lesson 05's net."""
    where, result = torch.device(settings.device), {}
    base = replace(settings.recipe("net94"), compile=False)
    images = torch.randn(base.batch, 3, 32, 32, device=where)
    labels = torch.randint(10, (base.batch,), device=where)
    for kind in ("float32", "tf32", "bf16", "fp16"):
        for last in (False, True):
            recipe = replace(base, precision=kind, channels_last=last)
            name = f"net94 step, {kind}{', channels_last' if last else ''}"
            with devices.tuned(where, kind):
                result[name] = _step_pace(settings, recipe, images, labels)
    return result | _conv_net(settings)


def _step_pace(
    settings: Settings, recipe: Recipe, images: torch.Tensor, labels: torch.Tensor
) -> float:
    net = speed.Net(recipe).to(images.device)
    generator = torch.Generator(images.device).manual_seed(0)
    net.reset(recipe, speedrun.answers(), images[:1000], generator)
    if recipe.channels_last:
        net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    sgd, x = torch.optim.SGD(net.parameters(), lr=1e-6), laid_out(images, recipe)

    def step() -> None:
        sgd.zero_grad()
        with devices.autocast(images.device, recipe.precision):
            loss = functional.cross_entropy(net(x), labels)
        loss.backward()  # type: ignore[no-untyped-call]
        sgd.step()

    return len(images) / _seconds(settings, step, images.device)


def _conv_net(settings: Settings) -> dict[str, float]:
    """Lesson 05's net on 200 images, as the lesson times it."""
    where, sizes = torch.device(settings.device), {"W1": (32, 3, 7, 7), "b1": (32,)}
    sizes |= {"W2": (8192, 100), "b2": (100,), "W3": (100, 10), "b3": (10,)}
    weights = {name: 0.05 * torch.randn(size, device=where) for name, size in sizes.items()}
    images, result = torch.randn(200, 3, 32, 32, device=where), {}
    last: Any = {"memory_format": torch.channels_last, "dtype": torch.bfloat16}
    narrow = {name: weight.bfloat16() for name, weight in weights.items()}
    narrow["W1"] = weights["W1"].to(**last)
    ways = {"float32": (images, weights), "bf16, channels_last": (images.to(**last), narrow)}
    scores_of = speedrun.named_answers()["scores_of"]
    for name, (x, params) in ways.items():
        work = functools.partial(scores_of, x, params)
        result[f"lesson 05's net, {name}"] = len(images) / _seconds(settings, work, where)
    return result


def _seconds(settings: Settings, work: Callable[[], object], where: torch.device) -> float:
    """The median by the lesson's own clock, of ten calls each, that one wait may not weigh."""
    calls = 1 if settings.toy else 10

    def several() -> None:
        for _ in range(calls):
            work()

    measured = speedrun.named_answers()["seconds_per_call"]
    median: float = measured(
        several, lambda: synchronize(where), time.perf_counter, 2 if settings.toy else 5
    )
    return median / calls


def feeding(settings: Settings) -> dict[str, int]:
    """Images a second of the lesson's small step, fed in several ways; and the figure."""
    where, train = torch.device(settings.device), data.cifar10("train")
    pixels, labels = torch.from_numpy(train.images), torch.from_numpy(train.labels)
    one_by_one, here = list(zip(pixels, labels)), (pixels.to(where), labels.to(where))
    little = nn.Sequential(nn.Flatten(), nn.Linear(3072, 10)).to(where)
    size = min(500, len(labels) // 2)

    def on_device() -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        for rows in torch.randperm(len(labels), device=where).split(size):
            yield here[0][rows], here[1][rows]

    def by_loader(workers: int) -> DataLoader[Any]:
        how: dict[str, Any] = {"num_workers": workers, "pin_memory": where.type == "cuda"}
        return DataLoader(one_by_one, batch_size=size, shuffle=True, **how)  # type: ignore[arg-type]

    def short_step(images: torch.Tensor, labels: torch.Tensor) -> None:
        with record_function("to the device"):
            x, labels = images.to(where, non_blocking=True) / 255, labels.to(where)
        with record_function("forward"):
            loss = functional.cross_entropy(little(x), labels)
        with record_function("backward"):
            loss.backward()  # type: ignore[no-untyped-call]

    counts = (0,) if settings.toy else (0, 2, 8)
    feeders: dict[str, Callable[[], Any]] = {
        f"DataLoader, {n} workers": functools.partial(by_loader, n) for n in counts
    }
    feeders["all on the device"] = on_device
    parts = ("to the device", "forward", "backward")
    figure = figures.speed.feeding(feeders, short_step, lambda: synchronize(where), parts)
    figure.savefig(settings.out / "feeding.png", dpi=120)
    paces = [axis.get_title(loc="left").rsplit(": ", 1) for axis in figure.axes]
    return {name: int(pace.split()[0].replace(",", "")) for name, pace in paces}
