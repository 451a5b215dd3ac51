import builtins
import contextlib
import os
import pickle
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from course_lib.data.safe_unpickle import loads
from course_lib.errors import CourseError

PLAIN = st.recursive(
    st.integers() | st.binary() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner),
    max_leaves=8,
).filter(lambda value: "[[[[[" not in repr(value).replace("{", "["))


class Calls:
    """Pickles into a call of `function` with `arguments`."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


@given(PLAIN, st.sampled_from([3, 4, 5]))
def test_plain_data_come_back(value, protocol):
    """Do integers, strings, bytes, lists and dicts come back as they were?"""
    assert loads(pickle.dumps(value, protocol), "the file") == value


@given(
    arrays.arrays(
        st.sampled_from([np.dtype(kind) for kind in ("u1", "<i4", ">i4", "<i8", "f4", "f8", "?")]),
        arrays.array_shapes(max_dims=4, max_side=5),
    ),
    st.booleans(),
)
def test_arrays_come_back(array, columns_first):
    """Do arrays of numbers keep values, shape and dtype, whatever their byte order and layout?"""
    stored = np.asfortranarray(array) if columns_first else array
    back = loads(pickle.dumps({"x": stored}, protocol=4), "the file")["x"]
    assert back.dtype == array.dtype
    np.testing.assert_array_equal(back, array)


# What Python 2 and NumPy 1 write for {"data": array of 2 x 3 bytes}, the official files' way.
PYTHON_2 = (
    b"\x80\x02}q\x01U\x04dataq\x02cnumpy.core.multiarray\n_reconstruct\nq\x03cnumpy\nndarray\n"
    b"q\x04K\x00\x85U\x01b\x87R(K\x01K\x02K\x03\x86cnumpy\ndtype\nU\x02u1K\x00K\x01\x87R"
    b"(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89U\x06abcdeftbs."
)


def test_python_2_files_are_read():
    """Are arrays read as Python 2 and NumPy 1 wrote them?"""
    (key, value), *_ = loads(PYTHON_2, "the file").items()
    assert key == b"data"
    np.testing.assert_array_equal(value, [[97, 98, 99], [100, 101, 102]])


def test_a_dtype_cannot_take_on_fields():
    """Is a plain dtype refused that is given fields afterwards?"""
    with pytest.raises(CourseError, match="array of structures"):
        loads(PYTHON_2.replace(b"NNNJ", b"NNK\x01J"), "the file")


@pytest.mark.parametrize(
    "function",
    [os.system, builtins.eval, builtins.exec, builtins.getattr, builtins.print, np.load, bytearray],
)
def test_no_function_is_called(function, monkeypatch):
    """Is a pickle refused that asks for any function, before the function runs?"""
    ran = []
    monkeypatch.setattr(os, "system", ran.append) if function is not os.system else None
    raw = pickle.dumps([1, Calls(function, "open('ran', 'w')")])
    with pytest.raises(CourseError, match=r"the file was not read: it asks for .*official source"):
        loads(raw, "the file")
    assert not os.path.exists("ran")


@pytest.mark.parametrize(
    "value",
    [
        np.array([1, "a", None], dtype=object),
        np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")]),
        np.array(["text"]),
        np.array(["2020-01-01"], dtype="M8[D]"),
        np.float64(1.5),
        np.dtype("f8"),
        np.ndarray,
        1.5,
        None,
        True,
        (1, 2),
        {1, 2},
        {(1, 2): 3},
        2j,
        sys.exit,
    ],
    ids=lambda value: type(value).__name__,
)
def test_everything_else_is_refused(value):
    """Are objects, structures, texts in arrays, floats, tuples and sets refused?"""
    for protocol in (2, 4):
        with pytest.raises(CourseError, match="the file was not read: it"):
            loads(pickle.dumps([value], protocol), "the file")


def test_a_list_that_holds_itself_is_refused():
    """Does a pickle that contains itself end in a message instead of a crash?"""
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(CourseError, match="nested too deeply"):
        loads(pickle.dumps(endless), "the file")


def test_a_pickle_that_unfolds_is_refused():
    """Is a small pickle refused that would unfold into ten million items?"""
    items: list[object] = [1] * 100
    for _ in range(3):
        items = [items] * 100
    with pytest.raises(CourseError, match="too much"):
        loads(pickle.dumps(items), "the file")


def test_an_array_cannot_claim_another_length():
    """Is an array refused whose shape does not fit its bytes, or is negative?"""
    raw = pickle.dumps(np.zeros((2, 3), np.uint8), protocol=3)
    with pytest.raises(CourseError, match="shape and length differ"):
        loads(raw.replace(b"K\x02K\x03\x86", b"K\x02K\x04\x86"), "the file")
    with pytest.raises(CourseError, match="impossible shape"):
        loads(
            raw.replace(b"K\x02K\x03\x86", b"K\x02K\x89\x86".replace(b"K\x89", b"\x89")), "the file"
        )


def test_stand_ins_cannot_be_changed():
    """Can a pickle that writes to NumPy's names change how the next one is read?"""
    hostile = b"\x80\x02cnumpy\ndtype\n}U\x0c__setstate__K\x01sb."
    with pytest.raises(CourseError, match="the file is damaged"):
        loads(hostile, "the file")
    array = np.arange(3)
    np.testing.assert_array_equal(loads(pickle.dumps(array, protocol=4), "the file"), array)


@given(st.binary(max_size=60))
def test_noise_is_an_error_with_words(raw):
    """Do arbitrary bytes end in plain data or in CourseError, never in another error?"""
    with contextlib.suppress(CourseError):
        loads(raw, "the file")


@given(st.integers(0, 400), st.integers(0, 255))
def test_a_flipped_byte_is_an_error_with_words(position, value):
    """Does a damaged file end in data or in CourseError, never in another error?"""
    raw = bytearray(pickle.dumps({b"data": np.zeros((4, 16), np.uint8), b"labels": [1, 2, 3, 4]}))
    raw[position % len(raw)] = value
    with contextlib.suppress(CourseError):
        loads(bytes(raw), "the file")
