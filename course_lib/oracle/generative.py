"""References for lesson 14: masks and sampling, VAE, GAN, diffusion, and how they are judged.

Tensors in and out where a net is asked; NumPy arrays elsewhere.
"""

import itertools
import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from torch import Tensor

Array = NDArray[Any]
Model = Callable[["Tensor"], "Tensor"]


def causal_mask(kind: str, n_in: int, n_out: int, size: int, groups: int = 1) -> "Tensor":
    """(n_out, n_in, size, size): 1 where a PixelCNN may look, found entry by entry.

    A place is (row, column, channel group), and places are read in that order.
    """
    import torch

    mask = torch.zeros(n_out, n_in, size, size)
    for out, into, row, column in np.ndindex(*mask.shape):
        here = (size // 2, size // 2, out // (n_out // groups))
        there = (row, column, into // (n_in // groups))
        mask[out, into, row, column] = there < here or (kind == "B" and there == here)
    return mask


def masked_conv(x: "Tensor", weight: "Tensor", bias: "Tensor", kind: str, groups: int) -> "Tensor":
    """A convolution of stride 1 that keeps the size, by a weight that is 0 where the mask is."""
    import torch

    n_out, n_in, size, _ = weight.shape
    hidden = causal_mask(kind, n_in, n_out, size, groups) == 0
    visible = torch.masked_fill(weight, hidden, 0.0)
    return torch.conv2d(x, visible, bias, padding=size // 2)


def masked_case(
    rng: np.random.Generator, shape: Sequence[int], kind: str, groups: int
) -> tuple[tuple["Tensor", "Tensor", "Tensor"], tuple["Tensor", "Tensor"]]:
    """A random weight of this shape, bias and x (2, n_in, 6, 5); what the masked convolution gives,
    and the gradient of its sum for the weight."""
    import torch

    weight = torch.from_numpy(rng.normal(size=shape)).requires_grad_()
    bias = torch.from_numpy(rng.normal(size=shape[0]))
    x = torch.from_numpy(rng.normal(size=(2, shape[1], 6, 5)))
    out = masked_conv(x, weight, bias, kind, groups)
    (slope,) = torch.autograd.grad(out.sum(), weight)
    return (weight.detach(), bias, x), (out.detach(), slope)


def bits_per_dimension(logits: "Tensor", x: "Tensor") -> "Tensor":
    """(N,) mean bits of an image's numbers; logits (N, L, C, H, W), x (N, C, H, W) int64."""
    import torch

    nats = torch.nn.functional.cross_entropy(logits.double(), x, reduction="none")
    return torch.stack([one.mean() / math.log(2) for one in nats])


def random_pixel_model(
    rng: np.random.Generator, channels: int, levels: int, size: int = 3
) -> Model:
    """A causal net with random weights: x (N, C, H, W) int64 -> logits (N, L, C, H, W) float64."""
    import torch

    C, L = channels, levels
    weight = torch.from_numpy(rng.normal(size=(C * L, C, size, size)))
    bias = torch.from_numpy(rng.normal(size=C * L))
    values = torch.from_numpy(rng.normal(size=L))

    def logits(x: "Tensor") -> "Tensor":
        maps = masked_conv(values[x], weight, bias, "A", C)
        return maps.reshape(len(x), C, L, *x.shape[2:]).transpose(1, 2)

    return logits


def counted(model: Model) -> tuple[Model, list[int]]:
    """The model, and a list that grows by the number of pictures in each of its passes."""
    passes: list[int] = []

    def watched(x: "Tensor") -> "Tensor":
        passes.append(len(x))
        return model(x)

    return watched, passes


def ancestral(model: Model, uniforms: "Tensor", levels: int) -> "Tensor":
    """What inverting each conditional distribution at a uniform number gives, number by number.

    The conditionals come from the joint distribution of all images there are, enumerated.
    uniforms: (N, C, H, W), few enough numbers an image; returns: (N, C, H, W) int64
    """
    import torch

    (C, H, W), count = uniforms.shape[1:], len(uniforms)
    order = [(c, i, j) for i in range(H) for j in range(W) for c in range(C)]
    rows = torch.tensor(list(itertools.product(range(levels), repeat=len(order))))
    images = torch.zeros(len(rows), C, H, W, dtype=torch.int64)
    for place, (c, i, j) in enumerate(order):
        images[:, c, i, j] = rows[:, place]
    joint = torch.exp(-math.log(2) * len(order) * bits_per_dimension(model(images), images))
    drawn = torch.zeros_like(uniforms, dtype=torch.int64)
    for n in range(count):
        left = torch.ones(len(rows), dtype=torch.bool)
        for place, (c, i, j) in enumerate(order):
            known, total = 0.0, float(joint[left].sum())
            for level in range(levels):
                known += float(joint[left & (rows[:, place] == level)].sum())
                if known > float(uniforms[n, c, i, j]) * total:
                    break
            drawn[n, c, i, j] = level
            left &= rows[:, place] == level
    return drawn


def latent(mu: "Tensor", logvar: "Tensor", noise: "Tensor") -> "Tensor":
    """A normal distribution's value at this standard normal noise."""
    import torch

    return torch.addcmul(mu, torch.sqrt(torch.exp(logvar)), noise)


def negative_bound(x_hat: "Tensor", x: "Tensor", mu: "Tensor", logvar: "Tensor") -> "Tensor":
    """CS231n's VAE loss, by PyTorch's own distributions."""
    import torch
    from torch.distributions import Bernoulli, Normal, kl_divergence

    posterior: Any = Normal(mu, torch.sqrt(torch.exp(logvar)))
    pixels: Any = Bernoulli(probs=x_hat, validate_args=False)
    apart = kl_divergence(posterior, Normal(torch.zeros_like(mu), 1.0))
    bound: Tensor = (apart.sum() - pixels.log_prob(x).sum()) / len(x)
    return bound


def discriminator_loss(logits_real: "Tensor", logits_fake: "Tensor") -> "Tensor":
    """CS231n's loss of a discriminator."""
    return _two_sided(logits_real, 1.0) + _two_sided(logits_fake, 0.0)


def generator_loss(logits_fake: "Tensor") -> "Tensor":
    """CS231n's loss of a generator, which does not saturate."""
    return _two_sided(logits_fake, 1.0)


def _two_sided(logits: "Tensor", label: float) -> "Tensor":
    import torch

    target = torch.full_like(logits, label)
    return torch.nn.functional.binary_cross_entropy_with_logits(logits, target)


def ls_discriminator_loss(scores_real: "Tensor", scores_fake: "Tensor") -> "Tensor":
    """CS231n's least squares loss of a discriminator."""
    return _half_square(scores_real, 1.0) + _half_square(scores_fake, 0.0)


def ls_generator_loss(scores_fake: "Tensor") -> "Tensor":
    """CS231n's least squares loss of a generator."""
    return _half_square(scores_fake, 1.0)


def _half_square(scores: "Tensor", target: float) -> "Tensor":
    import torch

    return torch.nn.functional.mse_loss(scores, torch.full_like(scores, target)) / 2


def game(
    real: "Tensor",
    noises: Sequence["Tensor"],
    D: Any,
    G: Any,
    d_optimizer: Any,
    g_optimizer: Any,
    d_loss: Any,
    g_loss: Any,
) -> tuple[float, float]:
    """One step of each player, each with gradients for its own parameters alone."""
    import torch

    fake = G(noises[0]).detach()
    losses = []
    turns: Any = (
        (D, d_optimizer, lambda: d_loss(D(real), D(fake))),
        (G, g_optimizer, lambda: g_loss(D(G(noises[1])))),
    )
    for net, optimizer, value in turns:
        loss, params = value(), list(net.parameters())
        for parameter, slope in zip(params, torch.autograd.grad(loss, params)):
            parameter.grad = slope
        optimizer.step()
        losses.append(float(loss.detach()))
    return losses[0], losses[1]


def game_case(
    rng: np.random.Generator, steps: int, count: int = 6
) -> tuple[Any, list["Tensor"], list[Any]]:
    """States of lesson 14's small D and G, float64; batches of real points; pairs of noise."""
    import torch

    def drawn(*shape: int) -> "Tensor":
        return torch.from_numpy(rng.normal(size=shape))

    d_shapes = {"weight": ((5, 2), (1, 5)), "bias": ((5,), (1,))}
    d_state = {f"layers.{2 * n}.{k}": drawn(*d_shapes[k][n]) for n in (0, 1) for k in d_shapes}
    g_shapes = {"weight": ((4, 3), (2, 4)), "bias": ((4,), (2,))}
    g_state = {f"{2 * n}.{k}": drawn(*g_shapes[k][n]) for n in (0, 1) for k in g_shapes}
    real = [drawn(count, 2) + 1 for _ in range(steps)]
    noises = [(drawn(count, 3), drawn(count, 3)) for _ in range(steps)]
    return (d_state, g_state), real, noises


def dcgan_shapes(noise_dim: int, channels: Sequence[int], out_channels: int) -> list[list[int]]:
    """The shapes of a DCGAN generator's parameters and buffers, in its order."""
    shapes: list[list[int]] = []
    for n_in, n_out in itertools.pairwise([noise_dim, *channels]):
        shapes += [[n_in, n_out, 4, 4], [n_out], [n_out], [n_out], [n_out], []]
    return [*shapes, [channels[-1], out_channels, 4, 4], [out_channels]]


def dcgan_images(values: Sequence["Tensor"], noise: "Tensor", training: bool) -> "Tensor":
    """What a DCGAN generator with these parameters and buffers makes of noise (N, Z)."""
    import torch
    from torch.nn import functional

    maps, *rest = noise[:, :, None, None], *values
    for layer, start in enumerate(range(0, len(rest) - 2, 6)):
        weight, scale, shift, mean, var, _ = rest[start : start + 6]
        maps = functional.conv_transpose2d(
            maps, weight, stride=1 + (layer > 0), padding=int(layer > 0)
        )
        maps = functional.batch_norm(maps, mean.clone(), var.clone(), scale, shift, training)
        maps = functional.relu(maps)
    return torch.tanh(functional.conv_transpose2d(maps, rest[-2], rest[-1], stride=2, padding=1))


def dcgan_case(
    rng: np.random.Generator, shapes: Sequence[Sequence[int]]
) -> tuple[list["Tensor"], "Tensor"]:
    """Float64 values of these shapes for a generator, and noise (3, Z)."""
    import torch

    values = []
    for shape in shapes:
        value = torch.from_numpy(np.asarray(rng.normal(size=shape)))
        # A vector may be a variance; the number of batches is a whole number.
        values.append(value.abs() + 0.1 if len(shape) == 1 else value if shape else torch.tensor(0))
    return values, torch.from_numpy(rng.normal(size=(3, shapes[0][0])))


def noised(x_start: "Tensor", t: "Tensor", noise: "Tensor", betas: "Tensor") -> "Tensor":
    """x after t + 1 small steps of noise, whose sum is standard normal noise of one size."""
    import torch

    rows = []
    for x, step, one in zip(x_start, t, noise):
        size, variance = 1.0, 0.0
        for beta in betas[: int(step) + 1].double().tolist():
            size, variance = size * math.sqrt(1 - beta), variance * (1 - beta) + beta
        rows.append(size * x + math.sqrt(variance) * one)
    return torch.stack(rows)


def denoised(x_t: "Tensor", t: "Tensor", noise: "Tensor", betas: "Tensor") -> "Tensor":
    """The x that this noise turned into x_t."""
    import torch

    zero, one = torch.zeros_like(x_t), torch.ones_like(x_t)
    return (x_t - noised(zero, t, noise, betas)) / noised(one, t, zero, betas)


def step_back(
    model: Callable[["Tensor", "Tensor"], "Tensor"],
    x_t: "Tensor",
    t: int,
    noise: "Tensor",
    betas: "Tensor",
) -> "Tensor":
    """x one step earlier: Bayes' rule for two normal distributions, at the net's guess of x."""
    import torch

    steps = torch.tensor([t] * len(x_t))
    x_start = denoised(x_t, steps, model(x_t, steps), betas)
    if t == 0:
        return x_start
    before = noised(x_start, steps - 1, torch.zeros_like(x_t), betas)
    spread = noised(torch.zeros(1), steps[:1] - 1, torch.ones(1), betas).double() ** 2
    beta = betas[t].double()
    precision = (1 - beta) / beta + 1 / spread
    mean = (torch.sqrt(1 - beta) / beta * x_t + before / spread) / precision
    return (mean + noise / torch.sqrt(precision)).to(x_t.dtype)


def guided(
    model: Callable[["Tensor", "Tensor", "Tensor"], "Tensor"],
    x: "Tensor",
    t: "Tensor",
    y: "Tensor",
    scale: float,
    nothing: int,
) -> "Tensor":
    """From the net's noise without a class to that with one, and beyond it."""
    import torch

    return torch.lerp(model(x, t, torch.full_like(y, nothing)), model(x, t, y), scale)


def random_noise_model(rng: np.random.Generator, classes: int) -> Callable[..., "Tensor"]:
    """A net with random weights: x (N, ...), t (N,), y (N,) -> noise of x's shape, float64."""
    import torch

    shift = torch.from_numpy(rng.normal(size=classes))

    def noise(x: "Tensor", t: "Tensor", y: "Tensor") -> "Tensor":
        own = (len(x), *[1] * (x.ndim - 1))
        return torch.cos(x * (1 + t.reshape(own)) + shift[y].reshape(own)) * (1 + y.reshape(own))

    return noise


def contrastive_loss(left: "Tensor", right: "Tensor", tau: float) -> "Tensor":
    """SimCLR's loss: cross-entropy of the partner among all others, by cosine over tau."""
    import torch
    from torch.nn import functional

    both = torch.cat([left, right])
    cosines = functional.cosine_similarity(both[:, None], both[None], dim=2) / tau
    rows = [torch.cat([row[:i], row[i + 1 :]]) for i, row in enumerate(cosines)]
    N = len(left)
    partner = torch.tensor([i + N - 1 if i < N else i - N for i in range(2 * N)])
    return functional.cross_entropy(torch.stack(rows), partner)


def great_circle(a: Array, b: Array, t: Array) -> Array:
    """(K, D) places on the way from a to b: those of SciPy's slerp for their directions, with a
    and b in the place of their unit vectors; the straight line where both point the same way."""
    from scipy.spatial import geometric_slerp  # type: ignore[import-untyped]

    units = np.stack([a / np.linalg.norm(a), b / np.linalg.norm(b)])
    if np.linalg.norm(units[0] - units[1]) < 1e-6:
        return np.stack([np.interp(t, [0, 1], pair) for pair in zip(a, b)], axis=1)
    arc = geometric_slerp(units[0], units[1], np.asarray(t))
    shares = np.linalg.lstsq(units.T, arc.T, rcond=None)[0]
    return np.asarray(shares.T @ np.stack([a, b]))
