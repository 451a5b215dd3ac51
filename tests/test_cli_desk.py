"""The commands of the desk, as a reader types them."""

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from course_lib import cli
from tests.desk.lesson import course_of


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


def run(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(cli.app, list(arguments), input=typed, catch_exceptions=False)


def test_review(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is each card asked, answered and rated, a wrong key asked again, and the rating kept?"""
    monkeypatch.chdir(course_of(tmp_path, True, None))
    said = run("review", typed="\n9\n3\n\n1\n").output
    for text in ("How many windows", "Seven:", "Type 1, 2, 3, 4 or q.", "Why?", "Because."):
        assert text in said
    assert "It comes back in 1 day." in said
    assert "Cards still due today: 0." in said
    kept = json.loads((tmp_path / "review.json").read_text())
    assert sorted(kept) == ["05_conv_layers 1", "05_conv_layers 3"]
    assert "No card is due today." in run("review").output


@pytest.mark.parametrize("typed", ["q\n", "\nq\n", ""])
def test_a_review_that_is_stopped(
    typed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Does a card that was not rated stay due?"""
    monkeypatch.chdir(course_of(tmp_path, True, None))
    assert "Cards still due today: 2." in run("review", typed=typed).output
    assert not (tmp_path / "review.json").exists()


def test_few_cards_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Does a review end after as many cards as were asked for, and say what is left?"""
    monkeypatch.chdir(course_of(tmp_path, True, None))
    said = run("review", "--cards", "1", typed="\n4\n").output
    assert "1 of 1" in said
    assert "Cards still due today: 1." in said


def test_nothing_to_review_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Does a beginner learn where cards come from?"""
    monkeypatch.chdir(course_of(tmp_path, None, None))
    assert "closing questions of lessons that you have begun" in run("review").output


def test_glossary() -> None:
    """Is a term explained with its lesson?"""
    assert run("glossary", "stride").output.startswith("stride (lesson 05): ")


def test_search(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Are lesson, heading and line printed, and no text taken for colours?"""
    monkeypatch.chdir(course_of(tmp_path, None, None))
    said = run("search", "second", "stride").output
    assert "05 Conv layers: Beyond the edge\n" in said
    assert "    A stride of 2 skips every second place.\n" in said
    assert "1 place." in said
    assert "No paragraph" in run("search", "[bold]").output
