import pytest

from course_lib import data
from course_lib.data.shape_images import COUNTS
from course_lib.errors import CourseError

from .conftest import FOLDER


@pytest.fixture
def both(place, fake, monkeypatch):
    monkeypatch.setitem(COUNTS, "test", 20)
    monkeypatch.delenv("COURSE_DATASET", raising=False)
    (place / FOLDER).mkdir()
    (place / FOLDER / "test_batch").write_bytes(fake.members["test_batch"])
    return place


def test_the_real_set_is_preferred(both):
    """Where CIFAR-10 is present, is it taken?"""
    assert data.course_images("test").name == "cifar10"


def test_shapes_is_always_there(both):
    """Without CIFAR-10, is shapes taken?"""
    (both / FOLDER / "test_batch").unlink()
    (both / FOLDER).rmdir()
    assert data.course_images("test").name == "shapes"


@pytest.mark.parametrize("name", ["shapes", "cifar10"])
def test_the_variable_decides(both, name, monkeypatch):
    """Does COURSE_DATASET decide against what is present?"""
    monkeypatch.setenv("COURSE_DATASET", name)
    assert data.course_images("test").name == name


def test_an_unknown_name_is_told(both, monkeypatch):
    """Does a misspelt COURSE_DATASET name the choices?"""
    monkeypatch.setenv("COURSE_DATASET", "mnist")
    with pytest.raises(CourseError, match=r"'mnist'\. Set it to shapes or cifar10"):
        data.course_images("test")
