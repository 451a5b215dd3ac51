"""CIFAR-10's files, brought together from what is given, and in the form that the peer reads."""

import importlib.util
import shutil
from collections.abc import Sequence
from pathlib import Path

import torch

from course_lib import data
from course_lib.data.cifar10_files import BATCHES, CLASSES, FOLDER
from course_lib.errors import CourseError

NAMES = [name for names in BATCHES.values() for name in names]


def gather(sources: Sequence[Path], keep: Path) -> list[str]:
    """Takes files that are not kept yet from the sources; returns the names of those still missing.

    sources: folders: the official one, one that holds it, or one with a codec.py
    """
    # All goes under another name first: what was cut short must not count as the file.
    target = keep / FOLDER
    target.mkdir(parents=True, exist_ok=True)
    for source in sources:
        codec = source / "codec.py"
        if codec.is_file():
            if missing(keep):
                _run_codec(codec, source, target)
            continue
        official = source / FOLDER if (source / FOLDER).is_dir() else source
        found = [official / name for name in missing(keep) if (official / name).is_file()]
        if not found and not official.is_dir():
            raise CourseError(f"{source} is no folder.")
        for path in found:
            shutil.copyfile(path, target / f".{path.name}")
            (target / f".{path.name}").replace(target / path.name)
    return missing(keep)


def missing(keep: Path) -> list[str]:
    """The official files that are not kept."""
    return [name for name in NAMES if not (keep / FOLDER / name).is_file()]


def _run_codec(codec: Path, source: Path, target: Path) -> None:
    """The code comes from whoever runs the kit, as the kit itself does."""
    spec = importlib.util.spec_from_file_location("codec", codec)
    if spec is None or spec.loader is None:
        raise CourseError(f"{codec} cannot be loaded.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    unpacked = target / ".unpacked"
    module.unpack(str(source), str(unpacked))
    for path in unpacked.iterdir():
        path.replace(target / path.name)


def for_peer(folder: Path, *, random: bool, count: int = 50_000) -> None:
    """Writes train.pt and test.pt as airbench does after its download; random: just the shapes."""
    folder.mkdir(parents=True, exist_ok=True)
    for split in BATCHES:
        size = count if split == "train" else count // 5
        if random:
            images = torch.randint(256, (size, 32, 32, 3), dtype=torch.uint8)
            labels = torch.randint(10, (size,))
        else:
            whole = data.cifar10(split)
            images = torch.from_numpy(whole.images).permute(0, 2, 3, 1).contiguous()
            labels = torch.from_numpy(whole.labels)
        content = {"images": images, "labels": labels, "classes": list(CLASSES)}
        torch.save(content, folder / f"{split}.pt")
