"""The figures of lesson 10: do they draw what they say?"""

import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest

from course_lib import figures
from course_lib.figures.rnn import UnrolledState
from course_lib.figures.style import Captioned, Svg

SVG = "{http://www.w3.org/2000/svg}"


def texts(figure):
    return [text.get_text() for axis in figure.axes for text in axis.texts]


def words(svg: Svg) -> list[str]:
    found = ET.fromstring(svg.markup).iter(f"{SVG}text")
    return [(text.text or "").replace("\N{NO-BREAK SPACE}", " ") for text in found]


def run(strength: float):
    """States of norm 1, gradients that shrink by the strength at each step back."""
    grads = strength ** np.arange(3.0, -1.0, -1.0)
    return np.ones(3), grads, 0.5 * grads[1:]


def test_five_kinds_of_sequences():
    """Has each kind as many inputs, states and outputs as its name says?"""
    figure = figures.rnn.sequence_kinds()
    counts = [
        [sum(text.get_text() == letter for text in axis.texts) for letter in "xhy"]
        for axis in figure.axes
    ]
    assert counts == [[1, 1, 1], [1, 3, 3], [3, 3, 1], [2, 4, 2], [3, 3, 3]]


def test_unrolled_shows_one_thing_more_at_each_step():
    """Do states come one by one, then gradients, each with its norm?"""
    shown = [texts(figures.rnn.unrolled(UnrolledState(k, 0.5), "abc", run)) for k in range(8)]
    assert [part.count("1") for part in shown[:4]] == [0, 1, 2, 3]
    assert "0.5" not in shown[4]  # the loss has sent 1 to the last state
    assert shown[5].count("0.5") == 2  # to h_2, and to the last input
    assert "0.12" in shown[7]  # to h_0
    assert len({tuple(part) for part in shown}) == 8


def test_unrolled_runs_anew_for_each_strength():
    """Is the lent function asked with the strength of the slider?"""
    asked = []

    def spy(strength):
        asked.append(strength)
        return run(strength)

    for strength in (0.5, 2.0):
        figures.rnn.unrolled(UnrolledState(7, strength), "abc", spy)
    assert asked == [0.5, 2.0]
    assert "8" in texts(figures.rnn.unrolled(UnrolledState(7, 2.0), "abc", run))


def test_an_unrolled_net_says_what_happens():
    """Does the title tell the direction and the norm, and is a space made visible?"""
    titles = [
        figures.rnn.unrolled(UnrolledState(k, 0.5), "a c", run).axes[0].get_title(loc="left")
        for k in (0, 2, 4, 5)
    ]
    assert all(word in title for word, title in zip(("only", "forward", "sends 1", "0.5"), titles))
    assert "␣" in texts(figures.rnn.unrolled(UnrolledState(), "a c", run))


def test_gradient_flow_keeps_zero_on_the_page():
    """Is a vanished gradient drawn at the bottom, without a warning, in every panel?"""
    lines = {"0.5": np.array([1.0, 0.5, 0.0]), "2": np.array([1.0, 2.0, 4.0])}
    with np.errstate(all="raise"):
        figure = figures.rnn.gradient_flow({"RNN": lines, "LSTM": lines})
        Captioned(figure, "c", "a").picture()
    assert [axis.get_title() for axis in figure.axes] == ["RNN", "LSTM"]
    assert figure.axes[0].lines[0].get_ydata()[-1] == pytest.approx(1e-40)
    assert figure.axes[1].lines[1].get_ydata()[-1] == 4
    wide = figures.rnn.gradient_flow(dict.fromkeys("abc", lines))
    assert [axis.get_title() for axis in wide.axes] == ["a", "b", "c"]
    assert [axis.get_xlabel() != "" for axis in wide.axes] == [False, True, True]
    assert wide.get_figwidth() <= 8


def test_training_watch_chooses_its_scale():
    """Is an axis logarithmic where numbers differ a thousandfold, also with nan and inf in them?"""
    watched = {"loss": {"run": [1.0, 2.0]}, "norm": {"run": [1.0, 1e4, np.inf, np.nan]}}
    figure = figures.rnn.training_watch(watched)
    assert [axis.get_yscale() for axis in figure.axes] == ["linear", "log"]
    assert figure.axes[-1].get_xlabel() == "update"
    assert [axis.get_ylabel() for axis in figure.axes] == ["loss", "norm"]
    assert figure.axes[0].get_legend() is None  # one run needs no name


def test_correlation_bars_show_size_and_sign():
    """Is a negative correlation as long as a positive one, with its sign and unit beside it?"""
    figure = figures.rnn.correlation_bars(
        {"quotes": (3, -0.8), "comment": (5, 0.4)}, {"quotes": 0.1, "comment": 0.2}
    )
    (axis,) = figure.axes
    assert [bar.get_width() for bar in axis.patches] == [0.4, 0.8]
    assert [text.get_text() for text in axis.texts] == ["unit 5: 0.4", "unit 3: \N{MINUS SIGN}0.8"]
    assert axis.lines[0].get_xdata().tolist() == [0.2, 0.1]


def test_no_heavy_import_at_the_top():
    """Do the modules wait with Matplotlib until a figure is drawn?"""
    for name in ("rnn", "text"):
        source = (Path(figures.__file__).parent / f"{name}.py").read_text(encoding="utf-8")
        top = [line for line in source.splitlines() if line.startswith(("import", "from"))]
        assert not any("matplotlib" in line or "torch" in line for line in top)
