"""Muon: momentum whose step is made orthogonal, for weights that are matrices."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor


def orthogonal(matrices: Tensor, rounds: int = 5) -> Tensor:
    """The nearest matrices with all singular values near 1, by Newton-Schulz iterations.

    matrices: (B, M, N) float -> (B, M, N) of the same dtype; singular values about 0.7 to 1.2.
    Source: Jordan, "Muon: An optimizer for hidden layers in neural networks", 2024, with his
    coefficients, which trade exactness for speed.
    """
    tall = matrices.shape[-2] > matrices.shape[-1]
    x = matrices.mT if tall else matrices
    x = x.bfloat16() if matrices.is_cuda else x
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(rounds):
        # x = 3.4445 x + (-4.7750 gram + 2.0315 gram gram) x, in three calls and not in eight.
        gram = x @ x.mT
        gram = torch.baddbmm(gram, gram, gram, beta=-4.7750, alpha=2.0315)
        x = torch.baddbmm(x, gram, x, beta=3.4445)
    x = x.to(matrices.dtype)
    result: Tensor = x.mT if tall else x
    return result


class Muon(torch.optim.Optimizer):
    """Nesterov's momentum, made orthogonal, on weights (K, C, F, F) taken as (K, C * F * F).

    The weights of each layer keep the norm sqrt(K), since batch norm undoes their scale. Layers of
    equal shape are worked on together.
    """

    def __init__(
        self, weights: Iterable[Tensor], lr: float, momentum: float, rounds: int = 5
    ) -> None:
        super().__init__(weights, {"lr": lr, "momentum": momentum, "rounds": rounds})

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        """One step, which needs all gradients."""
        for group in self.param_groups:
            alike: dict[torch.Size, list[tuple[Tensor, Tensor]]] = defaultdict(list)
            for weight in group["params"]:
                state = self.state[weight]
                if not state:
                    state["momentum"] = torch.zeros_like(weight)
                past = state["momentum"]
                past.mul_(group["momentum"]).add_(weight.grad)
                way = weight.grad.add(past, alpha=group["momentum"])
                alike[weight.shape].append((weight, way))
            for shape, pairs in alike.items():
                ways = torch.stack([way for _, way in pairs])
                updates = orthogonal(ways.reshape(len(pairs), shape[0], -1), group["rounds"])
                for (weight, _), update in zip(pairs, updates):
                    weight.mul_(shape[0] ** 0.5 / weight.norm())
                    weight.add_(update.reshape(shape), alpha=-group["lr"])


class Together:
    """Several optimisers as one."""

    def __init__(self, *optimizers: torch.optim.Optimizer) -> None:
        self.optimizers = optimizers

    @property
    def param_groups(self) -> list[dict[str, Any]]:
        """Those of all."""
        return [group for one in self.optimizers for group in one.param_groups]

    def step(self) -> None:
        """One step of each."""
        for one in self.optimizers:
            one.step()

    def zero_grad(self) -> None:
        """No weight has a gradient afterwards."""
        for one in self.optimizers:
            one.zero_grad()
