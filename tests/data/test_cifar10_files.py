import importlib.util
import pickle
import zlib
from pathlib import Path

import numpy as np
import pytest

from course_lib import data
from course_lib.errors import CourseError

from .conftest import FOLDER, batch

PACKED = Path(__file__).resolve().parents[3] / "shared" / "data" / "cifar10"
needs_the_real_one = pytest.mark.skipif(
    not (PACKED / "codec.py").exists(), reason="CIFAR-10 is not in ../shared/data/cifar10"
)


@pytest.fixture
def present(place, fake):
    """A folder of data that holds the stand-in, unpacked."""
    (place / FOLDER).mkdir()
    for name, raw in fake.members.items():
        (place / FOLDER / name).write_bytes(raw)
    return place / FOLDER


def codec():
    spec = importlib.util.spec_from_file_location("codec", PACKED / "codec.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_splits_are_the_batches(present):
    """Does train hold the five batches in their order, and test the sixth?"""
    train, test = data.cifar10("train"), data.cifar10("test")
    batches = [pickle.loads(batch(i)) for i in range(1, 7)]
    expected = np.concatenate([one[b"data"] for one in batches]).reshape(-1, 3, 32, 32)
    labels = np.concatenate([one[b"labels"] for one in batches])
    np.testing.assert_array_equal(np.concatenate([train.images, test.images]), expected)
    np.testing.assert_array_equal(np.concatenate([train.labels, test.labels]), labels)
    assert (train.images.dtype, train.labels.dtype) == (np.uint8, np.int64)
    assert (len(train), len(test), train.name, train.split) == (20, 4, "cifar10", "train")


def test_float_images_lie_between_0_and_1(present):
    """Is float32 the bytes divided by 255?"""
    images = data.cifar10("test", dtype=np.float32).images
    assert images.dtype == np.float32
    np.testing.assert_array_equal(images, data.cifar10("test").images / np.float32(255))


def test_each_call_gives_arrays_of_its_own(present):
    """Can a student change the images without changing the next call's?"""
    first = data.cifar10("test").images
    before = first.copy()
    first[:] = 0
    np.testing.assert_array_equal(data.cifar10("test").images, before)


def test_absence_says_how_to_get_it(place):
    """Without CIFAR-10, does the message hold the command to type?"""
    with pytest.raises(CourseError, match="course data get cifar10"):
        data.cifar10()


def test_a_missing_file_says_how_to_get_it(present):
    """With one file gone, are its name and the command in the message?"""
    (present / "data_batch_3").unlink()
    with pytest.raises(CourseError, match=r"data_batch_3 cannot be read.*course data get cifar10"):
        data.cifar10("train")


@pytest.mark.parametrize(
    "content",
    [
        [1, 2],
        {b"data": np.zeros((2, 3072), np.uint8)},
        {b"data": np.zeros((2, 3072), np.uint8), b"labels": [1]},
        {b"data": np.zeros((2, 3072), np.uint8), b"labels": [1, 10]},
        {b"data": np.zeros((2, 3072), np.uint8), b"labels": [1, b"2"]},
        {b"data": np.zeros((2, 3071), np.uint8), b"labels": [1, 2]},
        {b"data": np.zeros((2, 3072), np.float32), b"labels": [1, 2]},
    ],
)
def test_another_pickle_is_no_batch(present, content):
    """Is plain data of another form told from a batch?"""
    (present / "test_batch").write_bytes(pickle.dumps(content, protocol=4))
    with pytest.raises(CourseError, match="no batch of CIFAR-10"):
        data.cifar10("test")


@pytest.mark.slow
@needs_the_real_one
def test_the_real_test_batch_is_read(place):
    """Are the official bytes of the test batch read as an independent reader reads them?"""
    real = codec()
    with np.load(PACKED / "cifar10_test.npz") as packed:
        names = zlib.decompress(packed["names"].tobytes()).split(b"\n")
        images = real.decode(packed["px"].tobytes())
        labels, title = packed["labels"], packed["label_text"].tobytes()
    (place / FOLDER).mkdir()
    (place / FOLDER / "test_batch").write_bytes(real.official(title, labels, images, names))
    test = data.cifar10("test")
    np.testing.assert_array_equal(test.images, images)
    np.testing.assert_array_equal(test.labels, labels)
    assert test.classes == tuple(real.CLASSES)


@pytest.mark.slow
@needs_the_real_one
def test_the_real_files_have_the_official_md5s(place, monkeypatch):
    """Are the md5s of this course those of the official files, and is the whole set read?"""
    codec().unpack(PACKED, place / FOLDER)
    assert data.cifar10_verify() == place / FOLDER
    assert data.cifar10_download(url="http://127.0.0.1:9/nobody") == place / FOLDER
    train = data.cifar10("train")
    assert train.images.shape == (50_000, 3, 32, 32)
    assert np.bincount(train.labels).tolist() == [5000] * 10
    assert data.course_images("test").name == "cifar10"
