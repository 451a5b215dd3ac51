"""What a stranger's text does to a terminal: nothing."""

import pytest

from course_lib.printable import shown


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("\x1b]0;owned\x07\x1b[2J", r"\x1b]0;owned\x07\x1b[2J"),
        ("a\rb\x7f\x9b1m", r"a\rb\x7f\x9b1m"),
        ("name\nada: 100", r"name\nada: 100"),
        ("\u202egnp.exe\u2066\u2028", r"\u202egnp.exe\u2066\u2028"),
        ("half \ud800", r"half \ud800"),
    ],
)
def test_control_characters(text: str, seen: str) -> None:
    """Is each written out, so that it can be read and does nothing?"""
    assert shown(text) == seen


@pytest.mark.parametrize(
    "text", ["Žofia O'Brien 王小明", "👩\u200d👧 نام\u200cها", "x² ≤ 3\xa0€ – “”"]
)
def test_ordinary_texts(text: str) -> None:
    """Do names and prose in any language stay as they are?"""
    assert shown(text) == text


def test_lines() -> None:
    """Do line ends stay where a message has several lines?"""
    assert shown("a\nb\r", lines=True) == "a\nb\\r"
