"""Several processes, and what each kind of device is told."""

import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from unittest import mock

import pytest
import torch

from course_lib.speed import devices
from tests.speed.worker import ALIKE, gradients

ROOT = Path(__file__).parents[2]
WORKER = Path(__file__).with_name("worker.py")


def environment(**more: object) -> dict[str, str]:
    """Enough to find this repository, and one thread a process."""
    return (
        os.environ
        | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
        | {name: str(value) for name, value in more.items()}
    )


def free_port() -> int:
    """A port that nobody has, below those that the system hands out by itself.

    Seconds go by until the worker opens it: one of the system's own could be taken by then.
    """
    for port in range(20_000 + os.getpid() % 5000, 32_000):
        with suppress(OSError), socket.socket() as free:
            free.bind(("", port))
            return port
    raise AssertionError("no port is free")


def pair(*arguments: object) -> list[int]:
    """The worker in two processes, as torchrun would start them; how each ended."""
    shared = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": free_port(), "WORLD_SIZE": 2}
    started = [
        subprocess.Popen(
            [sys.executable, WORKER, *map(str, arguments)],
            env=environment(RANK=rank, LOCAL_RANK=rank, **shared),
        )
        for rank in range(2)
    ]
    return [one.wait(timeout=120) for one in started]


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What two processes under torchrun wrote: gradients.pt and whole.pt."""
    folder = tmp_path_factory.mktemp("together")
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    torchrun += ["--nproc-per-node", "2", str(WORKER), "gradients", str(folder / "gradients.pt")]
    torchrun += [str(folder / "checkpoint")]
    done = subprocess.run(torchrun, env=environment(), capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.slow
def test_two_processes_have_one_gradient(together: Path) -> None:
    """Do two processes, half a batch each, get the whole batch's gradients to 1e-6?"""
    theirs, ours = torch.load(together / "gradients.pt", weights_only=True), gradients()
    assert ours.norm() > 0.01
    assert (theirs - ours).norm() < 1e-6 * ours.norm()


@pytest.mark.slow
def test_killed_run_goes_on(together: Path, tmp_path: Path) -> None:
    """Do two processes that are killed in the middle go on to the weights of two that were not?"""
    out, path = tmp_path / "killed.pt", tmp_path / "checkpoint"
    assert pair("run", out, path, 6) == [-signal.SIGKILL] * 2
    assert path.exists()
    assert not out.exists()
    assert pair("run", out, path) == [0, 0]
    results = [torch.load(one, weights_only=True) for one in (out, together / "whole.pt")]
    assert torch.equal(*results)


def test_shares_do_not_overlap() -> None:
    """Has each image of a batch exactly one process, and each process as many?"""
    batch, shares = torch.randperm(12, generator=torch.Generator().manual_seed(0)), []
    for rank in range(3):
        with mock.patch.object(devices, "rank_and_world", lambda rank=rank: (rank, 3)):
            shares.append(devices.share(batch))
    assert {len(one) for one in shares} == {4}
    assert sorted(torch.cat(shares).tolist()) == list(range(12))


def test_generators() -> None:
    """Do other numbers give another generator, in any place?"""
    numbers = [(0,), (1,), (0, 0), (0, 1), (1, 0), (0, 0, 1)]
    drawn = {devices.generator(torch.device("cpu"), *one).initial_seed() for one in numbers}
    assert len(drawn) == len(numbers)
    again = [devices.generator(torch.device("cpu"), 3, 4) for _ in range(2)]
    assert torch.equal(*(torch.rand(5, generator=one) for one in again))


def test_precision() -> None:
    """Are products inside in the type that the precision names, and as before outside?"""
    a = torch.ones(2, 2)
    for precision, kind in (("float32", torch.float32), ("bf16", torch.bfloat16)):
        with devices.autocast(torch.device("cpu"), precision):
            assert (a @ a).dtype == kind
        assert (a @ a).dtype == torch.float32


def test_recipe_alike() -> None:
    """Does the recipe of the gradients' test vary no image, so that shares can be compared?"""
    assert not {"flip", "shift", "cutout", "jitter"} & set(ALIKE.tricks())
