"""How does a reader's standing look in a notebook?"""

from pathlib import Path

from course_lib.desk.small import progress_table
from tests.desk.lesson import course_of


def test_small(tmp_path: Path) -> None:
    """Are the lessons there for browser and terminal, with links from this notebook's folder?"""
    course_of(tmp_path, True, False)
    course_of(tmp_path, True, True, lesson="06_more")
    course_of(tmp_path, None, None, lesson="07_broken")
    (tmp_path / "notebooks" / "07_broken" / "07_broken.ipynb").write_text("{")
    table = progress_table(tmp_path, tmp_path / "notebooks" / "06_more")
    assert 'href="../05_conv_layers/05_conv_layers.ipynb#cell-id=' in table["text/html"]
    assert 'href="06_more.ipynb"' in table["text/html"]
    first, second, third = table["text/plain"].splitlines()
    assert first == "05 Conv layers: 5 of 10 points, next conv-1d"
    assert second == "05 Conv layers: 10 of 10 points, complete"
    assert third.startswith("07_broken: ")
    assert "is not a notebook" in third
    assert "is not a notebook" in table["text/html"]
