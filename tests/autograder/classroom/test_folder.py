"""Tests for the folder of a class and its settings."""

from pathlib import Path

import pytest

from autograder.classroom.folder import CONFIG, class_in
from course_lib.errors import CourseError


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("c = get_config()\nc.CourseDirectory.db_url = 5\n", "db_url"),
        ("c = get_config(\n", "cannot be read"),
        ("raise RuntimeError('late')\n", "late"),
    ],
)
def test_settings_that_do_not_fit(tmp_path: Path, settings: str, said: str) -> None:
    """Is a broken settings file named, with what is wrong in it, and no traceback?"""
    (tmp_path / CONFIG).write_text(settings)
    with pytest.raises(CourseError, match=CONFIG) as caught:
        class_in(tmp_path)
    assert said in str(caught.value)


def test_folder_without_settings(tmp_path: Path) -> None:
    """Does a folder that is no class say how to make one?"""
    with pytest.raises(CourseError, match="course release"):
        class_in(tmp_path)
