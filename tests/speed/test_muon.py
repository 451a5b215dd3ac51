"""Muon: is its step orthogonal, and in the right direction?"""

import pytest
import torch

from course_lib.speed.muon import Muon, orthogonal


@pytest.mark.parametrize("shape", [(3, 16, 40), (2, 40, 16), (1, 24, 24)])
def test_singular_values_near_one(shape: tuple[int, int, int]) -> None:
    """By SVD: are all singular values between 0.6 and 1.3, and are the singular vectors kept?"""
    matrices = torch.randn(shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    result = orthogonal(matrices)
    values = torch.linalg.svdvals(result)
    assert values.min() > 0.6
    assert values.max() < 1.3
    u, _, v = torch.linalg.svd(matrices, full_matrices=False)
    inner = u.mT @ result @ v.mT  # diagonal where the singular vectors are the same
    off = inner - torch.diag_embed(inner.diagonal(dim1=-2, dim2=-1))
    assert off.abs().max() < 1e-6


def test_together_as_alone() -> None:
    """Do weights of one shape, worked on together, move as each would alone?"""
    generator = torch.Generator().manual_seed(1)
    weights = [torch.randn(8, 4, 3, 3, generator=generator) for _ in range(3)]
    grads = [torch.randn(8, 4, 3, 3, generator=generator) for _ in range(3)]

    def moved(chosen: list[int]) -> list[torch.Tensor]:
        mine = [weights[i].clone().requires_grad_() for i in chosen]
        optimizer = Muon(mine, lr=0.1, momentum=0.5)
        for _ in range(2):
            for weight, i in zip(mine, chosen):
                weight.grad = grads[i].clone()
            optimizer.step()
        return [weight.detach() for weight in mine]

    for together, i in zip(moved([0, 1, 2]), range(3)):
        torch.testing.assert_close(together, moved([i])[0])


def test_momentum_is_nesterovs() -> None:
    """Is what Muon makes orthogonal the step that PyTorch's SGD with Nesterov's momentum takes?"""
    generator = torch.Generator().manual_seed(2)
    first = torch.randn(6, 6, 1, 1, generator=generator)
    mine, theirs = first.clone().requires_grad_(), first.clone().requires_grad_()
    muon = Muon([mine], lr=0.1, momentum=0.7)
    sgd = torch.optim.SGD([theirs], lr=1.0, momentum=0.7, nesterov=True)
    for _ in range(3):
        grad = torch.randn(6, 6, 1, 1, generator=generator)
        mine.grad, theirs.grad = grad.clone(), grad.clone()
        before_mine, before = mine.detach().clone(), theirs.detach().clone()
        muon.step(), sgd.step()
        step = orthogonal((before - theirs.detach()).reshape(1, 6, 6)).reshape(6, 6, 1, 1)
        scaled = before_mine * 6**0.5 / before_mine.norm()
        torch.testing.assert_close(mine.detach(), scaled - 0.1 * step, atol=1e-5, rtol=1e-4)
