"""Links of the course's texts, on the site."""

from pathlib import Path

import pytest

from autograder.site.links import on_site


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[set-up](students.md)", "[set-up](/docs/students.md)"),
        ("[late](students.md#late)", "[late](/docs/students.md#late)"),
        ("[07](../notebooks/07.ipynb)", "[07](/notebooks/07.md)"),
        ("the [Dockerfile](../Dockerfile), [here](#late)", "the Dockerfile, [here](#late)"),
        ("[gone](nowhere.md)", "[gone](nowhere.md)"),
        ("[web](https://example.org/students.md)", "[web](https://example.org/students.md)"),
        ("`layer[0](x)` and ![alt](../Dockerfile)", "`layer[0](x)` and ![alt](../Dockerfile)"),
    ],
)
def test_where_a_link_leads(text: str, expected: str, tmp_path: Path) -> None:
    """Does a link lead to the page of its file, and is one to a file without a page its words?"""
    pages = {
        tmp_path / "docs" / "students.md": "docs/students.md",
        tmp_path / "notebooks" / "07.ipynb": "notebooks/07.md",
    }
    for file in (*pages, tmp_path / "Dockerfile"):
        file.parent.mkdir(exist_ok=True)
        file.touch()
    assert on_site(text, tmp_path / "docs" / "instructors.md", pages) == expected
