"""Recipes: what a switch changes, and what a recipe needs."""

from dataclasses import asdict

import pytest

from course_lib import speed
from course_lib.errors import CourseError

FULL = speed.RECIPES["net96"]


@pytest.mark.parametrize("trick", speed.TRICKS)
def test_without_turns_off_one_trick(trick: str) -> None:
    """Does `without` end that trick, and no other that can do without it?"""
    everything = asdict(FULL) | {"muon": True, "jitter": 0.1, "progressive": 28}
    recipe = speed.Recipe(**everything)
    assert set(recipe.tricks()) == set(speed.TRICKS)
    lost = set(recipe.tricks()) - set(recipe.without(trick).tricks())
    assert lost == ({"flip", "alternating"} if trick == "flip" else {trick})


def test_plain_needs_no_part() -> None:
    """Can a student who has written nothing train the plain net?"""
    assert speed.RECIPES["plain"].tricks() == ()
    speed.Parts().check(speed.RECIPES["plain"])


def test_missing_parts_are_named() -> None:
    """Does the error name every function that the recipe needs and does not have?"""
    with pytest.raises(CourseError, match=r"random_shift, .*, predict: hand them"):
        speed.Parts(alternating_flip=lambda: None).check(FULL)


def test_unknown_trick() -> None:
    """Does a misspelt trick meet the list of those that are there?"""
    with pytest.raises(CourseError, match="No trick is called 'whitning'"):
        FULL.without("whitning")


def test_parts_of_names() -> None:
    """Does `of` take what it knows, and nothing else?"""
    parts = speed.Parts.of({"predict": len, "print": print})
    assert parts.predict is len
    assert parts.random_flip is None


def test_choose_without_gpu(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Is the CPU's recipe taken where there is no GPU, and is it said?"""
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    monkeypatch.setattr("torch.backends.mps.is_available", lambda: False)
    recipe, device = speed.choose("net96")
    assert (recipe.name, device) == ("small", "cpu")
    assert "no GPU" in capsys.readouterr().out
    assert speed.choose("notebook")[0].name == "notebook"
    assert not capsys.readouterr().out


def test_choose_with_gpu(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Does a machine with a GPU, or with Apple's, get what it asked for?"""
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    monkeypatch.setattr("torch.backends.mps.is_available", lambda: True)
    assert speed.choose("net94") == (speed.RECIPES["net94"], "mps")
    monkeypatch.setattr("torch.cuda.is_available", lambda: True)
    assert speed.choose("net94") == (speed.RECIPES["net94"], "cuda")
    assert not capsys.readouterr().out
