"""Lesson 08's recorded runs: plain and residual nets by depth, and six architectures trained alike.

    python benchmarks/architectures.py depth [--dataset shapes] [--epochs 8] [--seeds 3]
    python benchmarks/architectures.py six [--dataset shapes] [--epochs 8] [--seeds 3]

Prints a markdown table. The nets of `depth` are made by the lesson's own answer, for pictures of
half the side, as in the lesson; one thread.
"""

import argparse
import dataclasses
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from autograder.lesson.answers import answers_of as answers_of
from course_lib import data, oracle

ROOT = Path(__file__).parents[1]
DEPTHS = (8, 20, 32)


def own_answers() -> dict[str, Any]:
    """What the answers of lesson 08 define."""
    return answers_of(ROOT, "08_architectures")


def conv(channels: int, filters: int, kernel: int = 3, stride: int = 1, groups: int = 1) -> Any:
    """A convolution that keeps the size at stride 1, batch norm, ReLU."""
    layer = nn.Conv2d(channels, filters, kernel, stride, kernel // 2, groups=groups, bias=False)
    return nn.Sequential(layer, nn.BatchNorm2d(filters), nn.ReLU())


class Beside(nn.Module):
    """Branches on one input, side by side along the channels."""

    def __init__(self, *branches: nn.Module) -> None:
        super().__init__()
        self.branches = nn.ModuleList(branches)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.cat([branch(x) for branch in self.branches], dim=1)


def head(channels: int) -> list[nn.Module]:
    """Global average pooling and a dense layer."""
    return [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 10)]


def lenet() -> nn.Module:
    """After LeNet-5: two 5x5 convolutions with pools, three dense layers; ReLU for its tanh."""
    pool = nn.MaxPool2d(2)
    first = [nn.Conv2d(3, 6, 5), nn.ReLU(), pool, nn.Conv2d(6, 16, 5), nn.ReLU(), pool]
    dense = [nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10)]
    return nn.Sequential(*first, nn.Flatten(), *dense)


def vgg() -> nn.Module:
    """After VGG: pairs of 3x3, pools, two dense layers."""
    stages = [conv(3, 16), conv(16, 16), nn.MaxPool2d(2), conv(16, 32), conv(32, 32)]
    stages += [nn.MaxPool2d(2), conv(32, 64), conv(64, 64), nn.MaxPool2d(2), nn.Flatten()]
    return nn.Sequential(*stages, nn.Linear(1024, 128), nn.ReLU(), nn.Linear(128, 10))


def all_conv() -> nn.Module:
    """The same convolutions with strides for pools and a global average for the dense layers."""
    stages = [conv(3, 16), conv(16, 16, stride=2), conv(16, 32), conv(32, 32, stride=2)]
    return nn.Sequential(*stages, conv(32, 64), conv(64, 64, stride=2), *head(64))


def inception() -> nn.Module:
    """After GoogLeNet: three modules of four branches."""

    def module(channels: int, width: int) -> nn.Module:
        thin = width // 2
        pool = nn.Sequential(nn.MaxPool2d(3, 1, 1), conv(channels, width, 1))
        three = nn.Sequential(conv(channels, thin, 1), conv(thin, width))
        five = nn.Sequential(conv(channels, thin, 1), conv(thin, width, 5))
        return Beside(conv(channels, width, 1), three, five, pool)

    stages = [conv(3, 16), module(16, 8), nn.MaxPool2d(2), module(32, 16), nn.MaxPool2d(2)]
    return nn.Sequential(*stages, module(64, 32), *head(128))


def separable() -> nn.Module:
    """After MobileNet: depthwise 3x3, then 1x1."""

    def pair(channels: int, filters: int, stride: int = 1) -> list[nn.Module]:
        return [conv(channels, channels, 3, stride, channels), conv(channels, filters, 1)]

    stages = [conv(3, 16), *pair(16, 32, 2), *pair(32, 32), *pair(32, 64, 2), *pair(64, 64)]
    return nn.Sequential(*stages, *pair(64, 128, 2), *head(128))


def cost(net: nn.Module) -> tuple[int, int]:
    """Parameters, and multiplications for an image of 32 x 32, as PyTorch counts them."""
    from torch.utils.flop_counter import FlopCounterMode

    net.eval()
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        net(torch.zeros(1, 3, 32, 32))
    return sum(one.numel() for one in net.parameters()), counter.get_total_flops() // 2


def run(make: Callable[[], nn.Module], sets: Any, epochs: int, seed: int) -> tuple[float, float]:
    """Training and test accuracy in per cent after so many epochs."""
    torch.manual_seed(seed)
    net = make().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    train_set = sets[0]
    oracle.nets.fit_modules(net, train_set.images, train_set.labels, epochs, seed=seed)
    found = [100 * oracle.nets.accuracy(net, one.images, one.labels) for one in sets]
    return found[0], found[1]


def spread(values: list[float]) -> str:
    """Each, lowest first, and their mean."""
    every = ", ".join(f"{one:.1f}" for one in sorted(values))
    return f"{every} (mean {sum(values) / len(values):.1f})"


def halved(images: Any) -> Any:
    """Means of 2 x 2 pixels; images: (N, C, H, W) uint8."""
    N, C, H, W = images.shape
    means = images.reshape(N, C, H // 2, 2, W // 2, 2).mean(axis=(3, 5))
    return means.round().astype(np.uint8)


def print_depths(sets: Any, epochs: int, seeds: int) -> None:
    """A row for each depth and kind."""
    answers = own_answers()
    sets = [dataclasses.replace(one, images=halved(one.images)) for one in sets]
    print("| layers | shortcuts | training accuracy (%) | test accuracy (%) |")
    print("| --- | --- | --- | --- |")
    for depth in DEPTHS:
        for name, way in {"none": "none", "zeros": answers["zero_shortcut"]}.items():

            def make(depth: int = depth, way: Any = way) -> nn.Module:
                net: nn.Module = answers["resnet"](depth, 8, shortcut=way)
                return net

            pairs = [run(make, sets, epochs, seed) for seed in range(seeds)]
            columns = [spread(list(values)) for values in zip(*pairs)]
            print(f"| {depth} | {name} | {' | '.join(columns)} |", flush=True)


def print_six(sets: Any, epochs: int, seeds: int) -> None:
    """A row for each architecture."""
    makers: dict[str, Callable[[], nn.Module]] = {"LeNet": lenet, "VGG": vgg}
    makers |= {"all-convolutional": all_conv, "Inception": inception}
    makers |= {"ResNet-14": lambda: own_answers()["resnet"](14, 16), "separable": separable}
    print("| net | parameters | multiplications | test accuracy (%) |")
    print("| --- | --- | --- | --- |")
    for name, make in makers.items():
        parameters, products = cost(make())
        tests = [run(make, sets, epochs, seed)[1] for seed in range(seeds)]
        print(f"| {name} | {parameters:,} | {products:,} | {spread(tests)} |", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("depth", "six"))
    parser.add_argument("--dataset", default="shapes", choices=("shapes", "cifar10"))
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--images", type=int, default=3000)
    arguments = parser.parse_args()
    read = data.shapes if arguments.dataset == "shapes" else data.cifar10
    sets = read("train").take(arguments.images), read("test").take(1000)
    print_rows = print_depths if arguments.what == "depth" else print_six
    torch.set_num_threads(1)
    print_rows(sets, arguments.epochs, arguments.seeds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
