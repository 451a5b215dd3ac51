"""Checkpoints: what is written is what is read, and nothing else is believed."""

import pickle
from pathlib import Path

import pytest
import torch

from course_lib.errors import CourseError
from course_lib.speed import checkpoint

CPU = torch.device("cpu")


def test_round_trip(tmp_path: Path) -> None:
    """Do tensors, numbers and lists come back as they went?"""
    path, weights = tmp_path / "a.pt", torch.rand(3)
    checkpoint.save(path, {"of": "x", "weights": weights, "step": 3, "losses": [0.5]})
    state = checkpoint.load(path, "x", CPU)
    assert state
    assert torch.equal(state["weights"], weights)
    assert (state["step"], state["losses"]) == (3, [0.5])
    assert checkpoint.load(tmp_path / "none.pt", "x", CPU) is None


def test_another_run(tmp_path: Path) -> None:
    """Is another run's checkpoint refused?"""
    checkpoint.save(tmp_path / "a.pt", {"of": "x"})
    with pytest.raises(CourseError, match="another run"):
        checkpoint.load(tmp_path / "a.pt", "y", CPU)


def test_code_in_a_checkpoint_does_not_run(tmp_path: Path) -> None:
    """Is a file that would run code when it is unpickled refused before it does?"""
    ran = tmp_path / "ran"

    class Harmful:
        def __reduce__(self) -> tuple[object, ...]:
            return Path.touch, (ran,)

    torch.save({"of": Harmful()}, tmp_path / "a.pt")
    (tmp_path / "b.pt").write_bytes(pickle.dumps(Harmful(), protocol=2))
    for name in ("a.pt", "b.pt"):
        with pytest.raises(CourseError, match="no checkpoint that can be read"):
            checkpoint.load(tmp_path / name, "x", CPU)
    assert not ran.exists()
