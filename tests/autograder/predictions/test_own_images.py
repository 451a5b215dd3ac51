"""A class's own images: released, withheld, collected, and counted where there is no class."""

import io
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest

from autograder.classroom import withheld
from autograder.classroom.alike import same_predictions
from autograder.classroom.folder import Classroom, released, salt
from autograder.classroom.release import bundle, open_course, release_lesson, unlabelled_of
from autograder.classroom.withheld import labels_for
from autograder.demo import run_demo
from autograder.grading.grade import grade_lesson
from autograder.intake.collect import Answers, collect_lesson
from autograder.lesson.build import source_notebook
from autograder.lesson.lessons import Lesson, repository
from autograder.soundness.rehearse import rehearse_notebook
from course_lib import checks, data
from course_lib.data.images import Images
from course_lib.data.to_predict import FILE, public_scenes
from course_lib.errors import CourseError
from course_lib.runner import Limits
from tests.autograder.predictions.handing_in import (
    LESSON,
    hand_in,
    points,
    with_errors,
)


@pytest.mark.slow
def test_each_class_has_its_own(
    classroom: Classroom, lesson: Lesson, labels: np.ndarray, tmp_path: Path
) -> None:
    """Do two classes predict different images, and neither the public ones?"""
    other = open_course(tmp_path / "other")
    release_lesson(other, lesson)
    assert salt(other) != salt(classroom)
    theirs = np.array(
        list(labels_for(other, released(other, LESSON), LESSON).split()[1]), dtype=int
    )
    public = public_scenes().labels
    for one, two in ((labels, theirs), (labels, public), (theirs, public)):
        assert (one == two).mean() < 0.2
    sets = [data.unlabelled(unlabelled_of(one, lesson)).images for one in (classroom, other)]
    sets += [data.unlabelled(tmp_path / "none.npz").images, data.shapes("test").images]
    assert len({one.tobytes() for one in sets}) == len(sets)


@pytest.mark.slow
def test_students_get_images_without_labels(
    classroom: Classroom, lesson: Lesson, labels: np.ndarray
) -> None:
    """Does the zip for students hold the images beside the notebook, and nothing of the labels?"""
    path = bundle(classroom, repository(Path(__file__)), [lesson])
    with zipfile.ZipFile(path) as archive:
        inside = {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}
    beside = inside[f"notebooks/{LESSON}/{FILE}"]
    with np.load(io.BytesIO(beside), allow_pickle=False) as arrays:
        assert set(arrays) == {"images", "name"}
    digits = "".join(map(str, labels))[:40].encode()
    assert not any(digits in content for content in inside.values())
    assert not any("autograder" in name for name in inside)


@pytest.mark.slow
def test_lost_labels_are_told(classroom: Classroom, lesson: Lesson) -> None:
    """Without the labels, does grading refuse in words, and does a release bring them back?"""
    notebook, file = released(classroom, LESSON), classroom.folder / "unlabelled" / f"{LESSON}.txt"
    before, images = file.read_text(), unlabelled_of(classroom, lesson).read_bytes()
    for left in (None, "", before[:-10], before.replace("shapes ", "")):
        file.unlink() if left is None else file.write_text(left)
        with pytest.raises(CourseError, match="makes them again"):
            grade_lesson(classroom, LESSON)
    release_lesson(classroom, lesson)
    assert file.read_text() == before
    assert unlabelled_of(classroom, lesson).read_bytes() == images
    assert labels_for(classroom, notebook, LESSON) == before.strip()


@pytest.mark.slow
def test_cifar10_by_choice(
    classroom: Classroom, lesson: Lesson, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Does the class's setting give other images, of CIFAR-10, and their curve?"""
    images = np.random.default_rng(0).integers(0, 256, (10_000, 3, 32, 32), dtype=np.uint8)
    test = Images(images, np.arange(10_000) % 10, (), "test", "", "cifar10")
    monkeypatch.setattr(withheld, "cifar10", lambda split: test)
    config = classroom.folder / "nbgrader_config.py"
    config.write_text(config.read_text().replace('"shapes"', '"cifar10"'))
    chosen = open_course(classroom.folder)
    release_lesson(chosen, lesson)
    found = data.unlabelled(unlabelled_of(chosen, lesson))
    labels = withheld.labels(chosen, LESSON)
    where = {image.tobytes(): number for number, image in enumerate(images)}
    assert found.name == "cifar10"
    assert labels is not None
    assert [where[image.tobytes()] % 10 for image in found.images] == labels.tolist()
    hand_in(chosen, "part", with_errors(labels, 0.7))
    grade_lesson(chosen, LESSON, workers=1)
    worth = checks.CURVES["cifar10"].share(0.7)
    assert points(chosen) == {"part": pytest.approx(10 * worth)}


COLLECTED = {
    "folders": ("ada/01_tiny.ipynb", "ada/predictions.npz", "ada"),
    "nbgrader": ("ada/01_tiny/01_tiny.ipynb", "ada/01_tiny/predictions.npz", "ada"),
    "Moodle": (
        "Ada Li_77_assignsubmission_file_/01_tiny.ipynb",
        "Ada Li_77_assignsubmission_file_/predictions.npz",
        "Ada Li_77",
    ),
    "Canvas": ("liada_1_2_01_tiny-2.ipynb", "liada_1_3_predictions-2.npz", "liada_1"),
}


@pytest.mark.parametrize(("notebook", "file", "student"), COLLECTED.values(), ids=list(COLLECTED))
def test_predictions_are_collected(
    classroom: Classroom, tmp_path: Path, notebook: str, file: str, student: str
) -> None:
    """Does the file come to lie beside the notebook, from each kind of LMS?"""
    for name, content in ((notebook, b"work"), (file, b"classes"), ("bo/predictions.npz", b"x")):
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_bytes(content)
    collected = collect_lesson(classroom, LESSON, tmp_path / "in")
    assert collected.students == (student,)
    (reason,) = collected.left_out.values()
    assert reason in (
        "bo handed in no notebook.",
        "Its name does not tell a student and this lesson.",
    )
    folder = classroom.submitted(student, LESSON).parent
    assert (folder / "predictions.npz").read_bytes() == b"classes"
    assert not classroom.submitted("bo", LESSON).parent.exists()


def test_other_patterns_collect_predictions(classroom: Classroom, tmp_path: Path) -> None:
    """Does an instructor's own pattern for notebooks find the files beside them, newest first?"""
    pattern = (
        r".*_(?P<student_id>[^/_]+)_attempt_(?P<timestamp>[0-9-]+)_(?P<file_id>LESSON)\.ipynb$"
    )
    (tmp_path / "in").mkdir()
    for when in ("2027-01-01", "2027-01-03", "2027-01-02"):
        for name in ("01_tiny.ipynb", "predictions.npz"):
            (tmp_path / "in" / f"hw_ada_attempt_{when}_{name}").write_text(when)
    collected = collect_lesson(classroom, LESSON, tmp_path / "in", Answers(pattern))
    assert (
        classroom.submitted("ada", LESSON).parent / "predictions.npz"
    ).read_text() == "2027-01-03"
    assert set(collected.left_out.values()) == {"There is a newer one of ada."}


@pytest.mark.slow
def test_made_up_class(lesson: Lesson, tmp_path: Path) -> None:
    """Does the demo's class hand in predictions for its own images, each student other ones?"""
    made = run_demo([lesson], tmp_path / "demo", limits=Limits(cell_seconds=2))
    earned = {row.student: row.score for row in made.rows[LESSON]}
    assert earned["ada"] == 110  # of the lesson and this exercise
    assert earned["boris"] == 0
    assert same_predictions(made.classroom, LESSON, earned) == ()


@pytest.mark.slow
def test_answers_in_rehearsal(lesson: Lesson, tmp_path: Path) -> None:
    """Do the answers pass beside the file for the public images, and not without it?"""
    course = tmp_path / "course"
    shutil.copytree(lesson.root, course)
    own, notebook = Lesson(LESSON, course), source_notebook(lesson)
    assert own.beside == {}
    assert "predictions.npz is not there" in rehearse_notebook(notebook)["tiny-hand-in-check"].text
    place = own.source.parent / "beside" / "predictions.npz"
    data.write_predictions(public_scenes().labels, place)
    here = Path.cwd()
    assert all(said.passed for said in rehearse_notebook(notebook, beside=own.beside).values())
    assert Path.cwd() == here
