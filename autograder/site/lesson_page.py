"""What does a reader of the site see of a lesson? Its cells as Markdown, the answers folded."""

import html
import re
from pathlib import Path

from nbformat import NotebookNode

from autograder.lesson.build import READ_AT_ONCE, release_notebook, source_notebook
from autograder.lesson.lessons import Lesson
from autograder.site.pictures import moved_out
from autograder.soundness.mistakes import without_marks
from course_lib.cells import grade_id, is_experiment, is_setup, is_solution, is_text

# Below the title. Everything else on the page is the lesson's own.
NOTICE = """
{{download}}`Download this notebook <{download}>` to work on it yourself, once you have
[set up the course](/docs/students.md). Here it has been run with the answers, which are folded,
on the data that ship with the course.
"""
# The course's own outputs bring rules for JupyterLab. Here course.css has them.
_STYLE = re.compile(r"<style>[^<]*\.(?:course|jp)-[^<]*</style>")


def as_page(lesson: Lesson, done: NotebookNode, figures: Path, download: str) -> str:
    """The page of a lesson.

    done: as `executed` gives it
    figures: the folder, two above the page's own, that gets the pictures
    download: where the page finds the student's notebook
    """
    released = release_notebook(source_notebook(lesson), lesson.source)
    stubs = {grade_id(cell): cell.source for cell in released.cells if is_solution(cell)}
    walkthrough = _walkthrough(lesson)
    parts = []
    for cell in done.cells:
        if is_text(cell):
            parts.append(cell.source)
            continue
        if is_solution(cell):
            parts.append(_code(stubs[grade_id(cell)]))
            words = walkthrough.get(grade_id(cell), "")
            parts.append(_folded("Answer", without_marks(cell.source), words))
        elif label := _label(cell):
            parts.append(_folded(label, cell.source))
        else:
            parts.append(_code(cell.source))
        shown = "\n".join(_shown(output) for output in cell.outputs)
        if shown.strip():
            shown = moved_out(shown, figures, f"../../{figures.name}")
            parts.append(_raw(f'<div class="output">{shown}</div>'))
    title, _, rest = "\n\n".join(parts).partition("\n")
    return f"{title}\n{NOTICE.format(download=download)}{rest}\n"


def _walkthrough(lesson: Lesson) -> dict[str, str]:
    """What is said of each answer, by the id of its exercise; nothing where nobody wrote it."""
    if not lesson.walkthrough.is_file():
        return {}
    parts = re.split(r"^## (.+)\n", lesson.walkthrough.read_text("utf-8"), flags=re.MULTILINE)
    return dict(zip(map(str.strip, parts[1::2]), parts[2::2], strict=True))


def _label(cell: NotebookNode) -> str:
    """What stands on the fold of a long cell that nobody has to read; "" where there is none."""
    if cell.source.count("\n") < READ_AT_ONCE:
        return ""
    return "Set-up" if is_setup(cell) else "Code of this experiment" if is_experiment(cell) else ""


def _shown(output: NotebookNode) -> str:
    """An output in HTML: the richest form that it has. Warnings and progress bars are left out."""
    if output.output_type == "stream":
        return _text(output.text) if output.name == "stdout" else ""
    if output.output_type == "error":  # the box above it has said it
        return ""
    markup = _STYLE.sub("", output.data.get("text/html", ""))
    return markup or _text(output.data.get("text/plain", ""))


def _text(text: str) -> str:
    return f'<pre tabindex="0">{html.escape(text)}</pre>'


def _code(source: str) -> str:
    return _fence("ipython3", source)


def _folded(label: str, source: str, words: str = "") -> str:
    begin = _raw(f'<details class="code"><summary>{label}</summary>')
    return "\n\n".join((begin, _code(source), words, _raw("</details>")))


def _raw(markup: str) -> str:
    return _fence("{raw} html", markup)


def _fence(kind: str, text: str) -> str:
    """A block of Markdown whose marks are longer than any in the text."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    marks = "`" * max(3, longest + 1)
    return f"{marks}{kind}\n{text}\n{marks}"
