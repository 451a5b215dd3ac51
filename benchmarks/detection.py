"""Lesson 13's recorded runs: detectors over seeds, squared losses, three kinds of detectors.

    python benchmarks/detection.py train [--seeds 3]
    python benchmarks/detection.py squared [--seeds 3]
    python benchmarks/detection.py three

Each prints a markdown table. Targets, losses, boxes and mAP are those of the lesson's own answers;
one thread; processor time.
"""

import argparse
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from autograder.lesson.answers import answers_of as answers_of
from course_lib import data, pretrained

ROOT = Path(__file__).parents[1]
OWN = answers_of(ROOT, "13_detection")
TEST = 300
Loss: TypeAlias = Callable[[Tensor, Mapping[str, Tensor]], Tensor]


class FromTrunk(nn.Module):
    """The lesson's net: the trunk that ships, and two layers."""

    def __init__(self) -> None:
        super().__init__()
        self.trunk = pretrained.load("shapes")
        layers = [nn.MaxPool2d(2), nn.Conv2d(64, 96, 3, padding=1, bias=False)]
        self.head = nn.Sequential(*layers, nn.BatchNorm2d(96), nn.ReLU(), last(96))

    def forward(self, x: Tensor) -> Tensor:
        """(N, 3, 64, 64) in [0, 1] -> (N, 15, 8, 8)."""
        return self.head(self.trunk.features((x - self.trunk.mean) / self.trunk.std))


def last(channels: int) -> nn.Conv2d:
    """The last layer, which begins with nearly empty cells."""
    layer = nn.Conv2d(channels, 15, 1)
    nn.init.normal_(layer.weight, std=0.01)
    nn.init.zeros_(layer.bias)
    layer.bias.data[0] = -2.5
    return layer


def fast_net() -> nn.Module:
    """A net without transfer, which goes down earlier: less than half the time for a batch."""

    def conv(channels: int, filters: int, stride: int = 1) -> list[nn.Module]:
        layer = nn.Conv2d(channels, filters, 3, stride, 1, bias=False)
        return [layer, nn.BatchNorm2d(filters), nn.ReLU()]

    maps = [*conv(3, 16, 2), *conv(16, 32), nn.MaxPool2d(2), *conv(32, 64), *conv(64, 64, 2)]
    return nn.Sequential(nn.BatchNorm2d(3, affine=False), *maps, *conv(64, 96), last(96))


@cache
def training_set(count: int) -> tuple[Tensor, dict[str, Tensor]]:
    """Pixels (count, 3, 64, 64) uint8, and the targets of their cells."""
    pictures = data.draw_object_pictures(count, seed=1)
    made = [OWN["cell_targets"](b, k, 8, 8) for b, k in zip(pictures.boxes, pictures.labels)]
    target = {key: torch.from_numpy(np.stack([one[key] for one in made])) for key in made[0]}
    target["sides"] = target["sides"].float()
    return torch.from_numpy(pictures.images), target


def trained(
    net: nn.Module, loss_of: Loss, steps: int, seed: int, count: int, size: int = 32
) -> float:
    """Train on batches of `size`, the rate rising and falling once; returns processor seconds."""
    pixels, target = training_set(count)
    began = time.process_time()
    net.train().to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(net.parameters(), lr=3e-3, weight_decay=0.01)
    plan = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=steps, pct_start=0.25)
    rng = np.random.default_rng(seed)
    for _ in range(steps):
        batch = rng.choice(len(pixels), size, replace=False)
        raw = net((pixels[batch] / 255).to(memory_format=torch.channels_last))
        loss = loss_of(raw, {key: values[batch] for key, values in target.items()})
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        plan.step()
    return time.process_time() - began


def own_nms(boxes: Any, scores: Any, labels: Any, threshold: float) -> list[int]:
    """The lesson's answer with its own IoU."""
    return list(OWN["nms"](boxes, scores, labels, threshold, OWN["iou"]))


def raw_answers(net: nn.Module, images: Any) -> Any:
    """(N, 15, 8, 8) float64."""
    with torch.no_grad():
        parts = [net.eval()(one / 255) for one in torch.from_numpy(images).split(50)]
    return torch.cat(parts).double().numpy()


def scored(found: Sequence[Any], pictures: Any) -> tuple[float, float]:
    """mAP50 and mAP75."""
    due = [{"boxes": b, "labels": k} for b, k in zip(pictures.boxes, pictures.labels)]
    mean = OWN["mean_average_precision"]
    return mean(found, due, [0.5], OWN["iou"]), mean(found, due, [0.75], OWN["iou"])


def squared_loss(boxes: bool, objects: bool, classes: bool) -> Loss:
    """YOLO's squared errors, each part replaced by the lesson's where it is True."""

    def loss_of(raw: Tensor, target: Mapping[str, Tensor]) -> Tensor:
        found = target["object"]
        cells, number = raw.permute(0, 2, 3, 1)[found], found.sum()
        if objects:
            dense = functional.binary_cross_entropy_with_logits(
                raw[:, 0], found.float(), reduction="sum"
            )
        else:
            weights = torch.where(found, 1.0, 0.5)
            dense = (weights * (torch.sigmoid(raw[:, 0]) - found.float()) ** 2).sum()
        due, sides = target["sides"][found], functional.softplus(cells[:, 1:5] + 1)
        if boxes:
            nearer = torch.minimum(sides, due)
            both = (nearer[:, :2] + nearer[:, 2:]).clamp(min=0).prod(dim=1)
            areas = [(one[:, :2] + one[:, 2:]).prod(dim=1) for one in (sides, due)]
            overlap = both / (areas[0] + areas[1] - both)
            where = 2 * (1 - overlap.mean() + functional.smooth_l1_loss(sides, due))
        else:
            where = 5 * ((sides / 8 - due / 8) ** 2).sum(dim=1).mean()
        hot = functional.one_hot(target["label"][found], 10).float()
        if classes:
            what = functional.cross_entropy(cells[:, 5:], target["label"][found])
        else:
            what = ((cells[:, 5:].softmax(dim=1) - hot) ** 2).sum(dim=1).mean()
        return dense / number + where + what

    return loss_of


def linear_loss(raw: Tensor, target: Mapping[str, Tensor]) -> Tensor:
    """Squared errors of the outputs as they are, as the first YOLO has them."""
    found = target["object"]
    cells, number = raw.permute(0, 2, 3, 1)[found], found.sum()
    weights = torch.where(found, 1.0, 0.5)
    dense = (weights * (raw[:, 0] - found.float()) ** 2).sum()
    where = 5 * ((cells[:, 1:5] / 8 - target["sides"][found] / 8) ** 2).sum()
    hot = functional.one_hot(target["label"][found], 10).float()
    return (dense + where + ((cells[:, 5:] - hot) ** 2).sum()) / number


def as_logits(raw: Any) -> Any:
    """Outputs trained by `linear_loss` in the form that the lesson's `detections` decodes."""
    sure, sides = np.clip(raw[:, :1], 1e-4, 1 - 1e-4), np.maximum(raw[:, 1:5], 1e-3)
    classes = np.log(np.clip(raw[:, 5:], 1e-4, None))
    return np.hstack([np.log(sure / (1 - sure)), np.log(np.expm1(sides)) - 1, classes])


def run(
    make: Callable[[], nn.Module],
    loss_of: Loss,
    steps: int,
    seeds: int,
    name: str,
    read: Callable[[Any], Any] = np.asarray,
    size: int = 32,
) -> None:
    """A row of the table: seconds, mAP50 and mAP75 of each seed."""
    pictures, rows = data.draw_object_pictures(TEST, seed=2), []
    for seed in range(seeds):
        torch.manual_seed(seed)
        net = make()
        spent = trained(net, loss_of, steps, seed, 2000 if make is FromTrunk else 4000, size)
        found = [
            OWN["detections"](one, 8, 0.05, 0.45, own_nms)
            for one in read(raw_answers(net, pictures.images))
        ]
        rows.append((spent, *scored(found, pictures)))
    seconds, fifty, tight = zip(*rows)
    shown = [", ".join(f"{one:.2f}" for one in column) for column in (fifty, tight)]
    print(f"| {name} | {steps} | {np.mean(seconds):.0f} | {shown[0]} | {shown[1]} |", flush=True)


HEAD = "| | steps | s | mAP50 | mAP75 |\n| --- | --- | --- | --- | --- |"


def train(seeds: int) -> None:
    """From the trunk that ships, and from scratch."""
    print(HEAD)
    run(FromTrunk, OWN["detector_loss"], 160, seeds, "from the trunk that ships")
    run(fast_net, OWN["detector_loss"], 600, seeds, "from scratch, batches of 32")
    run(fast_net, OWN["detector_loss"], 1100, seeds, "from scratch, batches of 16", size=16)


def squared(seeds: int) -> None:
    """One part after the other in the place of its square."""
    print(HEAD)
    run(fast_net, linear_loss, 200, seeds, "all squared, outputs as they are", as_logits)
    for name, parts in {
        "all squared, after sigmoid, softplus and softmax": (False, False, False),
        "as the second, boxes by IoU and smooth L1": (True, False, False),
        "as the second, objectness by cross-entropy": (False, True, False),
        "as the second, classes by cross-entropy": (False, False, True),
        "the lesson's loss": (True, True, True),
    }.items():
        run(fast_net, squared_loss(*parts), 200, seeds, name)


def three() -> None:
    """Windows, two stages, one look: milliseconds a picture and mAP50."""
    pictures, trunk = data.draw_object_pictures(TEST, seed=2), pretrained.load("shapes")
    torch.manual_seed(0)
    net = FromTrunk()
    trained(net, OWN["detector_loss"], 160, 0, 2000)
    print("| | ms a picture | mAP50 |\n| --- | --- | --- |")

    def one_look(image: Any) -> Any:
        return OWN["detections"](raw_answers(net, image[None])[0], 8, 0.05, 0.45, own_nms)

    def named(crops: Tensor, boxes: Any, sure: Any, least: float) -> Any:
        with torch.no_grad():
            chances, labels = trunk(crops).softmax(dim=1).max(dim=1)
        scores = chances.double().numpy() * sure
        some = scores > least
        boxes, scores, labels = boxes[some], scores[some], labels.numpy()[some]
        stay = own_nms(boxes, scores, labels, 0.3)
        return {"boxes": boxes[stay], "scores": scores[stay], "labels": labels[stay]}

    def windows(image: Any) -> Any:
        crops, boxes = [], []
        for side in (22, 30, 40):
            parts = torch.from_numpy(image)[None].float().div(255).unfold(2, side, 4)
            parts = parts.unfold(3, side, 4)
            down, across = parts.shape[2:4]
            flat = parts.permute(0, 2, 3, 1, 4, 5).reshape(-1, 3, side, side)
            crops.append(functional.interpolate(flat, size=(32, 32), mode="bilinear"))
            corners = [(4 * j, 4 * i) for i in range(down) for j in range(across)]
            rim = side * 0.15  # the classifier's pictures show some ground round an object
            boxes += [(x + rim, y + rim, x + side - rim, y + side - rim) for x, y in corners]
        return named(torch.cat(crops), np.array(boxes), 1.0, 0.5)

    def two_stages(image: Any) -> Any:
        raw = raw_answers(net, image[None])[0]
        raw[5:] = 0  # its classes are not used
        some = OWN["detections"](raw, 8, 0.005, 0.45, own_nms)
        boxes = some["boxes"][:20]
        centre, size = (boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2]
        half = 0.7 * size.max(axis=1, keepdims=True)
        regions = np.hstack([0 * half, centre - half, centre + half])
        crops = OWN["roi_align"](image[None] / 255, regions, (32, 32))
        return named(torch.from_numpy(crops).float(), boxes, 10 * some["scores"][:20], 0.01)

    for name, detect in (("windows", windows), ("two-stage", two_stages), ("one look", one_look)):
        began = time.process_time()
        found = [detect(image) for image in pictures.images]
        spent = (time.process_time() - began) / len(found) * 1000
        print(f"| {name} | {spent:.1f} | {scored(found, pictures)[0]:.2f} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("train", "squared", "three"))
    parser.add_argument("--seeds", type=int, default=3)
    given = parser.parse_args()
    torch.set_num_threads(1)
    if given.what == "three":
        three()
    else:
        {"train": train, "squared": squared}[given.what](given.seeds)


if __name__ == "__main__":
    main()
