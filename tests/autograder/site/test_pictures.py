"""Pictures within a page become files."""

import base64
from pathlib import Path

from autograder.site.pictures import moved_out

PNG = base64.b64encode(b"\x89PNG one").decode()
SVG = base64.b64encode(b"<svg/>").decode()


def test_a_picture_becomes_a_file_of_the_same_bytes(tmp_path: Path) -> None:
    """Does the page name a file that holds what it held, and keep all other text?"""
    markup = f'<img alt="a" src="data:image/png;base64,{PNG}"><b>data:image/png</b>'
    moved = moved_out(markup, tmp_path, "../figures")
    (file,) = tmp_path.iterdir()
    assert file.read_bytes() == b"\x89PNG one"
    assert moved == f'<img alt="a" src="../figures/{file.name}"><b>data:image/png</b>'


def test_equal_pictures_are_one_file(tmp_path: Path) -> None:
    """Is a picture that is shown twice written once, and one of another kind beside it?"""
    one = f"data:image/png;base64,{PNG}"
    moved_out(f"{one} {one} data:image/svg+xml;base64,{SVG}", tmp_path, "x")
    assert sorted(file.suffix for file in tmp_path.iterdir()) == [".png", ".svg"]
