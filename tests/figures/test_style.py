"""How does a figure look, and how does it reach the page?"""

import base64

import numpy as np

from course_lib import figures
from course_lib.figures.style import COLOURS, Captioned, log_scale


def drawn() -> Captioned:
    figure, (axis,) = figures.new_figure(2, 2)
    axis.plot([0, 1], [0, 1])
    return Captioned(figure, 'Rises & "shines" <b>', 'A line that is "straight" & <i>')


def test_caption_and_alt_text_reach_the_page_escaped() -> None:
    """Does a reader without the picture get its words, and can words break the page?"""
    page = drawn()._repr_mimebundle_()["text/html"]
    assert 'alt="A line that is &quot;straight&quot; &amp; &lt;i&gt;"' in page
    assert "Rises &amp; &quot;shines&quot; &lt;b&gt;" in page
    assert "<b>" not in page


def test_plain_text_says_what_is_drawn() -> None:
    """Is there something to read where no picture can be shown?"""
    assert "A line that is" in drawn()._repr_mimebundle_()["text/plain"]


def test_the_picture_is_a_png_and_always_the_same() -> None:
    """Do two drawings of the same figure give the same bytes?"""
    (kind, first), (_, second) = drawn().picture(), drawn().picture()
    assert kind == "image/png"
    assert first.startswith(b"\x89PNG")
    assert first == second
    assert base64.b64encode(first).decode() in drawn()._repr_mimebundle_()["text/html"]


def _as_seen_without_red_or_green(colour: str) -> np.ndarray:
    """Deuteranopia after Vienot, Brettel and Mollon (1999), in linear RGB."""
    rgb = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]) ** 2.2
    mixed = 0.29275 * rgb[0] + 0.70725 * rgb[1]
    return np.array([mixed, mixed, -0.02234 * rgb[0] + 0.02234 * rgb[1] + rgb[2]])


def test_first_four_colours_differ_for_colour_blind_readers() -> None:
    """Can a reader who confuses red and green tell the first classes apart?"""
    seen = [_as_seen_without_red_or_green(colour) for colour in COLOURS[:4]]
    gaps = [np.abs(a - b).max() for i, a in enumerate(seen) for b in seen[:i]]
    assert min(gaps) > 0.1


def test_a_logarithmic_axis_has_plain_numbers() -> None:
    """Are there labels within a decade, and none in powers of ten?"""
    figure, (axis,) = figures.new_figure(4, 3)
    axis.set_xlim(1, 2000)
    log_scale(axis, "x")
    figure.canvas.draw()
    labels = {label.get_text() for label in axis.get_xticklabels()}
    assert {"1", "2", "5", "10", "1,000"} <= labels
    assert axis.get_yscale() == "linear"
