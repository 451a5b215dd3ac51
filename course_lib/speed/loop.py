"""The loop: a recipe, the parts that it needs, images on the device, a seed."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from course_lib.speed import devices
from course_lib.speed.augment import cutout, jitter, laid_out, normalise, resized, statistics
from course_lib.speed.evaluate import Evaluation
from course_lib.speed.muon import Muon, Together
from course_lib.speed.net import Net
from course_lib.speed.parts import Parts
from course_lib.speed.recipe import Recipe
from course_lib.speed.run import History

WHITENED = 1000  # images whose patches, a million, the filters are made of


@dataclass(frozen=True)
class Job:
    """What is to be done.

    images: (N, C, H, W) uint8, labels: (N,) int64, both on the device
    """

    recipe: Recipe
    parts: Parts
    images: Tensor
    labels: Tensor
    source: str  # where the images come from
    seed: int


class Loop:
    """A run under way. Making one resets the net."""

    def __init__(self, job: Job, net: Net) -> None:
        recipe, parts, self.job, self.net = job.recipe, job.parts, job, net
        self.epoch_steps = len(job.images) // recipe.batch
        self.steps, self.step = round(recipe.epochs * self.epoch_steps), 0
        self.history, self._losses = History(recipe.epochs), list[Tensor]()

        generator = devices.generator(job.images.device, job.seed)
        mean, std = statistics(job.images)
        net.reset(recipe, parts, normalise(job.images[:WHITENED], mean, std), generator)
        # Which images alternating flip mirrors in epoch 0.
        self.mirrored = torch.rand(len(job.images), generator=generator, device=mean.device) < 0.5
        self.evaluation = Evaluation(net, mean, std, recipe, parts)
        self.model = devices.wrapped(net)
        self.optimizer = _optimizer(recipe, parts, net)
        self.peaks = [group["lr"] for group in self.optimizer.param_groups]
        self.scaler = {"scale": 2.0**15, "good": 0, "interval": 2000}
        self.average: dict[str, Tensor] | None = None
        self.loss_of: Callable[[Tensor, Tensor], Tensor] = functional.cross_entropy
        if recipe.smoothing:
            self.loss_of = partial(parts.smoothed_cross_entropy, smoothing=recipe.smoothing)

    def epoch(self) -> None:
        """One epoch, or what is left of the steps."""
        seed, epoch, device = self.job.seed, self.history.epoch, self.job.images.device
        size, left = self.job.recipe.batch, self.steps - self.step
        # Seeded anew, so that an epoch needs no generator's past. All processes have one order; how
        # the images vary is each one's own.
        shuffle = devices.generator(device, seed, epoch)
        vary = devices.generator(device, seed, epoch, devices.rank_and_world()[0])
        order = torch.randperm(len(self.job.images), generator=shuffle, device=device)
        for batch in order[: self.epoch_steps * size].view(-1, size)[:left]:
            mine = devices.share(batch)
            self._one_step(self._varied(mine, epoch, vary), self.job.labels[mine])
        self.history.epoch += 1

    def _varied(self, mine: Tensor, epoch: int, generator: torch.Generator) -> Tensor:
        """The images as the net meets them."""
        recipe, parts = self.job.recipe, self.job.parts
        x = normalise(self.job.images[mine], self.evaluation.mean, self.evaluation.std)
        if recipe.flip == "random":
            x = parts.random_flip(x, generator)
        if recipe.flip == "alternating":
            x = parts.alternating_flip(x, self.mirrored[mine], epoch)
        if recipe.shift:
            x = parts.random_shift(x, recipe.shift, generator)
        if recipe.jitter:
            x = jitter(x, recipe.jitter, generator)
        if recipe.cutout:
            x = cutout(x, recipe.cutout, generator)
        if recipe.progressive and 2 * self.step < self.steps:
            x = resized(x, recipe.progressive)
        return laid_out(x, recipe)

    def _one_step(self, x: Tensor, labels: Tensor) -> None:
        recipe, parts = self.job.recipe, self.job.parts
        bias = self.net.whiten.bias
        if bias.requires_grad and self.step >= round(recipe.bias_epochs * self.epoch_steps):
            bias.requires_grad_(False)  # nothing flows back into the widest maps any more
            self.model = devices.wrapped(self.net)
        self.net.train()
        rate = 1.0
        if recipe.triangular:
            shape = (1.0, recipe.start, recipe.end, recipe.peak_at)
            rate = parts.learning_rate(self.step, self.steps, *shape)
        for group, peak in zip(self.optimizer.param_groups, self.peaks):
            group["lr"] = peak * rate
        self._losses.append(self._update(x, labels))
        self.history.rates.append(rate)
        self.step += 1
        due = self.step % 5 == 0 or self.step == self.steps
        if due and recipe.averaging:
            # The net goes on from its average, which reaches further back as the run goes on.
            decay = 0.95**5 * (self.step / self.steps) ** 3
            self.average = parts.average_weights(self.average, self.net.state_dict(), decay)
            self.net.load_state_dict(self.average)

    def _update(self, x: Tensor, labels: Tensor) -> Tensor:
        """One step of the optimiser; returns the loss before it."""
        recipe, parts = self.job.recipe, self.job.parts
        self.optimizer.zero_grad()
        with devices.autocast(x.device, recipe.precision):
            if recipe.pieces > 1:
                size = math.ceil(len(x) / recipe.pieces)
                total = parts.accumulated_step(self.model, self.loss_of, x, labels, size)
                self.optimizer.step()
                return torch.as_tensor(total)
            loss = self.loss_of(self.model(x), labels)
        if recipe.precision == "fp16":
            parts.mixed_precision_step(loss, self.optimizer, self.scaler)
        else:
            loss.backward()  # type: ignore[no-untyped-call]
            self.optimizer.step()
        return loss.detach()

    def record(self) -> None:
        """Moves the losses from the device into the history."""
        if self._losses:
            self.history.losses += torch.stack(self._losses).tolist()
            self._losses.clear()


def _optimizer(recipe: Recipe, parts: Parts, net: Net) -> Together:
    """SGD on all that learns; or Muon on the blocks' convolutions and SGD on the rest."""
    trained = [weight for weight in net.parameters() if weight.requires_grad]
    rates = {"lr": recipe.lr, "weight_decay": recipe.weight_decay}
    groups: list[dict[str, Any]] = [{"params": trained, **rates}]
    if recipe.groups:
        groups = parts.parameter_groups(net, *rates.values(), recipe.bias_factor)
    orthogonal = net.conv_weights() if recipe.muon else []
    by_muon = {id(weight) for weight in orthogonal}
    for group in groups:
        group["params"] = [weight for weight in group["params"] if id(weight) not in by_muon]
    groups = [group for group in groups if group["params"]]
    sgd = torch.optim.SGD(groups, recipe.lr, recipe.momentum, nesterov=recipe.nesterov)
    if not recipe.muon:
        return Together(sgd)
    settings = recipe.muon_lr, recipe.muon_momentum, recipe.muon_rounds
    return Together(sgd, Muon(orthogonal, *settings))
