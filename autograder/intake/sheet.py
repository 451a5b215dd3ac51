"""How is another program's table read, and given back in the form in which it came?"""

import csv
import io
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from course_lib.errors import CourseError

LARGEST = 100 * 2**20  # bytes
# Byte order marks, and what is tried in their absence. cp1252 is latin-1 as Windows has it.
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


@dataclass(frozen=True)
class Sheet:
    """The cells of a table, and how it was written."""

    rows: list[list[str]]
    encoding: str = "utf-8"
    delimiter: str = ","
    line_end: str = "\r\n"

    def with_rows(self, rows: list[list[str]]) -> "Sheet":
        """The same kind of table with other cells."""
        return replace(self, rows=rows)

    def raw(self) -> bytes:
        """The file; all cells in quotes, so that no separator in one parts it elsewhere."""
        text = io.StringIO(newline="")
        writer = csv.writer(
            text, delimiter=self.delimiter, lineterminator=self.line_end, quoting=csv.QUOTE_ALL
        )
        writer.writerows(self.rows)
        return text.getvalue().encode(self.encoding, "replace")


def read_sheet(path: Path) -> Sheet:
    """A table of cells parted by commas, semicolons or tabs, in UTF-8, UTF-16 or latin-1.

    raises: CourseError where the file cannot be read, is a workbook, or holds no table
    """
    try:
        if path.stat().st_size > LARGEST:
            raise CourseError(f"{path} has more than {LARGEST:,} bytes: it is no list of a class.")
        raw = path.read_bytes()
    except OSError as error:
        raise CourseError(f"{path} cannot be read: {error.strerror}.") from error
    if raw.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        raise CourseError(f"{path} is a workbook. Save it as CSV in your spreadsheet program.")
    text, encoding = _decoded(raw)
    delimiter = _delimiter(text)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise CourseError(f"{path} is no table: {error}.") from error
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    if len(rows) < 2 or "\0" in text:
        raise CourseError(f"{path} is no table: it has no line of headings with lines below it.")
    return Sheet(rows, encoding, delimiter, "\r\n" if "\r\n" in text else "\n")


def _decoded(raw: bytes) -> tuple[str, str]:
    encoding = next((name for mark, name in _MARKS.items() if raw.startswith(mark)), "")
    for one in (encoding,) if encoding else ("utf-8", "cp1252", "latin-1"):
        try:
            return raw.decode(one), one
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1"), "latin-1"


def _delimiter(text: str) -> str:
    """The one that the line of headings has most of, outside of quotes."""
    outside = "".join(text.partition("\n")[0].split('"')[::2])
    counts = Counter({sign: outside.count(sign) for sign in ",;\t"})
    return counts.most_common(1)[0][0]
