"""Lesson 12's recorded numbers: how far maps can be trusted, and what repainting does.

    python benchmarks/visualizing.py faithful [--scenes 300] [--seeds 5]
    python benchmarks/visualizing.py colour [--scenes 1000] [--seeds 3]

Prints a markdown table. Maps are made by the lesson's own answers; one thread.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn.functional import interpolate

from autograder.lesson.answers import answers_of
from course_lib import data, oracle, pretrained

ROOT = Path(__file__).parents[1]
Method = Callable[[torch.Tensor, torch.Tensor, Any], torch.Tensor]


def methods() -> dict[str, Method]:
    """Four of the lesson's ways to ask which part of a picture mattered."""
    answers = answers_of(ROOT, "12_visualizing")

    def occluded(X: torch.Tensor, y: torch.Tensor, model: Any) -> torch.Tensor:
        occlusion = answers["occlusion_map"]
        return torch.stack(
            [occlusion(x, int(k), model, (8, 8), 4, 0.5) for x, k in zip(X, y, strict=True)]
        )

    def cam(X: torch.Tensor, y: torch.Tensor, model: Any) -> torch.Tensor:
        heat = answers["grad_cam"](X, y, model, "features.19")
        return interpolate(heat[:, None], X.shape[2:], mode="bilinear")[:, 0]

    return {
        "occlusion": occluded,
        "saliency": answers["compute_saliency_maps"],
        "guided": oracle.visual.guided_saliency,
        "Grad-CAM": cam,
    }


def spread(values: list[float]) -> str:
    """Lowest to highest."""
    return f"{min(values):.2f} to {max(values):.2f}"


def as_input(scenes: data.Scenes) -> torch.Tensor:
    """Pictures of scenes as the nets take them, (N, 3, 32, 32) in [0, 1]."""
    return torch.from_numpy(data.render(scenes).images) / 255


def print_faithful(count: int, seeds: int) -> None:
    """A row for each method: the trained net beside nets with random weights."""
    scenes = data.draw_scenes(count, seed=12)
    rendered, labels = data.render(scenes), torch.from_numpy(scenes.labels)
    nets = [pretrained.load("shapes")]
    for seed in range(seeds):
        torch.manual_seed(seed)
        nets.append(pretrained.empty("shapes").eval())
    print(f"An even map has {rendered.masks.mean():.3f} inside.")
    print("| method | inside, trained | inside, random | pointing, trained | pointing, random |")
    print("| --- | --- | --- | --- | --- |")
    for name, method in methods().items():
        maps = [method(as_input(scenes), labels, net).numpy() for net in nets]
        inside = [float(oracle.visual.share_inside(m, rendered.masks).mean()) for m in maps]
        points = [oracle.visual.pointing_game(m, rendered.boxes) for m in maps]
        row = (f"{inside[0]:.2f}", spread(inside[1:]), f"{points[0]:.2f}", spread(points[1:]))
        print(f"| {name} | {' | '.join(row)} |", flush=True)


def painted(scenes: data.Scenes, colour: Any) -> data.Scenes:
    """The same scenes with other colours of the object, on a ground of another colour."""
    ground = np.where(scenes.backdrop == colour, (colour + 5) % 12, scenes.backdrop)
    return scenes.replace(colour=colour, backdrop=ground)


def colour_net(seed: int) -> pretrained.BasicNet:
    """A net trained on 4,000 scenes whose colour is their class."""
    scenes = data.draw_scenes(4000, seed=100)
    torch.manual_seed(seed)
    net = pretrained.BasicNet((8, 8, 16, 16, 32, 32))
    images = data.render(painted(scenes, scenes.labels)).images
    oracle.nets.fit_modules(net, images, scenes.labels, epochs=4, seed=seed)
    net.mean, net.std = torch.full((3, 1, 1), 0.5), torch.full((3, 1, 1), 0.5)
    return net.eval()


def print_colour(count: int, seeds: int) -> None:
    """A row for each net and seed: before and after the objects are repainted."""
    scenes = data.draw_scenes(count, seed=12)
    print("| net | seed | right (%) | right, repainted (%) | changed (%) | follows colour (%) |")
    print("| --- | --- | --- | --- | --- | --- |")
    for seed in range(seeds):
        shift = np.random.default_rng(seed).integers(1, 10, size=count)
        other = (scenes.labels + shift) % 10
        moved = as_input(painted(scenes, other))
        for name, net, before in (
            ("ordinary", pretrained.load("shapes"), as_input(scenes)),
            ("colour", colour_net(seed), as_input(painted(scenes, scenes.labels))),
        ):
            with torch.no_grad():
                first, then = (net(x).argmax(dim=1).numpy() for x in (before, moved))
            found = (first == scenes.labels, then == scenes.labels, first != then, then == other)
            shares = " | ".join(f"{100 * one.mean():.1f}" for one in found)
            print(f"| {name} | {seed} | {shares} |", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("faithful", "colour"))
    parser.add_argument("--scenes", type=int, default=0)
    parser.add_argument("--seeds", type=int, default=0)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    if arguments.what == "faithful":
        print_faithful(arguments.scenes or 300, arguments.seeds or 5)
    else:
        print_colour(arguments.scenes or 1000, arguments.seeds or 3)
    return 0


if __name__ == "__main__":
    sys.exit(main())
