"""The ladder of the course: four classifiers, each better than the one before, on each data set.

python benchmarks/ladder.py [--cifar DIR | --packed DIR] [--seeds 3] [--threads 2]

Prints a markdown table: test accuracy in percent, mean over the seeds (lowest to highest), and the
wall time of one run with its training. A few minutes for shapes; CIFAR-10 takes five times as long.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from course_lib import data
from course_lib.data import Images

NEIGHBOURS = (1, 3, 5, 8, 10, 12, 15, 20, 50, 100)
BATCH = 100


def knn(train: Images, test: Images, seed: int) -> float:
    """The best of NEIGHBOURS on 500 test images, from 5,000 training images; L2 on raw pixels."""
    rng = np.random.default_rng(seed)
    chosen, asked = rng.permutation(len(train))[:5000], rng.permutation(len(test))[:500]
    x_train = torch.from_numpy(train.images[chosen]).float().flatten(1)
    x_test = torch.from_numpy(test.images[asked]).float().flatten(1)
    nearest = torch.cdist(x_test, x_train).argsort(dim=1)
    votes = nn.functional.one_hot(torch.from_numpy(train.labels[chosen]))[nearest]
    truth = torch.from_numpy(test.labels[asked])
    return max((votes[:, :k].sum(1).argmax(1) == truth).float().mean().item() for k in NEIGHBOURS)


def softmax(train: Images, test: Images, seed: int) -> float:
    """One linear layer, weight decay 3."""
    torch.manual_seed(seed)
    net = nn.Sequential(nn.Flatten(), nn.Linear(3072, 10))
    return trained(net, train, test, epochs=8, rate=1e-3, decay=3)


def two_layers(train: Images, test: Images, seed: int) -> float:
    """200 hidden units, dropout 0.5, weight decay 0.5."""
    torch.manual_seed(seed)
    net = nn.Sequential(
        nn.Flatten(), nn.Linear(3072, 200), nn.ReLU(), nn.Dropout(0.5), nn.Linear(200, 10)
    )
    return trained(net, train, test, epochs=10, rate=1e-3, decay=0.5)


def convnet(train: Images, test: Images, seed: int) -> float:
    """Three 3x3 convolutions of 16, 32 and 64 filters, batch norm, pooling; weight decay 0.05."""
    torch.manual_seed(seed)
    layers: list[nn.Module] = []
    for inputs, filters in ((3, 16), (16, 32), (32, 64)):
        layers += [nn.Conv2d(inputs, filters, 3, padding=1), nn.BatchNorm2d(filters), nn.ReLU()]
        layers += [nn.MaxPool2d(2)]
    net = nn.Sequential(*layers, nn.Flatten(), nn.Linear(1024, 10))
    return trained(net, train, test, epochs=6, rate=3e-3, decay=0.05)


def trained(
    net: nn.Module, train: Images, test: Images, *, epochs: int, rate: float, decay: float
) -> float:
    """Test accuracy after AdamW with a one-cycle schedule in batches of 100."""
    x, y = torch.from_numpy(train.images), torch.from_numpy(train.labels)
    mean = x.float().mean(dim=0)
    scale = (x[:5000].float() - mean).std()

    def logits(images: Tensor) -> Tensor:
        output: Tensor = net((images.float() - mean) / scale)
        return output

    optimiser = torch.optim.AdamW(net.parameters(), lr=rate, weight_decay=decay)
    steps = epochs * (len(x) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps)
    net.train()
    for _ in range(epochs):
        for rows in torch.randperm(len(x))[: len(x) // BATCH * BATCH].split(BATCH):
            optimiser.zero_grad()
            nn.functional.cross_entropy(logits(x[rows]), y[rows]).backward()
            optimiser.step()
            schedule.step()
    net.eval()
    with torch.no_grad():
        guesses = [logits(part).argmax(1) for part in torch.from_numpy(test.images).split(500)]
    return (torch.cat(guesses) == torch.from_numpy(test.labels)).float().mean().item()


RUNGS: dict[str, Callable[[Images, Images, int], float]] = {
    "nearest neighbours, best k, 5,000 to 500": knn,
    "softmax regression": softmax,
    "two-layer net": two_layers,
    "small ConvNet": convnet,
}


def cifar10(folder: Path | None, packed: Path | None) -> tuple[Images, Images] | None:
    """Both splits of CIFAR-10, None where it is absent."""
    with tempfile.TemporaryDirectory() as temporary:
        if packed:
            target = Path(temporary) / "cifar-10-batches-py"
            command = [sys.executable, str(packed / "codec.py"), "unpack", str(packed), str(target)]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            folder = Path(temporary)
        if folder:
            os.environ["COURSE_DATA"] = str(folder)
        if data.cifar10_folder() is None:
            return None
        return data.cifar10("train"), data.cifar10("test")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--cifar", type=Path, help="folder that holds cifar-10-batches-py")
    parser.add_argument("--packed", type=Path, help="folder of packed files with their codec.py")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", choices=["shapes", "cifar10"])
    arguments = parser.parse_args()

    torch.set_num_threads(arguments.threads)
    sets = []
    if arguments.only != "cifar10":
        sets.append((data.shapes("train"), data.shapes("test")))
    if arguments.only != "shapes":
        real = cifar10(arguments.cifar, arguments.packed)
        if real is None:
            print("CIFAR-10 is absent: name its folder with --cifar.", file=sys.stderr)
        else:
            sets.append(real)

    print("| set | trained on | classifier | test accuracy, % | lowest to highest | seconds |")
    print("| --- | --- | --- | --- | --- | --- |")
    for train, test in sets:
        for title, rung in RUNGS.items():
            start = time.perf_counter()
            scores = [100 * rung(train, test, seed) for seed in range(arguments.seeds)]
            seconds = (time.perf_counter() - start) / arguments.seeds
            count = 5000 if rung is knn else len(train)
            print(
                f"| {train.name} | {count:,} | {title} | {np.mean(scores):.1f} "
                f"| {min(scores):.1f} to {max(scores):.1f} | {seconds:.0f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
