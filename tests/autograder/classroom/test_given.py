"""What did students of a class receive of a lesson?"""

from autograder.classroom.folder import Classroom, released
from autograder.classroom.given import given_out, note, released_to
from autograder.classroom.release import release_lesson
from autograder.lesson.build import release_notebook
from autograder.lesson.lessons import Lesson


def test_what_was_given_out_is_read_while_it_belongs_to_the_source(
    classroom: Classroom, tiny: Lesson
) -> None:
    """Does a grader take the release that lies there, and another one where either file changed?"""
    release_lesson(classroom, tiny)
    source = released(classroom, tiny.name)
    made = release_notebook(source, tiny.source)
    assert given_out(classroom, tiny.name, source) == made
    for path in (released_to(classroom, tiny.name), classroom.source(tiny.name)):
        before = path.read_text()
        path.write_text(before.replace("largest", "biggest"))
        assert given_out(classroom, tiny.name, source) == made, "read what does not belong to it"
        path.write_text(before)
    released_to(classroom, tiny.name).unlink()
    assert given_out(classroom, tiny.name, source) == made


def test_it_is_read_and_not_made_again(classroom: Classroom, tiny: Lesson) -> None:
    """Does a note that fits both files mean that the file in the class's folder is what counts?"""
    release_lesson(classroom, tiny)
    source, file = released(classroom, tiny.name), released_to(classroom, tiny.name)
    file.write_text(file.read_text().replace("largest", "biggest"))
    note(classroom, tiny.name)
    assert "biggest" in "".join(c.source for c in given_out(classroom, tiny.name, source).cells)
