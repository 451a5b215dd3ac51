"""Where the time of a training step goes: the profiler's table and a picture of two lanes."""

from collections import defaultdict
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch.profiler import ProfilerActivity, profile

from benchmarks import speedrun
from benchmarks.gpu.settings import Settings
from course_lib import figures, speed
from course_lib.data import Images
from course_lib.speed import devices
from course_lib.speed.loop import Job, Loop
from course_lib.speed.run import synchronize

# The first of these whose words stand in an event's name says what it is.
KINDS = {
    "copy": ("copy", "memcpy", "memset", "fill"),
    "convolution": ("conv", "xmma_fprop", "xmma_dgrad", "xmma_wgrad", "cudnn"),
    "matrix product": ("gemm", "cutlass", "nvjet", "mm", "matmul"),
    "fused by the compiler": ("triton", "compiled"),
    "batch norm": ("batch_norm", "bn_"),
    "optimiser": ("multi_tensor", "optimizer", "muon", "sgd"),
    "index": ("index", "gather", "where"),
    "reduction": ("reduce", "sum", "norm", "mean"),
}
Bar = tuple[str, float, float]


def random_images(count: int, split: str) -> Images:
    """Images of CIFAR-10's shape that hold nothing: their step costs what the real one costs."""
    rng = np.random.default_rng(count)
    pixels = rng.integers(256, size=(count, 3, 32, 32), dtype=np.uint8)
    classes = tuple("0123456789")
    return Images(pixels, rng.integers(10, size=count), classes, split, "random", "random")


def kind(name: str) -> str:
    """What an event of the profiler is about."""
    small = name.lower()
    return next((k for k, words in KINDS.items() if any(w in small for w in words)), "other")


def profiled(settings: Settings, name: str) -> dict[str, Any]:
    """Milliseconds of a step, the share in which the GPU works, its kernels; and the picture.

    name: of the recipe
    """
    where, steps = torch.device(settings.device), 2 if settings.toy else 10
    count = 100 if settings.toy else 50_000
    train, test = random_images(count, "train"), random_images(count // 5, "test")
    recipe, parts = settings.recipe(name), speedrun.answers()
    run = speed.train(
        replace(recipe, epochs=0.1 * recipe.epochs, bias_epochs=0.0),
        parts,
        train,
        test,
        device=where,
        seed=0,
    )
    images, labels = (torch.from_numpy(one).to(where) for one in (train.images, train.labels))
    short = replace(recipe, epochs=steps * recipe.batch / count, bias_epochs=0.0)
    activities = [ProfilerActivity.CPU]
    activities += [ProfilerActivity.CUDA] if where.type == "cuda" else []
    with devices.tuned(where, recipe.precision):
        loop = Loop(Job(short, parts, images, labels, "random", 0), run.net)
        clock = speed.Clock(where)
        clock.start()
        loop.epoch()
        clock.stop()
        loop = Loop(Job(short, parts, images, labels, "random", 0), run.net)
        with profile(activities=activities) as profiler:
            loop.epoch()
            synchronize(where)
    return {"step_ms": 1000 * clock.seconds / loop.step} | _told(settings, name, profiler, loop)


def _told(settings: Settings, name: str, profiler: Any, loop: Loop) -> dict[str, Any]:
    lanes: dict[str, list[Bar]] = {"what Python gives to the device": [], "what the GPU does": []}
    cpu, gpu = lanes.values()
    for event in profiler.events() or []:
        span, on_gpu = event.time_range, event.device_type.name == "CUDA"
        if on_gpu and not event.is_user_annotation:  # an annotation spans kernels that count
            gpu.append((kind(event.name), span.start, span.end))
        elif not on_gpu and event.cpu_parent is None:
            cpu.append((kind(event.name), span.start, span.end))
    totals: dict[str, float] = defaultdict(float)
    for what, start, end in gpu:
        totals[what] += (end - start) / 1000 / loop.step
    result: dict[str, Any] = {"gpu_ms_a_step": dict(totals), "kernels_a_step": len(gpu) / loop.step}
    if gpu:
        first, last = min(bar[1] for bar in gpu), max(bar[2] for bar in gpu)
        result["gpu_busy"] = sum(end - start for _, start, end in gpu) / (last - first)
    sort = "self_cuda_time_total" if gpu else "self_cpu_time_total"
    averages = profiler.key_averages()
    result["table"] = averages.table(sort_by=sort, row_limit=30, max_name_column_width=70)
    result["table_cpu"] = averages.table(
        sort_by="self_cpu_time_total", row_limit=20, max_name_column_width=70
    )
    figure = figures.speed.timeline({title: bars for title, bars in lanes.items() if bars})
    figure.savefig(settings.out / f"profile-{name}.png", dpi=120)
    return result
