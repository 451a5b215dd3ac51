"""What a figure with sliders leaves on a page where no Python runs."""

import json
import subprocess
import sys
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

import pytest
from matplotlib.figure import Figure

from autograder.site.recorder import MOST, MOST_SVG, record, values
from course_lib.figures import new_figure
from course_lib.figures.style import Svg


@dataclass(frozen=True)
class State:
    k: int = 3
    rate: float = 0.5
    kind: object = "b"


class Recorded(HTMLParser):
    """The attributes of a recorded figure's tags."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, Any]]] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def of(self, tag: str) -> list[dict[str, Any]]:
        return [attributes for name, attributes in self.tags if name == tag]


def recorded(monkeypatch: pytest.MonkeyPatch, draw: Any, **controls: Any) -> Recorded:
    """What `record` displays."""
    shown: list[Any] = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    record(draw, State(), caption="Rates < 1.", alt='A "line".', **controls)
    return Recorded(shown[0].data)


def test_each_control_has_a_picture_for_each_of_its_values(monkeypatch: pytest.MonkeyPatch) -> None:
    """Is each picture drawn with its control's value and the others at their start?"""
    drawn: list[State] = []

    def draw(state: State) -> Figure:
        drawn.append(state)
        return new_figure(1 + state.k / 10, 1)[0]

    page = recorded(monkeypatch, draw, k=(1, 5, 2), kind=["a", "b"])
    assert drawn == [State(), State(k=1), State(k=5), State(kind="a")]
    k, kind = page.of("input")
    assert json.loads(k["data-texts"]) == ["1", "3", "5"]
    assert json.loads(kind["data-texts"]) == ["a", "b"]
    assert (k["value"], kind["value"]) == ("1", "1")
    frames = json.loads(k["data-frames"])
    assert len(set(frames)) == 3
    (picture,) = page.of("img")
    assert frames[1] == picture["src"]
    assert picture["alt"] == 'A "line".'


def test_drawings_have_all_their_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Are the steps of a drawing in SVG recorded one by one, and few of a picture?"""
    svg = recorded(monkeypatch, lambda state: Svg(f"<svg>{state.k}</svg>"), k=(1, 30, 1))
    assert len(json.loads(svg.of("input")[0]["data-frames"])) == 30
    figure = recorded(monkeypatch, lambda state: new_figure(1, 1)[0], k=(1, 30, 1))
    assert len(json.loads(figure.of("input")[0]["data-frames"])) == MOST < MOST_SVG


def test_values_of_a_slider() -> None:
    """Are they spread over the slider's steps, its ends and its start among them?"""
    assert values((1, 25, 2), 1, 5) == [("1", 1), ("7", 7), ("13", 13), ("19", 19), ("25", 25)]
    assert values((0.0, 1.0, 0.1), 0.3, 3) == [("0", 0.0), ("0.3", 0.3), ("1", 1.0)]
    assert values((0.0, 1.0, 0.1), 0.7, 40)[3] == ("0.3", 0.3)
    chosen = [value for _, value in values((0, 1000, 1), 137, 7)]
    assert chosen == sorted(chosen)
    assert {0, 137, 1000} <= set(chosen)


def test_values_of_a_list() -> None:
    """Are choices kept with their names, and the start among those that are chosen?"""
    assert values([("none", 0), ("one", 1)], 0, 7) == [("none", 0), ("one", 1)]
    letters = list("abcdefghijklmnop")
    chosen = values(letters, "e", 4)
    assert len(chosen) == 4
    assert ("e", "e") in chosen


def test_installed_it_stands_for_every_slider() -> None:
    """Do the lessons' own call, and a figure that brings sliders of its own, meet the recorder?"""
    script = (
        "from autograder.site import recorder; recorder.install()\n"
        "from course_lib import figures\n"
        "assert figures.interactive is recorder.record\n"
        "assert figures.graph.interactive is recorder.record\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
