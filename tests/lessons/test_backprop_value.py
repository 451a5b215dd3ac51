"""The answer to the scalar autograd of lesson 03 against PyTorch, on made-up circuits."""

import math
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from autograder.lesson.build import source_notebook
from autograder.lesson.exercises import exercises_of
from autograder.lesson.lessons import lesson, repository

OPERATIONS = ("add", "mul", "sub", "div", "pow", "exp", "relu", "tanh", "sigmoid", "number")

ENGINE = ("value", "exp-relu", "tanh-sigmoid", "order", "backward")


@cache
def answer() -> SimpleNamespace:
    """What the solution cells of the scalar engine define."""
    names: dict[str, Any] = {}
    notebook = source_notebook(lesson(repository(Path(__file__)), "03_backprop"))
    exec("import numpy as np", names)
    for exercise in exercises_of(notebook):
        if exercise.id.removeprefix("backprop-") in ENGINE:
            exec(exercise.solution.source, names)
    return SimpleNamespace(**names)


def compute(operation: str, a: Any, b: Any, number: float, functions: Any) -> Any:
    """One gate, for Values and for tensors alike."""
    match operation:
        case "add":
            return a + b
        case "mul":
            return a * b
        case "sub":
            return a - b
        case "div":
            return a / b
        case "pow":
            return a ** round(number)
        case "number":
            return 2 * a + number
    return getattr(functions, operation)(a)


leaves = st.lists(st.floats(0.2, 2) | st.floats(-2, -0.2), min_size=1, max_size=4)
steps = st.lists(
    st.tuples(
        st.sampled_from(OPERATIONS),
        st.integers(0, 100),
        st.integers(0, 100),
        st.sampled_from([-2.0, -1.0, 1.0, 2.0, 3.0]),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=200)
@given(leaves, steps)
def test_gradients_are_pytorchs(
    inputs: list[float], gates: list[tuple[str, int, int, float]]
) -> None:
    """On any circuit, also where nodes are used again and again, are all gradients PyTorch's?"""
    engine = answer()
    mine = [engine.Value(x) for x in inputs]
    theirs = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in inputs]
    for operation, i, j, number in gates:
        # Kinks and poles are no place to compare slopes at, nor are numbers that explode.
        assume(1e-2 < abs(mine[i % len(mine)].data) < 20)
        assume(1e-2 < abs(mine[j % len(mine)].data) < 20)
        places = (i % len(mine), j % len(mine))
        mine.append(compute(operation, *(mine[k] for k in places), number, engine))
        theirs.append(compute(operation, *(theirs[k] for k in places), number, torch))
        theirs[-1].retain_grad()
    theirs[-1].backward()
    engine.backward(engine.topological_order(mine[-1]))
    for a, b in zip(mine, theirs, strict=True):
        assert a.data == pytest.approx(b.item(), rel=1e-12, abs=1e-12)
        due = 0.0 if b.grad is None else b.grad.item()
        assert a.grad == pytest.approx(due, rel=1e-9, abs=1e-9)


def test_ten_thousand_gates() -> None:
    """Is a circuit of 10,000 gates in a row, each using its input twice, walked there and back?"""
    engine = answer()
    x = engine.Value(0.3)
    node, expected = x, 1.0
    for _ in range(5000):
        expected *= 0.5 * (1 - math.tanh(node.data) ** 2) + 0.5
        node = (engine.tanh(node) + node) * 0.5
    order = engine.topological_order(node)
    engine.backward(order)
    assert len(order) > 10_000
    assert x.grad == pytest.approx(expected)


def test_zero_grad_allows_a_second_round() -> None:
    """After zero_grad, does a second way back give the same gradients, and without it others?"""
    engine = answer()
    x = engine.Value(1.5)
    order = engine.topological_order(x * x * x)
    engine.backward(order)
    once = x.grad
    engine.zero_grad(order)
    engine.backward(order)
    assert x.grad == once
    engine.backward(order)
    assert x.grad != once
