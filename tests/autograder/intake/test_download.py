"""Which files are in this download?"""

import io
import unicodedata
import zipfile
from pathlib import Path

import pytest

from autograder.intake import download
from autograder.intake.download import opened


def packed(files: dict[str, bytes]) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return raw.getvalue()


def contents(place: Path, files: dict[str, bytes]) -> tuple[dict[str, bytes], dict[str, str]]:
    """What a zip of these files gives, and what is left out of it."""
    path = place / "in.zip"
    path.write_bytes(packed(files))
    with opened(path) as found:
        return {file.name: file.read() for file in found.files}, found.left_out


def test_slashes(tmp_path: Path) -> None:
    """Are a Windows program's backslashes folders, and its folders no files?"""
    files, _ = contents(tmp_path, {"ada\\01_knn\\01_knn.ipynb": b"work", "ada\\01_knn\\": b""})
    assert files == {"ada/01_knn/01_knn.ipynb": b"work"}


def test_letters(tmp_path: Path) -> None:
    """Is a name that macOS wrote spelled as other systems spell it?"""
    name = "José/01_knn.ipynb"
    decomposed = unicodedata.normalize("NFD", name)
    assert decomposed != name
    assert contents(tmp_path, {decomposed: b"x"})[0] == {name: b"x"}
    (tmp_path / "in" / decomposed).parent.mkdir(parents=True)
    (tmp_path / "in" / decomposed).write_bytes(b"x")
    with opened(tmp_path / "in") as found:
        assert [file.name for file in found.files] == [name]


def test_litter(tmp_path: Path) -> None:
    """Are the files of systems left out by name?"""
    litter = ["__MACOSX/ada/._x.ipynb", "ada/.DS_Store", "Thumbs.db", "ada/.git/x", "._y.ipynb"]
    files, left_out = contents(tmp_path, dict.fromkeys([*litter, "ada/x.ipynb"], b"?"))
    assert list(files) == ["ada/x.ipynb"]
    assert list(left_out) == sorted(litter)


def test_zips_within(tmp_path: Path) -> None:
    """Are the files of a zip for each student found below its name, in a zip and in a folder?"""
    inner = {"01_knn.ipynb": b"work", "__MACOSX/._01_knn.ipynb": b"?"}
    outer = {"ada.zip": packed(inner), "bo_1_2_x.ZIP": packed({"a\\b.ipynb": b"bo"})}
    expected = {"ada.zip/01_knn.ipynb": b"work", "bo_1_2_x.ZIP/b.ipynb": b"bo"}
    assert contents(tmp_path, outer) == (expected, {})
    (tmp_path / "in").mkdir()
    for name, raw in outer.items():
        (tmp_path / "in" / name).write_bytes(raw)
    with opened(tmp_path / "in") as found:
        assert {file.name: file.read() for file in found.files} == expected
        assert not found.zipped


BAD = {
    "damaged": b"no zip",
    "evil": packed({"../evil": b"x"}),
    "huge": packed({"x": b"0" * 5000}),
}


@pytest.mark.parametrize("inner", BAD.values(), ids=BAD)
def test_one_bad_zip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inner: bytes) -> None:
    """Does a damaged, evil or huge zip of one student cost that one alone?"""
    outer = {"eve.zip": inner, "ada/01_knn.ipynb": b"work"}
    monkeypatch.setattr(download, "MOST_BYTES", len(inner) + 400)
    files, left_out = contents(tmp_path, outer)
    assert files == {"ada/01_knn.ipynb": b"work"}
    assert "cannot be unpacked" in left_out["eve.zip"]
