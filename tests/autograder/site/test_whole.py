"""The whole site: does it stand on its own, and is every page sound?"""

import re
import shutil
from collections import Counter
from functools import cache
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from autograder.lesson.build import students_text
from autograder.lesson.lessons import Lesson, all_lessons
from autograder.site.executed import without_hidden_tests
from autograder.site.whole import run_sphinx, write_site
from course_lib.desk.glossary import entries
from course_lib.errors import CourseError
from course_lib.files import write
from tests.autograder.site.conftest import ROOT

pytestmark = pytest.mark.slow

VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)
LOADS = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src"}


class Page(HTMLParser):
    """What a page holds, and what is wrong with its tags."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.file = file
        self.faults: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.feed(file.read_text(encoding="utf-8"))
        self.close()
        self.faults += [f"{tag} is never closed" for tag in self._open]
        ids = Counter(values["id"] for _, values in self.tags if "id" in values)
        self.ids = set(ids)
        self.faults += [f"two of id {name}" for name, count in ids.items() if count > 1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if len(dict(attrs)) < len(attrs):
            self.faults.append(f"line {self.getpos()[0]}: an attribute of {tag} twice")
        if self._open[-1:] == ["summary"] and tag in {"p", "div", "ul", "table"}:
            self.faults.append(f"line {self.getpos()[0]}: {tag} in a summary")
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if self._open[-1:] == [tag]:
            self._open.pop()
        else:
            self.faults.append(f"line {self.getpos()[0]}: /{tag} closes {self._open[-1:]}")
            if tag in self._open:
                while self._open.pop() != tag:
                    pass

    def targets(self, *names: str) -> list[str]:
        """The addresses in these attributes."""
        found = [values.get(name) for _, values in self.tags for name in names]
        return [address for address in found if address]


@cache
def page(file: Path) -> Page:
    return Page(file)


@pytest.fixture(scope="module")
def pages(html: Path) -> list[Page]:
    files = sorted(set(html.rglob("*.html")) - set(html.glob("_static/**/*")))  # templates
    return [page(file) for file in files]


def test_every_page_is_there(html: Path) -> None:
    """Are lessons, guides, decisions, reference and search on the site?"""
    for name in (
        "index",
        "search",
        "glossary",
        "notebooks/00_start_here/00_start_here",
        "notebooks/02_sliders/02_sliders",
        *(f"docs/{file.stem}" for file in ROOT.glob("docs/*.md")),
        *(f"docs/decisions/{file.stem}" for file in ROOT.glob("docs/decisions/*.md")),
        *(f"reference/{package}" for package in ("checks", "data", "figures", "oracle", "speed")),
    ):
        assert (html / f"{name}.html").is_file(), name


def test_the_glossary_leads_to_lessons(html: Path) -> None:
    """Is each term there, with a link where its lesson has a page, and plain words elsewhere?"""
    page = (html / "glossary.html").read_text(encoding="utf-8")
    for entry in entries():
        assert f"<strong>{escape(entry.term)}</strong>" in page
    assert "notebooks/00_start_here/00_start_here.html" in page
    assert "(lesson 15)" in page


def test_nothing_comes_from_elsewhere(pages: list[Page], html: Path) -> None:
    """Is all that a page loads a file of the site, styles and fonts included?"""
    for one in pages:
        loaded = [v.get(LOADS[tag]) for tag, v in one.tags if tag in LOADS]
        assert [a for a in loaded if a and urlsplit(a).scheme not in ("", "data")] == [], one.file
    for style in html.rglob("*.css"):
        text = style.read_text().replace('"', "").replace("'", "")
        assert not re.search(r"(url\(|@import )\s*(https?:)?//", text), style


def broken_links(pages: list[Page], html: Path) -> list[tuple[str, str]]:
    """The links and pictures that lead to no file of the site, or to an id that is not there."""
    broken = []
    for one in pages:
        for address in one.targets("href", "src"):
            parts = urlsplit(address)
            if parts.scheme:
                assert parts.scheme in ("https", "http", "mailto", "data"), address
                continue
            file = (one.file.parent / unquote(parts.path)).resolve() if parts.path else one.file
            is_there = file.is_file() and file.is_relative_to(html)
            if is_there and parts.fragment and file.suffix == ".html":
                is_there = unquote(parts.fragment) in page(file).ids
            if not is_there:
                broken.append((one.file.name, address))
    return broken


def test_every_link_leads_somewhere(pages: list[Page], html: Path) -> None:
    """Does each link or picture of a page lead to a file of the site, at an id that is there?"""
    assert broken_links(pages, html) == []


def test_tags_are_closed_and_ids_are_one_of_a_kind(pages: list[Page]) -> None:
    """Are the tags of each page nested as HTML wants, and no id used twice?"""
    assert {one.file.name: one.faults for one in pages if one.faults} == {}


@pytest.mark.parametrize(
    ("markup", "fault"),
    [
        ("<p><b>open</p>", "line 1: /p closes ['b']"),
        ("<p>never", "p is never closed"),
        ('<i id="a"></i><b id="a"></b>', "two of id a"),
        ('<i id="a" id="b"></i>', "line 1: an attribute of i twice"),
        ("<summary><p></p></summary>", "line 1: p in a summary"),
    ],
)
def test_a_faulty_page_is_seen(markup: str, fault: str, tmp_path: Path) -> None:
    """Is a tag that is not closed, or an id or attribute that stands twice, found?"""
    (tmp_path / "page.html").write_text(markup)
    assert fault in Page(tmp_path / "page.html").faults


def test_every_picture_has_words(pages: list[Page]) -> None:
    """Has each picture an alt text, and each slider a name?"""
    pictures = [(one.file, values) for one in pages for tag, values in one.tags if tag == "img"]
    assert len(pictures) >= 3
    assert [file for file, values in pictures if not (values.get("alt") or "").strip()] == []


def test_a_lessons_page_is_small(pages: list[Page]) -> None:
    """Is a lesson's page, with the pictures that it shows at once, below 3 MB?"""
    for one in pages:
        if "notebooks" in one.file.parts:
            shown = {v["src"] for tag, v in one.tags if tag == "img" and v.get("src")}
            size = one.file.stat().st_size
            size += sum((one.file.parent / str(name)).stat().st_size for name in shown)
            assert size < 3_000_000, one.file


def test_no_hidden_test_is_in_any_file(html: Path) -> None:
    """Is what only a hidden test holds in no file of the site: page, search index or notebook?"""
    marks = (b"0.123456", b"hidden numbers", b"BEGIN HIDDEN")
    files = [file for file in html.rglob("*") if file.is_file() and "docs" not in file.parts]
    assert len(files) > 50
    found = [(f, m) for f in files for m in marks[:2] if m in f.read_bytes()]
    assert found == []
    lessons = [file for file in files if "notebooks" in file.parts or file.suffix == ".ipynb"]
    assert [file for file in lessons if marks[2] in file.read_bytes()] == []


def test_the_notebook_to_download_is_the_students(html: Path, small_site: Path) -> None:
    """Does the link below a lesson's title lead to the notebook that students get?"""
    (link,) = [
        address
        for address in page(html / "notebooks" / "02_sliders" / "02_sliders.html").targets("href")
        if address.endswith(".ipynb")
    ]
    file = html / "notebooks" / "02_sliders" / link
    assert file.read_text() == students_text(Lesson("02_sliders", small_site / "course"))


@pytest.mark.thorough
def test_the_same_texts_give_the_same_bytes(small_site: Path, html: Path, tmp_path: Path) -> None:
    """Is a site that is made again the same in every file, and no lesson run for it?"""
    shutil.copytree(small_site / "course", tmp_path / "course")
    shutil.copytree(small_site / "executed", tmp_path / "executed")
    kept = {file: file.stat().st_mtime_ns for file in (tmp_path / "executed").iterdir()}
    names = ("00_start_here", "02_sliders")
    lessons = [Lesson(name, tmp_path / "course") for name in names]
    again = write_site(ROOT, lessons, tmp_path).parent
    assert {file: file.stat().st_mtime_ns for file in (tmp_path / "executed").iterdir()} == kept
    files = {file.relative_to(html) for file in html.rglob("*") if file.is_file()}
    assert {file.relative_to(again) for file in again.rglob("*") if file.is_file()} == files
    assert [f for f in files if (html / f).read_bytes() != (again / f).read_bytes()] == []


def test_a_folder_of_somebody_else_is_left_alone(sliders: Lesson, tmp_path: Path) -> None:
    """Is a folder `html` that is no site of ours an error, and is it still there?"""
    write(tmp_path / "public" / "html" / "index.html", "mine")
    with pytest.raises(CourseError, match="Name another folder"):
        write_site(ROOT, [sliders], tmp_path / "public")
    assert [file.name for file in (tmp_path / "public").iterdir()] == ["html"]
    assert (tmp_path / "public" / "html" / "index.html").read_text() == "mine"


@pytest.mark.thorough
def test_every_lessons_text_is_fit_for_the_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Do all lessons, not run, make pages whose links lead somewhere and whose tags are closed?"""
    monkeypatch.setattr(
        "autograder.site.whole.executed_lesson", lambda lesson, cache: without_hidden_tests(lesson)
    )
    html = write_site(ROOT, all_lessons(ROOT), tmp_path).parent
    pages = [Page(file) for file in html.glob("notebooks/*/*.html")]
    assert len(pages) == len(all_lessons(ROOT))
    assert broken_links(pages, html) == []
    assert {one.file.name: one.faults for one in pages if one.faults} == {}


@pytest.mark.parametrize(
    ("text", "what"),
    [("# A\n\n[gone](nowhere.md)\n", "nowhere.md"), ("# A\n\n![](x.png)\n", "x.png")],
)
def test_a_text_with_a_fault_is_no_site(text: str, what: str, tmp_path: Path) -> None:
    """Is a link or a picture that leads nowhere an error that names it?"""
    write(tmp_path / "source" / "index.md", text)
    (tmp_path / "source" / "extra").mkdir()
    with pytest.raises(CourseError, match=what):
        run_sphinx(tmp_path / "source", tmp_path / "html")
