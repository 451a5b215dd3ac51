"""References for lesson 12: what a net looks at, pictures made by gradients, maps and their judges.

Tensors in and out where a net is asked; NumPy arrays elsewhere.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from course_lib.oracle.speed import random_state

if TYPE_CHECKING:
    from torch import Tensor, nn

Array = NDArray[Any]
State = dict[str, "Tensor"]
Attack = Callable[["Tensor", "Tensor", "nn.Module", float], "Tensor"]


def field_of(layers: Sequence[dict[str, int]]) -> list[int]:
    """Of the units behind a stack of layers: side of the field, jump, first row of the first field.

    Found by following the two ends of a unit's field down to the pixels.
    """
    ends = []
    for unit in (0, 1):
        low = high = unit
        for layer in reversed(layers):
            stride, pad = layer.get("stride", 1), layer.get("pad", 0)
            low, high = low * stride - pad, high * stride - pad + layer["kernel"] - 1
        ends.append((low, high))
    (low, high), (later, _) = ends
    return [high - low + 1, later - low, low]


def maximal_patches(
    images: Array, maps: Array, field: Sequence[int], k: int
) -> tuple[Array, list[list[int]]]:
    """The k images whose strongest unit is strongest, and what that unit sees; zeros outside."""
    side, jump, start = field
    best = [(-m.max(), n, *np.unravel_index(m.argmax(), m.shape)) for n, m in enumerate(maps)]
    frame = side - min(start, -start)
    wide = np.pad(images, ((0, 0), (0, 0), (frame, frame), (frame, frame)))
    patches, places = [], []
    for _, n, row, column in sorted(best)[:k]:
        top, left = frame + start + jump * int(row), frame + start + jump * int(column)
        patches.append(wide[n][:, top:, left:][:, :side, :side])
        places.append([n, int(row), int(column)])
    return np.array(patches), places


def nearest(features: Array, queries: Array, k: int) -> Array:
    """Rows of features nearest to each query by L2 distance, of equal ones the earlier first."""
    from scipy.spatial.distance import cdist  # type: ignore[import-untyped]

    far = cdist(queries, features)
    order = [sorted(range(len(features)), key=lambda n, row=row: (row[n], n)) for row in far]  # type: ignore[misc]
    return np.array(order, dtype=np.int64)[:, :k]


def principal(features: Array, dims: int) -> tuple[Array, Array]:
    """Coordinates by scikit-learn's PCA and their shares of the variance, with a fixed sign."""
    from sklearn.decomposition import PCA

    pca = PCA(dims, svd_solver="full").fit(np.asarray(features, dtype=np.float64))
    largest = np.abs(pca.components_).argmax(axis=1)
    signs = np.sign(pca.components_[np.arange(dims), largest])
    return pca.transform(features) * signs, pca.explained_variance_ratio_


def neighbour_shares(distances: Array, perplexity: float) -> Array:
    """t-SNE's p(j | i) for squared distances (N, N), each row by SciPy's brentq."""
    from scipy.optimize import brentq  # type: ignore[import-untyped]
    from scipy.special import softmax  # type: ignore[import-untyped]
    from scipy.stats import entropy  # type: ignore[import-untyped]

    rows = []
    for i, row in enumerate(np.asarray(distances, dtype=np.float64)):
        others = np.delete(row - np.delete(row, i).min(), i)
        scale = others.max() or 1.0

        def excess(log: float, others: Array = others, scale: float = scale) -> float:
            return float(entropy(softmax(-np.exp(log) * others / scale)) - np.log(perplexity))

        if excess(40.0) > -1e-12:  # too many equal neighbours: they share
            shares = (others == 0) / (others == 0).sum()
        else:
            log = brentq(excess, -40.0, 40.0, xtol=1e-14)
            shares = softmax(-np.exp(log) * others / scale)
        rows.append(np.insert(shares, i, 0.0))
    return np.stack(rows)


def joint_shares(conditional: Array) -> Array:
    """t-SNE's p(i, j) of p(j | i)."""
    both = np.add.outer(np.zeros(len(conditional)), np.zeros(len(conditional)))
    for i, j in np.ndindex(*both.shape):
        both[i, j] = np.mean([conditional[i, j], conditional[j, i]])
    return np.asarray(both / both.sum())


def tsne_map(joint: Array, seed: int, steps: int = 350) -> Array:
    """Places in the plane (N, 2) by gradient descent on t-SNE's divergence, momentum 0.8.

    joint: (N, N) float, sums to 1
    Source: van der Maaten and Hinton 2008; the first 100 steps exaggerate p fourfold
    """
    import torch

    p = torch.from_numpy(np.asarray(joint, dtype=np.float32))
    places = 1e-2 * torch.from_numpy(np.random.default_rng(seed).normal(size=(len(p), 2))).float()
    velocity = torch.zeros_like(places)
    apart = ~torch.eye(len(p), dtype=torch.bool)
    for step in range(steps):
        leaf = places.clone().requires_grad_()
        gaps = leaf[:, None] - leaf[None]
        weight = apart / (1 + (gaps**2).sum(dim=2))
        q = weight / weight.sum()
        target = 4 * p if step < 100 else p
        divergence = -(target[apart] * q[apart].clamp_min(1e-12).log()).sum()
        (slope,) = torch.autograd.grad(divergence, leaf)
        velocity = 0.8 * velocity - len(p) / 2 * slope
        places = places + velocity
        places = places - places.mean(dim=0)
    return np.asarray(places.numpy())


def slopes(score: Callable[["Tensor"], "Tensor"], x: "Tensor") -> "Tensor":
    """Gradient of the sum of what `score` gives, with respect to its argument."""
    import torch

    leaf = x.detach().clone().requires_grad_()
    return torch.autograd.grad(score(leaf).sum(), leaf)[0]


def saliency(X: "Tensor", y: "Tensor", model: "nn.Module") -> "Tensor":
    """(N, H, W): for each pixel the largest of its channels' slopes of the score, without sign."""
    import torch

    picked = torch.nn.functional.one_hot(y, model(X[:1]).shape[1]).to(X.dtype)
    return slopes(lambda x: model(x) * picked, X).abs().amax(dim=1)


def guided_saliency(X: "Tensor", y: "Tensor", model: "nn.Module") -> "Tensor":
    """The same by guided backpropagation, for nets whose ReLUs are modules and work on copies."""
    import torch

    def positive(layer: Any, slope_in: Any, slope_out: Any) -> Any:
        return tuple(torch.relu(one) for one in slope_in)

    layers = [layer for layer in model.modules() if isinstance(layer, torch.nn.ReLU)]
    handles = [layer.register_full_backward_hook(positive) for layer in layers]
    try:
        return saliency(X, y, model)
    finally:
        for handle in handles:
            handle.remove()


def occlusion(
    x: "Tensor",
    y: int,
    model: "nn.Module",
    window: tuple[int, int],
    stride: int,
    fill: float = 0.5,
) -> "Tensor":
    """(H, W): the mean fall of the score among the windows that cover a pixel, one at a time."""
    import torch

    _, H, W = x.shape
    falls, counts = torch.zeros(H, W, dtype=x.dtype), torch.zeros(H, W, dtype=x.dtype)
    with torch.no_grad():
        before = model(x[None])[0, y]
        for top in range(0, H, stride):
            for left in range(0, W, stride):
                part = slice(top, top + window[0]), slice(left, left + window[1])
                covered = x.clone()
                covered[(slice(None), *part)] = fill
                falls[part] += before - model(covered[None])[0, y]
                counts[part] += 1
    return falls / counts


def through_relu(x: "Tensor", dout: "Tensor", ways: Sequence[str]) -> "Tensor":
    """What reaches x of dout, if a ReLU stops it where x, "input", or dout, "gradient", is not
    positive: by PyTorch's own ReLU."""
    import torch

    passed = torch.relu(dout) if "gradient" in ways else dout
    return slopes(lambda leaf: torch.relu(leaf) * passed, x) if "input" in ways else passed.clone()


def class_visualization(
    target_y: int,
    model: "nn.Module",
    x: "Tensor",
    settings: dict[str, Any],
    blur: Callable[["Tensor"], "Tensor"],
) -> "Tensor":
    """(1, C, H, W) that a class's score has climbed to, in lesson 12's order of steps."""
    import torch

    chance = np.random.default_rng(settings["seed"])
    reach, rate, decay = (settings[key] for key in ("max_jitter", "learning_rate", "l2_reg"))
    image = x.clone()
    for step in range(1, settings["steps"] + 1):
        down, right = (int(one) for one in chance.integers(-reach, reach + 1, size=2))
        rolled = torch.roll(image, (down, right), dims=(2, 3))
        slope = slopes(lambda one: model(one)[:, target_y], rolled)
        slope = slope - 2 * decay * (rolled - 0.5)
        length = torch.linalg.vector_norm(slope)
        rolled = rolled + rate * slope / length if length > 0 else rolled
        image = torch.roll(rolled, (-down, -right), dims=(2, 3)).clip(0, 1)
        if settings["blur_every"] and not step % settings["blur_every"]:
            image = blur(image)
    return image


def fooling_image(
    X: "Tensor", target_y: int, model: "nn.Module", learning_rate: float, max_steps: int
) -> "Tensor":
    """X moved uphill on a class's score until that class wins, at most so many steps."""
    import torch

    image = X.clone()
    while max_steps > 0 and int(torch.argmax(model(image)[0])) != target_y:
        slope = slopes(lambda one: model(one)[:, target_y], image)
        image = image + learning_rate * slope / torch.linalg.vector_norm(slope)
        max_steps -= 1
    return image


def signed_attack(
    X: "Tensor", y: "Tensor", model: "nn.Module", epsilon: float, step: float, steps: int
) -> "Tensor":
    """Steps along the signs of the loss's slopes, back into the ball of radius epsilon and into
    [0, 1] after each; FGSM is one step of epsilon."""
    import torch
    from torch.nn import functional

    low, high = (X - epsilon).clip(min=0), (X + epsilon).clip(max=1)
    image = X.clone()
    for _ in range(steps):
        slope = slopes(lambda one: functional.cross_entropy(model(one), y, reduction="none"), image)
        image = torch.maximum(torch.minimum(image + step * torch.sign(slope), high), low)
    return image


def undecided(
    rng: np.random.Generator, net: "nn.Module", attack: Attack, shape: tuple[int, ...]
) -> tuple[State, "Tensor", "Tensor"]:
    """A state of the net whose answers vary over these images; the images; and their classes.

    A third of the classes are what the net answers to the attacked image.
    """
    import torch

    state = random_state(net, rng)
    X = 2 * torch.from_numpy(rng.normal(size=shape))
    net.double().eval().load_state_dict(state)
    with torch.no_grad():
        state["head.bias"] -= net(X).mean(dim=0)
        net.load_state_dict(state)
        y = net(X).argmax(dim=1)
        attacked = net(attack(X, y, net, 1.0)).argmax(dim=1)
    y[::3] = attacked[::3]
    return state, X, y


def on_the_way(state: State, net: "nn.Module", X: "Tensor") -> State:
    """The state with another head: X is of class 0, and its way to class 2 leads through 1."""
    import torch

    rows = state["head.weight"]
    head = torch.stack([-rows[2], 0 * rows[2], rows[2], 0 * rows[2]])
    state = state | {"head.weight": head, "head.bias": torch.zeros(4, dtype=head.dtype)}
    net.double().eval().load_state_dict(state)
    score = float(net(X)[0, 2].detach())  # that of class 0 is its opposite
    state["head.bias"] = torch.tensor([2 * score + 0.08, score + 0.06, 0, -99], dtype=head.dtype)
    return state


def robust_accuracy(
    X: "Tensor", y: "Tensor", model: "nn.Module", attack: Attack, epsilons: Sequence[float]
) -> list[float]:
    """For each epsilon the share of images that are right before and after the attack."""
    before = (model(X).argmax(dim=1) == y).numpy()
    results = []
    for epsilon in epsilons:
        after = (model(attack(X, y, model, epsilon)).argmax(dim=1) == y).numpy()
        results.append(float(np.mean(np.logical_and(before, after))))
    return results


def feature_loss(features: "Tensor", target: "Tensor") -> "Tensor":
    """Squared distance of two feature arrays as a share of the target's squared norm."""
    import torch

    lengths = [torch.linalg.vector_norm(one) for one in (features - target, target)]
    return torch.square(lengths[0] / lengths[1])


def tv_loss(img: "Tensor", tv_weight: float) -> "Tensor":
    """CS231n's total variation: squared differences of neighbours, down and across."""
    import torch

    total = sum(torch.linalg.vector_norm(torch.diff(img, dim=axis)) ** 2 for axis in (2, 3))
    return torch.as_tensor(tv_weight * total)


def content_loss(content_weight: float, current: "Tensor", original: "Tensor") -> "Tensor":
    """CS231n's content loss."""
    from torch.nn import functional

    return content_weight * functional.mse_loss(current, original, reduction="sum")


def gram_matrix(features: "Tensor", normalize: bool = True) -> "Tensor":
    """CS231n's Gram matrices, (N, C, C), divided by C * H * W if asked."""
    import torch

    gram = torch.einsum("nchw,ndhw->ncd", features, features)
    return gram / features[0].numel() if normalize else gram


def style_loss(
    feats: Sequence["Tensor"],
    style_layers: Sequence[int],
    style_targets: Sequence["Tensor"],
    style_weights: Sequence[float],
) -> "Tensor":
    """CS231n's style loss."""
    import torch
    from torch.nn import functional

    parts = [
        weight * functional.mse_loss(gram_matrix(feats[layer]), target, reduction="sum")
        for layer, target, weight in zip(style_layers, style_targets, style_weights)
    ]
    return torch.stack(parts).sum()


def grad_cam(X: "Tensor", y: "Tensor", model: Any, layer: int) -> "Tensor":
    """Grad-CAM behind `model.features[layer]`, for nets whose `tail(maps)` makes the scores."""
    import torch

    maps = model.features[: layer + 1](X).detach()
    picked = torch.nn.functional.one_hot(y, model(X[:1]).shape[1]).to(X.dtype)
    slope = slopes(lambda one: model.tail(model.features[layer + 1 :](one)) * picked, maps)
    weights = torch.nn.functional.adaptive_avg_pool2d(slope, 1)
    heat = torch.relu((weights * maps).sum(dim=1))
    tops = heat.amax(dim=(1, 2), keepdim=True)
    return torch.where(tops > 0, heat / tops.clip(min=1e-300), torch.zeros_like(heat))


def share_inside(maps: Array, masks: Array) -> Array:
    """(N,) share of each map's positive part inside its mask; a map without one is even."""
    shares = []
    for heat, mask in zip(maps, masks):
        weights = np.maximum(np.asarray(heat, dtype=np.float64), 0)
        weights = weights if weights.any() else np.ones_like(weights)
        shares.append(np.average(mask, weights=weights))
    return np.array(shares, dtype=np.float64)


def pointing_game(maps: Array, boxes: Array) -> float:
    """Share of the maps whose largest value lies in the box; of equal ones each counts its part."""
    hits = []
    for heat, box in zip(maps, boxes):
        left, top, right, bottom = box
        rows, columns = np.nonzero(heat == heat.max())
        inside = (left <= columns) & (columns < right) & (top <= rows) & (rows < bottom)
        hits.append(inside.mean())
    return float(np.mean(hits))
