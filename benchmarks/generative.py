"""Lesson 14's recorded numbers: what helps against mode collapse, and all models on digits.

    python benchmarks/generative.py clouds [--seeds 5]
    python benchmarks/generative.py wasserstein [--seeds 3]
    python benchmarks/generative.py dcgan [--seeds 3]
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
from scipy.optimize import linear_sum_assignment
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


def lesson_parts(seed: int, *wanted: str) -> dict[str, Any]:
    """What the set-up, the answers, and the experiments that hold one of these texts define."""
    namespace: dict[str, Any] = {"__name__": "lesson"}
    for cell in source_notebook(lesson(ROOT, "14_generative")).cells:
        experiment = "experiment" in cell.metadata.get("tags", [])
        left_out = experiment and not any(one in cell.source for one in wanted)
        if cell.cell_type != "code" or is_check(cell) or left_out:
            continue
        with contextlib.redirect_stdout(io.StringIO()):
            exec(cell.source.replace("SEED = 0", f"SEED = {seed}"), namespace)
        if "train" in namespace:
            namespace["digits"] = namespace["train"] / 8 - 1
    return namespace


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
    rows += [
        ("0.9, R1", 0.9, "R1"),
        ("0.9, noise on all that D sees, fading until step 840", 0.9, "noise"),
    ]
    rows += [("0.5, R1", 0.5, "R1"), ("0.5, averaged weights", 0.5, "averaged")]
    print("| | modes of 8 |\n| --- | --- |")
    for name, beta1, trick in rows:
        found = [str(modes(own, seed, beta1, trick)) for seed in range(seeds)]
        print(f"| {name} | {', '.join(found)} |", flush=True)


def carried(a: torch.Tensor, b: torch.Tensor) -> float:
    """The earth mover's distance of two sets of as many points: the mean way of the best plan."""
    distances = torch.cdist(a, b).numpy()
    return float(distances[linear_sum_assignment(distances)].mean())


def slope_penalty(D: nn.Module, real: torch.Tensor, fake: torch.Tensor, share: torch.Tensor) -> Any:
    """(slope - 1)^2 of D, its mean over one place between each pair of a real and a made point."""
    leaf = (share * real + (1 - share) * fake).detach().requires_grad_()
    (slope,) = torch.autograd.grad(D(leaf).sum(), leaf, create_graph=True)
    return ((slope.norm(dim=1) - 1) ** 2).mean()


def wasserstein_game(own: dict[str, Any], seed: int, way: str, moments: list[int]) -> list[Any]:
    """A game on the clouds; at each moment what D says, the distance carried, the modes found.

    way: "logits" is the lesson's game with a beta1 of 0.5, and what D says is its loss; "penalty"
        and "clipped" have a score without a sigmoid and five steps of D for each one of G, and D
        says how far the mean scores are apart
    """
    torch.manual_seed(seed)
    generator, found = torch.Generator().manual_seed(seed), []
    D, G = own["small_net"](2, 1), own["small_net"](2, 2)
    beta1, turns = (0.5, 1) if way == "logits" else (0.0, 5)
    d_adam, g_adam = (torch.optim.Adam(net.parameters(), 2e-3, (beta1, 0.999)) for net in (D, G))
    fixed = own["clouds"](500, generator), torch.randn(500, 2, generator=generator)

    def d_loss(real: torch.Tensor, fake: torch.Tensor) -> Any:
        name = "discriminator_loss" if way == "logits" else "score_gap"
        return own[name](D(real), D(fake))

    for step in range(max(moments) + 1):
        for _ in range(turns):
            real, noise = own["clouds"](128, generator), torch.randn(128, 2, generator=generator)
            fake, share = G(noise).detach(), torch.rand(128, 1, generator=generator)
            loss = d_loss(real, fake)
            loss = loss + (10 * slope_penalty(D, real, fake, share) if way == "penalty" else 0)
            d_adam.zero_grad()
            loss.backward()
            d_adam.step()
            for parameter in D.parameters() if way == "clipped" else ():
                parameter.data.clamp_(-0.1, 0.1)
        with torch.no_grad():
            made = G(fixed[1])
            if step in moments:
                modes_of = own["modes_found"](made.numpy(), own["circle"].numpy(), 0.3, 10)[0]
                value = float(d_loss(fixed[0], made)) * (1 if way == "logits" else -1)
                found.append((value, carried(fixed[0], made), modes_of))
        scores = D(G(torch.randn(128, 2, generator=generator)))
        g_adam.zero_grad()
        own["generator_loss" if way == "logits" else "lowered"](scores).backward()
        g_adam.step()
    return found


def print_wasserstein(seeds: int) -> None:
    """A row for each moment: what D's loss says, and how far the points are from the data."""
    own, moments = lesson_parts(0, "SEED = ", "def clouds"), [20, 100, 300, 600, 1200]
    generator = torch.Generator().manual_seed(0)
    floor = carried(own["clouds"](500, generator), own["clouds"](500, generator))
    print(f"two sets of 500 real points: {floor:.2f}")
    print("| game | steps of G | loss of D, or gap of scores | distance carried | modes of 8 |")
    print("| --- | --- | --- | --- | --- |")
    for way in ("logits", "penalty", "clipped"):
        games = [wasserstein_game(own, seed, way, moments) for seed in range(seeds)]
        for moment, *at in zip(moments, *games, strict=True):
            texts = [", ".join(f"{one[i]:.2f}" for one in at) for i in range(2)]
            modes_of = ", ".join(str(one[2]) for one in at)
            print(f"| {way} | {moment} | {' | '.join(texts)} | {modes_of} |", flush=True)


def digit_game(own: dict[str, Any], seed: int, tricks: str, steps: list[int]) -> list[float]:
    """FID of a DCGAN on digits after so many steps.

    tricks: of "class", "R1", "averaged" and "paper", which is the paper's rate and beta1
    """
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    D, G, digits = own["ClassCritic"](), own["dcgan_generator"](42, [48], 1), own["digits"]
    averaged, found = copy.deepcopy(G), []
    rates, betas = (1e-3, 2e-3), (0.0, 0.99)
    if "paper" in tricks:
        rates, betas = (2e-4, 2e-4), (0.5, 0.999)
    d_adam, g_adam = (torch.optim.Adam(n.parameters(), r, betas) for n, r in zip((D, G), rates))
    for step in range(max(steps)):
        rows = torch.randint(len(digits), (64,), generator=generator)
        y = own["train_labels"][rows] * ("class" in tricks)  # all 0: nobody is told anything
        noises = [torch.randn(64, 32, generator=generator) for _ in range(2)]
        punish = "R1" in tricks and step % 4 == 0

        def d_loss(of_real: Any, of_fake: Any, rows: Any = rows, y: Any = y) -> Any:
            punished = 2 * own["steepness"](D, digits[rows], y) if punish else 0.0  # noqa: B023
            return own["discriminator_loss"](of_real, of_fake) + punished

        pair = tuple(own["with_class"](noise, y) for noise in noises)
        told = own["ToldClass"](D, y)
        own["gan_step"](digits[rows], pair, told, G, d_adam, g_adam, d_loss, own["generator_loss"])
        with torch.no_grad():
            for mean, now in zip(averaged.state_dict().values(), G.state_dict().values()):
                mean.lerp_(now, 0.02) if mean.is_floating_point() else mean.copy_(now)
        if step + 1 in steps:
            found.append(digit_fid(own, averaged if "averaged" in tricks else G, tricks))
    return found


def digit_fid(own: dict[str, Any], G: nn.Module, tricks: str) -> float:
    """FID of 200 drawn digits, twenty of each class where it is told."""
    asked = torch.arange(200) % 10 * ("class" in tricks)
    noise = torch.randn(200, 32, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        drawn = copy.deepcopy(G).eval()(own["with_class"](noise, asked))
    return float(own["frechet_distance"](own["known"], own["features"](drawn)))


def print_dcgan(seeds: int) -> None:
    """A row for each set of tricks: FID after 350 and 1,000 steps, lowest to highest."""
    steps = [350, 1000]
    print("| DCGAN on digits | 350 steps | 1,000 |\n| --- | --- | --- |")
    parts = "SEED = ", "def fit(", "judge = ", "class ClassCritic", "class ToldClass"
    own = [lesson_parts(seed, *parts) for seed in range(seeds)]
    for tricks in ("paper", "", "class R1 averaged", "class", "class R1"):
        runs = [digit_game(one, seed, tricks, steps) for seed, one in enumerate(own)]
        cells = [spread(list(column)) for column in zip(*runs, strict=True)]
        print(f"| {tricks or 'nothing'} | {' | '.join(cells)} |", flush=True)


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
    parser.add_argument("what", choices=["clouds", "wasserstein", "dcgan", "table"])
    parser.add_argument("--seeds", type=int, default=0)
    options = parser.parse_args()
    torch.set_num_threads(1)
    prints = {"clouds": print_clouds, "wasserstein": print_wasserstein}
    prints |= {"dcgan": print_dcgan, "table": print_table}
    prints[options.what](options.seeds or (5 if options.what == "clouds" else 3))


if __name__ == "__main__":
    main()
