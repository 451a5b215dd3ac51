"""Lesson 11's recorded runs: dates, captioners over seeds, a ViT beside a ConvNet.

    python benchmarks/captioning.py dates [--seeds 3]
    python benchmarks/captioning.py train [--seeds 3]
    python benchmarks/captioning.py middle [--seeds 2]
    python benchmarks/captioning.py transformer [--seeds 3]
    python benchmarks/captioning.py vit [--seeds 2] [--seconds 40]

Each prints a markdown table. Nets and steps are those of the lesson's own cells and answers; one
thread; processor time.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from autograder.lesson.answers import answers_of
from autograder.lesson.build import source_notebook
from autograder.lesson.lessons import lesson
from course_lib import data, pretrained

ROOT = Path(__file__).parents[1]
OWN = answers_of(ROOT, "11_captioning")


def experiments(*beginnings: str) -> None:
    """Run those of the lesson's experiments that define one of these names."""
    for cell in source_notebook(lesson(ROOT, "11_captioning")).cells:
        if cell.cell_type == "code" and any(f"\n{one}" in f"\n{cell.source}" for one in beginnings):
            exec(cell.source, OWN)


def dates(seeds: int) -> None:
    """Translators with and without attention, and other encoders."""
    experiments("dates, unseen", "def translate(")
    translate: Callable[..., tuple[float, Any, float]] = OWN["translate"]
    rows: tuple[tuple[str, bool, int, dict[str, int]], ...] = (
        ("attention", True, 250, {}),
        ("no attention", False, 250, {}),
        ("no attention, four times as many updates", False, 1000, {}),
        ("attention, the encoder reads one way only", True, 250, {"ways": 1}),
        ("attention, an encoder of two layers", True, 250, {"layers": 2}),
    )
    print("| net | updates | seconds | dates right |\n| --- | --- | --- | --- |")
    for name, attention, updates, settings in rows:
        runs = [translate(attention, updates, seed, **settings) for seed in range(seeds)]
        right = ", ".join(f"{share:.2f}" for share, *_ in runs)
        print(f"| {name} | {updates} | {np.mean([r[2] for r in runs]):.0f} | {right} |", flush=True)


def train(seeds: int) -> None:
    """The lesson's captioner, trained as there; and what its weights lie on."""
    experiments("NAMES = ", "def places_of", "UPDATES = ", "def captions_of", "def word_kind(")
    names = ("shape", "colour", "pattern", "ground")
    print(f"| seed | seconds | BLEU | {' | '.join(names)} | weight inside the mask, by chance |")
    print("| --- " * 8 + "|")
    free = OWN["unseen_free"]
    for seed in range(seeds):
        net, _, spent = OWN["train_captioner"](OWN["UPDATES"], seed)
        generated, looks = OWN["captions_of"](net, OWN["maps_test"])
        right = OWN["attribute_accuracy"](generated, free.captions)
        score = OWN["bleu_of"](generated, list(free.captions))
        inside = OWN["shares"](generated, looks, free.masks)
        shown = ", ".join(f"{kind} {a:.2f} and {b:.2f}" for kind, (a, b) in inside.items())
        numbers = " | ".join(f"{right[name]:.2f}" for name in names)
        print(f"| {seed} | {spent:.0f} | {score:.2f} | {numbers} | {shown} |", flush=True)


def middle(seeds: int) -> None:
    """The same on scenes whose objects are large and near the middle."""

    def drawn(count: int, seed: int, free: bool) -> data.CaptionedPictures:
        return data.draw_captioned(count, seed)

    OWN["data"] = SimpleNamespace(draw_captioned=drawn, scenes=data.scenes)
    train(seeds)


def transformer_captioner(seeds: int) -> None:
    """The lesson's transformer decoder in place of the LSTM: same maps, batches and updates."""
    experiments("NAMES = ", "def places_of", "UPDATES = ", "def captions_of", "class DecoderBlock")
    experiments("class TransformerCaptioner")
    names = ("shape", "colour", "pattern", "ground")
    print(f"| decoder | weights | seed | seconds | BLEU | {' | '.join(names)} |")
    print("| --- " * 9 + "|")
    captions = list(OWN["unseen_free"].captions)
    for decoder in ("LookingCaptioner", "TransformerCaptioner"):
        make = OWN[decoder]
        OWN["LookingCaptioner"] = make  # which train_captioner makes
        for seed in range(seeds):
            net, _, spent = OWN["train_captioner"](OWN["UPDATES"], seed)
            generated, _ = OWN["captions_of"](net.eval(), OWN["maps_test"])
            right = OWN["attribute_accuracy"](generated, captions)
            size = sum(p.numel() for p in net.parameters())
            numbers = " | ".join(f"{right[name]:.2f}" for name in names)
            score = OWN["bleu_of"](generated, captions)
            print(f"| {decoder} | {size:,} | {seed} | {spent:.0f} | {score:.2f} | {numbers} |")


def convnet() -> nn.Module:
    """The net that ships, untrained: 73 thousand numbers."""
    return pretrained.empty("shapes")


def transformer() -> nn.Module:
    """The reader's ViT: 4 x 4 patches, three blocks; 84 thousand numbers."""
    net: nn.Module = OWN["VisionTransformer"]((32, 32), 4, 3, (56, 3, 4, 112, 10))
    return net


def flipped(x: Tensor, rng: np.random.Generator) -> Tensor:
    """Mirrored at random, and moved by up to 3 pixels."""
    if rng.random() < 0.5:
        x = x.flip(3)
    moved = functional.pad(x, (3, 3, 3, 3), mode="replicate")
    i, j = rng.integers(7, size=2)
    return moved[:, :, i : i + 32, j : j + 32]


def vit(seeds: int, seconds: float) -> None:
    """Both nets for as many processor seconds, with and without augmentation."""
    known, new = data.shapes("train").take(10_000), data.shapes("test").take(2_000)
    print("| net | numbers | epochs | training accuracy | test accuracy |")
    print("| --- | --- | --- | --- | --- |")
    for name, make in (("ConvNet", convnet), ("ViT", transformer)):
        for augment in (False, True):
            runs = [classified(make, augment, seconds, seed, known, new) for seed in range(seeds)]
            size = sum(p.numel() for p in make().parameters())
            texts = [", ".join(f"{one:.2f}" for one in column) for column in list(zip(*runs))[1:]]
            label = f"{name}, augmented" if augment else name
            epochs = np.mean([run[0] for run in runs])
            print(f"| {label} | {size:,} | {epochs:.1f} | {' | '.join(texts)} |", flush=True)


def classified(
    make: Callable[[], nn.Module], augment: bool, seconds: float, seed: int, known: Any, new: Any
) -> tuple[float, float, float]:
    """Epochs, training and test accuracy after so many processor seconds of AdamW."""
    torch.manual_seed(seed)
    net, rng, steps = make().train(), np.random.default_rng(seed), 0
    adam = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=0.05)
    x, y = torch.from_numpy(known.images), torch.from_numpy(known.labels)
    began = time.process_time()
    while (share := (time.process_time() - began) / seconds) < 1:
        for group in adam.param_groups:
            group["lr"] = 3e-3 * min(1.0, 0.1 + 5 * share) * (1 - share)
        rows = rng.choice(len(x), 64, replace=False)
        batch = x[rows] / 255
        batch = flipped(batch, rng) if augment else batch
        loss: Any = functional.cross_entropy(
            net(batch - 0.5 if make is transformer else batch), y[rows]
        )
        adam.zero_grad()
        loss.backward()
        adam.step()
        steps += 1
    accuracies = []
    for images, labels in ((known.images[:2000], known.labels[:2000]), (new.images, new.labels)):
        whole: Any = torch.from_numpy(images)
        with torch.no_grad():
            parts = [p / 255 - (0.5 if make is transformer else 0) for p in whole.split(250)]
            found = torch.cat([net.eval()(part).argmax(dim=1) for part in parts])
        accuracies.append(float((found.numpy() == labels).mean()))
    return steps * 64 / len(x), accuracies[0], accuracies[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", choices=("dates", "train", "middle", "transformer", "vit"))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=40)
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    if chosen.run == "vit":
        vit(chosen.seeds, chosen.seconds)
    else:
        runs = {"dates": dates, "train": train, "middle": middle}
        runs |= {"transformer": transformer_captioner}
        runs[chosen.run](chosen.seeds)


if __name__ == "__main__":
    main()
