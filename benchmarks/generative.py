"""Lesson 14's recorded numbers: what helps against mode collapse, and all models on digits.

    python benchmarks/generative.py clouds [--seeds 5]
    python benchmarks/generative.py table [--seeds 3]

Prints a markdown table. The models are those of the lesson's own cells, run with other seeds; one
thread.
"""

import argparse
import contextlib
import copy
import io
import math
from pathlib import Path
from typing import Any

import numpy as np
import torch
from nbformat import NotebookNode
from torch import nn

from autograder.lesson.build import source_notebook
from autograder.lesson.lessons import lesson

ROOT = Path(__file__).parents[1]


def is_check(cell: NotebookNode) -> bool:
    """Is this a cell that gives points?"""
    return bool(cell.metadata.get("nbgrader", {}).get("grade", False))


def lesson_names(seed: int, last: str) -> dict[str, Any]:
    """What the lesson's cells define with this seed, up to the one that holds `last`, silently."""
    namespace: dict[str, Any] = {"__name__": "lesson"}
    for cell in source_notebook(lesson(ROOT, "14_generative")).cells:
        if cell.cell_type != "code" or is_check(cell):
            continue
        with contextlib.redirect_stdout(io.StringIO()):
            exec(cell.source.replace("SEED = 0", f"SEED = {seed}"), namespace)
        if last in cell.source:
            return namespace
    raise ValueError(f"No cell of the lesson holds {last!r}.")


class Noisy(nn.Module):
    """A discriminator that sees everything through noise of a size that can be changed."""

    def __init__(self, inner: nn.Module, generator: torch.Generator) -> None:
        super().__init__()
        self.inner, self.generator, self.size = inner, generator, 0.0

    def forward(self, x: torch.Tensor) -> Any:
        return self.inner(x + self.size * torch.randn(x.shape, generator=self.generator))


def modes(own: dict[str, Any], seed: int, beta1: float, trick: str, steps: int = 1200) -> int:
    """How many of the eight clouds one game finds."""
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    D, G = Noisy(own["small_net"](2, 1), generator), own["small_net"](2, 2)
    averaged = copy.deepcopy(G)
    d_adam, g_adam = (
        torch.optim.Adam(net.parameters(), 2e-3, betas=(beta1, 0.999)) for net in (D, G)
    )
    for step in range(steps):
        real = own["clouds"](128, generator)
        noises = tuple(torch.randn(128, 2, generator=generator) for _ in range(2))
        D.size = max(0.0, 1 - step / (0.7 * steps)) if trick == "noise" else 0.0

        def d_loss(of_real: Any, of_fake: Any, real: torch.Tensor = real) -> Any:
            loss = own["discriminator_loss"](of_real, of_fake)
            if trick != "R1":
                return loss
            leaf = real.clone().requires_grad_()
            (slope,) = torch.autograd.grad(D(leaf).sum(), leaf, create_graph=True)
            return loss + (slope**2).sum(dim=1).mean() / 2

        loss_of_g = own["ls_generator_loss"] if trick == "squares" else own["generator_loss"]
        loss_of_d = own["ls_discriminator_loss"] if trick == "squares" else d_loss
        own["gan_step"](real, noises, D, G, d_adam, g_adam, loss_of_d, loss_of_g)
        with torch.no_grad():
            for mean, now in zip(averaged.parameters(), G.parameters(), strict=True):
                mean.lerp_(now, 0.02)
    with torch.no_grad():
        drawn = (averaged if trick == "averaged" else G)(torch.randn(500, 2, generator=generator))
    return int(own["modes_found"](drawn.numpy(), own["circle"].numpy(), 0.3, 10)[0])


def print_clouds(seeds: int) -> None:
    """A row for each trick, a number for each seed."""
    own = lesson_names(0, "def play_clouds")
    rows = [("beta1 0.9, nothing else", 0.9, ""), ("beta1 0.5", 0.5, ""), ("beta1 0", 0.0, "")]
    rows += [("0.9, least squares", 0.9, "squares"), ("0.9, averaged weights", 0.9, "averaged")]
    rows += [("0.9, R1", 0.9, "R1"), ("0.9, noise on all that D sees", 0.9, "noise")]
    rows += [("0.5, R1", 0.5, "R1"), ("0.5, averaged weights", 0.5, "averaged")]
    print("| | modes of 8 |\n| --- | --- |")
    for name, beta1, trick in rows:
        found = [str(modes(own, seed, beta1, trick)) for seed in range(seeds)]
        print(f"| {name} | {', '.join(found)} |", flush=True)


def spread(values: list[float]) -> str:
    """Lowest to highest, or nothing where there is no value."""
    if any(math.isnan(one) for one in values):
        return ""
    low, high = (f"{one:.2g}" if one < 10 else f"{one:.0f}" for one in (min(values), max(values)))
    return low if low == high else f"{low} to {high}"


def print_table(seeds: int) -> None:
    """The lesson's table with the lowest and highest value of each number, and few labels."""
    runs = [lesson_names(seed, "few = {") for seed in range(seeds)]
    tables = [run["table"] for run in runs]
    columns = list(tables[0]["VAE"])
    print(f"| | {' | '.join(columns)} |\n|{' --- |' * (len(columns) + 1)}")
    for name in tables[0]:
        cells = [spread([one[name][key] for one in tables]) for key in columns]
        print(f"| {name} | {' | '.join(cells)} |")
    print("\n| | one label | five labels |\n| --- | --- | --- |")
    for name in runs[0]["few"]:
        right = [
            [100 * run["with_few_labels"](run["few"][name], count) for run in runs]
            for count in (1, 5)
        ]
        print(f"| {name} | {' | '.join(spread(one) for one in right)} |")
    for key in ("by_scale", "by_steps_fid", "distances"):
        if key in runs[0]:
            found = {
                str(name): spread([float(np.asarray(run[key][name])) for run in runs])
                for name in runs[0][key]
            }
            print(f"\n{key}: {found}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["clouds", "table"])
    parser.add_argument("--seeds", type=int, default=0)
    options = parser.parse_args()
    torch.set_num_threads(1)
    if options.what == "clouds":
        print_clouds(options.seeds or 5)
    else:
        print_table(options.seeds or 3)


if __name__ == "__main__":
    main()
