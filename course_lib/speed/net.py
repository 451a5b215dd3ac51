"""The net: patches whitened, three blocks of convolutions, a linear layer on what is left."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from course_lib.speed.parts import Parts
from course_lib.speed.recipe import Recipe


def _empty(layer: Callable[..., nn.Module], *sizes: int, **settings: Any) -> Any:
    """The layer without weights: its own would come from the global generator."""
    return layer(*sizes, **settings, device="meta").to_empty(device="cpu")


class Block(nn.Module):
    """Convolution, pooling, batch norm, activation; then one more, or two with a residual."""

    def __init__(self, inputs: int, outputs: int, recipe: Recipe) -> None:
        super().__init__()
        channels = [inputs] + [outputs] * (recipe.convolutions - 1)
        self.convs = nn.ModuleList(
            _empty(nn.Conv2d, count, outputs, 3, padding=1, bias=False) for count in channels
        )
        self.norms = nn.ModuleList(
            nn.BatchNorm2d(outputs, momentum=recipe.bn_momentum) for _ in channels
        )
        for norm in self.norms:
            norm.weight.requires_grad_(False)
        self.activation: Callable[[Tensor], Tensor] = getattr(functional, recipe.activation)

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, H, W) float -> (N, outputs, H // 2, W // 2)."""
        x = first = self.activation(self.norms[0](functional.max_pool2d(self.convs[0](x), 2)))
        for conv, norm in zip(self.convs[1:-1], self.norms[1:-1]):
            x = self.activation(norm(conv(x)))
        x = self.norms[-1](self.convs[-1](x))
        return self.activation(x + first if len(self.convs) > 2 else x)


class Net(nn.Module):
    """(N, C, H, W) float, normalised, any size from 16 pixels on -> (N, classes) float32 logits."""

    def __init__(self, recipe: Recipe, classes: int = 10, channels: int = 3) -> None:
        super().__init__()
        filters = 2 * 4 * channels
        self.whiten = _empty(nn.Conv2d, channels, filters, 2)
        widths = (filters, *recipe.widths)
        self.blocks = nn.Sequential(*(Block(*pair, recipe) for pair in pairwise(widths)))
        self.head = _empty(nn.Linear, widths[-1], classes, bias=False)
        self.activation = getattr(functional, recipe.activation)
        self.logit_scale = recipe.logit_scale

    def forward(self, x: Tensor) -> Tensor:
        """Logits."""
        x = self.blocks(self.activation(self.whiten(x)))
        # Not x.amax((2, 3)), whose backward compares x with its maximum: in compiled bf16 code x is
        # still float32 there and the maximum is rounded, none is equal, and 0 / 0 is NaN. Pooling
        # remembers where the maximum was. Seen with PyTorch 2.11 on a GPU and 2.13 on a CPU.
        x = functional.max_pool2d(x, x.shape[-2:]).flatten(1)
        logits: Tensor = self.head(x).float() * self.logit_scale
        return logits

    def conv_weights(self) -> list[nn.Parameter]:
        """Those of the blocks, (K, C, 3, 3) each."""
        return [weight for weight in self.blocks.parameters() if weight.ndim == 4]

    @torch.no_grad()
    def reset(
        self, recipe: Recipe, parts: Parts, patches: Tensor, generator: torch.Generator
    ) -> None:
        """New weights; what batch norm counted is forgotten.

        patches: (N, C, H, W) float images that the whitening filters are made of
        """
        for layer in self.modules():
            if isinstance(layer, nn.BatchNorm2d):
                layer.reset_parameters()
                # A batch in parts moves the statistics once a part: as far, together, as the whole.
                layer.momentum = 1 - (1 - recipe.bn_momentum) ** (1 / recipe.pieces)
            elif isinstance(layer, nn.Conv2d | nn.Linear):
                # The bounds that PyTorch itself takes, drawn from our generator.
                bound = layer.weight[0].numel() ** -0.5
                layer.weight.uniform_(-bound, bound, generator=generator)
                if layer.bias is not None:
                    layer.bias.zero_()
        if recipe.identity:
            for weight in self.conv_weights():
                weight.copy_(parts.identity_init(weight))
        self.whiten.weight.requires_grad_(not recipe.whitening)
        self.whiten.bias.requires_grad_(True)
        if recipe.whitening:
            # Apple's devices have no eigenvectors.
            patches = patches.cpu() if patches.device.type == "mps" else patches
            self.whiten.weight.copy_(parts.whitening_filters(patches, 2, 5e-4))
