"""The texts: Python's own library, and tiny-shakespeare from a server that plays GitHub."""

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from course_lib import data
from course_lib.data import text
from course_lib.errors import CourseError

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "tiny-shakespeare.txt"
PLAYS = b"First Citizen:\nSpeak, speak.\n" * 400


@pytest.fixture
def library(tmp_path, monkeypatch):
    """A standard library of our own making."""
    place = tmp_path / "lib"
    place.mkdir()
    monkeypatch.setattr("sysconfig.get_path", lambda name: str(place))
    return place


def test_python_source_is_sane():
    """Is the real text large, ASCII, within its bound, and Python to the last module?"""
    train, test = data.python_source(), data.python_source("test")
    assert 900_000 < len(train) + len(test) <= 2_000_000 + 200
    assert 0.03 < len(test) / len(train) < 0.3
    assert set(train.text) | set(test.text) <= set(train.alphabet)
    assert len(train.alphabet) == 96
    assert data.python_source_verify() == pytest.approx(len(train) + len(test), abs=200)
    assert data.tokenises(test.text)


def test_python_source_is_the_same_in_another_process():
    """Does a fresh Python, with other hash seeds, give the same bytes?"""
    code = "from course_lib import data; print(hash_of(data.python_source().text))"
    code = f"import hashlib\ndef hash_of(t): return hashlib.sha256(t.encode()).hexdigest()\n{code}"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    mine = hashlib.sha256(data.python_source().text.encode()).hexdigest()
    assert other.stdout.strip() == mine


def test_what_is_left_out(library):
    """Are private, foreign, huge and empty modules, packages and site files all left out?"""
    (library / "b.py").write_text("b = 1\t# tab  \n\n\n")
    (library / "a.py").write_bytes(b"a = 1\r\n\fdef f(): pass\r\n")
    (library / "_sysconfigdata.py").write_text("private = 1\n")
    (library / "sitecustomize.py").write_text("site = 1\n")
    (library / "c.py").write_text("c = 'ü'\n")
    (library / "d.py").write_text("d = 1\n" * 30_000)
    (library / "e.py").write_text("\n")
    (library / "test").mkdir()
    (library / "test" / "f.py").write_text("f = 1\n")
    assert data.python_source().text == "a = 1\ndef f(): pass\n\n\nb = 1   # tab\n"


def test_every_tenth_module_is_for_testing_and_the_size_is_kept(library):
    """Do the splits share no module, and does the text end with the last module that fits?"""
    for number in range(10, 41):
        (library / f"m{number}.py").write_text(f"x = {number}\n")
    assert data.python_source("test").text.split("\n\n\n") == [
        "x = 19",
        "x = 29",
        "x = 39\n",
    ]
    assert "19" not in data.python_source().text
    assert data.python_source(size=17).text == "x = 10\n\n\nx = 11\n"


def test_a_library_without_sources_is_told(library):
    """Does a Python that keeps its library in an archive end in a sentence?"""
    with pytest.raises(CourseError, match="standard library as files"):
        data.python_source()


@pytest.mark.parametrize(
    ("content", "reason"), [("x = (1\n", "no Python"), ("x = 1\n", "complete installation")]
)
def test_verify_finds_what_is_wrong(library, content, reason):
    """Does verify refuse a module that is no Python, and a library that is too small?"""
    (library / "m.py").write_text(content)
    with pytest.raises(CourseError, match=reason):
        data.python_source_verify()


@pytest.mark.parametrize(
    ("sample", "yes"),
    [
        ("x = [1, (2, 3)]\n", True),
        ("if x:\n    y = 1\nz = 2\n", True),
        ("x = [1, 2\n", False),
        ("x = 'abc\n", False),
        ('"""abc\n', False),
        ("if x:\n        y = 1\n    z = 2\n", False),
        ("x = $\n", False),
        ("", True),
    ],
)
def test_tokenises(sample, yes):
    """Are open brackets, open quotes, dedents to nowhere and foreign signs all found?"""
    assert data.tokenises(sample) is yes


def test_labels_of_code():
    """Does each label say what a reader knows after each character?"""
    code = 'def f(a):  # x\n    s = \'ab\'\n    """d\n e"""\n    return [s, (1)]\n'
    labels = data.code_labels(code)

    def marked(name: str) -> str:
        return "".join(letter for letter, value in zip(code, labels[name]) if value)

    assert marked("quotes") == "'ab"
    assert marked("docstring") == '"""d\n e""'
    assert marked("comment") == "# x"
    assert marked("brackets") == "(a[s, (1)"
    assert labels["brackets"].max() == 2
    assert labels["line length"][:16].tolist() == [*range(1, 15), 0, 1]
    assert labels["indentation"][15:21].tolist() == [1, 2, 3, 4, 4, 4]
    assert labels["indentation"][:15].tolist() == [0] * 15
    assert all(len(values) == len(code) for values in labels.values())


def test_labels_of_formatted_strings():
    """Is a formatted string a string on every Python, also where it is several words?"""
    code = "x = f'a{b}c' + 'd'\n"
    quotes = data.code_labels(code)["quotes"]
    assert "".join(letter for letter, value in zip(code, quotes) if value) == "f'a{b}c'd"


def test_labels_need_python():
    """Is a text that is no Python refused?"""
    with pytest.raises(CourseError, match="no Python"):
        data.code_labels("x = (\n")


def test_codes_and_back():
    """Do codes decode to the text they came from, and is a foreign character named?"""
    some = data.Text("abca\n", "\nabc", "train", "", "some")
    np.testing.assert_array_equal(some.codes(), [1, 2, 3, 1, 0])
    assert some.codes().dtype == np.int64
    assert some.decode(some.codes()) == some.text
    assert some.decode(np.array([[1, 2], [3, 0]])) == "abc\n"
    assert some.encode("").shape == (0,)
    with pytest.raises(CourseError, match="no character 'x'"):
        some.encode("ax")


@pytest.mark.parametrize("split", ["val", ""])
def test_splits_have_two_names(split):
    """Is another split refused by name?"""
    for read in (data.python_source, data.tiny_shakespeare):
        with pytest.raises(CourseError, match="Choose train or test"):
            read(split)


def download(server, content=PLAYS):
    server.content = content
    digest = hashlib.sha256(PLAYS).hexdigest()
    return data.tiny_shakespeare_download(progress=False, url=server.url, sha256=digest)


def test_shakespeare_is_fetched_once_and_split(place, server, monkeypatch):
    """After the download, is the file there, whole, and not fetched a second time?"""
    file = download(server)
    assert file.read_bytes() == PLAYS
    assert [path.name for path in place.iterdir()] == [file.name]
    download(server)
    assert len(server.asked) == 1
    monkeypatch.setattr(text, "tiny_shakespeare_verify", lambda: file)
    train, test = data.tiny_shakespeare(), data.tiny_shakespeare("test")
    assert train.text + test.text == PLAYS.decode()
    assert len(test) == len(PLAYS) // 10
    assert train.alphabet == test.alphabet == "".join(sorted(set(PLAYS.decode())))


def test_a_broken_download_goes_on(place, server):
    """Does the second call bring only what is missing?"""
    server.cut = 5000
    with pytest.raises(CourseError, match="goes on"):
        download(server)
    server.cut = None
    download(server)
    assert server.sent == len(PLAYS)


def test_another_file_is_refused(place, server):
    """Is what a server sends instead removed, and a file that was altered told and mended?"""
    with pytest.raises(CourseError, match="not the official file"):
        download(server, b"something else")
    assert list(place.iterdir()) == []
    download(server).write_bytes(b"altered")
    with pytest.raises(CourseError, match="differs from the official"):
        data.tiny_shakespeare()
    assert download(server).read_bytes() == PLAYS


def test_without_shakespeare_it_says_how_to_get_it(place):
    """Does every way to the absent text name the command?"""
    for way in (data.tiny_shakespeare, data.tiny_shakespeare_verify):
        with pytest.raises(CourseError, match="course data get tiny_shakespeare"):
            way()
    assert data.tiny_shakespeare_file() is None


@pytest.mark.skipif(not REAL.exists(), reason="tiny-shakespeare is not in ../shared/data")
def test_the_real_plays_are_the_official_ones(place):
    """Has the file that everybody trains on the size and the SHA-256 that are written down here?"""
    (place / text.FILE).write_bytes(REAL.read_bytes())
    assert data.tiny_shakespeare_verify() == place / text.FILE
    train, test = data.tiny_shakespeare(), data.tiny_shakespeare("test")
    assert (len(train), len(test)) == (1_003_855, 111_539)
    assert len(train.alphabet) == 65
    assert train.text.startswith("First Citizen:\nBefore we proceed")
