"""How are attackers graded? Together with honest students, as an instructor would."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from nbformat import v4

from autograder.classroom import gradebook
from autograder.classroom.folder import Classroom, class_in, released
from autograder.classroom.guarded import LINES
from autograder.classroom.release import CONFIG, open_course, release_lesson
from autograder.grading.grade import grade_lesson
from autograder.lesson.build import release_notebook
from autograder.lesson.lessons import Lesson
from autograder.pages.feedback import write_pages
from course_lib.notebooks import as_text
from course_lib.runner import Limits
from tests.attacks.attack import LESSON, RIGHT, Attack, Ground, answered, put
from tests.attacks.watch import REPOSITORY, SECRET, Seen, targets, watched

HONEST = ("ada", "moe", "zoe")
LIMITS = Limits(cell_seconds=2, total_seconds=20)


@dataclass(frozen=True)
class Battle:
    """A graded class."""

    classroom: Classroom
    scores: dict[str, float]
    comments: dict[str, str]
    seen: Seen

    def page(self, student: str) -> str:
        """What the student gets back."""
        return self.classroom.feedback(student, LESSON).read_text(encoding="utf-8")

    def printed(self, student: str) -> str:
        """What all cells of the executed notebook show, the checks' among them, as JSON."""
        notebook = json.loads(self.classroom.autograded(student, LESSON).read_bytes())
        return json.dumps([cell.get("outputs") for cell in notebook["cells"]], ensure_ascii=False)


def peace(folder: Path) -> Battle:
    """A class of honest students, graded. Every line of its answers and hidden tests is marked
    with the secret word, and so is what its students wrote."""
    lesson = Lesson(LESSON, folder / "course")
    shutil.copytree(REPOSITORY / "tests" / "lessons" / "tiny", lesson.root)
    more = REPOSITORY / "tests" / "attacks" / "more_exercises.py"
    lesson.source.write_text(lesson.source.read_text("utf-8") + more.read_text("utf-8"), "utf-8")
    _mark(lesson.source)
    classroom = open_course(folder / "class")
    release_lesson(classroom, lesson)
    notebook = release_notebook(released(classroom, LESSON), classroom.source(LESSON))
    for student in HONEST:
        right = answered(notebook, **RIGHT)
        right.cells.append(v4.new_code_cell(f"mine = '{student}'  # {SECRET}"))
        put(classroom.submitted(student, LESSON).parent, as_text(right).encode())
    return _graded(classroom, Seen())


def fight(before: Battle, attacks: list[Attack], folder: Path, url: str = "") -> Battle:
    """The same class, in a new folder, with these attackers in it.

    url: of the empty database that is its gradebook; where "", one like that of `before`
    """
    classroom = _like(before, folder / "class", url)
    outside = folder / "outside"
    outside.mkdir()
    outside.chmod(0o777)
    (outside / "secret.txt").write_text(SECRET)
    notebook = release_notebook(released(classroom, LESSON), classroom.source(LESSON))
    seen = Seen()
    with targets(seen, outside) as places:
        places |= {
            "CLASS": str(classroom.folder),
            "OUTSIDE": str(outside),
            "REPOSITORY": str(REPOSITORY),
            "DATABASE": classroom.db,
        }
        for attack in attacks:
            attack.hand_in(
                classroom.submitted(attack.student, LESSON).parent, Ground(notebook, places)
            )
        with watched(seen, outside, classroom.folder):
            return _graded(classroom, seen)


def _like(before: Battle, folder: Path, url: str) -> Classroom:
    shutil.copytree(before.classroom.folder, folder)
    if url:
        (folder / "gradebook.db").unlink()
        (folder / "nbgrader_config.py").write_text(CONFIG.format(database=repr(url)) + LINES)
        release_lesson(class_in(folder), Lesson(LESSON, before.classroom.folder.parent / "course"))
    return class_in(folder)


def _mark(source: Path) -> None:
    inside, lines = False, []
    for line in source.read_text(encoding="utf-8").splitlines():
        lines.append(f"{line}  # {SECRET}" if inside and "### END" not in line else line)
        inside = (inside or "### BEGIN" in line) and "### END" not in line
    source.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _graded(classroom: Classroom, seen: Seen) -> Battle:
    grade_lesson(classroom, LESSON, limits=LIMITS, workers=2, force=True)
    write_pages(classroom, LESSON)
    with gradebook.opened(classroom) as book:
        scores = {marks.student: marks.score for marks in gradebook.marks(book, LESSON)}
        told = {
            student: " ".join(
                str(book.find_comment(name, LESSON, LESSON, student).comment)
                for name in ("tiny-squares", "tiny-largest", "tiny-slope", "tiny-mean")
            )
            for student in scores
        }
    return Battle(classroom, scores, told, seen)
