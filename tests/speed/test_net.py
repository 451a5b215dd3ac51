"""The net: shapes, initial weights, arithmetic."""

import shutil
from dataclasses import replace

import pytest
import torch
from torch.nn import functional
from torch.utils.flop_counter import FlopCounterMode

from course_lib import speed
from tests.speed.small import PARTS, RECIPE


def made(recipe: speed.Recipe, seed: int = 0) -> speed.Net:
    """A net with initial weights."""
    net = speed.Net(recipe)
    generator = torch.Generator().manual_seed(seed)
    net.reset(recipe, PARTS, torch.rand(20, 3, 16, 16, generator=generator), generator)
    return net


@pytest.mark.parametrize("size", [16, 24, 28, 32, 35])
@pytest.mark.parametrize("convolutions", [2, 3])
def test_sizes(size: int, convolutions: int) -> None:
    """Does the net take images of any size from 16 pixels on, with and without a residual?"""
    net = made(replace(RECIPE, convolutions=convolutions))
    assert net(torch.zeros(2, 3, size, size)).shape == (2, 10)


def test_first_weights_come_from_the_generator() -> None:
    """Do equal seeds give equal weights, whatever the global generator's state, which stays?"""
    nets = []
    for number, seed in ((1, 0), (2, 0), (2, 1)):
        torch.manual_seed(number)
        before = torch.get_rng_state()
        nets.append(torch.cat([one.flatten() for one in made(RECIPE, seed).parameters()]))
        assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(nets[0], nets[1])
    assert not torch.allclose(nets[1], nets[2])


def test_reset_forgets() -> None:
    """Is a net that was used as good as new after `reset`, statistics included?"""
    net = made(RECIPE)
    net.train()(torch.rand(8, 3, 16, 16))
    with torch.no_grad():
        for weight in net.parameters():
            weight.add_(1)
    generator = torch.Generator().manual_seed(0)
    net.reset(RECIPE, PARTS, torch.rand(20, 3, 16, 16, generator=generator), generator)
    for name, value in made(RECIPE).state_dict().items():
        assert torch.equal(net.state_dict()[name], value), name


def test_default_weights_are_pytorchs() -> None:
    """Without tricks, do weights spread as PyTorch's own initial weights do?"""
    recipe = RECIPE.without("whitening", "identity")
    net = made(replace(recipe, widths=(64, 64, 64)))
    theirs = torch.nn.Conv2d(64, 64, 3).weight.detach()
    ours = net.conv_weights()[2].detach()
    assert float(ours.std()) == pytest.approx(float(theirs.std()), rel=0.05)
    assert float(ours.abs().max()) == pytest.approx(float(theirs.abs().max()), rel=0.01)
    assert net.whiten.weight.requires_grad


def test_first_layer_whitens_and_stays() -> None:
    """Has the first layer's output, on the patches it was made from, unit covariance?"""
    generator = torch.Generator().manual_seed(3)
    patches = functional.avg_pool2d(torch.rand(200, 3, 32, 32, generator=generator), 2) * 20
    net = speed.Net(RECIPE)
    net.reset(RECIPE, PARTS, patches, generator)
    with torch.no_grad():
        maps = net.whiten(patches - patches.mean((0, 2, 3), keepdim=True))[:, :12]
    rows = maps.movedim(1, 0).flatten(1)
    torch.testing.assert_close(torch.cov(rows), torch.eye(12), atol=0.02, rtol=0)
    assert not net.whiten.weight.requires_grad
    assert net.whiten.bias.requires_grad


def test_arithmetic_of_net94() -> None:
    """Are the multiplications of the 94 % net those that its layers' shapes imply?"""
    recipe = speed.RECIPES["net94"]
    net = made(recipe).eval()
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        net(torch.zeros(1, 3, 32, 32))
    layers = [(3, 24, 2, 31), (24, 64, 3, 31), (64, 64, 3, 15), (64, 256, 3, 15)]
    layers += [(256, 256, 3, 7), (256, 256, 3, 7), (256, 256, 3, 3), (256, 10, 1, 1)]
    due = sum(2 * ins * outs * size**2 * side**2 for ins, outs, size, side in layers)
    assert counter.get_total_flops() == due


@pytest.mark.thorough  # PyTorch's compiler takes a minute and a half of processor time
@pytest.mark.skipif(
    not any(map(shutil.which, ("g++", "clang++", "cl"))), reason="no C++ compiler for torch.compile"
)
def test_compiled_gradients() -> None:
    """In bf16, are a compiled net's gradients finite, and those of the net as it is?

    They were NaN below the last layer when the net took its maximum by `amax`.
    """
    images = torch.rand(16, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    labels, grads = torch.arange(16) % 10, []
    for compiled in (False, True):
        net = made(RECIPE).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        if compiled:
            torch.compiler.reset()
            net.compile(dynamic=False)
        with torch.autocast("cpu", torch.bfloat16):
            loss = functional.cross_entropy(net(images), labels)
        loss.backward()  # type: ignore[no-untyped-call]
        grads.append([one.grad for one in net.parameters() if one.grad is not None])
    for ours, due in zip(*grads):
        assert (ours - due).norm() < 0.2 * due.norm()  # bf16 rounds elsewhere: up to 0.07 was seen
