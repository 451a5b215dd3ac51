"""Lesson 05's fast convolution, next to PyTorch's, on one thread and in float64, in one process.

    python benchmarks/conv.py [--cs231n FOLDER]

Prints a row a size and direction: median milliseconds of each, and the answer's time by that of the
others. FOLDER holds fast_layers.py of CS231n's assignment 2 and, beside it, its im2col_cython,
compiled; they are no part of this repository. A second table compares with loops, on few images.
"""

import argparse
import importlib
import os
import sys

# Before NumPy is imported: its matrix products read this once.
os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", MKL_NUM_THREADS="1")

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import torch

from autograder.lesson.answers import answers_of as answers_of

ROUNDS = 9
# x, w, stride, pad
SIZES = (
    ((100, 3, 31, 31), (25, 3, 3, 3), 2, 1),
    ((64, 32, 32, 32), (64, 32, 3, 3), 1, 1),
)
Ways = Mapping[str, Callable[[], object]]


def answers() -> dict[str, Any]:
    """What the answers of lesson 05 define."""
    return answers_of(Path(__file__).parents[1], "05_conv_layers")


def medians(ways: Ways) -> dict[str, float]:
    """Median milliseconds of each way, run in turns after one run that does not count."""
    runs: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(ROUNDS + 1):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            if turn:
                runs[name].append(1000 * (time.perf_counter() - start))
    return {name: median(times) for name, times in runs.items()}


def by_torch(arrays: tuple[Any, ...], stride: int, pad: int) -> tuple[Ways, torch.Tensor]:
    """PyTorch forward and backward, and its result."""
    x, w, b = (torch.from_numpy(array).requires_grad_() for array in arrays)

    def forward() -> torch.Tensor:
        return torch.nn.functional.conv2d(x, w, b, stride, pad)

    out = forward()
    dout = torch.ones_like(out)

    def backward() -> object:
        return torch.autograd.grad(out, (x, w, b), dout, retain_graph=True)

    return {"forward": forward, "backward": backward}, out


def by_numpy(layers: Mapping[str, Any], arrays: tuple[Any, ...], param: dict[str, int]) -> Ways:
    """A pair of NumPy layers forward and backward, which must agree with PyTorch."""
    forward, backward = layers["conv_forward_fast"], layers["conv_backward_fast"]
    out, cache = forward(*arrays, param)
    theirs, due = by_torch(arrays, param["stride"], param["pad"])
    np.testing.assert_allclose(out, due.detach().numpy(), atol=1e-9)
    dout = np.ones_like(out)
    for mine, right in zip(backward(dout, cache), theirs["backward"]()):  # type: ignore[call-overload]
        np.testing.assert_allclose(mine, right.numpy(), atol=1e-7)
    return {"forward": lambda: forward(*arrays, param), "backward": lambda: backward(dout, cache)}


def main() -> None:
    """Check that all agree, time all, print."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--cs231n", type=Path, help="folder with the compiled fast_layers.py")
    compiled = asked.parse_args().cs231n
    torch.set_num_threads(1)
    ours, rng = answers(), np.random.default_rng(0)
    layers: dict[str, Mapping[str, Any]] = {"answer": ours}
    if compiled:
        sys.path.insert(0, str(compiled.resolve().parent))
        layers["CS231n"] = vars(importlib.import_module(f"{compiled.resolve().name}.fast_layers"))
    names = [*layers, "PyTorch"]
    heads = [*(f"{name}, ms" for name in names), *(f"/ {name}" for name in names[1:])]
    print(f"| x, w, stride, pad | | {' | '.join(heads)} |")
    print("| --- " * (2 + len(heads)) + "|")
    for x_shape, w_shape, stride, pad in SIZES:
        arrays = tuple(rng.normal(size=size) for size in (x_shape, w_shape, w_shape[0]))
        param = {"stride": stride, "pad": pad}
        ways = {name: by_numpy(one, arrays, param) for name, one in layers.items()}
        ways["PyTorch"] = by_torch(arrays, stride, pad)[0]
        for way in ("forward", "backward"):
            took = medians({name: one[way] for name, one in ways.items()})
            cells = [f"{took[name]:.1f}" for name in names]
            cells += [f"{took['answer'] / took[name]:.2f}" for name in names[1:]]
            print(f"| {x_shape}, {w_shape}, {stride}, {pad} | {way} | {' | '.join(cells)} |")

    x, w, b = rng.normal(size=(4, 3, 31, 31)), rng.normal(size=(25, 3, 3, 3)), np.zeros(25)
    param, pool = {"stride": 2, "pad": 1}, {"pool_height": 2, "pool_width": 2, "stride": 2}
    out, cache = ours["conv_forward_fast"](x, w, b, param)
    _, pool_cache = ours["max_pool_forward_fast"](out, pool)
    dpool = rng.normal(size=(4, 25, 8, 8))
    print(f"\n| on {x.shape} | loops, ms | answer, ms | times as fast |")
    print("| --- | --- | --- | --- |")
    pairs: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
        "conv forward": (
            lambda: ours["conv_forward_naive"](x, w, b, param),
            lambda: ours["conv_forward_fast"](x, w, b, param),
        ),
        "conv backward": (
            lambda: ours["conv_backward_naive"](out, (x, w, b, param)),
            lambda: ours["conv_backward_fast"](out, cache),
        ),
        "max pool forward": (
            lambda: ours["max_pool_forward_naive"](out, pool),
            lambda: ours["max_pool_forward_fast"](out, pool),
        ),
        "max pool backward": (
            lambda: ours["max_pool_backward_naive"](dpool, (out, pool)),
            lambda: ours["max_pool_backward_fast"](dpool, pool_cache),
        ),
    }
    for name, (loops, fast) in pairs.items():
        took = medians({"loops": loops, "fast": fast})
        gain = took["loops"] / took["fast"]
        print(f"| {name} | {took['loops']:.1f} | {took['fast']:.2f} | {gain:.0f} |")


if __name__ == "__main__":
    main()
