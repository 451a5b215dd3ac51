"""How does a reader's standing look in a notebook? Small: a table of the lessons."""

import os
from pathlib import Path
from urllib.parse import quote

from course_lib.desk.pages import render
from course_lib.desk.standing import Standing, standings


def progress_table(course: Path, here: Path) -> dict[str, str]:
    """The lessons with points and next exercise, for each kind of reader.

    here: the folder of the notebook that shows it, from which its links lead to the others
    """
    found = standings(course)

    def link(standing: Standing, cell: str = "") -> str:
        address = quote(Path(os.path.relpath(standing.path, here)).as_posix())
        return f"{address}#cell-id={quote(cell)}" if cell else address

    return {
        "text/html": render("small.html", lessons=found, link=link),
        "text/plain": "\n".join(map(_line, found)),
    }


def _line(standing: Standing) -> str:
    if standing.problem:
        return f"{standing.title}: {standing.problem}"
    line = f"{standing.title}: {standing.earned:g} of {standing.possible:g} points"
    return f"{line}, next {standing.ahead.title}" if standing.ahead else f"{line}, complete"
