"""Which pasted pictures are kept."""

import base64

import pytest

from autograder.submission import pictures
from autograder.submission.pictures import pasted

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"x" * 30).decode()
JPEG = base64.b64encode(b"\xff\xd8\xff\xe0" + b"x" * 30).decode()
GIF = base64.b64encode(b"GIF89a" + b"x" * 30).decode()


def kept(attachments: object, cell_type: str = "markdown") -> object:
    (one,) = pasted([{"cell_type": cell_type, "attachments": attachments}])
    return one


def test_pictures():
    """Are PNG, JPEG and GIF kept as they are, their lines joined?"""
    given = {"a b.png": {"image/png": PNG}, "é": {"image/jpeg": JPEG, "image/gif": GIF}}
    assert kept(given) == given
    assert kept({"a": {"image/png": [PNG[:8] + "\n", PNG[8:]]}}) == {"a": {"image/png": PNG}}


@pytest.mark.parametrize(
    "attachments",
    [
        None,
        [],
        "text",
        {"a": None},
        {"a": {"image/png": None}},
        {"a": {"image/png": [1]}},
        {"a": {"image/png": "not base64!"}},
        {"a": {"image/png": GIF}},
        {"a": {"image/png": PNG + '" onerror="alert(1)'}},
        {"a": {"image/svg+xml": "<svg/>"}},
        {"a": {"text/html": "<script>"}},
        {"a" * 300: {"image/png": PNG}},
        {"half a letter \ud800": {"image/png": PNG}},
    ],
)
def test_no_pictures(attachments: object):
    """Is everything else left out?"""
    assert kept(attachments) == {}


def test_only_in_texts():
    """Has a cell of code no pictures?"""
    assert kept({"a": {"image/png": PNG}}, "code") == {}


def test_bounds(monkeypatch: pytest.MonkeyPatch):
    """Are large pictures left out, and small ones once there are too many?"""
    large = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(pictures.LARGEST)).decode()
    assert kept({"a": {"image/png": large}}) == {}
    monkeypatch.setattr(pictures, "MOST", 2 * len(PNG))
    cells = [{"cell_type": "markdown", "attachments": {"a": {"image/png": PNG}}}] * 3
    assert [len(one) for one in pasted(cells)] == [1, 1, 0]
