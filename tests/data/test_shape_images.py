import os
import subprocess
import sys

import numpy as np
import pytest

from course_lib import data
from course_lib.data.shape_images import COUNTS, SHA256, _digest, _rendered, cache_name
from course_lib.errors import CourseError


@pytest.fixture
def few(place, monkeypatch):
    """A folder of data of its own, and a set small enough to render in no time."""
    monkeypatch.setitem(COUNTS, "train", 30)
    monkeypatch.setitem(COUNTS, "test", 20)
    return place


def test_the_bytes_are_those_of_every_machine(place):
    """Does this machine, with this NumPy, render the test split to the byte?"""
    assert _digest(_rendered("test")) == SHA256["test"]


@pytest.mark.slow
def test_the_bytes_of_both_splits(place):
    """Does this machine render both splits to the byte?"""
    data.shapes_verify()


@pytest.mark.slow
def test_the_bytes_do_not_depend_on_the_processor(place):
    """Without its vector instructions, does the processor render the same bytes?"""
    umath = pytest.importorskip("numpy._core._multiarray_umath")
    disabled = " ".join(name for name in umath.__cpu_dispatch__ if umath.__cpu_features__[name])
    if not disabled:
        pytest.skip("this processor has nothing beyond NumPy's baseline")
    code = (
        "from course_lib.data.shape_images import _digest, _rendered\n"
        "print(_digest(_rendered('test')))"
    )
    printed = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "NPY_DISABLE_CPU_FEATURES": disabled},
        capture_output=True,
        text=True,
        check=True,
    )
    assert printed.stdout.strip() == SHA256["test"]


def test_the_splits_differ(few):
    """Is no test image among the training images?"""
    train, test = data.shapes("train"), data.shapes("test")
    assert (len(train), len(test)) == (30, 20)
    assert not {image.tobytes() for image in train.images} & {i.tobytes() for i in test.images}
    assert (train.name, train.split, len(train.classes)) == ("shapes", "train", 10)
    assert train.labels.dtype == np.int64


def test_the_second_call_reads_the_cache(few, monkeypatch):
    """Is a set rendered once and read afterwards, the same to the byte?"""
    first = data.shapes("test")
    monkeypatch.setitem(data.shapes.__globals__, "_rendered", None)
    second = data.shapes("test")
    assert all(array.flags.writeable for array in (first.labels, second.labels, second.images))
    np.testing.assert_array_equal(first.images, second.images)
    np.testing.assert_array_equal(first.labels, second.labels)
    assert second.labels.dtype == np.int64


def damage_cut(raw):
    return raw[: len(raw) // 2]


def damage_flip(raw):
    middle = len(raw) // 2
    return raw[:middle] + bytes([raw[middle] ^ 1]) + raw[middle + 1 :]


@pytest.mark.parametrize(
    "damage", [damage_cut, damage_flip, lambda raw: b"", lambda raw: b"no archive"]
)
def test_a_damaged_cache_is_rendered_again(few, damage):
    """Does a cache that was cut, altered or emptied cost time and nothing else?"""
    before = data.shapes("test")
    path = few / cache_name("test")
    path.write_bytes(damage(path.read_bytes()))
    np.testing.assert_array_equal(data.shapes("test").images, before.images)
    with np.load(path) as healed:
        np.testing.assert_array_equal(healed["images"], before.images)


@pytest.mark.parametrize(
    "content",
    [
        {"images": np.zeros((2, 3, 32, 32), np.uint8), "labels": np.zeros(2, np.int64)},
        {"images": np.zeros((20, 3, 32, 32), np.uint8)},
        {"images": np.array([{}], dtype=object), "labels": np.zeros(20, np.int64)},
    ],
)
def test_a_foreign_cache_is_rendered_again(few, content):
    """Is a file of the cache's name with other arrays in it not taken for the cache?"""
    np.savez(few / cache_name("test"), **content)
    assert data.shapes("test").images.any()


def test_without_a_place_to_write_the_set_is_still_there(few, monkeypatch):
    """Where nothing can be written, is the set rendered all the same?"""
    (few / "file").write_text("no folder")
    monkeypatch.setenv("COURSE_DATA", str(few / "file" / "below"))
    assert len(data.shapes("test")) == 20


def test_float_images_lie_between_0_and_1(few):
    """Is float32 the bytes divided by 255?"""
    images = data.shapes("test", dtype=np.float32).images
    assert images.dtype == np.float32
    np.testing.assert_array_equal(images, data.shapes("test").images / np.float32(255))


def test_verify_tells_a_difference(few):
    """Do other bytes than the original fail the check, with a sentence?"""
    with pytest.raises(CourseError, match="differs from the original"):
        data.shapes_verify()
