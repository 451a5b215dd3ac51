"""Do the lesson, the README and the page of results say what the committed records say?"""

import json
from pathlib import Path
from statistics import mean, median, stdev
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results"
LESSON = ROOT / "solutions" / "15_gpu_convnet" / "15_gpu_convnet.py"
PAGES = {
    "lesson 15": LESSON,
    "README": ROOT / "README.md",
    "results": RESULTS / "README.md",
}


def runs(recipe: str) -> list[dict[str, Any]]:
    """The records of a recipe on a GPU."""
    every = json.loads((RESULTS / "speedrun-cifar10-cuda.json").read_text(encoding="utf-8"))
    return [one for one in every if one["recipe"]["name"] == recipe]


def said(page: str) -> str:
    """A page as one line, without the signs of a comment."""
    return " ".join(PAGES[page].read_text(encoding="utf-8").replace("\n#", "\n").split())


@pytest.mark.parametrize("page", PAGES)
def test_the_main_recipe(page: str) -> None:
    """Are accuracy, its error, and the median of the seconds those of the 25 runs?"""
    records = runs("net94")
    accuracy = [100 * one["accuracy"] for one in records]
    seconds = [one["seconds"] for one in records]
    error = stdev(accuracy) / len(accuracy) ** 0.5
    assert len(records) == 25
    assert f"{mean(accuracy):.2f} ± {error:.2f}" in said(page)
    digits = 2 if page == "results" else 1
    shown = f"{min(seconds):.{digits}f} to {max(seconds):.{digits}f}"
    assert shown in said(page)
    assert f"{median(seconds):.{digits}f}" in said(page)


def test_what_the_lesson_says_of_its_runs() -> None:
    """One look, the fastest run, the arithmetic and the machine: as recorded?"""
    records = runs("net94")
    text = said("lesson 15")
    seconds = [one["seconds"] for one in records]
    fastest, middle = min(seconds), median(seconds)
    assert f"the fastest took {fastest:.2f} s and the median {middle:.2f} s" in text
    assert f"{1 - fastest / middle:.0%}".replace("%", " %") in text
    assert f"{100 * mean(one['accuracy_single'] for one in records):.2f} % with one look" in text
    flops, peak = records[0]["flops"], records[0]["peak_flops"]
    assert f"takes {flops / 1e15:.2f} PFLOP" in text
    assert f"the H200 did {peak / 1e12:.0f} TFLOP/s" in text
    assert f"so {flops / peak:.2f} s is a floor" in text
    machine = json.loads((RESULTS / "gpu-h200.json").read_text(encoding="utf-8"))["machine"]
    assert f"{machine['flops_a_second']['bf16'] / 1e12:.0f} TFLOP/s in bf16" in text
    assert f"{machine['bytes_a_second'] / 1e12:.2f} TB/s" in text
    assert f"ridge {machine['flops_a_byte']['bf16']:.0f} FLOP" in text
