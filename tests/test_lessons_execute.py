"""Does each lesson run from top to bottom, as its readers run it?"""

import os
import runpy
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from autograder.lesson.build import release_notebook, source_notebook
from autograder.lesson.exercises import Exercise, exercises_of
from autograder.lesson.lessons import Lesson, all_lessons, repository
from autograder.soundness.faults import answered_by
from autograder.soundness.mistakes import load, mistaken, without_marks
from autograder.soundness.rehearse import Rehearsal
from course_lib.cells import grade_id, is_check, is_experiment
from course_lib.checks import box
from course_lib.execute import run_notebook
from course_lib.files import write
from course_lib.outcomes import outcomes_of
from course_lib.runner import Limits

ROOT = repository(Path(__file__))
LESSONS = all_lessons(ROOT)
CIFAR10 = ROOT.parent / "shared" / "data" / "cifar10"
# A net below a lesson that hangs. What a lesson may take, 60 s on two cores, is no test's business.
PATIENT = Limits(cell_seconds=300, total_seconds=900)
MEMORY = 2 * 2**30
# `make test` runs these whole, one of each kind, and of the others all but the experiments;
# `.ci/run` runs the others whole, too, each of which takes most of a minute.
WHOLE = {"00", "01", "03", "09"}
PEAK = """
with open("/proc/self/status") as status:
    print(next(line for line in status if line.startswith("VmHWM")).split()[1])
"""

pytestmark = pytest.mark.slow
each_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)


@cache
def _source(lesson: Lesson) -> NotebookNode:
    return source_notebook(lesson)


@cache
def _release(lesson: Lesson) -> NotebookNode:
    return release_notebook(_source(lesson), lesson.source)


def _executed(
    lesson: Lesson,
    notebook: NotebookNode,
    folder: Path,
    environment: Mapping[str, str],
    experiments: bool = True,
) -> NotebookNode:
    """The cells run, with what the answers hand in beside the notebook."""
    for name, content in lesson.beside.items():
        write(folder / name, content)
    return run_notebook(
        notebook,
        PATIENT,
        cwd=folder,
        skip=lambda cell: is_experiment(cell) and not experiments,
        environment={**os.environ, **environment},
    )


def _errors(notebook: NotebookNode) -> list[tuple[NotebookNode, str]]:
    """The cells that failed, and how; less those of a net that earned a part of its points."""
    return [
        (cell, f"{cell.source.splitlines()[0]}: {output.ename}: {output.evalue}")
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "error" and not _part(cell)
    ]


def _part(cell: NotebookNode) -> bool:
    said = box.last(cell.outputs)
    return said is not None and said.share > 0


def _passes_whole(lesson: Lesson, folder: Path, environment: Mapping[str, str]) -> None:
    notebook = nbformat.from_dict(_source(lesson))
    notebook.cells.append(new_code_cell(PEAK))
    done = _executed(lesson, notebook, folder, environment)
    probe = done.cells.pop()
    assert [text for _, text in _errors(done)] == []
    assert [one for one in outcomes_of(done) if not one.share] == []
    seconds = sum(cell.metadata.get("course", {}).get("seconds", 0) for cell in done.cells)
    if not _errors(new_notebook(cells=[probe])):  # /proc is Linux's
        peak = 1024 * int(probe.outputs[0].text)
        print(f"{lesson.name}: {seconds:.0f} s, at most {peak / 2**20:,.0f} MB")
        assert peak < MEMORY


@pytest.mark.parametrize(
    "lesson",
    [
        pytest.param(one, marks=() if one.name[:2] in WHOLE else pytest.mark.thorough, id=one.name)
        for one in LESSONS
    ],
)
def test_answers_pass_whole(lesson: Lesson, tmp_path: Path) -> None:
    """With its answers and the data that ship with the course, does every cell of a lesson run?"""
    _passes_whole(lesson, tmp_path, {"COURSE_DATASET": "shapes"})


@pytest.fixture(scope="session")
def cifar10_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the official files of CIFAR-10."""
    if not CIFAR10.is_dir():
        pytest.skip(f"CIFAR-10 is not in {CIFAR10}")
    folder = tmp_path_factory.mktemp("data")
    codec = runpy.run_path(str(CIFAR10 / "codec.py"))
    codec["unpack"](str(CIFAR10), str(folder / "cifar-10-batches-py"))
    return folder


@pytest.mark.thorough
@each_lesson
def test_answers_pass_on_cifar10(lesson: Lesson, tmp_path: Path, cifar10_data: Path) -> None:
    """Does the lesson run on the real photographs as well, in the same memory?"""
    environment = {"COURSE_DATASET": "cifar10", "COURSE_DATA": str(cifar10_data)}
    _passes_whole(lesson, tmp_path, environment)


@each_lesson
def test_a_students_journey(lesson: Lesson, tmp_path: Path) -> None:
    """In one kernel: of the release as it comes, do only checks fail, and all of them; and is each
    exercise then first wrong, by name where it can be, and then right?

    Experiments may fail, and nothing graded builds on them: they are left out.
    """
    released = _release(lesson)
    cells, fates, texts = [*released.cells], [], []  # what each check that runs later comes to
    with Rehearsal(_answered(lesson), lesson.beside) as rehearsal:
        for exercise in exercises_of(_source(lesson)):
            checks = [cell for cell in released.cells if grade_id(cell) in exercise.points]
            wrong, sentences = _telling_mistake(lesson, exercise, rehearsal)
            for solution in (wrong, without_marks(exercise.solution.source)):
                cells += [new_code_cell(solution), *checks]
            fates += ["not yet" if text else "right" for text in sentences]
            texts += [text or "Right:" for text in sentences]
            fates += ["right"] * len(checks)
            texts += ["Right:"] * len(checks)
    cells = [nbformat.from_dict({**cell, "id": f"step-{n}"}) for n, cell in enumerate(cells)]
    notebook = new_notebook(cells=cells, metadata=released.metadata)
    done = _executed(lesson, notebook, tmp_path, {"COURSE_DATASET": "shapes"}, experiments=False)
    assert [text for cell, text in _errors(done) if not is_check(cell)] == []
    seen = outcomes_of(done)
    untouched, later = seen[: -len(fates)], seen[-len(fates) :]
    assert len(untouched) == len(outcomes_of(released))
    assert [one for one in untouched if one.fate != "not yet"] == []
    assert [one.check for one in untouched if "Not written yet." not in one.message] == []
    assert [one.fate for one in later] == fates
    assert [one.check for one, text in zip(later, texts) if text not in one.message] == []


@cache
def _answered(lesson: Lesson) -> NotebookNode:
    """The student's notebook with the answers."""
    return answered_by(_release(lesson), _source(lesson))


def _telling_mistake(
    lesson: Lesson, exercise: Exercise, rehearsal: Rehearsal
) -> tuple[str, list[str]]:
    """A wrong answer that the visible checks name, and what each of these says in part.

    A student should not have to hand in to learn of every mistake: there must be one.
    """
    for mistake in load(lesson):
        if mistake.exercise == exercise.id:
            wrong = mistaken(exercise.solution.source, mistake)
            said = rehearsal.judgements({exercise.id: wrong}, exercise.points).values()
            if any(mistake.sentence in one.text for one in said):
                return wrong, ["" if one.passed else one.text for one in said]
    raise AssertionError(f"No mistake of {exercise.id} is named by a check that students see.")
