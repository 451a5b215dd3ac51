"""Lesson 11: heads, positions, blocks and the vision transformer, by PyTorch's own modules.

Tensors in and out, float64; a state is a dict of weights by the names that the lesson prescribes.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    import torch
    from torch import Tensor

State: TypeAlias = "dict[str, torch.Tensor]"
Sizes: TypeAlias = tuple[tuple[int, int], int, int, tuple[int, int, int, int, int]]
_LAYERS = ("query", "key", "value", "proj")


def heads_state(rng: np.random.Generator, E: int) -> State:
    """Weights and biases of query, key, value and proj."""
    return _drawn(
        rng,
        {f"{name}.weight": (E, E) for name in _LAYERS} | {f"{name}.bias": (E,) for name in _LAYERS},
    )


def multi_head(
    state: State, heads: int, query: "Tensor", key: "Tensor", value: "Tensor", mask: Any = None
) -> "Tensor":
    """(N, S, E): query (N, S, E) reads value by key, (N, T, E); mask (S, T), True where it may."""
    from torch.nn import functional

    q, k, v, proj = (state[f"{name}.weight"] for name in _LAYERS)
    biases = [state[f"{name}.bias"] for name in _LAYERS]
    rows = [one.transpose(0, 1) for one in (query, key, value)]  # this function wants (T, N, E)
    settings: Any = {"training": False, "need_weights": False, "use_separate_proj_weight": True}
    settings |= {"q_proj_weight": q, "k_proj_weight": k, "v_proj_weight": v}
    settings["attn_mask"] = None if mask is None else ~mask
    attend: Any = functional.multi_head_attention_forward
    first: Any = (*rows, q.shape[0], heads, None, _joined(biases[:3]), None, None, False, 0.0)
    out: Tensor = attend(*first, proj, biases[3], **settings)[0]
    return out.transpose(0, 1)


def multi_head_slopes(
    state: State, heads: int, dout: "Tensor", *inputs: "Tensor"
) -> list["Tensor"]:
    """Gradients of query, key and value, and of the weights in the order of their names.

    All but key.bias: it moves all scores of a query alike, so that its gradient is 0.
    """
    import torch

    leaves = [one.clone().requires_grad_() for one in inputs]
    weights = {name: one.clone().requires_grad_() for name, one in sorted(state.items())}
    out = multi_head(weights, heads, *leaves)
    learnt = [one for name, one in weights.items() if name != "key.bias"]
    return list(torch.autograd.grad(out, [*leaves, *learnt], dout))


def revealing(rng: np.random.Generator, T: int) -> tuple[State, "Tensor", "Tensor", "Tensor"]:
    """A state of one head, and query, key and value (8, T, T) that show what became of each weight.

    The values' layer changes nothing. proj turns what it gets, so that a number left out before it
    and one behind it look different.
    """
    import torch

    state = heads_state(rng, T)
    state["value.weight"], state["value.bias"] = torch.eye(T).double(), torch.zeros(T).double()
    state["proj.weight"] = torch.linalg.qr(state["proj.weight"])[0]
    x = torch.from_numpy(rng.normal(size=(8, T, T))) / T**0.5
    return state, x, x, torch.eye(T).double().expand(8, T, T)


def dropped(out: "Tensor", given: tuple[State, "Tensor", "Tensor", "Tensor"], share: float) -> bool:
    """Was each weight multiplied by 0 or 1 / (1 - share), and by 0 about as often as it should be?

    out: of attention with dropout; given: of `revealing`
    """
    import torch

    state = given[0]
    both = (torch.as_tensor(out), multi_head(state, 1, *given[1:]))
    left, whole = ((one - state["proj.bias"]) @ state["proj.weight"] for one in both)
    kept = left / whole
    zero, large = kept.abs() < 1e-6, (kept - 1 / (1 - share)).abs() < 1e-6
    return bool((zero | large).all()) and abs(float(zero.double().mean()) - share) < 0.15


def positions(T: int, E: int) -> "Tensor":
    """Sines and cosines (T, E): both parts of a turning complex number, pair by pair."""
    import torch

    rates = np.exp(-np.log(1e4) * 2 * np.arange((E + 1) // 2) / E)
    turned = np.exp(1j * np.outer(np.arange(T), rates))
    both = np.stack([turned.imag, turned.real], axis=2).reshape(T, -1)
    return torch.from_numpy(both[:, :E].copy())


def block_state(rng: np.random.Generator, E: int, heads: int, hidden: int) -> State:
    """Weights of a block whose attention is a lent one, `attention.core`."""
    names = {own: shape for own, (_, shape) in _block_names(E, hidden).items()}
    return _drawn(
        rng,
        {f"attention.core.{k[10:]}" if k[:10] == "attention." else k: s for k, s in names.items()},
    )


def block(state: State, heads: int, x: "Tensor", mask: Any = None) -> "Tensor":
    """A pre-norm block (N, T, E) -> (N, T, E); mask (T, T), True where a place may be looked at."""
    hidden, E = state["first.weight"].shape
    layer = _layer(E, heads, hidden)
    own = {key.replace("attention.core.", "attention."): value for key, value in state.items()}
    layer.load_state_dict({theirs: own[k] for k, (theirs, _) in _block_names(E, hidden).items()})
    out: Tensor = layer(x, None if mask is None else ~mask)
    return out.detach()


def _layer(E: int, heads: int, hidden: int) -> Any:
    import torch

    settings: Any = {"activation": "gelu", "batch_first": True, "norm_first": True}
    return torch.nn.TransformerEncoderLayer(E, heads, hidden, 0.0, **settings).double()


def _block_names(E: int, hidden: int) -> dict[str, tuple[str, tuple[int, ...]]]:
    """The lesson's name of each weight -> (PyTorch's, its shape)."""
    return {
        "norm1.weight": ("norm1.weight", (E,)),
        "norm1.bias": ("norm1.bias", (E,)),
        "attention.in_proj_weight": ("self_attn.in_proj_weight", (3 * E, E)),
        "attention.in_proj_bias": ("self_attn.in_proj_bias", (3 * E,)),
        "attention.out_proj.weight": ("self_attn.out_proj.weight", (E, E)),
        "attention.out_proj.bias": ("self_attn.out_proj.bias", (E,)),
        "norm2.weight": ("norm2.weight", (E,)),
        "norm2.bias": ("norm2.bias", (E,)),
        "first.weight": ("linear1.weight", (hidden, E)),
        "first.bias": ("linear1.bias", (hidden,)),
        "second.weight": ("linear2.weight", (E, hidden)),
        "second.bias": ("linear2.bias", (E,)),
    }


def patches_state(rng: np.random.Generator, P: int, C: int, E: int) -> State:
    """Weight and bias of a PatchEmbedding."""
    return _drawn(rng, {"proj.weight": (E, C * P * P), "proj.bias": (E,)})


def patches(state: State, P: int, x: "Tensor") -> "Tensor":
    """(N, C, H, W) -> (N, L, E): a convolution of that stride."""
    from torch.nn import functional

    weight = state["proj.weight"].reshape(-1, x.shape[1], P, P)
    maps = functional.conv2d(x, weight, state["proj.bias"], stride=P)
    return maps.flatten(2).transpose(1, 2)


def vit_state(rng: np.random.Generator, *sizes: Any) -> State:
    """Weights of a VisionTransformer whose blocks are lent ones, `blocks.0.core` and so on.

    sizes: (H, W), patch, channels, (columns, depth, heads, hidden, classes)
    """
    (H, W), P, C, (E, depth, _, hidden, classes) = sizes
    shapes: dict[str, tuple[int, ...]] = {"cls": (1, 1, E), "positions": (1, H * W // P**2 + 1, E)}
    shapes |= {"patches.proj.weight": (E, C * P * P), "patches.proj.bias": (E,)}
    for number in range(depth):
        every = _block_names(E, hidden).values()
        shapes |= {f"blocks.{number}.core.{theirs}": shape for theirs, shape in every}
    shapes |= {"norm.weight": (E,), "norm.bias": (E,)}
    return _drawn(rng, shapes | {"head.weight": (classes, E), "head.bias": (classes,)})


def vit(state: State, sizes: Sizes, x: "Tensor") -> "Tensor":
    """Scores (N, classes) of pictures (N, C, H, W)."""
    import torch
    from torch.nn import functional

    _, P, _, (E, depth, heads, hidden, _) = sizes
    seen = patches({k[8:]: v for k, v in state.items() if k.startswith("patches.")}, P, x)
    rows = torch.cat([state["cls"].expand(len(x), -1, -1), seen], dim=1) + state["positions"]
    for number in range(depth):
        layer, front = _layer(E, heads, hidden), f"blocks.{number}.core."
        layer.load_state_dict({k[len(front) :]: v for k, v in state.items() if k.startswith(front)})
        rows = layer(rows)
    normed = functional.layer_norm(rows[:, 0], (E,), state["norm.weight"], state["norm.bias"])
    return functional.linear(normed, state["head.weight"], state["head.bias"]).detach()


def captioner_state(rng: np.random.Generator, C: int, V: int, width: int, hidden: int) -> State:
    """Weights of lesson 11's captioner: embed, first, cell, query, head."""
    return _drawn(
        rng,
        {
            "embed.weight": (V, width),
            "first.weight": (hidden, C),
            "first.bias": (hidden,),
            "cell.weight_ih": (4 * hidden, width),
            "cell.weight_hh": (4 * hidden, hidden),
            "cell.bias_ih": (4 * hidden,),
            "cell.bias_hh": (4 * hidden,),
            "query.weight": (C, hidden),
            "query.bias": (C,),
            "head.weight": (V, hidden + C),
            "head.bias": (V,),
        },
    )


def captioner(state: State, maps: "Tensor", words: "Tensor") -> tuple["Tensor", "Tensor"]:
    """Scores (N, T, V) and weights (N, T, L): all states first, then all looks at once.

    maps: (N, L, C); words: (N, T) int
    """
    return _captioned(state, maps, words)


def _captioned(state: State, maps: "Tensor", words: "Tensor") -> tuple["Tensor", "Tensor"]:
    import torch
    from torch.nn import functional

    seen = functional.embedding(words, state["embed.weight"])
    h = functional.linear(maps.mean(dim=1), state["first.weight"], state["first.bias"]).tanh()[None]
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    weights = [state[f"cell.{name}"] for name in names]
    states = torch.lstm(seen, [h, torch.zeros_like(h)], weights, True, 1, 0.0, False, False, True)[
        0
    ]
    queries = functional.linear(states, state["query.weight"], state["query.bias"])
    places = torch.eye(maps.shape[1], dtype=maps.dtype).expand(len(maps), -1, -1)
    looks = functional.scaled_dot_product_attention(queries, maps, places)
    both = torch.cat([states, torch.bmm(looks, maps)], dim=2)
    return functional.linear(both, state["head.weight"], state["head.bias"]), looks


def captioner_step(
    state: State, maps: "Tensor", codes: "Tensor", null: int, rate: float
) -> tuple[float, State]:
    """A captioner's mean cross-entropy over the words that count, and its weights after a step."""
    import torch
    from torch.nn import functional

    leaves = {name: one.clone().requires_grad_() for name, one in state.items()}
    scores, _ = _captioned(leaves, maps, codes[:, :-1])
    loss = functional.cross_entropy(scores.flatten(0, 1), codes[:, 1:].flatten(), ignore_index=null)
    grads = torch.autograd.grad(loss, list(leaves.values()))
    return float(loss.detach()), {k: state[k] - rate * g for k, g in zip(leaves, grads)}


def _joined(parts: list["Tensor"]) -> "Tensor":
    import torch

    return torch.cat(parts)


def _drawn(rng: np.random.Generator, shapes: Mapping[str, tuple[int, ...]]) -> State:
    """Random float64 tensors, scaled by their last axis, none of them 0."""
    import torch

    scaled = {name: rng.normal(size=s) / np.sqrt(max(s[-1] / 3, 1)) for name, s in shapes.items()}
    return {name: torch.from_numpy(value) for name, value in scaled.items()}
