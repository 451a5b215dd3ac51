"""What a run is made of: every number a field, every trick a switch of its own."""

from dataclasses import dataclass, replace
from typing import Any, Literal

from course_lib.errors import CourseError

# Each trick: what it does, and the fields that turn it off.
_SWITCHES: dict[str, tuple[str, dict[str, Any]]] = {
    "whitening": ("a frozen first layer that whitens patches", {"whitening": False}),
    "identity": ("convolutions that begin by passing channels through", {"identity": False}),
    "groups": ("weight decay on weights alone", {"groups": False}),
    "bias_rate": ("a higher rate for batch norm's biases", {"bias_factor": 1.0}),
    "smoothing": ("label smoothing", {"smoothing": 0.0}),
    "triangular": ("a learning rate that rises, then falls", {"triangular": False}),
    "nesterov": ("Nesterov's momentum", {"nesterov": False}),
    "averaging": ("a running average of the weights", {"averaging": False}),
    "alternating": ("each image mirrored every other epoch, not at random", {"flip": "random"}),
    "flip": ("mirrored images", {"flip": "none"}),
    "shift": ("images shifted by a few pixels", {"shift": 0}),
    "cutout": ("a square of each image left out", {"cutout": 0}),
    "jitter": ("brightness and contrast varied", {"jitter": 0.0}),
    "progressive": ("smaller images at first", {"progressive": 0}),
    "smooth_activation": ("GELU or SiLU in place of ReLU", {"activation": "relu"}),
    "views": ("mirrored and shifted views of each test image", {"views": 1}),
    "channels_last": ("channels innermost in memory", {"channels_last": False}),
    "precision": ("16-bit or tf32 arithmetic", {"precision": "float32"}),
    "compile": ("torch.compile", {"compile": False}),
    "muon": ("Muon, not SGD, on the convolutions", {"muon": False}),
}
TRICKS = {name: sentence for name, (sentence, _) in _SWITCHES.items()}


@dataclass(frozen=True)
class Recipe:
    """The settings of a run. The losses are means, so `lr` is a rate for the mean loss of a batch.

    Sources: Keller Jordan, "94% on CIFAR-10 in 3.29 Seconds on a Single GPU", arXiv 2404.00498, and
    David Page, "How to Train Your ResNet", for the net and its tricks; Jordan, "Muon", 2024.
    """

    name: str
    widths: tuple[int, int, int] = (64, 256, 256)  # channels of the three blocks
    convolutions: int = 2  # a block: 2, or 3 with a residual round the last two
    activation: Literal["relu", "gelu", "silu"] = "gelu"
    logit_scale: float = 1 / 9
    bn_momentum: float = 0.4  # PyTorch's: the share of the new statistics
    whitening: bool = True
    bias_epochs: float = 3.0  # the whitening layer's bias learns for so long
    identity: bool = True

    epochs: float = 9.9
    batch: int = 1024  # over all devices; what is left of an epoch's last batch is not used
    lr: float = 1.5
    momentum: float = 0.85
    nesterov: bool = True
    weight_decay: float = 1.3e-3  # added to the gradient, as torch.optim.SGD does
    groups: bool = True
    bias_factor: float = 64.0
    triangular: bool = True
    start: float = 0.2  # of lr, in the first step
    end: float = 0.07  # of lr, after the last
    peak_at: float = 0.23  # share of the steps
    smoothing: float = 0.2
    averaging: bool = True
    muon: bool = False
    muon_lr: float = 0.24
    muon_momentum: float = 0.6
    muon_rounds: int = 5  # of Newton-Schulz; airbench94_muon has 3

    flip: Literal["none", "random", "alternating"] = "alternating"
    shift: int = 2  # pixels
    cutout: int = 0  # side of the square, pixels
    jitter: float = 0.0  # brightness and contrast: so many standard deviations, so great a share
    progressive: int = 0  # side of the images in the first half of the steps, pixels
    views: int = 6  # 1, 2 (mirrored) or 6 (mirrored, and shifted by one pixel either way)

    channels_last: bool = True
    precision: Literal["float32", "tf32", "bf16", "fp16"] = "bf16"
    compile: bool = False
    pieces: int = 1  # a batch goes through the net in so many parts

    def without(self, *tricks: str) -> "Recipe":
        """The recipe with these of `TRICKS` turned off and everything else as it is."""
        recipe = self
        for trick in tricks:
            if trick not in _SWITCHES:
                raise CourseError(f"No trick is called {trick!r}. There are {', '.join(TRICKS)}.")
            recipe = replace(recipe, name=f"{recipe.name}-{trick}", **_SWITCHES[trick][1])
        return recipe

    def tricks(self) -> tuple[str, ...]:
        """The tricks that are on."""
        return tuple(
            name
            for name, (_, off) in _SWITCHES.items()
            if any(getattr(self, field) != value for field, value in off.items())
            and not (name == "alternating" and self.flip != "alternating")
        )


_NET94 = Recipe("net94")
_SMALL = Recipe(
    "small",
    widths=(16, 64, 64),
    logit_scale=1 / 3,
    epochs=3.0,
    bias_epochs=1.0,
    batch=500,
    lr=1.0,
    progressive=24,
    precision="float32",
)
RECIPES = {
    recipe.name: recipe
    for recipe in (
        replace(
            _NET94.without(*TRICKS),
            name="plain",
            lr=0.2,
            momentum=0.9,
            weight_decay=5e-4,
            epochs=15,
        ),
        _NET94,
        replace(
            _NET94,
            name="net94_muon",
            muon=True,
            compile=True,
            batch=2000,
            epochs=8.0,
            lr=1.66,
            weight_decay=2.4e-3,
            start=0.8,
            end=0.0,
            peak_at=0.05,
        ),
        replace(
            _NET94,
            name="net96",
            widths=(128, 384, 512),
            convolutions=3,
            epochs=40.0,
            lr=1.17,
            weight_decay=1.4e-3,
            shift=4,
            cutout=12,
            compile=True,
        ),
        _SMALL,
        replace(
            _SMALL, name="notebook", widths=(8, 32, 32), epochs=3.0, batch=250, lr=0.6, views=2
        ),
    )
}
