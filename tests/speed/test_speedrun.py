"""The benchmark: its arithmetic, its table, and that it repeats nothing."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import speedrun
from course_lib import data, speed
from tests.speed import small


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """The smallest recipe, on the tests' own images, and no large matrix product."""
    sets = {"train": small.TRAIN, "test": small.TEST}
    monkeypatch.setattr(data, "shapes", sets.get)
    monkeypatch.setitem(speed.RECIPES, "tiny", replace(small.RECIPE, epochs=1))
    monkeypatch.setattr(speedrun, "peak_flops", lambda *_: 1e9)


ASKED = ["tiny", "--dataset", "shapes", "--device", "cpu", "--out"]


@pytest.mark.usefixtures("tiny")
def test_runs_are_not_repeated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an interruption, are only the missing runs done, and is the table of all of them?"""
    seeds: list[int] = []
    train = speed.train

    def counted(*given: object, seed: int, **more: object) -> speed.Run:
        seeds.append(seed)
        if len(seeds) == 3:
            raise KeyboardInterrupt
        return train(*given, seed=seed, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(speed, "train", counted)
    with pytest.raises(KeyboardInterrupt):
        speedrun.main([*ASKED, str(tmp_path), "--runs", "4"])
    speedrun.main([*ASKED, str(tmp_path), "--runs", "4"])
    assert seeds == [0, 1, 2, 2, 3]
    speedrun.main([*ASKED, str(tmp_path), "--runs", "4"])
    assert len(seeds) == 5
    records = json.loads((tmp_path / "speedrun-shapes-cpu.json").read_text())
    assert [one["seed"] for one in records] == [0, 1, 2, 3]
    assert "| tiny | 4 |" in capsys.readouterr().out


@pytest.mark.usefixtures("tiny")
def test_ablation(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Does --without add one recipe a trick, each with that trick off alone?"""
    asked = [*ASKED, str(tmp_path), "--runs", "1", "--without", "identity", "smoothing"]
    speedrun.main(asked)
    records = json.loads((tmp_path / "speedrun-shapes-cpu.json").read_text())
    assert [one["recipe"]["identity"] for one in records] == [True, False, True]
    assert [one["recipe"]["smoothing"] for one in records] == [0.2, 0.2, 0.0]
    out = capsys.readouterr().out
    for name in ("tiny", "tiny-identity", "tiny-smoothing"):
        assert f"| {name} | 1 |" in out


def test_row() -> None:
    """Are mean, standard error, median, spread and share of the floor those of the records?"""
    records = [
        {
            "recipe": {"name": "net"},
            "accuracy": accuracy,
            "accuracy_single": accuracy - 0.01,
            "seconds": seconds,
            "warmup_seconds": 3.0,
            "images_per_second": 1000.0,
            "peak_memory": 2**30,
            "flops": 2e9,
            "peak_flops": 1e9,
            "processes": 1,
        }
        for accuracy, seconds in ((0.93, 4.0), (0.94, 5.0), (0.95, 8.0))
    ]
    due = "| net | 3 | 94.00 ± 0.58 | 93.00 | 5.00 (4.00 to 8.00) | 3.0 | 1,000 | 1.00 | 40% |"
    assert speedrun.row(records) == due


def test_arithmetic() -> None:
    """Is a step three times the evaluation, less what does not flow back, and a run their sum?"""
    recipe = replace(small.RECIPE, epochs=2, bias_epochs=0.5, progressive=0)
    once = speedrun.flops_an_image(recipe, 32, train=False)
    frozen = speedrun.flops_an_image(recipe, 32, train=True)
    learning = speedrun.flops_an_image(recipe, 32, train=True, bias=True)
    first, second = 2 * 3 * 24 * 4 * 31**2, 2 * 24 * 4 * 9 * 31**2
    assert learning == 3 * once - 2 * first
    assert frozen == learning - second
    due = 64 * learning + 192 * frozen + 100 * 2 * once
    assert speedrun.flops_of(recipe, 140, 100, 32) == pytest.approx(due)
    smaller = replace(recipe, progressive=16)
    early = speedrun.flops_an_image(recipe, 16, train=True, bias=True)
    early_frozen = speedrun.flops_an_image(recipe, 16, train=True)
    due = 64 * early + 64 * early_frozen + 128 * frozen + 100 * 2 * once
    assert speedrun.flops_of(smaller, 140, 100, 32) == pytest.approx(due)
