"""What does a student get back? A page with their work, the verdicts and the points.

nbgrader's GenerateFeedback makes it, with one preprocessor and one template of the course's own.
"""

from pathlib import Path

from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import capture_log
from tqdm import tqdm
from traitlets.config import Config

from autograder.classroom.folder import Classroom
from autograder.classroom.release import LOG
from autograder.pages.exporter import Marks, PageExporter
from autograder.pages.view import StudentView, sanitized
from course_lib.errors import CourseError

TEMPLATES = Path(__file__).parent / "templates"


def feedback(classroom: Classroom, lesson: str, *, progress: bool = False) -> list[Path]:
    """Write the page of every graded submission of a lesson; returns where they lie.

    raises: CourseError where nothing was graded yet or nbgrader fails
    """
    pattern = classroom.autograded("*", lesson).relative_to(classroom.folder)
    graded = sorted(classroom.folder.glob(pattern.as_posix()))
    if not graded:
        raise CourseError(f"Nobody's {lesson} is graded. Run `course grade {lesson}` first.")
    config = Config()
    config.merge(classroom.config)
    config.GenerateFeedback.preprocessors = [Marks, StudentView, CSSHTMLHeaderPreprocessor]
    config.GenerateFeedback.exporter_class = PageExporter
    config.HTMLExporter.template_name = "course_feedback"
    config.HTMLExporter.extra_template_basedirs = [str(TEMPLATES)]
    config.HTMLExporter.optimistic_validation = True  # once, not after each preprocessor
    config.HTMLExporter.sanitize_html = True  # with the filter given here
    config.HTMLExporter.filters = {"clean_html": sanitized}
    coursedir = CourseDirectory(config=config, assignment_id=lesson)
    with tqdm(
        total=len(graded), desc=f"{lesson} feedback", unit=" pages", disable=not progress
    ) as bar:
        app = GenerateFeedback(
            coursedir=coursedir,
            config=config,
            force=True,
            post_convert_hook=lambda **_: bar.update(),
        )
        result = capture_log(app)
    if not result["success"]:
        with (classroom.folder / LOG).open("a", encoding="utf-8") as log:
            log.write(result.get("log", "") + result["error"])
        raise CourseError(
            f"nbgrader could not write every page of {lesson}; why is in {classroom.folder / LOG}."
        )
    return [classroom.feedback(path.parent.parent.name, lesson) for path in graded]
