"""How is the whole site made? From texts, laid out as in the repository, by Sphinx."""

import io
import re
import shutil
from collections.abc import Callable
from copy import deepcopy
from importlib.resources import files
from pathlib import Path

from nbformat import NotebookNode

from autograder.lesson.build import students_text
from autograder.lesson.lessons import Lesson
from autograder.lesson.pointers import numbered
from autograder.site.executed import executed_lesson
from autograder.site.lesson_page import as_page
from autograder.site.links import on_site
from autograder.site.reference import PACKAGES, reference_page
from course_lib.desk.glossary import entries
from course_lib.errors import CourseError
from course_lib.files import write

# The pages of docs/, by who reads them.
PAGES = {
    "For everybody": ("students", "cs231n", "compare"),
    "For teachers and authors": (
        *("instructors", "clusters", "security", "authors", "style"),
        "decisions/README",
    ),
}
INDEX = """# Pixels to ConvNets

Notebooks in which you build deep learning for images by hand, from nearest neighbours to a ConvNet
trained on a GPU. Here you can read all of it without installing anything. Each exercise shows what
a student gets, then the answer, which is folded, then the check and what it says. To write the
functions yourself, [set up the course](/docs/students.md).

## Lessons

{lessons}

## And then

- [Other courses](/docs/compare.md), and which of them may suit you better
- [Answers from CS231n](/docs/cs231n.md), if you have some
- [Teaching with it](/docs/instructors.md): release, grade, give feedback
- What the notebooks import: {packages}

{trees}
"""
SETTINGS = {
    "project": "Pixels to ConvNets",
    "html_title": "Pixels to ConvNets",
    "language": "en",
    "extensions": [
        "myst_parser",
        "sphinx.ext.autodoc",
        "autograder.site.mathml",
        "autograder.site.reference",
    ],
    "exclude_patterns": ["downloads", "extra"],
    "myst_enable_extensions": ["dollarmath"],
    "myst_heading_anchors": 4,
    "autodoc_typehints": "signature",
    "autodoc_member_order": "bysource",
    "autodoc_preserve_defaults": True,
    "python_use_unqualified_type_names": True,
    "python_maximum_signature_line_length": 88,
    "html_theme": "sphinx_book_theme",
    "html_theme_options": {
        "use_download_button": False,
        "use_fullscreen_button": False,
        "home_page_in_toc": True,
        "navbar_persistent": [],  # else a second search field above the page
        "pygments_light_style": "a11y-high-contrast-light",
        "pygments_dark_style": "a11y-high-contrast-dark",
    },
    "html_context": {"default_mode": "auto"},  # light or dark as the reader's system is
    "html_math_renderer": "mathml",
    "html_static_path": [str(files("autograder.site") / "static")],
    "html_css_files": ["course.css"],
    "html_js_files": [("recorded.js", {"defer": "defer"})],
    "html_extra_path": ["extra"],
    "html_domain_indices": False,  # modules are in the reference by name
    "html_copy_source": False,
    "html_show_copyright": False,
    "html_show_sphinx": False,
}


def write_site(
    root: Path,
    lessons: list[Lesson],
    folder: Path,
    on_lesson: Callable[[str], None] = lambda name: None,
) -> Path:
    """Make the site of these lessons; the page to open first.

    root: the course's repository
    folder: gets `html`, made anew: the site. Beside it lie `source`, the texts that Sphinx was
        given, and `executed`, the lessons as they ran, which the next build uses again
    on_lesson: called with the name of each lesson before it is run or found to have been
    raises: CourseError where a lesson does not run, a link leads nowhere or a text is not valid,
        and where `folder` holds something else of these names
    """
    source, html = folder / "source", folder / "html"
    if not (folder / "executed").is_dir() and (source.exists() or html.exists()):
        raise CourseError(
            f"{folder} holds html or source already, and not from here: both would be replaced. "
            "Name another folder with --to."
        )
    (folder / "executed").mkdir(parents=True, exist_ok=True)
    shutil.rmtree(source, ignore_errors=True)
    _write_texts(root, lessons, source, folder / "executed", on_lesson)
    shutil.rmtree(html, ignore_errors=True)
    run_sphinx(source, html)
    return html / "index.html"


def _write_texts(
    root: Path,
    lessons: list[Lesson],
    source: Path,
    cache: Path,
    on_lesson: Callable[[str], None],
) -> None:
    decisions = root / "docs" / "decisions" / "README.md"
    guides = [*sorted(root.glob("docs/*.md")), decisions]
    guides += sorted(decisions.parent.glob("[0-9]*.md"), key=_number)
    pages = {file: file.relative_to(root).as_posix() for file in guides}
    pages |= {one.notebook: f"notebooks/{one.name}/{one.name}.md" for one in lessons}
    (source / "extra").mkdir(parents=True)  # where there are no pictures, too
    listed = []
    for lesson in lessons:
        on_lesson(lesson.name)
        done = executed_lesson(lesson, cache)
        write(source / "downloads" / f"{lesson.name}.ipynb", students_text(lesson))
        text = as_page(
            lesson, done, source / "extra" / "figures", f"/downloads/{lesson.name}.ipynb"
        )
        write(source / pages[lesson.notebook], on_site(text, lesson.notebook, pages))
        listed.append(f"- [{_title(text)}](/{pages[lesson.notebook]}). {_promise(done)}")
    for file in guides:
        text = on_site(file.read_text(encoding="utf-8"), file, pages)
        if file == decisions:
            text += _tree(
                "Decisions",
                [one.stem for one in guides if one.parent == file.parent and one != file],
            )
        write(source / pages[file], text)
    for package in PACKAGES:
        write(source / "reference" / f"{package}.rst", reference_page(package))
    write(
        source / "glossary.md", on_site(glossary_text(root), root / "notebooks" / "x" / "x", pages)
    )
    trees = [_tree("Lessons", [pages[lesson.notebook] for lesson in lessons] + ["glossary"])]
    trees += [_tree(who, [f"docs/{name}" for name in names]) for who, names in PAGES.items()]
    trees.append(_tree("Reference", [f"reference/{package}" for package in PACKAGES]))
    packages = ", ".join(f"[{name}](/reference/{name}.rst)" for name in PACKAGES)
    index = INDEX.format(lessons="\n".join(listed), packages=packages, trees="\n".join(trees))
    write(source / "index.md", index)


def glossary_text(root: Path) -> str:
    """Every term of the glossary, with the lesson that teaches it, as Markdown in a lesson's
    folder."""
    names = numbered(root / "solutions")
    lines = ["# Glossary", ""]
    for one in entries():
        name = names.get(one.lesson)
        lesson = f"lesson {one.lesson}"
        place = f"[{lesson}](../{name}/{name}.ipynb)" if name else lesson
        lines += [f"**{one.term}** ({place}): {one.text}", ""]
    return "\n".join(lines)


def run_sphinx(source: Path, html: Path) -> None:
    """Pages of the texts in `source`.

    raises: CourseError with all that Sphinx warns of
    """
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    warnings = io.StringIO()
    with patch_docutils(), docutils_namespace():
        app = Sphinx(
            srcdir=source,
            confdir=None,
            outdir=html,
            doctreedir=source / ".doctrees",
            buildername="html",
            confoverrides=deepcopy(SETTINGS),  # themes write into them
            status=None,
            warning=warnings,
            freshenv=True,
        )
        app.build(force_all=True)
    (html / ".buildinfo").unlink()  # for the next build into this folder: there is none
    if found := re.sub(r"\x1b\[[\d;]*m", "", warnings.getvalue()).strip():
        raise CourseError(f"The site was not made. What Sphinx found in its texts:\n{found}")


def _tree(caption: str, pages: list[str]) -> str:
    listed = "\n".join(re.sub(r"\.md$", "", page) for page in pages)
    return f"\n```{{toctree}}\n:hidden:\n:caption: {caption}\n\n{listed}\n```\n"


def _number(decision: Path) -> int:
    return int(decision.name.partition("-")[0])


def _title(text: str) -> str:
    return text.partition("\n")[0].removeprefix("# ")


def _promise(done: NotebookNode) -> str:
    """The first sentences of a lesson: what its reader can do afterwards."""
    paragraph: str = done.cells[0].source.split("\n\n")[1]
    return " ".join(paragraph.split())
