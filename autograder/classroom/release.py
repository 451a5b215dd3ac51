"""How does a lesson get to a class? The class's folder, nbgrader's release, the students' zip."""

import re
import tempfile
from pathlib import Path

from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import capture_log
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from autograder.classroom import given, gradebook
from autograder.classroom.archive import package, packed
from autograder.classroom.changes import Changes, changes_of, follow
from autograder.classroom.folder import Classroom, class_in
from autograder.classroom.guarded import LINES
from autograder.classroom.unlabelled import wanted
from autograder.classroom.withheld import choose, keep
from autograder.lesson.build import release_notebook, source_notebook
from autograder.lesson.lessons import Lesson
from autograder.soundness.known import whole
from course_lib.data.to_predict import FILE
from course_lib.errors import CourseError
from course_lib.files import write
from course_lib.given_out import ARCHIVE
from course_lib.notebooks import as_text

LOG = "nbgrader.log"
CONFIG = '''"""What nbgrader and the `course` command know about this class. Edit it as you like."""

from pathlib import Path

c = get_config()

c.CourseDirectory.course_id = "pixels-to-convnets"
c.CourseDirectory.root = str(Path(__file__).resolve().parent)

# The gradebook: any database that SQLAlchemy can open.
c.CourseDirectory.db_url = {database}

# What lesson 15 is graded on: "shapes", rendered for this class alone, or "cifar10", whose labels
# everybody can look up (docs/instructors.md).
c.Course.unlabelled = "shapes"

# What lateness costs (docs/instructors.md), and the zone of due dates, and of times in the names of
# downloads, that name none.
# c.Course.late = {{"percent_a_day": 10, "most_percent": 50, "grace_minutes": 15, "free_days": 3}}
# c.Exchange.timezone = "Europe/Berlin"
'''
SQLITE = 'f"sqlite:///{Path(__file__).resolve().parent}/gradebook.db"'
BUNDLE = "pixels-to-convnets"
# Path in the repository -> path in the bundle. What students get beside notebooks and course_lib.
BUNDLED = {
    "LICENSE": "LICENSE",
    "LICENSE-prose": "LICENSE-prose",
    "data/README.md": "data/README.md",
    **{
        f"data/net-{net}.npz": f"data/net-{net}.npz" for net in ("shapes", "cifar10", "cifar10-5x5")
    },
    "docs/cs231n.md": "cs231n.md",
    "docs/students.md": "README.md",
    "environment.yml": "environment.yml",
    "pyproject.toml": "pyproject.toml",
}


def open_course(folder: Path, db_url: str = "") -> Classroom:
    """The class in `folder`, begun where there is none; settings that are there stay.

    db_url: a SQLAlchemy URL in place of the configured one; a new class keeps it in its settings
    raises: CourseError where the URL is none
    """
    if db_url:
        _refuse_no_database(db_url)
    config = folder.resolve() / "nbgrader_config.py"
    if not config.is_file():
        write(config, CONFIG.format(database=repr(db_url) if db_url else SQLITE) + LINES)
    return class_in(folder, db_url)


def changed(classroom: Classroom, lesson: Lesson) -> Changes:
    """What a release of the lesson as it is now would change for a class that has it."""
    if not classroom.source(lesson.name).is_file():
        return Changes(0, {}, {}, 0, {}, ())
    with gradebook.opened(classroom) as book:
        return changes_of(book, lesson.name, source_notebook(lesson))


def release_lesson(classroom: Classroom, lesson: Lesson) -> Path:
    """Make a lesson's release and enter its cells into the gradebook; tell where it lies.

    A second release replaces the first, also where the lesson is graded already: scores and
    comments that people entered stay. One that fails leaves it and the source as they were.
    raises: CourseError with nbgrader's reason, whose log is in nbgrader.log
    """
    notebook = source_notebook(lesson)
    text = as_text(notebook)
    release_notebook(
        notebook, lesson.source
    )  # what cannot be released fails before anything is done
    chosen = choose(classroom, lesson.name) if wanted(notebook) else None
    with tempfile.TemporaryDirectory(prefix=".release-", dir=classroom.folder) as staging:
        staged = CourseDirectory(
            config=classroom.config,
            assignment_id=lesson.name,
            source_directory=f"{Path(staging).name}/source",
            release_directory=f"{Path(staging).name}/release",
        )
        made = Path(staging) / "release" / lesson.name / f"{lesson.name}.ipynb"
        write(Path(staging) / "source" / lesson.name / made.name, text)
        if classroom.source(lesson.name).is_file():
            with gradebook.opened(classroom) as book:
                follow(book, lesson.name, notebook)
        with gradebook.alembic_on_path():
            result = capture_log(GenerateAssignment(coursedir=staged, config=classroom.config))
        if not result["success"]:
            with (classroom.folder / LOG).open("a", encoding="utf-8") as log:
                log.write(result.get("log", "") + result["error"])
            raise CourseError(_reason(result, classroom, lesson))
        write(given.released_to(classroom, lesson.name), made.read_bytes())
    write(classroom.source(lesson.name), text)
    given.note(classroom, lesson.name)
    write(classroom.known(lesson.name), whole(lesson, notebook))
    if chosen:
        images, labels = chosen
        keep(classroom, lesson.name, labels)
        write(unlabelled_of(classroom, lesson), images)
    return given.released_to(classroom, lesson.name)


def unlabelled_of(classroom: Classroom, lesson: Lesson) -> Path:
    """The images that this class predicts, for its students; few lessons have any."""
    return given.released_to(classroom, lesson.name).parent / FILE


def bundle(classroom: Classroom, root: Path, lessons: list[Lesson]) -> Path:
    """Pack what students receive: the released notebooks and all that they need to run.

    root: the course's repository
    returns: the zip; the same releases give the same bytes
    raises: CourseError where a lesson is not released yet or a file is missing
    """
    entries = dict(package(root, "course_lib"))
    for origin, name in BUNDLED.items():
        if not (root / origin).is_file():
            raise CourseError(f"{root / origin} is missing, and students need it.")
        entries[name] = (root / origin).read_bytes()
    notebooks = {}
    for lesson in lessons:
        released = given.released_to(classroom, lesson.name)
        if not released.is_file():
            raise CourseError(
                f"{lesson.name} is not released to this class. Run: course release {lesson.name}"
            )
        notebooks[f"notebooks/{lesson.name}/{lesson.name}.ipynb"] = released.read_bytes()
        if (images := unlabelled_of(classroom, lesson)).is_file():
            entries[f"notebooks/{lesson.name}/{FILE}"] = images.read_bytes()
    entries |= {**notebooks, ARCHIVE: packed(notebooks)}  # for `course reset`
    path = classroom.folder / f"{BUNDLE}.zip"
    write(path, packed({f"{BUNDLE}/{name}": content for name, content in entries.items()}))
    return path


def _refuse_no_database(url: str) -> None:
    try:
        make_url(url).get_dialect()
    except ArgumentError as error:
        raise CourseError(
            f"{url} is no database URL. Write one like sqlite:////home/me/gradebook.db "
            "or postgresql://user@host/name."
        ) from error


def _reason(result: dict[str, str], classroom: Classroom, lesson: Lesson) -> str:
    """One sentence for the failures that can be foreseen, else nbgrader's last line."""
    errors = re.findall(r"^\s*[\w.]*(?:Error|Exception): .*$", result.get("log", ""), re.MULTILINE)
    last = (errors or result["error"].strip().splitlines())[-1].strip()
    if "sqlalchemy.exc." in last:
        shown = make_url(classroom.db).render_as_string(hide_password=True)
        return f"The gradebook {shown} cannot be used: {last.partition(': ')[2]}."
    return f"nbgrader could not release {lesson.name}: {last}. See {classroom.folder / LOG}."
