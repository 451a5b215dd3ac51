"""The nets that ship with the course, by name: small, trained, and lent to figures; never graded.

`benchmarks/pretrain.py` trains them; data/README.md says on what, and how well they do.
"""

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from course_lib.data import folder
from course_lib.errors import CourseError


class BasicNet(nn.Module):
    """Convolutions with batch norm and ReLU, global average pooling, a linear layer.

    (N, 3, H, W) float in [0, 1] -> (N, classes) logits. The net scales its input itself, by the
    buffers `mean` and `std`, (3, 1, 1) each. After the second and the fourth convolution a max
    pool halves the maps. `features` is a Sequential, (N, 3, H, W) scaled -> (N, C, H / 4, W / 4).
    """

    mean: Tensor
    std: Tensor

    def __init__(self, widths: Sequence[int], kernel: int = 3, classes: int = 10) -> None:
        """widths: filters of each convolution; kernel: the side of the first ones, odd."""
        super().__init__()
        self.register_buffer("mean", torch.zeros(3, 1, 1))
        self.register_buffer("std", torch.ones(3, 1, 1))
        layers: list[nn.Module] = []
        inputs, side = 3, kernel
        for number, outputs in enumerate(widths, 1):
            layers += [nn.Conv2d(inputs, outputs, side, padding=side // 2, bias=False)]
            layers += [nn.BatchNorm2d(outputs), nn.ReLU()]
            if number in (2, 4):
                layers.append(nn.MaxPool2d(2))
            inputs, side = outputs, 3
        self.features = nn.Sequential(*layers)
        self.head = nn.Linear(inputs, classes)

    def embed(self, x: Tensor) -> Tensor:
        """What the linear layer sees: (N, 3, H, W) in [0, 1] -> (N, widths[-1])."""
        maps: Tensor = self.features((x - self.mean) / self.std)
        return maps.mean(dim=(2, 3))

    def forward(self, x: Tensor) -> Tensor:
        """Logits."""
        logits: Tensor = self.head(self.embed(x))
        return logits


@dataclass(frozen=True)
class Shipped:
    """A net that ships: its sizes, the set whose classes it knows, and its file's SHA-256."""

    trained_on: str  # "shapes" or "cifar10"
    widths: tuple[int, ...]
    kernel: int
    sha256: str


_SHAPES = "fdf15c90eea2e0ce1c3dcba256e159502b8a73dddde8a8d68717a4f914bbfb51"
_CIFAR10 = "950a49a00cb0969bf99b7599a01f83c99ea68e649c366c9084dec7fae8b3b40b"
_CIFAR10_5X5 = "c4923b90aa9da53c53979e0d68a8174ac6efeda646ba0749ab67bdf4f7fb9d8b"
NETS = {
    "shapes": Shipped("shapes", (16, 16, 32, 32, 64, 64), 3, _SHAPES),
    "cifar10": Shipped("cifar10", (16, 16, 32, 32, 64, 64), 3, _CIFAR10),
    "cifar10-5x5": Shipped("cifar10", (24, 16, 32, 32, 64, 64), 5, _CIFAR10_5X5),
}


def load(name: str) -> BasicNet:
    """A net that ships, in evaluation mode, float32, on the CPU; a new one at each call.

    name: a key of NETS
    raises: CourseError where there is no such net, or its file is missing or another one
    """
    if name not in NETS:
        raise CourseError(f"There is no net {name!r}. Choose one of {', '.join(NETS)}.")
    path = folder.find(file_name(name))
    if path is None:
        raise CourseError(
            f"{file_name(name)} is missing from the course's folder data, with which it comes. "
            "Get the course anew, or copy the file from a complete one."
        )
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != NETS[name].sha256:
        raise CourseError(
            f"{path} is not the net that ships with this version of the course. Delete it and "
            "get the course anew."
        )
    return unpack(content, empty(name))


def empty(name: str) -> BasicNet:
    """The net of that name as PyTorch initialises it, from the global generator."""
    return BasicNet(NETS[name].widths, NETS[name].kernel)


def file_name(name: str) -> str:
    """Of a net, in the folder of data."""
    return f"net-{name}.npz"


def pack(net: nn.Module) -> bytes:
    """The numbers of a net as a .npz file of float16 arrays, by their names in its state.

    The same numbers always give the same bytes. Counters are left out.
    """
    buffer = io.BytesIO()
    floats = {k: v.half().numpy() for k, v in net.state_dict().items() if v.is_floating_point()}
    np.savez_compressed(buffer, **floats)
    return buffer.getvalue()


def unpack(content: bytes, net: BasicNet) -> BasicNet:
    """Fill a net with what `pack` gave; it comes back in evaluation mode."""
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        state = {key: torch.from_numpy(arrays[key].astype(np.float32)) for key in arrays.files}
    net.load_state_dict(net.state_dict() | state)
    return net.eval()
