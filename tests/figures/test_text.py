"""Text as a picture: is each character where it belongs, in its colour?"""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from course_lib import figures
from course_lib.figures.style import Svg
from course_lib.figures.text import SampleState, TextState

SVG = "{http://www.w3.org/2000/svg}"


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
