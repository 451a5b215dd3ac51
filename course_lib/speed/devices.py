"""The devices of a run: which one, what it can do, and several at once.

Several: `torchrun --nproc-per-node 2 script.py`, with `join()` at the script's beginning and
`leave()` at its end. Each process trains
on its own share of every batch; DistributedDataParallel averages the gradients. The loss is a mean
and the shares are equal, so the mean of the shares' gradients is the gradient of the whole batch,
and all take the step that one process would take with it.

Batch norm is where they differ from one process: each normalises with the mean and variance of its
own share, as if the batch were that much smaller. Of the running statistics rank 0's are kept, and
sent to all before each step and each evaluation. Where a share has only a few images,
torch.nn.SyncBatchNorm takes the statistics over all shares, at the price of a message a layer.
"""

import ctypes
import os
import platform
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from typing import Any

import numpy as np
import torch
from torch import Tensor, distributed, nn

from course_lib.errors import CourseError
from course_lib.speed.recipe import RECIPES, Recipe

_TYPES = {"bf16": torch.bfloat16, "fp16": torch.float16}


def best() -> str:
    """cuda, mps or cpu: the first that PyTorch has here."""
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def choose(name: str) -> tuple[Recipe, str]:
    """The recipe of this name and the best device; without a GPU one for the CPU, saying so."""
    if name not in RECIPES:
        raise CourseError(f"No recipe is called {name!r}. There are {', '.join(RECIPES)}.")
    recipe, device = RECIPES[name], best()
    if device == "cpu" and recipe.widths[0] > RECIPES["small"].widths[0]:
        recipe = RECIPES["small"]
        print(
            f"PyTorch finds no GPU here: {recipe.name!r} in place of {name!r}, on the CPU, with "
            f"blocks of {', '.join(map(str, recipe.widths))} channels. A run takes minutes."
        )
    return recipe, device


def join() -> str:
    """Joins the other processes that torchrun started, if it did; returns this process's device."""
    device = best()
    if "RANK" in os.environ and not distributed.is_initialized():
        if device == "cuda":
            device = f"cuda:{os.environ['LOCAL_RANK']}"
            torch.cuda.set_device(device)
        distributed.init_process_group("nccl" if device.startswith("cuda") else "gloo")
    return device


def leave() -> None:
    """Leaves the other processes, if `join` joined any; then this process ends here, with 0.

    The threads of gloo (`pt_gloo_runloop`) outlive destroy_process_group: DistributedDataParallel
    leaves references to the group behind, so its destructor, which would join them, never runs.
    Such a thread drops the tensors of the last all_reduce or broadcast when it gets to it, and
    needs the interpreter's lock for those that Python knows (PyTorch 2.13: decref_pyobject). Once
    the interpreter is being taken down, Python before 3.14 ends whoever asks for the lock by
    pthread_exit, here within a destructor: std::terminate, "terminate called without an active
    exception". A barrier changes nothing, as it does not wait for what is dropped after the work.
    So the interpreter is not taken down.
    """
    if distributed.is_available() and distributed.is_initialized():
        distributed.barrier()  # rank 0 holds the store that the others still need
        distributed.destroy_process_group()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


def rank_and_world() -> tuple[int, int]:
    """This process's number and how many there are."""
    if distributed.is_available() and distributed.is_initialized():
        return distributed.get_rank(), distributed.get_world_size()
    return 0, 1


def wrapped(net: nn.Module) -> nn.Module:
    """The net, or where there are several processes one that averages the gradients over them."""
    if rank_and_world()[1] == 1:
        return net
    return nn.parallel.DistributedDataParallel(net)


def share(indices: Tensor) -> Tensor:
    """(B,) -> this process's (B // world,) of them: no two processes have one in common."""
    rank, world = rank_and_world()
    each = len(indices) // world
    return indices[rank * each : (rank + 1) * each]


def same_buffers(net: nn.Module) -> None:
    """Rank 0's running statistics, for all."""
    if rank_and_world()[1] > 1:
        for buffer in net.buffers():
            distributed.broadcast(buffer, 0)


def summed(value: Tensor) -> Tensor:
    """The sum over all processes."""
    if rank_and_world()[1] > 1:
        distributed.all_reduce(value)
    return value


def generator(device: torch.device, *numbers: int) -> torch.Generator:
    """A generator on the device that these numbers alone decide."""
    # Their count goes first: a SeedSequence takes (0,) and (0, 0) for the same.
    seed = int(np.random.SeedSequence((len(numbers), *numbers)).generate_state(1, np.uint64)[0])
    return torch.Generator(device).manual_seed(seed)


def autocast(device: torch.device, precision: str) -> AbstractContextManager[Any]:
    """Inside, for bf16 and fp16, operations that PyTorch holds safe in 16 bits are done so.

    Not on Apple's devices, where only newer versions of PyTorch can.
    """
    if precision not in _TYPES or device.type == "mps":
        return nullcontext()
    return torch.autocast(device.type, _TYPES[precision])


@contextmanager
def tuned(device: torch.device, precision: str) -> Iterator[None]:
    """Inside, cuDNN looks for its fastest algorithms, with tf32 unless all is to be float32."""
    if device.type == "cpu":
        keep_memory()
    matmul, cudnn = torch.backends.cuda.matmul, torch.backends.cudnn
    before = matmul.allow_tf32, cudnn.allow_tf32, cudnn.benchmark
    if device.type == "cuda":
        matmul.allow_tf32 = cudnn.allow_tf32 = precision != "float32"
        cudnn.benchmark = True
    try:
        yield
    finally:
        if device.type == "cuda":
            matmul.allow_tf32, cudnn.allow_tf32, cudnn.benchmark = before


@cache
def keep_memory() -> None:
    """Has this process keep the memory of tensors that are gone, for those that come.

    By default glibc gives every block above 32 MB back at once, and the system hands the next one
    out page by page, zeroed: on large batches that costs more than the arithmetic between two
    convolutions. Does nothing where there is no glibc.
    """
    if platform.libc_ver()[0] == "glibc":
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(-4, 0)  # M_MMAP_MAX: no block apart from the heap
        mallopt(-1, 2**31 - 1)  # M_TRIM_THRESHOLD: nor does the heap shrink


def out_of_memory(error: BaseException) -> bool:
    """Whether this is PyTorch's way to say so, on any device."""
    signs = ("out of memory", "can't allocate memory")
    return isinstance(error, RuntimeError) and any(words in str(error).lower() for words in signs)


def forget(device: torch.device) -> None:
    """Gives memory that no tensor uses back to the device."""
    if device.type == "cuda":
        torch.cuda.empty_cache()
    elif device.type == "mps":
        torch.mps.empty_cache()
