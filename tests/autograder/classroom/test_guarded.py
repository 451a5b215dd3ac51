"""Are nbgrader's own commands and formgrader's buttons safe on this class?"""

import pytest

from autograder.classroom.folder import CONFIG, class_in
from autograder.classroom.guarded import EARLIER, LINES, guard
from autograder.classroom.release import open_course
from tests.autograder.test_cli import run


@pytest.fixture
def settings(tmp_path):
    """The settings of a new class."""
    open_course(tmp_path)
    return tmp_path / CONFIG


def test_a_new_class_is_safe(settings):
    """Is a new class left as it is, and one whose owner has added to its lists and settings?"""
    before = settings.read_text()
    assert guard(settings.parent) == ""
    assert settings.read_text() == before
    settings.write_text(before + "c.GenerateFeedback.preprocessors.append('mine')\nc.X.y = 1\n")
    assert guard(settings.parent) == ""


def test_an_earlier_class_is_brought_up_to_date(settings):
    """Does a class from before get the lines, and keep what its owner set?"""
    now = settings.read_text()
    earlier = now.replace(LINES, EARLIER).replace('"shapes"', '"cifar10"')
    settings.write_text(earlier)
    assert "its last lines are new" in guard(settings.parent)
    assert settings.read_text() == now.replace('"shapes"', '"cifar10"')
    assert guard(settings.parent) == ""
    config = class_in(settings.parent).config
    assert config.Autograde.exporter_class == "autograder.pages.page.Refusal"


@pytest.mark.parametrize(
    "own",
    [
        EARLIER + "c.Autograde.timeout = 3\n",
        LINES + "c.Autograde.exporter_class = 'nbconvert.exporters.HTMLExporter'\n",
        LINES + "c.GenerateFeedback.preprocessors = []\n",
        LINES + "c.HTMLExporter.filters = {}\n",
    ],
)
def test_what_its_owner_wrote_stays(settings, own):
    """Is the owner told what to do, and not a letter changed, where settings could be undone?"""
    text = settings.read_text().replace(LINES, own)
    settings.write_text(text)
    sentence = guard(settings.parent)
    assert "would run students' code" in sentence
    assert "course release --course new" in sentence
    assert settings.read_text() == text


def test_every_command_says_it(classroom, tmp_path):
    """Is it said by a command on such a class, beside what a program reads?"""
    path = classroom.folder / CONFIG
    path.write_text(path.read_text().replace(LINES, "c.Autograde.timeout = 3\n"))
    to = ("--to", tmp_path / "scores.csv")
    assert "would run students' code" in run("export", "--course", classroom.folder, *to)
