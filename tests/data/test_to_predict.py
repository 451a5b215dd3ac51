"""Images without labels: a class's own, or the public ones."""

import sys

import numpy as np
import pytest

from course_lib import data
from course_lib.data.to_predict import COUNT, packed, public_scenes
from course_lib.errors import CourseError


@pytest.fixture
def images() -> np.ndarray:
    """As many images as a class gets."""
    return np.random.default_rng(0).integers(0, 256, (COUNT, 3, 32, 32), dtype=np.uint8)


def test_public_images_show_the_public_scenes(tmp_path, monkeypatch):
    """Without a class's file, are they the public scenes, and read from disk the second time?"""
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    monkeypatch.setattr("course_lib.data.folder._course_data", lambda: tmp_path)
    first = data.unlabelled(tmp_path / "none.npz")
    assert first.images.shape == (COUNT, 3, 32, 32)
    assert np.array_equal(first.images[:50], data.render(public_scenes().take(range(50))).images)
    assert "no secret" in first.source
    monkeypatch.setattr(sys.modules["course_lib.data.to_predict"], "render", None)
    again = data.unlabelled(tmp_path / "none.npz")
    assert again.source == first.source
    assert np.array_equal(again.images, first.images)


def test_public_images_are_no_part_of_shapes():
    """Does training on shapes not train on the images to predict?"""
    seen = {image.tobytes() for image in data.shapes("train").images}
    assert not any(image.tobytes() in seen for image in data.unlabelled("none.npz").images)


@pytest.mark.parametrize(("kind", "first"), [("shapes", "arrow"), ("cifar10", "airplane")])
def test_a_class_has_its_own(tmp_path, images, kind, first):
    """Does the file beside the notebook come first, and say what kind of images it holds?"""
    path = tmp_path / "unlabelled.npz"
    path.write_bytes(packed(images, kind))
    found = data.unlabelled(path)
    assert np.array_equal(found.images, images)
    assert (found.name, found.classes[0]) == (kind, first)
    assert "drawn for your class" in found.source


def test_labelled_images_of_the_same_kind():
    """Does one know what to train on?"""
    found = data.unlabelled("none.npz").labelled("test")
    assert (found.name, found.split) == ("shapes", "test")


def test_a_damaged_file_is_told(tmp_path, images):
    """Is a file that is cut off refused, and not silently replaced by the public images?"""
    path = tmp_path / "unlabelled.npz"
    wrong = [packed(images, "shapes")[:-1000], packed(images[:5], "shapes"), packed(images, "x")]
    for raw in [*wrong, b"", b"text"]:
        path.write_bytes(raw)
        with pytest.raises(CourseError, match="is damaged"):
            data.unlabelled(path)
