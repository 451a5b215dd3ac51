"""Which notebook is meant, and is it read as it was saved?"""

import pytest
from nbformat import v4
from nbformat.v4 import new_code_cell, new_notebook

from course_lib import notebooks
from course_lib.checks import table
from course_lib.checks.table import Check, Table
from course_lib.errors import CourseError
from course_lib.outcomes import outcomes_of
from tests.saved import two_lessons


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course of two lessons; its folder is the current one."""
    two_lessons(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", ["01_knn", "01", "1", "knn", "KNN"])
def test_a_lesson_has_short_names(course, name):
    """Is a lesson found by number, by title, and from a folder below?"""
    assert notebooks.find(name).name == "01_knn.ipynb"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("01_knm", "Did you mean: 01_knn?"),
        ("start", "Did you mean: 00_start_here?"),
        ("zzz", "The lessons are: 00_start_here, 01_knn."),
        ("9", "The lessons are"),
        ("nowhere.ipynb", "There is no notebook nowhere.ipynb"),
    ],
)
def test_a_wrong_name_suggests_the_nearest(course, name, sentence):
    """What does a student who mistypes read?"""
    with pytest.raises(CourseError) as failure:
        notebooks.find(name)
    assert sentence in str(failure.value)


def test_the_course_is_found_from_a_folder_below(course, monkeypatch):
    """Does a command work inside a lesson's folder?"""
    monkeypatch.chdir(course / "notebooks" / "01_knn")
    assert notebooks.course_folder() == course.resolve()


def test_checks_without_marks_are_known_by_their_titles():
    """Does a file that an editor has stripped of its metadata show its checks all the same?"""
    hiding = Table("01_x", {"votes": Check("x-votes-check", "x-votes", 6)}, ["np"])
    source = 'from course_lib import checks\n\nwith checks.verdict("votes"):\n    pass'
    stripped = new_notebook(cells=[new_code_cell("1"), new_code_cell(source)])
    with table.given(hiding):
        (known,) = outcomes_of(notebooks.with_marks(stripped))
    assert (known.check, known.points, known.fate) == ("x-votes-check", 6, "not run")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "Could not read"),
        (b"{", "is not a notebook"),
        (b"\xff\xfe", "is not a notebook"),
        (b'{"nbformat": 4, "nbformat_minor": 5}', "course rescue"),
        (b"[]", "course rescue"),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path, content, sentence):
    """Is every kind of broken file told in a sentence that names it?"""
    path = tmp_path / "mine.ipynb"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CourseError, match=sentence) as failure:
        notebooks.read(path)
    assert str(path) in str(failure.value)


def test_a_mark_of_the_byte_order_is_no_damage(tmp_path):
    """Is a notebook read that an editor of Windows has saved, as it is when it is graded?"""
    path = tmp_path / "mine.ipynb"
    notebook = new_notebook(cells=[new_code_cell("1")])
    path.write_text(notebooks.as_text(notebook), encoding="utf-8-sig")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert notebooks.read(path).cells[0].source == "1"


def test_text_of_ours_is_nbformats():
    """Is a notebook of our own written byte for byte as nbformat writes it?"""
    picture = {"image/png": "aGk=", "text/plain": "<Figure>\nof two lines"}
    code = v4.new_code_cell(
        'print("ä\\n\u2028")\n1',
        metadata={"trusted": True, "nbgrader": {"points": 2.5, "grade": False, "of": []}},
        outputs=[
            v4.new_output("stream", name="stdout", text="a\r\nb\x1b[0m\n"),
            v4.new_output("display_data", data=picture, metadata={}),
            v4.new_output("execute_result", data={"application/json": {"b": [1, None], "a": {}}}),
            v4.new_output("error", ename="E", evalue="e\ne", traceback=["one", "two\n"]),
        ],
    )
    pasted = {"a.png": {"image/png": "aGk=", "text/plain": "x\ny"}}
    prose = v4.new_markdown_cell("", attachments=pasted)
    notebook = v4.new_notebook(cells=[code, prose], metadata={"signature": "x", "k": 1e-7})
    assert notebooks.text_of_ours(notebook) == notebooks.as_text(notebook)
    assert "trusted" in code.metadata, "the notebook itself was changed"
