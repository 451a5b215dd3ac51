"""How does a page of the desk become HTML?"""

import pytest
from jinja2 import UndefinedError

from course_lib.desk.pages import render


def test_render() -> None:
    """Is what is put in escaped, and what was forgotten an error and no gap?"""
    page = render("search.html", base="/", here="search", words='"<b>', summary="<i>", hits=[])
    assert 'value="&#34;&lt;b&gt;"' in page
    assert "&lt;i&gt;" in page
    with pytest.raises(UndefinedError):
        render("search.html", base="/")
