"""The oracle of lesson 12 against finite differences, scikit-learn, brute force and hand."""

import numpy as np
import pytest
import torch
from scipy.stats import entropy
from sklearn.manifold import trustworthiness
from torch import nn

from course_lib.oracle import visual

RNG = np.random.default_rng(0)


class Net(nn.Module):
    """A small net with the parts that the oracle asks for."""

    def __init__(self):
        super().__init__()
        generator = torch.Generator().manual_seed(0)
        self.features = nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.ReLU())
        self.head = nn.Linear(4, 4)
        for parameter in self.parameters():
            nn.init.normal_(parameter, 0.0, 0.5, generator=generator)
        self.double().eval()

    def tail(self, maps):
        return self.head(maps.mean(dim=(2, 3)))

    def forward(self, x):
        return self.tail(self.features(x))


def pixels(*shape):
    return torch.from_numpy(RNG.random(size=shape))


def slope_by_differences(score, x, step=1e-6):
    """Central differences of a scalar function, entry by entry."""
    flat, found = x.flatten(), torch.zeros(x.numel(), dtype=x.dtype)
    for n in range(len(flat)):
        up, down = flat.clone(), flat.clone()
        up[n] += step
        down[n] -= step
        found[n] = (score(up.reshape(x.shape)) - score(down.reshape(x.shape))) / (2 * step)
    return found.reshape(x.shape)


def test_fields_are_those_of_an_impulse():
    """Which input pixels does a unit really see, when PyTorch asks with a gradient?"""
    layers = [{"kernel": 3, "pad": 1}, {"kernel": 2, "stride": 2}, {"kernel": 5, "pad": 2}]
    stack = [
        nn.Conv2d(1, 1, one["kernel"], one.get("stride", 1), one.get("pad", 0)) for one in layers
    ]
    net = nn.Sequential(*stack)
    for layer in stack:
        nn.init.ones_(layer.weight)
    x = torch.zeros(1, 1, 1, 41).expand(1, 1, 41, 41).clone().requires_grad_()
    (slope,) = torch.autograd.grad(net(x)[0, 0, 8, 8], x)
    seen = slope[0, 0].sum(dim=0).nonzero().flatten().tolist()
    size, jump, start = visual.field_of(layers)
    assert (seen[0], len(seen)) == (start + 8 * jump, size)


def test_maximal_patches_are_cut_by_hand():
    """Is a patch at the corner zero outside, and do equal maxima come in order?"""
    images = RNG.normal(size=(3, 1, 4, 4))
    maps = np.zeros((3, 2, 2))
    maps[2, 1, 1], maps[0, 0, 0], maps[1, 0, 0] = 5, 3, 3
    patches, places = visual.maximal_patches(images, maps, (3, 2, -1), 3)
    assert places == [[2, 1, 1], [0, 0, 0], [1, 0, 0]]
    np.testing.assert_array_equal(patches[0][0], images[2][0, 1:4, 1:4])
    np.testing.assert_array_equal(patches[1][0, 1:, 1:], images[0][0, :2, :2])
    assert not patches[1][0, 0].any()


def test_nearest_and_principal():
    """Do brute force and an eigenvalue problem say the same?"""
    points, asked = RNG.integers(3, size=(20, 4)) + 0.0, RNG.integers(3, size=(3, 4)) + 0.0
    far = np.array([[sum((a - b) ** 2) for b in points] for a in asked])
    due = np.argsort(far + 1e-9 * np.arange(20), axis=1)[:, :7]
    np.testing.assert_array_equal(visual.nearest(points, asked, 7), due)
    values, vectors = np.linalg.eigh(np.cov(points.T))
    coordinates, shares = visual.principal(points, 2)
    np.testing.assert_allclose(shares, values[::-1][:2] / values.sum())
    for k in (0, 1):
        way = vectors[:, -1 - k] * np.sign(vectors[np.abs(vectors[:, -1 - k]).argmax(), -1 - k])
        np.testing.assert_allclose(coordinates[:, k], (points - points.mean(axis=0)) @ way)


def test_neighbour_shares_have_the_perplexity():
    """Has each row the perplexity that was asked for, and do twins share?"""
    points = RNG.normal(size=(15, 3))
    distances = ((points[:, None] - points) ** 2).sum(axis=2)
    shares = visual.neighbour_shares(distances, 5.0)
    np.testing.assert_allclose(np.exp(entropy(shares, axis=1)), 5.0, rtol=1e-6)
    assert not shares.diagonal().any()
    twins = visual.neighbour_shares(
        np.array([[0.0, 0, 0, 9], [0, 0, 0, 9], [0, 0, 0, 9], [9] * 4]), 1.5
    )
    np.testing.assert_allclose(twins[0], [0, 0.5, 0.5, 0], atol=1e-9)
    joint = visual.joint_shares(shares)
    np.testing.assert_allclose(joint, joint.T)
    np.testing.assert_allclose(joint[1, 4], (shares[1, 4] + shares[4, 1]) / 30)


def test_tsne_map_keeps_neighbours():
    """By scikit-learn's measure, are neighbours in the plane neighbours among the points?"""
    points = np.concatenate([RNG.normal(size=(20, 8)) + 6 * k for k in range(3)])
    distances = ((points[:, None] - points) ** 2).sum(axis=2)
    joint = visual.joint_shares(visual.neighbour_shares(distances, 8.0))
    assert trustworthiness(points, visual.tsne_map(joint, 0), n_neighbors=8) > 0.9


def test_saliency_against_differences():
    """Is a map the largest of three finite differences?"""
    net, X, y = Net(), pixels(2, 3, 4, 3), torch.tensor([1, 3])
    found = visual.saliency(X, y, net)
    for n in range(2):
        slope = slope_by_differences(lambda one, k=y[n]: net(one[None])[0, k].detach(), X[n])
        torch.testing.assert_close(found[n], slope.abs().amax(dim=0), atol=1e-6, rtol=1e-5)


def test_guided_saliency_is_the_chain_by_hand():
    """With one ReLU, is it the product of three steps?"""
    net, X = Net(), pixels(1, 3, 4, 4)
    maps = net.features[0](X)
    dout = (net.head.weight[2] / 16)[:, None, None].expand(4, 4, 4)
    passed = (dout.clamp(min=0) * (maps[0] > 0))[None]
    slope = nn.functional.conv_transpose2d(passed, net.features[0].weight, padding=1)
    found = visual.guided_saliency(X, torch.tensor([2]), net)
    torch.testing.assert_close(found, slope.abs().amax(dim=1))
    assert not net.features[1]._backward_hooks


def test_occlusion_of_a_sum():
    """For a net that sums pixels, does each fall say what was covered?"""
    x = pixels(3, 3, 2)

    class Sum(nn.Module):
        def forward(self, x):
            return x.sum(dim=(1, 2, 3))[:, None]

    found = visual.occlusion(x, 0, Sum(), (1, 1), 1, 0.5)
    torch.testing.assert_close(found, (x - 0.5).sum(dim=0))
    whole = visual.occlusion(x, 0, Sum(), (3, 2), 2, 0.0)
    torch.testing.assert_close(whole[0, 0], x.sum())


def test_through_relu_by_hand():
    """Are the three ways back those of the lesson's small example?"""
    x, dout = torch.tensor([3.0, -1, 2, -4]), torch.tensor([5.0, 6, -7, -8])
    for ways, due in ((["input"], [5, 0, -7, 0]), (["gradient"], [5, 6, 0, 0])):
        assert visual.through_relu(x, dout, ways).tolist() == due
    assert visual.through_relu(x, dout, ["input", "gradient"]).tolist() == [5, 0, 0, 0]


def test_one_step_of_ascent():
    """Is one step, with a shift, what finite differences give?"""
    net, x = Net(), pixels(1, 3, 3, 4)
    settings = {"steps": 1, "learning_rate": 0.3, "l2_reg": 0.1, "max_jitter": 2, "seed": 4}
    dy, dx = (int(n) for n in np.random.default_rng(4).integers(-2, 3, size=2))

    def goal(one):
        return (net(one)[0, 1] - 0.1 * ((one - 0.5) ** 2).sum()).detach()

    rolled = x.roll((dy, dx), (2, 3))
    slope = slope_by_differences(goal, rolled)
    due = (rolled + 0.3 * slope / slope.norm()).roll((-dy, -dx), (2, 3)).clamp(0, 1)
    found = visual.class_visualization(1, net, x, settings | {"blur_every": 0}, abs)
    torch.testing.assert_close(found, due, atol=1e-6, rtol=1e-5)
    blurred = visual.class_visualization(
        1, net, x, settings | {"blur_every": 1}, lambda one: one / 2
    )
    torch.testing.assert_close(blurred, found / 2)


def test_a_fooling_image_fools():
    """Does the target win at the end and not one step before?"""
    net, X = Net(), pixels(1, 3, 4, 4)
    net.load_state_dict(visual.on_the_way(net.state_dict(), Net(), X))
    image, steps = X, 0
    while int(net(image).argmax()) != 2 and steps < 500:
        image, steps = visual.fooling_image(image, 2, net, 0.02, 1), steps + 1
    assert 0 < steps < 500
    torch.testing.assert_close(visual.fooling_image(X, 2, net, 0.02, 1000), image)


def test_attacks_stay_in_the_ball_and_raise_the_loss():
    """Is FGSM one large step, and PGD within epsilon and better?"""
    net, X, y = Net(), pixels(3, 3, 4, 4), torch.tensor([0, 1, 2])
    one = visual.signed_attack(X, y, net, 0.1, 0.1, 1)
    slope = slope_by_differences(
        lambda x: nn.functional.cross_entropy(net(x[None]), y[:1]).detach(), X[0]
    )
    torch.testing.assert_close(one[0], (X[0] + 0.1 * slope.sign()).clamp(0, 1))
    many = visual.signed_attack(X, y, net, 0.1, 0.04, 8)
    assert float((many - X).abs().max()) <= 0.1 + 1e-12
    losses = [nn.functional.cross_entropy(net(x), y) for x in (X, many)]
    assert losses[1] > losses[0]


def test_robust_accuracy_by_hand():
    """Of five images, is one right before and after?"""
    before, after = [True, True, False, True, False], [True, False, True, False, False]

    def net(x):
        right = torch.tensor(before if x.sum() == 0 else after)
        return torch.stack([right, ~right], dim=1).double()

    def attack(X, y, model, epsilon):
        return X + 1

    y = torch.zeros(5, dtype=torch.int64)
    assert visual.robust_accuracy(torch.zeros(5, 1), y, net, attack, [1.0]) == [0.2]


def test_states_for_the_checks():
    """Do the answers of an undecided net vary, and does a third class lie on the way?"""
    state, X, y = visual.undecided(RNG, Net(), lambda X, y, m, e: X.flip(1), (60, 3, 4, 5))
    net = Net()
    net.load_state_dict(state)
    answers = net(X).argmax(dim=1)
    assert len(answers.unique()) > 1
    assert 0.4 < float((answers == y).double().mean()) < 1
    x = pixels(1, 3, 4, 4)
    net.load_state_dict(visual.on_the_way(state, Net(), x))
    found = [int(net(x).argmax())]
    while found[-1] != 2 and len(found) < 500:
        x = visual.fooling_image(x, 2, net, 0.02, 1)
        found.append(int(net(x).argmax()))
    assert list(dict.fromkeys(found)) == [0, 1, 2]


@pytest.mark.parametrize("shape", [(1, 2, 3, 4), (1, 3, 1, 5)])
def test_losses_by_loops(shape):
    """Are the losses what plain loops add up?"""
    a, b = torch.from_numpy(RNG.normal(size=shape)), torch.from_numpy(RNG.normal(size=shape))
    gap = sum((float(p) - float(q)) ** 2 for p, q in zip(a.flatten(), b.flatten()))
    assert float(visual.content_loss(0.5, a, b)) == pytest.approx(0.5 * gap)
    assert float(visual.feature_loss(a, b)) == pytest.approx(gap / float((b * b).sum()))
    _, C, H, W = shape
    total, gram = 0.0, torch.zeros(1, C, C, dtype=a.dtype)
    for c, i, j in np.ndindex(C, H, W):
        if i + 1 < H:
            total += float(a[0, c, i + 1, j] - a[0, c, i, j]) ** 2
        if j + 1 < W:
            total += float(a[0, c, i, j + 1] - a[0, c, i, j]) ** 2
        for d in range(C):
            gram[0, c, d] += a[0, c, i, j] * a[0, d, i, j]
    assert float(visual.tv_loss(a, 2.0)) == pytest.approx(2 * total)
    torch.testing.assert_close(visual.gram_matrix(a, False), gram)
    torch.testing.assert_close(visual.gram_matrix(a), gram / (C * H * W))
    aim = torch.zeros_like(gram)
    due = 3 * float(((gram / (C * H * W)) ** 2).sum())
    assert float(visual.style_loss([b, a], [1], [aim], [3.0])) == pytest.approx(due)


def test_grad_cam_is_cam_at_the_last_layer():
    """In a net that ends in a mean and a linear layer, is it the ReLU of the class map?"""
    net, X, y = Net(), pixels(2, 3, 4, 5), torch.tensor([0, 3])
    maps = net.features(X)
    cam = torch.einsum("nchw,nc->nhw", maps, net.head.weight[y]).relu()
    found = visual.grad_cam(X, y, net, 1)
    torch.testing.assert_close(found, cam / cam.amax(dim=(1, 2), keepdim=True).clamp(min=1e-12))


def test_measures_by_hand():
    """Are share and game those of the lesson's small example, and even where all is 0?"""
    heat = np.array([[[1.0, 2], [-4, 5]], [[0, 0], [0, 0]]])
    right = np.zeros((2, 2, 2), dtype=bool)
    right[:, :, 1] = True
    assert visual.share_inside(heat, right).tolist() == [7 / 8, 0.5]
    boxes = np.array([[1, 0, 2, 2], [0, 0, 1, 1]])
    assert visual.pointing_game(heat, boxes) == pytest.approx((1 + 0.25) / 2)
