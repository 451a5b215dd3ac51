"""The scoreboard of the course: what each lesson's net reaches beside those of earlier lessons.

    python -m benchmarks.ladder [--seconds 45] [--seeds 3] [--write]

The same 10,000 training images and the same budget for each: so many seconds of processor time for
training, on one thread, with a learning rate that rises and falls once over the budget. Nearest
neighbours need none; what they choose (k) is chosen on images held out of the training set. Test
accuracy is of 2,000 images. CIFAR-10 is measured where it is found.

--write puts the numbers where the lessons' figure reads them, course_lib/data/scoreboard.json.
"""

import argparse
import json
import platform
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from benchmarks.speedrun import answers
from course_lib import data, speed
from course_lib.data import Images
from course_lib.files import write

NEIGHBOURS = (1, 3, 5, 8, 10, 12, 15, 20, 50, 100)
TRAIN, HELD_OUT, TEST, BATCH = 10_000, 1000, 2000, 100
WHERE = Path(__file__).parents[1] / "course_lib" / "data" / "scoreboard.json"


@dataclass(frozen=True)
class Rung:
    """One lesson's net, and its training's highest learning rate and weight decay."""

    lesson: str
    title: str
    net: Callable[[], nn.Module]
    rate: float
    decay: float


class Residual(nn.Module):
    """Two 3x3 convolutions with norms, and what came in; a projection where that does not fit."""

    def __init__(self, channels: int, filters: int, stride: int) -> None:
        super().__init__()
        self.branch = nn.Sequential(
            nn.Conv2d(channels, filters, 3, stride, 1, bias=False),
            nn.BatchNorm2d(filters),
            nn.ReLU(),
            nn.Conv2d(filters, filters, 3, 1, 1, bias=False),
            nn.BatchNorm2d(filters),
        )
        fits = stride == 1 and channels == filters
        one = nn.Conv2d(channels, filters, 1, stride, bias=False)
        self.way = nn.Identity() if fits else nn.Sequential(one, nn.BatchNorm2d(filters))

    def forward(self, x: Tensor) -> Tensor:
        added: Tensor = self.branch(x) + self.way(x)
        return added.relu()


def dense(*units: int) -> nn.Module:
    """So many units in each hidden layer, with ReLUs between."""
    layers: list[nn.Module] = [nn.Flatten()]
    for inputs, outputs in zip((3072, *units), (*units, 10)):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def convnet(*, norm: bool, dropout: float = 0.0) -> nn.Module:
    """Three 3x3 convolutions of 16, 32 and 64 filters, each with a pool."""
    layers: list[nn.Module] = []
    for inputs, filters in ((3, 16), (16, 32), (32, 64)):
        layers += [nn.Conv2d(inputs, filters, 3, padding=1)]
        layers += [nn.BatchNorm2d(filters)] if norm else []
        layers += [nn.ReLU(), nn.MaxPool2d(2)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Dropout(dropout), nn.Linear(1024, 10))


def resnet() -> nn.Module:
    """A convolution and a pool, three blocks of 16, 32 and 64 filters, and a global average."""
    front = (nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2))
    blocks = (Residual(16, 16, 1), Residual(16, 32, 2), Residual(32, 64, 2))
    return nn.Sequential(*front, *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


RUNGS = (
    Rung("02", "softmax regression", dense, 1e-3, 3.0),
    Rung("03", "two-layer net", lambda: dense(200), 1e-3, 0.5),
    Rung("04", "four-layer net", lambda: dense(200, 200, 200), 1e-3, 0.5),
    Rung("05", "ConvNet", lambda: convnet(norm=False), 3e-3, 0.05),
    Rung("06", "... with batch norm", lambda: convnet(norm=True), 3e-3, 0.05),
    Rung("07", "... and dropout", lambda: convnet(norm=True, dropout=0.2), 3e-3, 0.05),
    Rung("08", "residual net", resnet, 3e-3, 0.05),
)
NEAREST, RECIPE = ("01", "nearest neighbours"), ("15", "the recipe")


def knn(train: Images, test: Images, seed: int) -> float:
    """Test accuracy with the k that is best on held-out training images; L2 on raw pixels."""
    order = torch.from_numpy(np.random.default_rng(seed).permutation(len(train)))
    x, y = torch.from_numpy(train.images).float().flatten(1)[order], torch.from_numpy(train.labels)
    y = functional.one_hot(y[order], 10)

    def right(rows: Tensor, truth: Tensor, known: slice) -> dict[int, float]:
        nearest = torch.cdist(rows, x[known]).argsort(dim=1)[:, : max(NEIGHBOURS)]
        votes = y[known][nearest]
        return {
            k: (votes[:, :k].sum(1).argmax(1) == truth).float().mean().item() for k in NEIGHBOURS
        }

    held_out = right(x[:HELD_OUT], y[:HELD_OUT].argmax(1), slice(HELD_OUT, None))
    best = max(NEIGHBOURS, key=lambda k: held_out[k])
    rows = torch.from_numpy(test.images).float().flatten(1)
    return right(rows, torch.from_numpy(test.labels), slice(None))[best]


def trained(rung: Rung, train: Images, test: Images, seed: int, seconds: float) -> float:
    """Test accuracy after so many seconds of processor time: AdamW, one cycle of the rate."""
    torch.manual_seed(seed)
    net = rung.net()
    x, y = torch.from_numpy(train.images).float(), torch.from_numpy(train.labels)
    mean = x.mean(dim=0)
    x, scale = x - mean, (x[:5000] - mean).std()
    optimiser = torch.optim.AdamW(net.parameters(), lr=rung.rate, weight_decay=rung.decay)
    net.train()
    begun, done = time.process_time(), 0.0
    while done < 1:
        for rows in torch.randperm(len(x))[: len(x) // BATCH * BATCH].split(BATCH):
            for group in optimiser.param_groups:
                group["lr"] = rung.rate * min(done / 0.3, (1 - done) / 0.7)
            optimiser.zero_grad()
            functional.cross_entropy(net(x[rows] / scale), y[rows]).backward()
            optimiser.step()
            done = (time.process_time() - begun) / seconds
            if done >= 1:
                break
    net.eval()
    with torch.no_grad():
        parts = (torch.from_numpy(test.images).float() - mean).split(500)
        guesses = torch.cat([net(part / scale).argmax(1) for part in parts])
    return (guesses == torch.from_numpy(test.labels)).float().mean().item()


def recipe(train: Images, test: Images, seed: int, seconds: float) -> float:
    """Lesson 15's `small` recipe, with as many epochs as fit into the budget."""
    small = speed.RECIPES["small"]
    begun = time.process_time()
    speed.train(replace(small, epochs=0.5), answers(), train, test, device="cpu", seed=seed)
    epochs = max(0.5, round(seconds / (time.process_time() - begun)) / 2)
    run = speed.train(
        replace(small, epochs=epochs), answers(), train, test, device="cpu", seed=seed
    )
    return float(run.accuracy)


def measured(train: Images, test: Images, seeds: int, seconds: float) -> list[dict[str, object]]:
    """Each rung's accuracies in per cent; printed as they come."""
    rows = []
    works: list[tuple[tuple[str, str], Callable[[int], float]]] = [
        (NEAREST, lambda seed: knn(train, test, seed)),
        *(
            (
                (one.lesson, one.title),
                lambda seed, one=one: trained(one, train, test, seed, seconds),
            )
            for one in RUNGS
        ),
        (RECIPE, lambda seed: recipe(train, test, seed, seconds)),
    ]
    for (lesson, title), work in works:
        scores = [round(100 * work(seed), 2) for seed in range(seeds)]
        rows.append({"lesson": lesson, "title": title, "accuracies": scores})
        low, high = min(scores), max(scores)
        print(
            f"| {lesson} | {title} | {train.name} | {statistics.mean(scores):.1f} "
            f"| {low:.1f} to {high:.1f} |",
            flush=True,
        )
    return rows


def main() -> None:
    """Measure, print, and write where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seconds", type=float, default=45, help="of processor time, for training")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--only", choices=["shapes", "cifar10"])
    parser.add_argument("--write", action="store_true", help=f"write {WHERE.name}")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    sets = []
    if asked.only != "cifar10":
        sets.append((data.shapes("train"), data.shapes("test")))
    if asked.only != "shapes":
        if data.cifar10_folder() is None:
            print("CIFAR-10 is not found (data/README.md): shapes alone.", file=sys.stderr)
        else:
            sets.append((data.cifar10("train"), data.cifar10("test")))
    print("| lesson | classifier | set | test accuracy, % | lowest to highest |")
    print("| --- | --- | --- | --- | --- |")
    how = {"seconds": asked.seconds, "images": TRAIN, "test": TEST, "torch": torch.__version__}
    how["python"] = platform.python_version()
    for train, test in sets:
        rows = measured(train.take(TRAIN), test.take(TEST), asked.seeds, asked.seconds)
        if asked.write:
            before = json.loads(WHERE.read_text("utf-8")) if WHERE.is_file() else {}
            # Runs of another kind do not stand beside these.
            kept = before["rows"] if before.get("how") == how else {}
            found = {"how": how, "rows": {**kept, train.name: rows}}
            write(WHERE, json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
