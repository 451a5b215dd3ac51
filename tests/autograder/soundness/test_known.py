"""Which values do a lesson's mistakes give? The tables, and that they help nobody to points."""

import json

import pytest

from autograder.lesson.build import source_notebook
from autograder.lesson.lessons import Lesson
from autograder.soundness import known
from autograder.soundness.escapes import escapes_of
from autograder.soundness.rehearse import rehearse_notebook
from course_lib.checks import table
from course_lib.checks.difference.sketch import measured

SUM = "This is the sum, not the sum of squares."


def _tables(lesson: Lesson) -> tuple[table.Table, table.Table]:
    known.build(lesson)
    return tuple(table.read(path.read_text()) for path in (lesson.known, lesson.table))  # type: ignore[return-value]


def test_what_students_get_is_what_they_see(tiny_copy: Lesson) -> None:
    """Does the student's table hold the visible comparisons and no hidden one?"""
    whole, shown = _tables(tiny_copy)
    (known_whole,) = whole.checks["the sum of squares"].known
    (known_shown,) = shown.checks["the sum of squares"].known
    assert known_whole.sentence == known_shown.sentence == SUM
    assert list(known_whole.sketches) == ["0", "1"]
    assert list(known_shown.sketches) == ["0"]
    assert [check.points for check in shown.checks.values()] == [40, 40, 20]
    assert "np" in shown.setup
    assert "torch" in shown.checks["nan is refused"].hides


def test_no_right_value_is_in_a_table(tiny_copy: Lesson) -> None:
    """Is only what mistakes give to failing comparisons kept, never what is due?"""
    whole, _ = _tables(tiny_copy)
    due = measured(3.0).sketch
    kept = [
        sketch
        for one in whole.checks["the larger of two numbers"].known
        for sketch in one.sketches.values()
    ]
    assert kept
    assert due not in kept


def test_the_same_lesson_gives_the_same_bytes(tiny_copy: Lesson) -> None:
    """Are tables byte-stable, and written only where something changed?"""
    assert known.build(tiny_copy)
    first = tiny_copy.known.read_bytes(), tiny_copy.table.read_bytes()
    assert not known.build(tiny_copy)
    tiny_copy.known.unlink()
    assert known.build(tiny_copy)
    assert (tiny_copy.known.read_bytes(), tiny_copy.table.read_bytes()) == first


def test_what_comes_out_otherwise_each_time_is_not_kept(tiny_copy: Lesson) -> None:
    """Is the value of a mistake that draws unseeded numbers in no table, and the rest kept?"""
    with tiny_copy.mistakes.open("a") as file:
        file.write(
            '\n\nmistake("tiny-squares", "Drawn.", '
            'swap={"(x**2).sum()": "np.random.default_rng().random()"})\n'
        )
    whole, _ = _tables(tiny_copy)
    assert [one.sentence for one in whole.checks["the sum of squares"].known] == [SUM]


@pytest.mark.parametrize("file", ["source", "mistakes"])
def test_a_change_makes_a_table_stale(tiny_copy: Lesson, file: str) -> None:
    """Does `course build --check` notice another check, and another sentence?"""
    known.build(tiny_copy)
    assert known.is_current(tiny_copy)
    path = getattr(tiny_copy, file)
    text = path.read_text()
    path.write_text(text.replace("size=300", "size=301").replace(SUM, "So."))
    assert not known.is_current(tiny_copy)


def test_prose_leaves_a_table_as_it_is(tiny_copy: Lesson) -> None:
    """May an author mend a paragraph without running every mistake again?"""
    known.build(tiny_copy)
    tiny_copy.source.write_text(tiny_copy.source.read_text().replace("It exists for", "Made for"))
    assert known.is_current(tiny_copy)


def test_a_rehearsal_names_by_the_table(tiny_copy: Lesson) -> None:
    """Is a wrong answer of another form named where it gives a mistake's very value?"""
    whole, _ = _tables(tiny_copy)
    notebook = source_notebook(tiny_copy)
    for cell in notebook.cells:
        cell.source = cell.source.replace("float((x**2).sum())", "sum(float(v) for v in x)")
    with table.given(whole):
        said = rehearse_notebook(notebook)["tiny-squares-check"]
    assert said.reasons == SUM
    assert [one.named for one in said.broken] == [True]


def test_a_release_takes_what_is_there_and_makes_what_is_not(tiny_copy: Lesson) -> None:
    """Does a class get the table of this very lesson, whether or not it was built?"""
    notebook = source_notebook(tiny_copy)
    made = known.whole(tiny_copy, notebook)
    known.build(tiny_copy)
    assert tiny_copy.known.read_text() == made
    tiny_copy.known.write_text(json.dumps({**json.loads(made), "source": "other"}))
    assert known.whole(tiny_copy, notebook) == made


def test_escapes_need_no_files(tiny: Lesson) -> None:
    """Are mistakes told from the lesson alone, whatever tables lie beside it?"""
    assert [how for _, how in escapes_of(tiny)] == [""] * 4
    assert not tiny.known.exists()
