from pathlib import Path

import course_lib
from course_lib.data import folder


def test_the_variable_comes_first(tmp_path, monkeypatch):
    """Does COURSE_DATA decide where data go, also with a tilde?"""
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    assert folder.data_folder() == tmp_path
    monkeypatch.setenv("COURSE_DATA", "~/course-data")
    assert folder.data_folder() == Path.home() / "course-data"


def test_without_the_variable_it_is_the_checkout(monkeypatch):
    """In a checkout, is the folder that of the checkout, wherever the notebook runs?"""
    monkeypatch.delenv("COURSE_DATA", raising=False)
    assert folder.data_folder() == Path(course_lib.__file__).resolve().parents[1] / "data"


def test_an_installed_course_uses_the_current_folder(tmp_path, monkeypatch):
    """Installed without a checkout, is it `data` of the current folder?"""
    monkeypatch.delenv("COURSE_DATA", raising=False)
    monkeypatch.setattr(folder, "__file__", str(tmp_path / "site" / "course_lib" / "data" / "x.py"))
    monkeypatch.chdir(tmp_path)
    assert folder.data_folder() == tmp_path / "data"


def test_find_looks_in_both_places(tmp_path, monkeypatch):
    """Is a set in `data` found although COURSE_DATA names another folder, which comes first?"""
    first, second = tmp_path / "first", tmp_path / "second"
    monkeypatch.setenv("COURSE_DATA", str(first))
    monkeypatch.setattr(folder, "_course_data", lambda: second)
    assert folder.find("set") is None
    (second / "set").mkdir(parents=True)
    assert folder.find("set") == second / "set"
    (first / "set").mkdir(parents=True)
    assert folder.find("set") == first / "set"
