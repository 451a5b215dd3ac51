"""How is another program's table read and given back?"""

from pathlib import Path

import pytest

from autograder.intake.sheet import Sheet, read_sheet
from course_lib.errors import CourseError

CELLS = [["Name", "E-Mail"], ["José; Ña", 'a"b@u.edu'], ["Li, Ada", ""]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\r\n", "\n"])
def test_round_trip(tmp_path: Path, encoding: str, delimiter: str, line_end: str) -> None:
    """Is a table of each making read, and written again byte for byte?"""
    sheet = Sheet(CELLS, encoding, delimiter, line_end)
    path = tmp_path / "list.csv"
    path.write_bytes(sheet.raw())
    assert read_sheet(path) == sheet
    assert read_sheet(path).raw() == sheet.raw()


def test_quotes_and_blank_lines(tmp_path: Path) -> None:
    """May a cell hold a line end, and are empty lines none?"""
    path = tmp_path / "list.csv"
    path.write_text('"Last, first",b\n\n"x\ny",2\n , \n')
    assert read_sheet(path).rows == [["Last, first", "b"], ["x\ny", "2"]]


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"PK\x03\x04..", "is a workbook"),
        (b"", "no table"),
        (b"Name\n", "no table"),
        (b"a,b\n\0,c\n", "no table"),
        (b'a,b\n"' + b"x" * 200_000, "no table"),
    ],
)
def test_no_table(tmp_path: Path, raw: bytes, message: str) -> None:
    """Is what is no table told in a sentence?"""
    path = tmp_path / "list.csv"
    path.write_bytes(raw)
    with pytest.raises(CourseError, match=message):
        read_sheet(path)
    with pytest.raises(CourseError, match="cannot be read"):
        read_sheet(tmp_path / "none.csv")
