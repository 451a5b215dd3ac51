"""Files of predictions: written and read back, or refused in words."""

import io
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib import data
from course_lib.errors import CourseError

LABELS = np.arange(2000) % 10


@given(labels=st.lists(st.integers(0, 9), max_size=50), dtype=st.sampled_from(["u1", "i8", ">i4"]))
def test_what_is_written_is_read(labels, dtype, tmp_path_factory):
    """Do the classes come back, whatever integers they were, as int64?"""
    path = tmp_path_factory.getbasetemp() / "predictions.npz"
    data.write_predictions(np.array(labels, dtype=dtype), path)
    read = data.read_predictions(path)
    assert read.dtype == np.int64
    assert read.tolist() == labels


def test_same_labels_same_bytes(tmp_path):
    """Do equal predictions make equal files, at any time and from any integers?"""
    for name, labels in (("a", LABELS), ("b", LABELS.astype(np.uint16)), ("c", LABELS[::-1])):
        data.write_predictions(labels, tmp_path / name)
    a, b, c = ((tmp_path / name).read_bytes() for name in "abc")
    assert a == b != c
    assert len(a) < 3000


def test_numpys_own_archives_are_read(tmp_path):
    """Is a file that np.savez wrote as good?"""
    for save in (np.savez, np.savez_compressed):
        save(tmp_path / "p.npz", predictions=LABELS)
        assert data.read_predictions(tmp_path / "p.npz").tolist() == LABELS.tolist()


WRONG = {
    "two axes": (np.zeros((5, 10)), "argmax"),
    "floats": (np.zeros(5), "integers, these are float64"),
    "nan": (np.array([1.0, np.nan]), "1 of 2 predictions are nan"),
    "negative": (np.array([0, -1]), "the first is -1 for image 1"),
    "beyond": (np.array([10, 1]), "numbered 0 to 9"),
    "one number": (np.array(3), r"this is \(\)"),
}


@pytest.mark.parametrize("labels", [value for value, _ in WRONG.values()] + [[1, 2]])
def test_nothing_wrong_is_written(tmp_path, labels):
    """Is what cannot be graded refused before it is handed in, and the old file left alone?"""
    path = tmp_path / "predictions.npz"
    data.write_predictions(LABELS, path)
    before = path.read_bytes()
    with pytest.raises(CourseError, match="Nothing was written"):
        data.write_predictions(labels, path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(("labels", "said"), WRONG.values(), ids=list(WRONG))
def test_wrong_content_is_told(tmp_path, labels, said):
    """Does reading say what is wrong with a file that was written by other means?"""
    np.savez(tmp_path / "p.npz", predictions=labels)
    with pytest.raises(CourseError, match=said):
        data.read_predictions(tmp_path / "p.npz")


def _archive(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)
    return buffer.getvalue()


def _npy(array, *, allow_pickle=False) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, array, allow_pickle=allow_pickle)
    return buffer.getvalue()


def _claims(count: int) -> bytes:
    """A header that promises so many numbers, and none of them."""
    return _npy(np.zeros(1000, np.int64)).replace(b"(1000,)", f"({count},)".encode())[:128]


def _lies() -> bytes:
    """An archive that says its array takes a hundred bytes; it takes 60 MB."""
    large = np.zeros(60 << 20, np.uint8)
    raw = bytearray(_archive(predictions=_npy(large)))
    for signature, place in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        start = raw.find(signature) + place
        raw[start : start + 4] = (100).to_bytes(4, "little")
    return bytes(raw)


BROKEN = {
    "lies": _lies(),
    "claims many axes": _archive(predictions=_claims(10**13).replace(b",)", b",1,1,1,1,1)", 1)),
    "empty": b"",
    "text": b"0,1,2\n",
    "cut off": _archive(predictions=_npy(LABELS))[:-30],
    "one npy": _npy(LABELS),
    "another name": _archive(labels=_npy(LABELS)),
    "two arrays": _archive(predictions=_npy(LABELS), more=_npy(LABELS)),
    "no array": _archive(predictions=b"hello"),
    "pickled": _archive(predictions=_npy(np.array([print] * 3), allow_pickle=True)),
    "too large": _archive(predictions=bytes(17 << 20)),
    "claims much": _archive(predictions=_claims(10**12)),
}


@pytest.mark.parametrize("raw", BROKEN.values(), ids=list(BROKEN))
def test_broken_files_are_told(tmp_path, raw):
    """Is what is no such file refused in a sentence, and never unpickled?"""
    (tmp_path / "p.npz").write_bytes(raw)
    with pytest.raises(CourseError, match=r"p\.npz is no file of predictions"):
        data.read_predictions(tmp_path / "p.npz")


def test_missing_file_is_told(tmp_path):
    """Does a missing file come with what to do?"""
    with pytest.raises(CourseError, match=r"is not there.*data\.unlabelled\(\)"):
        data.read_predictions(tmp_path / "predictions.npz")


def test_more_classes(tmp_path):
    """Can a file hold more than ten classes, where both sides say so?"""
    labels = np.array([0, 999])
    data.write_predictions(labels, tmp_path / "p.npz", classes=1000)
    assert data.read_predictions(tmp_path / "p.npz", classes=1000).tolist() == [0, 999]
    with pytest.raises(CourseError, match="numbered 0 to 9"):
        data.read_predictions(tmp_path / "p.npz")
