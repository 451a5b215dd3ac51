"""How does a page of the desk become HTML?"""

from pathlib import Path

import pytest
from jinja2 import UndefinedError

import course_lib.desk
from course_lib.desk.pages import render


def test_render() -> None:
    """Is what is put in escaped, and what was forgotten an error and no gap?"""
    page = render("search.html", base="/", here="search", words='"<b>', summary="<i>", hits=[])
    assert 'value="&#34;&lt;b&gt;"' in page
    assert "&lt;i&gt;" in page
    with pytest.raises(UndefinedError):
        render("search.html", base="/")


def test_pages_need_no_network() -> None:
    """Does no page fetch anything from elsewhere?"""
    templates = Path(course_lib.desk.__file__).with_name("templates")
    for template in templates.iterdir():
        assert "//" not in template.read_text().replace("// ", "")
