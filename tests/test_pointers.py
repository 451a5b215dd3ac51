"""Do the pointers between lessons, and to files of the course, lead somewhere?"""

import re
from pathlib import Path

import nbformat
import pytest

from autograder.lesson.pointers import lines_of

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*/*.ipynb"))
_LINK = re.compile(r'\]\(([^)\s]+)(?: "[^"]*")?\)')
_WHOLE_LINK = re.compile(r'\[[^\]]*\]\([^)\s]*(?: "[^"]*")?\)')
_MENTION = re.compile(r"\blessons? (\d\d)\b", re.IGNORECASE)
_NO_PROSE = re.compile(r"`[^`]*`|\$[^$]*\$")  # code and formulas


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_pointer_leads_somewhere(path: Path) -> None:
    """Is each link of a lesson a page of the web or a file that is there?"""
    for cell in nbformat.read(path, as_version=4).cells:
        prose = _NO_PROSE.sub("", cell.source) if cell.cell_type == "markdown" else ""
        for target in _LINK.findall(prose):
            if not target.startswith(("http://", "https://", "#", "attachment:")):
                assert (path.parent / target.partition("#")[0]).is_file(), target


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_mention_of_a_lesson_is_a_link(path: Path) -> None:
    """Is no other lesson mentioned in a paragraph without a link to it?"""
    there = {folder.name[:2] for folder in (ROOT / "notebooks").iterdir()} - {path.stem[:2]}
    for cell in nbformat.read(path, as_version=4).cells:
        for line, prose in lines_of(cell.source) if cell.cell_type == "markdown" else ():
            if prose:
                bare = _NO_PROSE.sub("", _WHOLE_LINK.sub("", line))
                assert not there & set(_MENTION.findall(bare)), line


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_code_holds_no_link(path: Path) -> None:
    """Is a block of code in a lesson's prose shown as it is, with no link in it?"""
    for cell in nbformat.read(path, as_version=4).cells:
        for block in re.findall(r"(?ms)^```.*?^```", cell.source):
            assert "](../" not in block, block
