"""Train the nets that ship with the course, and say how well they do.

python benchmarks/pretrain.py [--only NAME] [--seeds 0 1 2] [--write]

Prints a line for each net and seed: test accuracy of the numbers as they ship, in float16, and the
processor seconds. `--write` puts the net of seed 0 into the folder of data and prints its SHA-256,
which belongs in `course_lib.pretrained.NETS`. One thread, so that a seed gives the same net on
the same machine; other processors round otherwise. CIFAR-10 is taken from COURSE_DATA; without it
its nets are left out. Some 200 s of one core for a net on shapes, 400 s on CIFAR-10.
"""

import argparse
import hashlib
import sys
import time
from pathlib import Path

import torch
from torch import Tensor, nn

from course_lib import data, files, pretrained
from course_lib.data import Images, draw_scenes, render

BATCH, RATE, DECAY, REACH = 128, 0.01, 0.02, 3
EPOCHS = {"shapes": 14, "cifar10": 11}
SCENES, SCENES_SEED = 20_000, 6174  # of shapes, other scenes than those of the lessons


def images_of(trained_on: str) -> tuple[tuple[Tensor, Tensor], Images] | None:
    """Images (N, 3, 32, 32) uint8 with labels, and the test set; None without CIFAR-10."""
    if trained_on == "shapes":
        scenes = draw_scenes(SCENES, SCENES_SEED)
        drawn = torch.from_numpy(render(scenes).images), torch.from_numpy(scenes.labels)
        return drawn, data.shapes("test")
    if data.cifar10_folder() is None:
        return None
    train = data.cifar10("train")
    return (torch.from_numpy(train.images), torch.from_numpy(train.labels)), data.cifar10("test")


def changed(images: Tensor, chance: torch.Generator) -> Tensor:
    """Each image mirrored or not, and moved by up to REACH pixels: (N, 3, H, W) float."""
    count, _, height, width = images.shape
    flips = torch.rand(count, 1, 1, 1, generator=chance) < 0.5
    images = nn.functional.pad(torch.where(flips, images.flip(3), images), (REACH,) * 4)
    moves = torch.randint(2 * REACH + 1, (2, count, 1), generator=chance)
    rows, columns = moves[0] + torch.arange(height), moves[1] + torch.arange(width)
    who = torch.arange(count)[:, None, None]
    moved = images.movedim(1, 3)[who, rows[:, :, None], columns[:, None, :]]
    return moved.movedim(3, 1).contiguous(memory_format=torch.channels_last)


def trained(name: str, images: Tensor, labels: Tensor, seed: int) -> pretrained.BasicNet:
    """AdamW with a one-cycle schedule on flipped and shifted images."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        net = pretrained.empty(name).to(memory_format=torch.channels_last)
    pixels = images[:10_000].float() / 255
    net.mean.copy_(pixels.mean((0, 2, 3))[:, None, None])
    net.std.copy_(pixels.std((0, 2, 3))[:, None, None])
    chance = torch.Generator().manual_seed(seed)
    steps = EPOCHS[pretrained.NETS[name].trained_on] * (len(images) // BATCH)
    adam = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(adam, RATE, total_steps=steps)
    order: list[Tensor] = []
    for _ in range(steps):
        if not order:
            whole = len(images) // BATCH * BATCH
            order = list(torch.randperm(len(images), generator=chance)[:whole].split(BATCH))
        rows = order.pop()
        adam.zero_grad()
        logits = net(changed(images[rows].float() / 255, chance))
        nn.functional.cross_entropy(logits, labels[rows]).backward()
        adam.step()
        schedule.step()
    return net.eval()


@torch.no_grad()
def accuracy(net: nn.Module, test: Images) -> float:
    """Share of the test images that the net gets right, in evaluation mode."""
    right = 0
    for images, labels in zip(
        torch.from_numpy(test.images).split(500), torch.from_numpy(test.labels).split(500)
    ):
        right += int((net(images.float() / 255).argmax(1) == labels).sum())
    return right / len(test)


def main() -> None:
    """Train, measure, print, and write where asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--only", choices=list(pretrained.NETS))
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    place = Path(__file__).resolve().parents[1] / "data"
    for name in [arguments.only] if arguments.only else list(pretrained.NETS):
        sets = images_of(pretrained.NETS[name].trained_on)
        if sets is None:
            print(f"{name}: CIFAR-10 is absent, name its folder in COURSE_DATA.", file=sys.stderr)
            continue
        (images, labels), test = sets
        for seed in arguments.seeds:
            start = time.process_time()
            content = pretrained.pack(trained(name, images, labels, seed))
            seconds = time.process_time() - start
            right = accuracy(pretrained.unpack(content, pretrained.empty(name)), test)
            size = f"{len(content) / 1000:.0f} kB"
            print(f"{name}, seed {seed}: {100 * right:.2f} %, {seconds:.0f} s, {size}", flush=True)
            if arguments.write and seed == 0:
                files.write(place / pretrained.file_name(name), content)
                print(f"  SHA-256 {hashlib.sha256(content).hexdigest()}", flush=True)


if __name__ == "__main__":
    main()
