"""What does a lesson begin as? A skeleton with one exercise, which builds as it is."""

import re
from importlib.resources import files as packaged
from pathlib import Path

from autograder.lesson.lessons import Lesson, all_lessons
from course_lib.errors import CourseError
from course_lib.files import write


def new_lesson(root: Path, name: str) -> Lesson:
    """Write the text and the mistakes of a lesson that is not there yet.

    root: the course's repository; name: such as 16_my_lesson
    raises: CourseError where the name is no lesson's, or its number is taken
    """
    parts = re.fullmatch(r"(\d\d)_([a-z][a-z0-9]*)((?:_[a-z0-9]+)*)", name)
    if not parts:
        raise CourseError(
            f"{name!r} names no lesson: two digits, an underline, then words in small letters, "
            "such as 16_my_lesson."
        )
    number, word, more = parts.groups()
    for other in all_lessons(root):
        if other.name.startswith(f"{number}_"):
            raise CourseError(f"There is a lesson {other.name}: choose another number.")
    lesson = Lesson(name, root)
    own = {
        "NUMBER": number,
        "LESSON": str(int(number)),
        "TITLE": f"{word}{more}".replace("_", " "),
        "WORD": word,
    }
    for path, kind in ((lesson.source, "lesson"), (lesson.mistakes, "mistakes")):
        skeleton = packaged("autograder.lesson").joinpath("skeleton", f"{kind}.txt")
        text = skeleton.read_text(encoding="utf-8")
        for place, word in own.items():
            text = text.replace(place, word)
        write(path, text)
    return lesson
