"""The oracle of lesson 14 against PyTorch's modules, integrals, Bayes' rule and the pencil."""

import itertools
import math

import numpy as np
import pytest
import torch
from scipy.stats import norm
from torch import nn

from course_lib.oracle import generative

RNG = np.random.default_rng(0)


def drawn(*shape):
    return torch.from_numpy(RNG.normal(size=shape))


def test_masks_of_a_pencil():
    """Are the two masks of a 3 x 3 filter, and those of two colours, the known ones?"""
    A, B = (generative.causal_mask(kind, 1, 1, 3)[0, 0].tolist() for kind in "AB")
    assert A == [[1, 1, 1], [1, 0, 0], [0, 0, 0]]
    assert B == [[1, 1, 1], [1, 1, 0], [0, 0, 0]]
    assert generative.causal_mask("A", 4, 2, 1, 2)[:, :, 0, 0].tolist() == [[0] * 4, [1, 1, 0, 0]]
    assert generative.causal_mask("B", 2, 2, 1, 2)[:, :, 0, 0].tolist() == [[1, 0], [1, 1]]


@pytest.mark.parametrize("kind", ["A", "B"])
def test_no_later_number_reaches_an_output(kind):
    """Has a number that is read later a gradient of exactly 0, and an earlier one another?"""
    weight, bias = drawn(3, 3, 3, 3), drawn(3)
    x = drawn(1, 3, 4, 4).requires_grad_()
    out = generative.masked_conv(x, weight, bias, kind, 3)
    for c, i, j in itertools.product(range(3), range(4), range(4)):
        (slope,) = torch.autograd.grad(out[0, c, i, j], x, retain_graph=True)
        for d, k, m in itertools.product(range(3), range(4), range(4)):
            near = abs(k - i) <= 1 and abs(m - j) <= 1
            seen = (k, m, d) < (i, j, c) or (kind == "B" and (k, m, d) == (i, j, c))
            assert bool(slope[0, d, k, m]) == (near and seen)


def test_masked_case_agrees_with_finite_differences():
    """Is the gradient that comes with a case the slope of the sum?"""
    (weight, bias, x), (_, slope) = generative.masked_case(RNG, (2, 2, 3, 3), "B", 2)
    for place in ((0, 0, 0, 1), (1, 0, 1, 1), (0, 1, 1, 1), (1, 1, 2, 2)):
        sums = []
        for step in (1e-6, -1e-6):
            moved = weight.clone()
            moved[place] += step
            sums.append(generative.masked_conv(x, moved, bias, "B", 2).sum())
        assert float(slope[place]) == pytest.approx(float(sums[0] - sums[1]) / 2e-6, abs=1e-5)


def test_bits_of_a_pencil():
    """Do equal levels cost their logarithm, and 1/2 and 1/8 two bits on average?"""
    x = torch.tensor([[[[0, 1]]]])
    even = torch.zeros(1, 17, 1, 1, 2)
    assert generative.bits_per_dimension(even, x).item() == pytest.approx(math.log2(17))
    shares = torch.tensor([[0.5, 0.5], [7 / 8, 1 / 8]]).log().T[None, :, None, None]
    assert generative.bits_per_dimension(shares, x).item() == pytest.approx(2.0)


def test_ancestral_samples_have_the_joint_distribution():
    """Do evenly spread uniform numbers give every picture as often as it is likely?"""
    shares = torch.tensor([[0.25, 0.75], [0.75, 0.25]])  # of the second number, by the first

    def model(x):
        first = torch.tensor([0.75, 0.25]).expand(len(x), 2)
        return torch.stack([first, shares[x[:, 0, 0, 0]]], dim=2).log()[:, :, None, None]

    line = (torch.arange(8) + 0.5) / 8
    uniforms = torch.cartesian_prod(line, line).reshape(64, 1, 1, 2)
    pictures = generative.ancestral(model, uniforms, 2).flatten(1).tolist()
    counts = [pictures.count(list(one)) / 64 for one in itertools.product((0, 1), repeat=2)]
    assert counts == [3 / 16, 9 / 16, 3 / 16, 1 / 16]


def test_the_random_pixel_model_is_causal():
    """Do its scores for a number stay when later ones change?"""
    model = generative.random_pixel_model(RNG, 2, 3)
    x = torch.from_numpy(RNG.integers(3, size=(1, 2, 3, 3)))
    other = x.clone()
    other[0, 1, 1, 1] = (x[0, 1, 1, 1] + 1) % 3
    same = model(x) == model(other)
    assert same[:, :, :, 0].all()
    assert same[0, :, :, 1, :2].all()
    assert not same[0, :, :, 1, 2].any()


def test_latent_has_mean_and_spread():
    """Is a noise of 1 one standard deviation above the mean?"""
    mu, logvar = torch.tensor([3.0]), torch.tensor([2 * math.log(2)])
    assert generative.latent(mu, logvar, torch.tensor([-1.5])).item() == pytest.approx(0.0)


def test_negative_bound_is_a_sum_of_integrals():
    """Is the divergence that of a numerical integral, and the rest the likelihood of the pixels?"""
    x_hat, x = torch.tensor([[0.8, 0.3]]), torch.tensor([[1.0, 0.0]])
    mu, logvar = torch.tensor([[1.5]]), torch.tensor([[-0.7]])
    z = np.linspace(-12, 12, 200_001)
    q = norm(1.5, math.exp(-0.35))
    divergence = np.trapezoid(q.pdf(z) * (q.logpdf(z) - norm.logpdf(z)), z)
    due = divergence - math.log(0.8) - math.log(0.7)
    assert generative.negative_bound(x_hat, x, mu, logvar).item() == pytest.approx(due, rel=1e-5)


def test_losses_of_a_pencil():
    """Are the losses of the lesson's example those computed by hand?"""
    real, fake = torch.tensor([0.0]), torch.tensor([math.log(3)])
    assert generative.discriminator_loss(real, fake).item() == pytest.approx(math.log(8))
    assert generative.generator_loss(fake).item() == pytest.approx(-math.log(0.75))
    assert generative.generator_loss(torch.tensor([-1000.0])).item() == 1000.0
    real, fake = torch.tensor([0.5]), torch.tensor([2.0])
    assert generative.ls_discriminator_loss(real, fake).item() == pytest.approx(2.125)
    assert generative.ls_generator_loss(fake).item() == pytest.approx(0.5)


class Scale(nn.Module):
    """Multiplies by one number that is learnt."""

    def __init__(self, factor):
        super().__init__()
        self.factor = nn.Parameter(torch.tensor(factor))

    def forward(self, x):
        return self.factor * x


def test_game_of_a_pencil():
    """Does D of the lesson's example go to 0, and G then stay where it is?"""
    D, G = Scale(1.0), Scale(2.0)
    both = [torch.optim.SGD(net.parameters(), lr=0.1) for net in (D, G)]
    losses = generative.ls_discriminator_loss, generative.ls_generator_loss
    one = torch.ones(1)
    found = generative.game(torch.tensor([3.0]), (one, one), D, G, *both, *losses)
    assert found == (pytest.approx(4.0), pytest.approx(0.5))
    assert D.factor.item() == pytest.approx(0.0, abs=1e-6)
    assert G.factor.item() == pytest.approx(2.0)


def test_game_case_fits_the_lessons_nets():
    """Do the states belong to nets of these layers?"""
    (d_state, g_state), real, noises = generative.game_case(RNG, 3, 4)
    D = nn.Sequential(nn.Linear(2, 5), nn.Tanh(), nn.Linear(5, 1)).double()
    D.load_state_dict({name.removeprefix("layers."): value for name, value in d_state.items()})
    nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2)).double().load_state_dict(g_state)
    assert [one.shape for one in real] == [(4, 2)] * 3
    assert [one.shape for pair in noises for one in pair] == [(4, 3)] * 6


@pytest.mark.parametrize("training", [True, False])
def test_dcgan_images_are_those_of_modules(training):
    """Do PyTorch's layers with these values give the same pictures?"""
    shapes = generative.dcgan_shapes(3, [4, 2], 1)
    values, noise = generative.dcgan_case(RNG, shapes)
    inner = nn.ConvTranspose2d(3, 4, 4, bias=False), nn.BatchNorm2d(4), nn.ReLU()
    second = nn.ConvTranspose2d(4, 2, 4, 2, 1, bias=False), nn.BatchNorm2d(2), nn.ReLU()
    net = nn.Sequential(*inner, *second, nn.ConvTranspose2d(2, 1, 4, 2, 1), nn.Tanh()).double()
    assert [list(value.shape) for value in net.state_dict().values()] == shapes
    net.train(training).load_state_dict(dict(zip(net.state_dict(), values, strict=True)))
    due = net(noise[:, :, None, None])
    assert due.shape == (3, 1, 16, 16)
    torch.testing.assert_close(generative.dcgan_images(values, noise, training), due)


def test_noising_step_by_step_has_the_closed_form():
    """Are two steps of 0.36 a factor of 0.64 and a variance of 0.5904, and t = 0 one step?"""
    betas, one, zero = torch.tensor([0.36, 0.36]), torch.ones(1, 1), torch.zeros(1, 1)
    for t, factor in ((0, 0.8), (1, 0.64)):
        t = torch.tensor([t])
        assert generative.noised(one, t, zero, betas).item() == pytest.approx(factor)
        variance = generative.noised(zero, t, one, betas).item() ** 2
        assert variance == pytest.approx(1 - factor**2)
        x = generative.noised(0.7 * one, t, 1.3 * one, betas)
        assert generative.denoised(x, t, 1.3 * one, betas).item() == pytest.approx(0.7)


def test_a_step_back_is_the_mean_of_a_sum_over_a_grid():
    """Does Bayes' rule on a fine grid of x at t - 1 give the same mean and variance?"""
    betas, x_t, x_start = torch.tensor([0.3, 0.2, 0.4]).double(), 0.9, -0.5
    t = torch.tensor([2])
    at_0, at_t = (torch.tensor([[one]]).double() for one in (x_start, x_t))
    guess = (at_t - generative.noised(at_0, t, 0 * at_0, betas)) / generative.noised(
        0 * at_0, t, 1 + 0 * at_0, betas
    )
    grid = np.linspace(-6, 6, 20_001)
    before = norm(x_start * math.sqrt(0.7 * 0.8), math.sqrt(1 - 0.7 * 0.8)).pdf(grid)
    weights = before * norm(math.sqrt(0.6) * grid, math.sqrt(0.4)).pdf(x_t)
    mean = np.average(grid, weights=weights)
    spread = math.sqrt(np.average((grid - mean) ** 2, weights=weights))
    for noise in (0.0, 1.0):
        found = generative.step_back(lambda x, t: guess, at_t, 2, noise + 0 * at_t, betas)
        assert found.item() == pytest.approx(mean + noise * spread, abs=1e-6)
    assert generative.step_back(lambda x, t: 0 * x, at_t, 0, at_t, betas).item() == pytest.approx(
        x_t / math.sqrt(0.7)
    )


def test_guidance_of_a_pencil():
    """Do 0.2 without and 0.5 with a class give 0.2, 0.5 and 1.1 at scales 0, 1 and 3?"""
    x, t, y = torch.zeros(1, 1), torch.tensor([0]), torch.tensor([1])
    found = [
        generative.guided(lambda x, t, y: 0.2 + 0.3 * y[:, None], x, t, y, scale, 0).item()
        for scale in (0.0, 1.0, 3.0)
    ]
    assert found == pytest.approx([0.2, 0.5, 1.1])


def test_the_random_noise_model_uses_all_it_gets():
    """Does the noise change with the step and with the class, and keep x's shape?"""
    model = generative.random_noise_model(RNG, 4)
    x, t, y = drawn(2, 1, 3, 3), torch.tensor([1, 2]), torch.tensor([0, 3])
    noise = model(x, t, y)
    assert noise.shape == x.shape
    assert (noise != model(x, t + 1, y)).any()
    assert (noise != model(x, t, y - y)).any()


def test_contrastive_loss_of_a_pencil():
    """Do two equal pairs, orthogonal to each other, cost what the lesson computes, one pair 0?"""
    pair = torch.eye(2)
    due = math.log(math.e + 2) - 1
    assert generative.contrastive_loss(3 * pair, pair, 1.0).item() == pytest.approx(due, abs=1e-6)
    assert generative.contrastive_loss(pair[:1], pair[1:], 0.1).item() == 0.0


def test_great_circle_of_a_pencil():
    """Is the middle of two vectors at a right angle as long as they are, and a line straight?"""
    a, b, t = np.array([2.0, 0, 0]), np.array([0, 2.0, 0]), np.array([0, 0.5, 1])
    found = generative.great_circle(a, b, t)
    np.testing.assert_allclose(found, [a, [math.sqrt(2), math.sqrt(2), 0], b], atol=1e-12)
    np.testing.assert_allclose(generative.great_circle(a, 3 * a, t)[1], 2 * a)
