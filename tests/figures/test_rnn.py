"""The figures of lesson 10: do they draw what they say?"""

import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest

from course_lib import figures
from course_lib.figures.rnn import UnrolledState
from course_lib.figures.style import Captioned, Svg
from course_lib.figures.text import SampleState, TextState

SVG = "{http://www.w3.org/2000/svg}"


def texts(figure):
    return [text.get_text() for axis in figure.axes for text in axis.texts]


def words(svg: Svg) -> list[str]:
    found = ET.fromstring(svg.markup).iter(f"{SVG}text")
    return [(text.text or "").replace("\N{NO-BREAK SPACE}", " ") for text in found]


def grounds(svg: Svg) -> list[tuple[float, float, str]]:
    """Place of each coloured ground: x, y, colour."""
    found = ET.fromstring(svg.markup).iter(f"{SVG}rect")
    return [
        (float(one.attrib["x"]), float(one.attrib["y"]), one.attrib["fill"])
        for one in found
        if "opacity" in one.attrib
    ]


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


def test_coloured_text_colours_the_right_places():
    """Has every character its own number, over line ends and long lines?"""
    text = "ab\n  <c&\nxyz"
    values = np.zeros(len(text))
    values[text.index("<")], values[text.index("z")] = 1.0, -1.0
    svg = figures.text.coloured_text(text, values, width=2)
    assert [word for word in words(svg) if word] == ["ab", "<c", "&", "xy", "z"]
    places = grounds(svg)
    assert len(places) == 2
    (x1, y1, orange), (x2, y2, blue) = places
    assert orange != blue
    assert x1 == x2  # both begin a line
    assert y2 - y1 == 3 * 19  # "<c", "&", "xy", "z"


def test_a_small_number_has_no_colour_and_a_large_one_no_more_than_full():
    """Are numbers near 0 left white, and those beyond the reach cut?"""
    svg = figures.text.coloured_text("abc", np.array([0.01, 5.0, -5.0]), reach=2.0)
    opacities = [
        float(one.attrib["opacity"])
        for one in ET.fromstring(svg.markup).iter(f"{SVG}rect")
        if "opacity" in one.attrib
    ]
    assert opacities == [1.0, 1.0]


def test_text_browser_shows_the_chosen_unit_from_the_chosen_line():
    """Do unit and line follow the state, also beyond the end of the text?"""
    text = "one\ntwo\nthree"
    values = np.zeros((len(text), 2))
    values[text.index("w"), 1] = 0.5
    first = figures.text.text_browser(TextState(unit=0, start=0), text, values, lines=2)
    assert words(first)[1:] == ["one", "two"]
    assert grounds(first) == []
    second = figures.text.text_browser(TextState(unit=1, start=1), text, values)
    assert words(second)[1:] == ["two", "three"]
    assert "unit 1" in words(second)[0]
    assert len(grounds(second)) == 1
    assert words(figures.text.text_browser(TextState(start=99), text, values))[1:] == ["three"]


def test_sampler_writes_anew_with_each_setting():
    """Are temperature and seed handed on, and is the verdict about this very text?"""
    for length, verdict in ((10, "can"), (11, "cannot")):
        svg = figures.text.sampled(
            SampleState(temperature=0.25, seed=7),
            lambda warm, seed: f"{warm} and {seed}",
            lambda text, length=length: len(text) == length,
        )
        due = f"temperature 0.25: Python {verdict} tokenise this"
        assert words(svg) == [due, "0.25 and 7"]


def test_samples_keep_their_spaces_and_their_length():
    """Are indents kept as places, and long texts cut?"""
    svg = figures.text.samples({"one": "    ab\nc", "two": "\n".join("abcdef")}, lines=3)
    assert words(svg) == ["one", "ab", "c", "two", "a", "b", "c"]
    indented = next(t for t in ET.fromstring(svg.markup).iter(f"{SVG}text") if t.text == "ab")
    flush = next(t for t in ET.fromstring(svg.markup).iter(f"{SVG}text") if t.text == "c")
    first = [float(one.attrib["x"].split()[0]) for one in (indented, flush)]
    assert first[0] - first[1] == pytest.approx(4 * 8)
    assert len(indented.attrib["x"].split()) == 2


def test_no_heavy_import_at_the_top():
    """Do the modules wait with Matplotlib until a figure is drawn?"""
    for name in ("rnn", "text"):
        source = (Path(figures.__file__).parent / f"{name}.py").read_text(encoding="utf-8")
        top = [line for line in source.splitlines() if line.startswith(("import", "from"))]
        assert not any("matplotlib" in line or "torch" in line for line in top)
