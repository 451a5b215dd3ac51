"""Does the oracle of transformers agree with the formulas, written out?"""

import math

import numpy as np
import pytest
import torch

from course_lib import oracle
from course_lib.oracle import transformer

RNG = np.random.default_rng(0)


def normal(*shape: int) -> torch.Tensor:
    return torch.from_numpy(RNG.normal(size=shape))


def test_heads_written_out() -> None:
    """Is each head the lesson's formula on its own columns, with True where one may look?"""
    state, x, y = transformer.heads_state(RNG, 4), normal(2, 3, 4), normal(2, 5, 4)
    mask = torch.ones(3, 5, dtype=torch.bool).tril()
    q, k, v = (
        one @ state[f"{name}.weight"].T + state[f"{name}.bias"]
        for one, name in ((x, "query"), (y, "key"), (y + 1, "value"))
    )
    parts = []
    for columns in (slice(0, 2), slice(2, 4)):
        scores = q[..., columns] @ k[..., columns].transpose(1, 2) / math.sqrt(2)
        weights = scores.masked_fill(~mask, -math.inf).softmax(dim=2)
        parts.append(weights @ v[..., columns])
    due = torch.cat(parts, dim=2) @ state["proj.weight"].T + state["proj.bias"]
    found = transformer.multi_head(state, 2, x, y, y + 1, mask)
    torch.testing.assert_close(found, due)


def test_slopes_leave_out_the_bias_of_the_keys() -> None:
    """Are there gradients of three inputs and of seven weights?"""
    state, x = transformer.heads_state(RNG, 4), normal(1, 3, 4)
    found = transformer.multi_head_slopes(state, 1, torch.ones(1, 3, 4).double(), x, x, x)
    assert len(found) == 10
    assert all(float(one.abs().max()) > 1e-9 for one in found)


def test_dropout_is_seen_where_it_should_be() -> None:
    """Is dropout of the weights recognised, and dropout of the result or none at all refused?"""
    given = transformer.revealing(RNG, 12)
    state, x, _, values = given
    q, k = (x @ state[f"{name}.weight"].T + state[f"{name}.bias"] for name in ("query", "key"))
    weights = (q @ k.transpose(1, 2) / math.sqrt(12)).softmax(dim=2)
    whole = transformer.multi_head(state, 1, x, x, values)
    torch.manual_seed(0)
    kept = torch.nn.functional.dropout(weights, 0.4)
    assert transformer.dropped(kept @ state["proj.weight"].T + state["proj.bias"], given, 0.4)
    assert not transformer.dropped(torch.nn.functional.dropout(whole, 0.4), given, 0.4)
    assert not transformer.dropped(whole, given, 0.4)


def test_positions_by_hand() -> None:
    """Is place 1 of four columns as by hand, and do odd widths end on a sine?"""
    due = [math.sin(1), math.cos(1), math.sin(0.01), math.cos(0.01)]
    assert transformer.positions(3, 4)[1].tolist() == pytest.approx(due)
    odd = transformer.positions(3, 3)
    assert odd.shape == (3, 3)
    assert float(odd[2, 2]) == pytest.approx(math.sin(2 * 1e4 ** (-2 / 3)))


def test_block_written_out() -> None:
    """Is a block the two sums of the lesson?"""
    state, x = transformer.block_state(RNG, 4, 2, 6), normal(2, 3, 4)
    core = "attention.core."
    attention = torch.nn.MultiheadAttention(4, 2, batch_first=True).double()
    attention.load_state_dict({k[len(core) :]: v for k, v in state.items() if k.startswith(core)})
    norms = [(state[f"norm{n}.weight"], state[f"norm{n}.bias"]) for n in (1, 2)]
    layer_norm, linear = torch.nn.functional.layer_norm, torch.nn.functional.linear
    normed = layer_norm(x, (4,), *norms[0])
    middle = x + attention(normed, normed, normed)[0]
    hidden = linear(layer_norm(middle, (4,), *norms[1]), state["first.weight"], state["first.bias"])
    due = middle + linear(
        torch.nn.functional.gelu(hidden), state["second.weight"], state["second.bias"]
    )
    torch.testing.assert_close(transformer.block(state, 2, x), due.detach())
    causal = torch.ones(3, 3, dtype=torch.bool).tril()
    first = transformer.block(state, 2, x, causal)[:, :1]
    torch.testing.assert_close(first, transformer.block(state, 2, x[:, :1]))


def test_patches_of_numbers() -> None:
    """Does a layer that passes one number on find the pixel that it belongs to?"""
    x = torch.arange(2 * 4 * 6, dtype=torch.float64).view(1, 2, 4, 6)
    weight = torch.zeros(1, 8).double()
    weight[0, 4 + 1] = 1  # second channel, first row, second column of each patch of 2 x 2
    found = transformer.patches({"proj.weight": weight, "proj.bias": torch.zeros(1).double()}, 2, x)
    assert found[0, :, 0].tolist() == x[0, 1, ::2, 1::2].flatten().tolist()


def test_vit_reads_the_class_token() -> None:
    """Without blocks, do scores depend on the class token's row alone?"""
    sizes = ((4, 4), 2, 1, (4, 0, 1, 3, 5))
    state, x = transformer.vit_state(RNG, *sizes), normal(3, 1, 4, 4)
    assert state["positions"].shape == (1, 5, 4)
    found = transformer.vit(state, sizes, x)
    torch.testing.assert_close(found, found[:1].expand(3, 5))
    deeper = ((4, 4), 2, 1, (4, 2, 2, 3, 5))
    state = transformer.vit_state(RNG, *deeper)
    assert not torch.allclose(*transformer.vit(state, deeper, x)[:2])


def test_captioner_step_by_step() -> None:
    """Do all looks at once give what the lesson's formulas give word by word?"""
    state, maps = transformer.captioner_state(RNG, 3, 5, 2, 4), normal(2, 6, 3)
    words = torch.tensor([[1, 4], [1, 0]])
    scores, looks = transformer.captioner(state, maps, words)
    h = torch.tanh(maps.mean(dim=1) @ state["first.weight"].T + state["first.bias"])
    cell = torch.nn.LSTMCell(2, 4).double()
    cell.load_state_dict({k[5:]: v for k, v in state.items() if k.startswith("cell.")})
    h, _ = cell(state["embed.weight"][words[:, 0]], (h, 0 * h))
    query = h @ state["query.weight"].T + state["query.bias"]
    look = (torch.einsum("nlc,nc->nl", maps, query) / math.sqrt(3)).softmax(dim=1)
    torch.testing.assert_close(looks[:, 0], look)
    both = torch.cat([h, torch.einsum("nl,nlc->nc", look, maps)], dim=1)
    torch.testing.assert_close(scores[:, 0], both @ state["head.weight"].T + state["head.bias"])


def test_a_small_step_lowers_the_loss() -> None:
    """Does a step along the gradient lower the loss by the rate times its squared length?"""
    state, maps = transformer.captioner_state(RNG, 3, 5, 2, 4), normal(2, 6, 3)
    codes = torch.tensor([[1, 4, 2], [1, 2, 0]])
    loss, after = transformer.captioner_step(state, maps, codes, 0, 1e-5)
    lower, _ = transformer.captioner_step(after, maps, codes, 0, 0.0)
    square = sum(float(((after[k] - state[k]) ** 2).sum()) for k in state)
    assert loss - lower == pytest.approx(square / 1e-5, rel=1e-3)


def test_lent_attention_is_attention() -> None:
    """Are the lent pair's gradients those of the oracle, and another's cache refused?"""
    forward, backward = oracle.lent.attention()
    args = RNG.normal(size=(2, 3)), RNG.normal(size=(2, 4, 3)), RNG.normal(size=(2, 4, 5))
    z, weights, cache = forward(*args)
    np.testing.assert_allclose(np.einsum("nl,nlc->nc", weights, args[2]), z)
    due = oracle.gradients(oracle.captioning.soft_attention, 1.0, *args)
    for mine, one in zip(backward(np.ones((2, 5)), cache), due, strict=True):
        np.testing.assert_array_equal(mine, one)
    with pytest.raises(ValueError, match="attend"):
        backward(z, args)
