"""The loop: does it learn, is it the seed that decides, does every switch work?"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from course_lib import speed
from course_lib.errors import CourseError
from tests.speed.small import PARTS, RECIPE, TRAIN, fixed_statistics, trained, weights


def test_learns() -> None:
    """Does a run end far above chance, with a loss that fell?"""
    run = trained(replace(RECIPE, epochs=8))
    assert run.accuracy > 0.8
    assert run.losses[-1] < 0.7 * run.losses[0]
    assert len(run.losses) == len(run.history.rates) == 8 * 4
    assert run.accuracies == []
    assert run.seconds > 0
    assert run.images_per_second > 0
    assert run.peak_memory > 0


def test_seed_alone_decides() -> None:
    """Do equal seeds give equal weights, whatever the global generators, which are left alone?"""
    runs = []
    for number, seed in ((1, 0), (2, 0), (2, 1)):
        torch.manual_seed(number)
        np.random.seed(number)  # noqa: NPY002
        before = torch.get_rng_state(), np.random.get_state()[1].copy()  # noqa: NPY002
        runs.append(weights(trained(seed=seed)))
        assert torch.equal(torch.get_rng_state(), before[0])
        assert (np.random.get_state()[1] == before[1]).all()  # noqa: NPY002
    assert torch.equal(runs[0], runs[1])
    assert not torch.allclose(runs[1], runs[2])


@pytest.mark.slow
def test_compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Is a net compiled before the clock runs, for all kinds of step, and never again after?"""
    compiled: list[torch.fx.GraphModule] = []

    def compiler(graph: torch.fx.GraphModule, _: object) -> object:
        compiled.append(graph)
        return graph.forward

    monkeypatch.setattr(
        speed.Net,
        "compile",
        lambda net, **more: torch.nn.Module.compile(net, backend=compiler, **more),
    )
    at_epochs: list[int] = []
    recipe = replace(RECIPE, compile=True, progressive=18, epochs=4)
    run = trained(recipe, watch=lambda _: at_epochs.append(len(compiled)))
    assert compiled
    assert set(at_epochs) == {len(compiled)}
    assert run.warmup_seconds > 0
    again = trained(recipe, net=run.net)
    assert set(at_epochs) == {len(compiled)}
    assert torch.equal(weights(again), weights(run))


def test_a_net_serves_again() -> None:
    """Is a run with an earlier run's net the run that a new net gives?"""
    used = trained(seed=5).net
    assert torch.equal(weights(trained(net=used)), weights(trained()))


def test_watching_changes_nothing() -> None:
    """Is the watcher called once an epoch with what is known, and is the run the same?"""
    seen: list[tuple[int, int, int]] = []
    run = trained(watch=lambda h: seen.append((h.epoch, len(h.losses), len(h.accuracies))))
    assert seen == [(1, 4, 1), (2, 8, 2), (3, 10, 3)]
    assert len(run.accuracies) == 3
    assert run.accuracies[-1] == run.accuracy_single
    assert torch.equal(weights(run), weights(trained()))


def test_out_of_memory(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Is a batch that is too large cut into parts, is that said, and is the result the same?"""
    with fixed_statistics():
        due = weights(trained())
        forward = speed.Net.forward

        def small_device(net: speed.Net, x: torch.Tensor) -> torch.Tensor:
            if net.training and len(x) > 8:
                raise torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB.")
            return forward(net, x)

        monkeypatch.setattr(speed.Net, "forward", small_device)
        run = trained()
    assert run.recipe.pieces == 4
    assert len(run.notes) == 2
    assert "in 4 parts" in run.notes[-1]
    assert run.notes[-1] in capsys.readouterr().out
    torch.testing.assert_close(weights(run), due, atol=1e-5, rtol=1e-4)


def test_hopelessly_out_of_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Is there an end, in words, where not one image fits? Is another error let through?"""

    def tiny_device(net: speed.Net, x: torch.Tensor) -> torch.Tensor:
        raise RuntimeError(message)

    monkeypatch.setattr(speed.Net, "forward", tiny_device)
    message = "MPS backend out of memory"
    with pytest.raises(CourseError, match="too little memory"):
        trained()
    message = "sizes do not fit"
    with pytest.raises(RuntimeError, match="sizes do not fit"):
        trained()


def test_pieces_keep_the_statistics_pace() -> None:
    """Do running statistics forget as much a step when a batch goes through in parts?"""
    whole = trained(RECIPE).net.blocks[0].norms[0].momentum
    parts = trained(replace(RECIPE, pieces=4)).net.blocks[0].norms[0].momentum
    assert (1 - parts) ** 4 == pytest.approx(1 - whole)


def test_resumes(tmp_path: Path) -> None:
    """Does a run that was stopped within an epoch go on to the weights of one that was not?"""

    def stopping(step: int, *rest: float) -> float:
        if step == 6:
            raise KeyboardInterrupt
        return PARTS.learning_rate(step, *rest)  # type: ignore[misc]

    path = tmp_path / "run.pt"
    recipe = replace(RECIPE, muon=True)
    with pytest.raises(KeyboardInterrupt):
        trained(recipe, parts=replace(PARTS, learning_rate=stopping), checkpoint=path)
    run, whole = trained(recipe, checkpoint=path), trained(recipe)
    assert torch.equal(weights(run), weights(whole))
    assert run.losses == whole.losses
    assert run.history.rates == whole.history.rates
    finished = trained(recipe, checkpoint=path)
    assert torch.equal(weights(finished), weights(whole))


def test_wrong_checkpoints(tmp_path: Path) -> None:
    """Is a checkpoint of another seed refused, and one that is broken?"""
    path = tmp_path / "run.pt"
    trained(replace(RECIPE, epochs=1), checkpoint=path)
    with pytest.raises(CourseError, match="another run"):
        trained(replace(RECIPE, epochs=1), seed=1, checkpoint=path)
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(CourseError, match="no checkpoint that can be read"):
        trained(replace(RECIPE, epochs=1), checkpoint=path)


def test_batch_larger_than_the_set() -> None:
    """Is a batch that never fills refused, with both numbers?"""
    with pytest.raises(CourseError, match="200 must be at most the 128 images"):
        trained(replace(RECIPE, batch=200))


def test_sets_are_left_alone() -> None:
    """Are the images as they were after a run?"""
    before = TRAIN.images.copy(), TRAIN.labels.copy()
    trained()
    assert (TRAIN.images == before[0]).all()
    assert (TRAIN.labels == before[1]).all()


@pytest.mark.parametrize("name", speed.RECIPES)
def test_every_recipe_runs(name: str) -> None:
    """Does each recipe take a few steps, on a CPU and uncompiled, with a finite loss?"""
    recipe = replace(speed.RECIPES[name], batch=32, epochs=0.5, compile=False, progressive=0)
    run = trained(recipe)
    assert len(run.losses) == 2
    assert np.isfinite(run.losses).all()
