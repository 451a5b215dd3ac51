"""The oracle of lesson 09 against SciPy, scikit-learn, NumPy and finite differences."""

import numpy as np
import pytest
import torch
from scipy.signal import correlate
from sklearn.linear_model import Ridge
from torch import nn

from course_lib import oracle
from course_lib.oracle import pytorch

RNG = np.random.default_rng(0)


def numbers(*size):
    return torch.from_numpy(RNG.normal(size=size))


def test_common_numbers_are_found_address_by_address():
    """Do writing and looking, the plainest test there is, say the same of every pair?"""
    base = torch.zeros(4, 6)
    views = [base, base[1], base[:, ::2], base[:, 1::2], base.T, base[2:], base.clone()]
    for a in views:
        for b in views:
            base.zero_(), b.zero_()
            a.fill_(1.0)
            assert pytorch.common_numbers(a, b) == bool(b.any())
    array = np.zeros(5)
    assert pytorch.common_numbers(array[::-1], array[4:])
    assert not pytorch.common_numbers(array[::2], array[1::2])


def test_channels_first_moves_channels_and_nothing_else():
    """Is each pixel where NumPy's moveaxis puts it, as a part of 255?"""
    pixels = RNG.integers(256, size=(2, 3, 4, 3), dtype=np.uint8)
    due = np.moveaxis(pixels, 3, 1) / 255
    np.testing.assert_allclose(pytorch.channels_first(pixels), due, rtol=1e-6)


def test_bare_scores_against_scipy():
    """Are the scores those of SciPy's correlations and two products?"""
    x, params = pytorch.bare_net(RNG, (2, 2, 4, 5), filters=(3, 2), sizes=(5, 3))
    maps = x.numpy()
    for w, b, pad in ((params[0], params[1], 2), (params[2], params[3], 1)):
        padded = np.pad(maps, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
        out = [[correlate(image, f, "valid")[0] for f in w.numpy()] for image in padded]
        maps = np.maximum(np.array(out) + b.numpy()[:, None, None], 0)
    due = maps.reshape(2, -1) @ params[4].numpy() + params[5].numpy()
    np.testing.assert_allclose(pytorch.bare_scores(x, params), due)


def test_sgd_step_leaves_what_has_no_gradient():
    """Is it a step of torch.optim.SGD?"""
    values, slopes = [numbers(2, 3), numbers(4)], [numbers(2, 3), None]
    weights = [nn.Parameter(value.clone()) for value in values]
    for weight, slope in zip(weights, slopes):
        weight.grad = slope
    torch.optim.SGD(weights, lr=0.3).step()
    for mine, due in zip(pytorch.sgd_step(values, slopes, 0.3), weights):
        torch.testing.assert_close(mine, due.detach())


def test_clipped_by_differences():
    """Is it NumPy's clip, with the slope that central differences give?"""
    x, dout, step = numbers(20), numbers(20), 1e-6
    out, dx = pytorch.clipped(x, dout, 0.8)
    np.testing.assert_allclose(out, np.clip(x.numpy(), 0, 0.8))
    slope = (np.clip(x.numpy() + step, 0, 0.8) - np.clip(x.numpy() - step, 0, 0.8)) / (2 * step)
    np.testing.assert_allclose(dx, dout.numpy() * slope, atol=1e-8)


def test_nearest_even_as_python_rounds():
    """Does Python's own round say the same?"""
    x = torch.tensor([0.5, 1.5, -2.5, 2.4, -0.6]).double()
    assert pytorch.nearest_even(x).tolist() == [round(value) for value in x.tolist()]


def test_all_nodes_of_a_graph_that_is_counted_by_hand():
    """a b + tanh(a b): four operations less one shared product, and two leaves?"""
    a, b = (torch.tensor(value, requires_grad=True) for value in (2.0, 3.0))
    product = a * b
    names = [node.name() for node in pytorch.all_nodes(product + product.tanh())]
    assert sorted(names) == sorted(
        ["AddBackward0", "MulBackward0", "TanhBackward0", *["torch::autograd::AccumulateGrad"] * 2]
    )
    assert pytorch.all_nodes(torch.ones(())) == []


def test_without_gradient_names_what_backward_leaves_alone():
    """Are these the parameters whose .grad is None after backward()?"""
    net = nn.ModuleDict({name: nn.Linear(2, 2) for name in ("used", "cut", "idle")})
    loss = net["used"](net["cut"](torch.ones(1, 2)).detach()).sum()
    found = pytorch.without_gradient(loss, net)
    loss.backward()
    assert found == sorted(name for name, p in net.named_parameters() if p.grad is None)


def test_centred_takes_means_off_and_its_slopes_are_differences():
    """Are maps less their mean plus the bias zero on average, and the gradients right?"""
    state, x = pytorch.centred_state(RNG), numbers(3, 2, 4, 5)
    state["bias"] += 100  # nothing is cut off
    out, after = pytorch.centred(state, x, True, 0.25)
    torch.testing.assert_close(out.mean((0, 2, 3)), state["bias"])
    conv = nn.Conv2d(2, 3, 3, padding=1, bias=False).double()
    conv.load_state_dict({"weight": state["conv.weight"]})
    means = conv(x).mean((0, 2, 3)).detach()
    torch.testing.assert_close(after["running_mean"], 0.75 * state["running_mean"] + 0.25 * means)
    still, same = pytorch.centred(state, x, False)
    torch.testing.assert_close(same["running_mean"], state["running_mean"])
    shift = state["bias"] - state["running_mean"]
    torch.testing.assert_close(still, conv(x).detach() + shift[:, None, None])
    dout, step, nudge = numbers(3, 3, 4, 5), 1e-5, torch.zeros_like(x)
    nudge[1, 0, 2, 3] = step
    ends = [(pytorch.centred(state, x + sign * nudge, True)[0] * dout).sum() for sign in (1, -1)]
    slope = pytorch.centred_slopes(state, x, dout)["x"][1, 0, 2, 3]
    assert float(slope) == pytest.approx(float(ends[0] - ends[1]) / (2 * step), rel=1e-5)


def test_epoch_and_accuracy_of_a_linear_net():
    """Is the loss that before each step, weighed by images, and the accuracy a count?"""
    net = nn.Sequential(nn.Flatten(), nn.Linear(40, 3)).double()
    loader = pytorch.batches(RNG, (4, 1))
    x, y = (torch.cat(parts) for parts in zip(*loader))
    still = torch.optim.SGD(net.parameters(), lr=0.0)
    loss = pytorch.epoch(net, loader, still)
    found, share = pytorch.loss_and_accuracy(net, loader)
    log_p = net(x).log_softmax(1)
    assert loss == pytest.approx(found)
    assert found == pytest.approx(-float(sum(row[k] for row, k in zip(log_p, y)).detach()) / 5)
    assert share == pytest.approx(np.mean(log_p.argmax(1).numpy() == y.numpy()))


def test_scene_mirrors_about_half_and_keeps_words():
    """Over many numbers, is half of the pictures mirrored, and are unknown words 1?"""
    images = RNG.integers(256, size=(1, 3, 2, 3), dtype=np.uint8)
    plain = torch.from_numpy(images[0] / np.float32(255))
    found = [pytorch.scene(images, ["a b"], {"a": 5}, 3, epoch, 0) for epoch in range(200)]
    same = [torch.equal(picture, plain) for picture, _ in found]
    assert 70 < sum(same) < 130
    assert all(
        torch.equal(one, plain.flip(2)) for (one, _), is_same in zip(found, same) if not is_same
    )
    assert all(words.tolist() == [5, 1] for _, words in found)


def test_padded_batch_is_pad_sequence():
    """Does PyTorch's own helper pad alike?"""
    codes = [torch.tensor([4, 5, 6]), torch.tensor([], dtype=torch.int64), torch.tensor([7])]
    images = [numbers(3, 2, 2) for _ in codes]
    stacked, table, lengths = pytorch.padded_batch(images, codes)
    torch.testing.assert_close(table, nn.utils.rnn.pad_sequence(codes, batch_first=True))
    assert lengths.tolist() == [3, 0, 1]
    assert torch.equal(stacked[2], images[2])


def test_layer_outputs_before_an_in_place_layer_and_twice():
    """Is what a layer gave kept as it was, once for each time that it ran?"""
    layer = nn.Linear(3, 3).double()
    net = nn.Sequential(layer, nn.ReLU(inplace=True), layer)
    x = numbers(2, 3)
    first = layer(x).detach()
    due = [first, layer(first.relu()).detach()]
    for mine, one in zip(pytorch.layer_outputs(net, x, ["0"])["0"], due, strict=True):
        torch.testing.assert_close(mine, one)


def test_he_has_the_variance_that_it_should():
    """Is the standard deviation sqrt(2 / fan-in), biases 0, and a norm as it was?"""
    net = nn.Sequential(nn.Conv2d(8, 64, 3, groups=2), nn.BatchNorm2d(64), nn.Linear(50, 400))
    pytorch.he(net, torch.Generator().manual_seed(0))
    assert float(net[0].weight.std().detach()) == pytest.approx((2 / 36) ** 0.5, rel=0.05)
    assert float(net[2].weight.std().detach()) == pytest.approx((2 / 50) ** 0.5, rel=0.05)
    assert not net[0].bias.any()
    assert bool((net[1].weight == 1).all())


def test_matching_says_what_load_state_dict_says():
    """Do PyTorch's own lists of missing and unexpected names agree?"""
    net = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 1))
    given = {"module.0.weight": torch.ones(2, 2), "module.9.bias": torch.ones(1)}
    report, after = pytorch.matching(dict(net.state_dict()), given)
    plain = {name.removeprefix("module."): value for name, value in given.items()}
    said = net.load_state_dict(plain, strict=False)
    assert report["missing"] == sorted(said.missing_keys)
    assert report["skipped"] == said.unexpected_keys
    assert all(torch.equal(after[name], value) for name, value in net.state_dict().items())
    wrong, _ = pytorch.matching(dict(net.state_dict()), {"0.bias": torch.ones(1)})
    assert wrong["skipped"] == ["0.bias"]
    assert "0.bias" in wrong["missing"]


def test_partly_trained_changes_what_learns_alone():
    """Are all other numbers, buffers included, the same bits as before?"""

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.norm, self.head = nn.BatchNorm2d(2), nn.Linear(40, 3)

        def forward(self, x):
            return self.head(self.norm(x).flatten(1))

    net = Net().double()
    before = {name: value.clone() for name, value in net.state_dict().items()}
    names, after = pytorch.partly_trained(net, pytorch.batches(RNG, (4, 3)), ["head"])
    assert names == ["head.weight", "head.bias"]
    changed = {name for name, value in after.items() if not torch.equal(value, before[name])}
    assert changed == set(names)


def test_ridge_against_scikit_learn():
    """Is it scikit-learn's ridge regression, also with more features than rows?"""
    for rows, columns in ((12, 3), (4, 9)):
        features, labels = numbers(rows, columns), torch.arange(rows) % 3
        W, b = oracle.pytorch.ridge(features, labels, 3, 0.7)
        fitted = Ridge(alpha=0.7).fit(features.numpy(), np.eye(3)[labels.numpy()])
        np.testing.assert_allclose(W, fitted.coef_.T, atol=1e-10)
        np.testing.assert_allclose(b, fitted.intercept_, atol=1e-10)
