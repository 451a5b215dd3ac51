import subprocess
import sys

import pytest

from course_lib import data
from course_lib.data.shape_images import COUNTS
from course_lib.errors import CourseError

from .conftest import FOLDER


@pytest.fixture
def few(place, monkeypatch):
    for split in COUNTS:
        monkeypatch.setitem(COUNTS, split, 10)
    return place


def test_the_list_says_what_is_here(few):
    """Does the list tell what a lesson can use from what it has to fetch, change when a set
    arrives, and say what the first use of shapes costs as long as it does?"""
    assert {one.name: one.present for one in data.listing()} == {
        "shapes": True,
        "cifar10": False,
        "digits": True,
        "python_source": True,
        "tiny_shakespeare": False,
    }
    assert "at their first use" in data.listing()[0].about
    assert str(few) in data.get("shapes")
    assert "first use" not in data.listing()[0].about
    (few / FOLDER).mkdir()
    (few / "tiny_shakespeare.txt").touch()
    assert all(one.present for one in data.listing())


def test_verify_says_what_it_found(few):
    """Does verify end in a sentence for what is right, and in an error for what is not?"""
    assert "1797 images" in data.verify("digits")
    with pytest.raises(CourseError, match="get cifar10"):
        data.verify("cifar10")
    with pytest.raises(CourseError, match="differs"):
        data.verify("shapes")  # ten images are not the original


@pytest.mark.parametrize("action", [data.get, data.verify])
def test_an_unknown_set_is_told(action):
    """Does an unknown name list the known ones?"""
    with pytest.raises(
        CourseError, match=r"no data set 'mnist'\. Choose one of shapes, cifar10, digits"
    ):
        action("mnist")


def test_digits_need_not_be_got():
    """Is getting what is always there no error?"""
    assert "nothing to get" in data.get("digits")


def test_importing_is_light():
    """Does importing the data leave the heavy libraries alone?"""
    code = (
        "import sys, course_lib.data; "
        "print([m for m in ('torch', 'sklearn', 'matplotlib', 'requests') if m in sys.modules])"
    )
    printed = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert printed.stdout.strip() == "[]"
