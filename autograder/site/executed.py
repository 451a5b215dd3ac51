"""What do a lesson's cells show when they run with the answers? Run once for the same content."""

import hashlib
import os
import tempfile
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from nbgrader.preprocessors import ClearHiddenTests

from autograder.lesson.build import source_notebook
from autograder.lesson.lessons import Lesson
from course_lib.checks import box
from course_lib.errors import CourseError
from course_lib.execute import run_notebook
from course_lib.files import write
from course_lib.notebooks import as_text
from course_lib.runner import Limits

# A net below a lesson that hangs; recorded pictures are many.
LIMITS = Limits(
    cell_seconds=900, total_seconds=3600, output_bytes=50_000_000, total_bytes=200_000_000
)
# The same outputs wherever the site is made: the data that ship, one order of every set, and sums
# that do not depend on how many cores there are.
ENVIRONMENT = {
    "COURSE_DATASET": "shapes",
    "PYTHONHASHSEED": "0",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}
RECORDER = "from autograder.site import recorder\n\nrecorder.install()"
OF_COURSE_LIB = {".py", ".json", ".txt", ".npz"}
OF_A_LESSON = {"tables", "hints"}  # folders with a file for each lesson


def executed_lesson(lesson: Lesson, cache: Path) -> NotebookNode:
    """The lesson with its answers and without its hidden tests, run whole.

    cache: the folder that keeps what was run, a file for each lesson, used again while the
        lesson's text and course_lib are as they were
    raises: CourseError where a cell fails
    """
    notebook = without_hidden_tests(lesson)
    kept = cache / f"{lesson.name}-{_key(lesson, notebook)}.ipynb"
    if kept.is_file():
        return nbformat.read(kept, as_version=4)
    notebook.cells.insert(0, new_code_cell(RECORDER, id="recorder"))
    with tempfile.TemporaryDirectory() as folder:
        for name, content in lesson.beside.items():
            write(Path(folder, name), content)
        done = run_notebook(
            notebook,
            LIMITS,
            cwd=Path(folder),
            skip=lambda cell: False,
            environment={**os.environ, **ENVIRONMENT},
        )
    if failures := _failures(done):
        raise CourseError(
            f"{lesson.name} does not run with its answers, so that no page can be made of it:\n"
            + "\n".join(failures)
        )
    del done.cells[0]
    for cell in done.cells:
        cell.metadata.pop("course", None)  # the seconds that it took, other ones each time
    for old in cache.glob(f"{lesson.name}-*.ipynb"):
        old.unlink()
    write(kept, as_text(done))
    return done


def without_hidden_tests(lesson: Lesson) -> NotebookNode:
    """The lesson with its answers alone."""
    notebook, _ = ClearHiddenTests().preprocess(source_notebook(lesson), {})
    return notebook


def _key(lesson: Lesson, notebook: NotebookNode) -> str:
    """A hash of all that decides what the cells show, but for the versions of packages."""
    digest = hashlib.sha256(as_text(notebook).encode())
    for name, content in sorted(lesson.beside.items()):
        digest.update(name.encode() + content)
    used = [
        file
        for file in (lesson.root / "course_lib").rglob("*")
        if file.suffix in OF_COURSE_LIB
        and (file.parent.name not in OF_A_LESSON or file.stem == lesson.name)
    ]
    for file in [*sorted(used), Path(__file__), Path(__file__).with_name("recorder.py")]:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _failures(notebook: NotebookNode) -> list[str]:
    """The cells that failed and how, less those of a net that earns a part of its points."""
    found = []
    for cell in notebook.cells:
        outputs = cell.get("outputs", [])
        verdict = box.last(outputs)
        for output in outputs:
            if output.output_type == "error" and not (verdict and verdict.share):
                first = cell.source.strip().splitlines()[0]
                found.append(f"  {first}: {output.ename}: {output.evalue}")
    return found
