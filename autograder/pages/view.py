"""What may a student see of an executed notebook, and what do they want to see?"""

import html
import re
from typing import Any

from nbconvert.filters import strip_ansi
from nbformat import NotebookNode, from_dict
from nbgrader.preprocessors import ClearHiddenTests, NbGraderPreprocessor

from autograder.rooms.examiner.paths import trimmed
from course_lib.cells import grade_id, is_check, is_setup, is_solution, is_written
from course_lib.checks import box

TEXTS = ("text/html", "text/markdown", "text/latex", "text/plain")
PICTURES = ("image/png", "image/jpeg", "image/svg+xml")
LONGEST = 10_000  # characters of text in one output
LARGEST = 2_000_000  # characters of one picture
HEADING = re.compile(r"^#+\s+(.+)$", re.MULTILINE)


class StudentView(NbGraderPreprocessor):  # type: ignore[misc]
    """Reduces an executed notebook, after GetGrades, to the student's work and the verdicts.

    Hidden tests go, wherever their text shows; of a check's outputs only its verdict stays; the
    lesson's own text shrinks to headings; outputs are capped.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        graded = nb.metadata.get("course", {})
        verdicts = {one.check: one for one in graded.get("verdicts", [])}
        secrets = _clear_hidden_tests(nb)
        titles = _titles(nb)
        cells: list[NotebookNode] = []
        heading = ""
        for cell in nb.cells:
            if _is_lessons_own(cell):
                heading = _heading(cell) or heading
                continue
            if is_check(cell):
                cell.metadata.verdict = _verdict(cell, verdicts.get(grade_id(cell), {}), secrets)
            if cell.cell_type == "code":
                cell.outputs = [_shown(output, secrets) for output in cell.outputs]
            if heading:
                cells.append(_markdown(f"heading-{len(cells)}", heading))
                heading = ""
            cells.append(cell)
        nb.cells = cells
        resources["course"] = {
            "title": titles.get("", resources["nbgrader"]["notebook"]),
            "problem": _without(secrets, graded.get("problem", "")),
            "exercises": _exercises(nb, graded.get("exercises", {}), titles, secrets),
        }
        return nb, resources


def _clear_hidden_tests(nb: NotebookNode) -> list[str]:
    """Take the hidden tests out of the checks; returns their lines, the longest first.

    Each as it stands, as `repr` shows it, and in HTML.
    """
    lines: set[str] = set()
    clear = ClearHiddenTests()
    for cell in filter(is_check, nb.cells):
        before = cell.source.splitlines()
        clear.preprocess_cell(cell, {}, 0)
        lines |= {line.strip() for line in before} - {
            line.strip() for line in cell.source.splitlines()
        }
        cell.metadata.hidden = len(before) > len(cell.source.splitlines())
    # A bracket alone gives nothing away, and cutting it from outputs would spoil them.
    long = sorted((line for line in lines if len(line) > 5), key=len, reverse=True)
    forms = (
        (line, repr(line)[1:-1], html.escape(line), html.escape(line, quote=False)) for line in long
    )
    return list(dict.fromkeys(form for each in forms for form in each))


def _exercises(
    nb: NotebookNode, owners: dict[str, str], titles: dict[str, str], secrets: list[str]
) -> list[dict[str, object]]:
    """One row of the page's table for each exercise."""
    rows: dict[str, dict[str, Any]] = {}
    for cell in (one for one in nb.cells if is_solution(one) or is_written(one)):
        comment = _without(secrets, cell.metadata.nbgrader.comment or "")
        title = titles[grade_id(cell)]
        rows[grade_id(cell)] = {
            "id": grade_id(cell),
            "title": title,
            "comment": comment,
            "earned": cell.metadata.nbgrader.score if is_written(cell) else 0,
            "possible": cell.metadata.nbgrader.points if is_written(cell) else 0,
        }
    for cell in nb.cells:
        if is_check(cell):
            row = rows[owners[grade_id(cell)]]
            row["earned"] += cell.metadata.nbgrader.score
            row["possible"] += cell.metadata.nbgrader.points
    return list(rows.values())


def _verdict(cell: NotebookNode, graded: dict[str, Any], secrets: list[str]) -> dict[str, object]:
    """What the check's box said; of what the grader noted, an empty message is a pass."""
    message = str(graded.get("message", ""))
    judgement = box.last(cell.outputs)
    evidence = judgement.evidence if message and judgement else ""
    return {
        "what": _without(secrets, (judgement.what if judgement else "") or grade_id(cell)),
        "passed": not message,
        "mark": box.mark(not message, graded.get("earned", 0.0)),
        "reason": _without(secrets, message),
        "evidence": _without(secrets, evidence[:LONGEST]),
    }


def _shown(output: NotebookNode, secrets: list[str]) -> NotebookNode:
    """One output, without what could run, be endless or give hidden tests away."""
    if output.output_type == "stream":
        return from_dict({**output, "text": _capped(output.text, secrets)})
    if output.output_type == "error":
        traceback = _capped("\n".join(output.traceback), secrets)
        return from_dict({**output, "traceback": [traceback]})
    data = {kind: _capped(output.data[kind], secrets) for kind in TEXTS if kind in output.data}
    for kind in PICTURES:
        picture = output.data.get(kind, "")
        if len(picture) > LARGEST:
            data["text/plain"] = "[a picture too large to show]"
        elif picture:
            data[kind] = picture
    return from_dict({**output, "data": data, "metadata": {}})


def _capped(text: str, secrets: list[str]) -> str:
    text = _without(secrets, strip_ansi(text))
    left = len(text) - LONGEST
    return text if left <= 0 else f"{text[:LONGEST]}\n[{left} more characters]"


def _without(secrets: list[str], text: str) -> str:
    """The text less the hidden tests and the places of files on the grader's machine."""
    for secret in secrets:
        text = text.replace(secret, "[part of a hidden check]")
    return trimmed(text)


def _titles(nb: NotebookNode) -> dict[str, str]:
    """The heading above each exercise, by its id; that of the lesson under ""."""
    titles: dict[str, str] = {}
    heading = ""
    for cell in nb.cells:
        if _is_lessons_own(cell):
            heading = _heading(cell) or heading
            titles.setdefault("", heading)
        elif is_solution(cell) or is_written(cell):
            titles[grade_id(cell)] = heading or grade_id(cell)
    return titles


def _is_lessons_own(cell: NotebookNode) -> bool:
    return is_setup(cell) or bool(cell.metadata.get("from_lesson"))


def _heading(cell: NotebookNode) -> str:
    found = HEADING.search(cell.source) if cell.cell_type == "markdown" else None
    return found[1].strip() if found else ""


def _markdown(name: str, heading: str) -> NotebookNode:
    metadata = {"heading": heading}
    return from_dict({"cell_type": "markdown", "id": name, "source": "", "metadata": metadata})
