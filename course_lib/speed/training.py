"""One run from its reset to its accuracy: timed, watched, stopped and gone on with."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from course_lib.data import Images
from course_lib.errors import CourseError
from course_lib.speed import devices
from course_lib.speed.checkpoint import resume_loop, save_loop
from course_lib.speed.loop import Job, Loop
from course_lib.speed.net import Net
from course_lib.speed.parts import UNWRITTEN, Parts
from course_lib.speed.recipe import Recipe
from course_lib.speed.run import Clock, History, Run, peak_memory

Watch = Callable[[History], object]


def train(
    recipe: Recipe,
    parts: Parts,
    train_set: Images,
    test_set: Images,
    *,
    device: str | torch.device,
    seed: int,
    watch: Watch | None = None,
    checkpoint: Path | None = None,
    net: Net | None = None,
) -> Run:
    """Trains a net and evaluates it; the seed alone decides, and no global generator is read.

    On a CPU equal seeds give equal weights. On a GPU sums may be taken in another order each time:
    two runs of one seed drift apart from rounding.

    watch: called after each epoch, with the accuracy so far; its time is not counted
    checkpoint: written after each epoch, and a run whose file is there goes on from it
    net: that of an earlier run of the recipe: what was compiled serves again, its weights do not,
        and nothing is warmed up
    raises: CourseError where a part is missing, or the memory too small for one image
    """
    device, notes = torch.device(device), list[str]()
    images, test = _onto(device, train_set), _onto(device, test_set)
    world, warm = devices.rank_and_world()[1], net is not None
    if recipe.batch > len(images[0]) or recipe.batch % world:
        raise CourseError(
            f"A batch of {recipe.batch} must be at most the {len(images[0])} images there are, "
            f"and a multiple of the number of processes, {world}."
        )
    while True:
        parts.check(recipe)
        job = Job(recipe, parts, *images, train_set.source, seed)
        try:
            with devices.tuned(device, recipe.precision):
                net = net or _new_net(job, len(train_set.classes))
                began = time.perf_counter()
                if not warm and (device.type == "cuda" or recipe.compile):
                    _rehearse(job, test, net)
                warmup = time.perf_counter() - began
                run = _run(job, test, net, watch, checkpoint)
            return replace(run, warmup_seconds=warmup, notes=notes)
        except RuntimeError as error:
            if not devices.out_of_memory(error) or world > 1:
                raise
        # Outside the except clause: the error holds on to the tensors of the step that failed.
        recipe, warm = replace(recipe, pieces=2 * recipe.pieces), False
        hopeless = recipe.pieces > recipe.batch or recipe.precision == "fp16"
        if hopeless or parts.accumulated_step is UNWRITTEN:
            raise CourseError(
                f"{device} has too little memory for a batch of {recipe.batch}. Take less at a "
                "time, or hand accumulated_step to speed.Parts, and take bf16 where it is fp16."
            )
        notes.append(
            f"Out of memory. Begun again, each batch of {recipe.batch} in {recipe.pieces} parts "
            "whose gradients are added; batch norm takes its statistics over a part."
        )
        print(notes[-1])
        devices.forget(device)


def _run(
    job: Job, test: tuple[Tensor, Tensor], net: Net, watch: Watch | None, path: Path | None
) -> Run:
    recipe, device, first = job.recipe, job.images.device, devices.rank_and_world()[0] == 0
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)
    clock = Clock(device)
    clock.start()
    loop = Loop(job, net)
    if path:
        resume_loop(path, loop)
        clock.seconds = loop.history.seconds
    before = clock.seconds, loop.step
    while loop.step < loop.steps:
        loop.epoch()
        if watch or path:
            clock.stop()
            loop.history.seconds = clock.seconds
            loop.record()
            if watch:
                loop.history.accuracies.append(loop.evaluation.accuracy(*test, views=1))
            if path and first:
                save_loop(path, loop)
            if watch and first:
                watch(loop.history)
            clock.start()
    clock.stop()
    loop.record()
    loop.history.seconds = clock.seconds
    images = (loop.step - before[1]) * recipe.batch
    pace = images / max(clock.seconds - before[0], 1e-9)
    clock.start()
    accuracy = loop.evaluation.accuracy(*test)
    clock.stop()
    single = accuracy if recipe.views == 1 else loop.evaluation.accuracy(*test, views=1)
    return Run(
        recipe=recipe,
        seed=job.seed,
        device=str(device),
        accuracy=accuracy,
        accuracy_single=single,
        seconds=clock.seconds,
        warmup_seconds=0.0,
        images_per_second=pace,
        peak_memory=peak_memory(device),
        history=loop.history,
        notes=[],
        evaluation=loop.evaluation,
    )


def _rehearse(job: Job, test: tuple[Tensor, Tensor], net: Net) -> None:
    """Eight steps of every kind and an evaluation: what is compiled or tuned is so afterwards."""
    each = len(job.images) // job.recipe.batch
    brief = replace(job.recipe, epochs=8 / each, bias_epochs=2 / each)
    _run(replace(job, recipe=brief), test, net, None, None)


def _onto(device: torch.device, data: Images) -> tuple[Tensor, Tensor]:
    return torch.from_numpy(data.images).to(device), torch.from_numpy(data.labels).to(device)


def _new_net(job: Job, classes: int) -> Net:
    net = Net(job.recipe, classes, job.images.shape[1]).to(job.images.device)
    if job.recipe.channels_last:
        net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    if job.recipe.compile:
        # All nets share the code of Net.forward, and of a code's compiled versions there is a
        # limit, beyond which the compiler gives up without a word: each net begins with none.
        torch.compiler.reset()
        # A version for each shape: a step and an evaluation differ in theirs, and one that takes
        # every shape is slower.
        net.compile(dynamic=False)
    return net
