"""How do home page, glossary and search look in a browser?"""

from datetime import UTC, datetime
from pathlib import Path

from nbformat.v4 import new_markdown_cell

from course_lib.desk.glossary import entries
from course_lib.desk.home import glossary_page, home_page, points, review_page, search_page
from course_lib.desk.review import FILE
from course_lib.desk.standing import standings
from tests.desk.lesson import cells, course_of
from tests.saved import save

NOW = datetime(2024, 3, 1, tzinfo=UTC)
ADDRESS = "/u/lab/tree/05_conv_layers/05_conv_layers.ipynb"


def test_a_card_for_each_lesson(tmp_path: Path) -> None:
    """Are title, question, time, needs, points and the next exercise on it, each one click away?"""
    course_of(tmp_path, False, True)
    course_of(tmp_path, None, None, lesson="06_more")
    page = home_page(tmp_path, "/u/", NOW)
    assert page.count("<li id=") == 2
    assert f'<a href="{ADDRESS}" target="course-lab">05 Conv layers</a>' in page
    assert f'<a href="{ADDRESS}#cell-id=padding-text"' in page
    assert "5 of 10 points, 1 of 2 exercises right." in page
    assert "5 of 20 points" in page
    for text in ("What does it see?", "Time: about 7 hours.", "Needs: lesson 04, or ease"):
        assert text in page
    assert "(6 points · about 15 minutes · easy)" in page
    assert '<a href="/u/course/review">2 cards due.</a>' in page


def test_what_to_go_on_with(tmp_path: Path) -> None:
    """Does a newcomer begin at the top of the first lesson, and a returning reader go on?"""
    page = home_page(course_of(tmp_path, None, None), "/", NOW)
    assert "<strong>Begin:</strong>" in page
    assert "cards due" not in page
    page = home_page(course_of(tmp_path, True, None), "/", NOW)
    assert "<strong>Go on:</strong>" in page
    assert "05 Conv layers, conv-1d</a>" in page
    page = home_page(course_of(tmp_path, True, True), "/", NOW)
    assert "Go on" not in page
    assert "Complete." in page


def test_a_strangers_text_is_text(tmp_path: Path) -> None:
    """Is what a notebook says shown, and never a part of the page?"""
    evil = '<script>alert("1")</script>'
    texts = [new_markdown_cell(f"# {evil}\n\nAfterwards {evil}\n\n**Time:** {evil}\n\n## {evil}?")]
    save(tmp_path, "05_evil", *texts, *cells(False, None)[1:])
    pages = [home_page(tmp_path, "/", NOW), search_page(tmp_path, "/", evil)]
    for page in pages:
        assert evil not in page
        assert "&lt;script&gt;" in page


def test_damage_is_told(tmp_path: Path) -> None:
    """Do a broken notebook and a broken file of reviews leave a page that says so?"""
    course_of(tmp_path, True, True)
    course_of(tmp_path, True, True, lesson="06_more")
    (tmp_path / "notebooks" / "06_more" / "06_more.ipynb").write_text("{")
    (tmp_path / FILE).write_text("{")
    page = home_page(tmp_path, "/", NOW)
    assert "06_more.ipynb is not a notebook" in page
    assert "review.json is damaged" in page
    assert "10 of 10 points, 2 of 2 exercises right." in page


def test_a_card(tmp_path: Path) -> None:
    """Is the question shown, its answer folded, its TeX whole, and a rating one button?"""
    page = review_page(course_of(tmp_path, True, None), "/u/", NOW, "secret")
    assert "Cards due today: 2." in page
    assert "How many <em>windows</em>" in page
    question, answer = page.split("<summary>Answer</summary>")
    assert "Seven" not in question
    assert "<math " in answer
    assert "$$" not in answer
    assert answer.count('<button name="rating"') == 4
    assert 'name="_xsrf" value="secret"' in answer
    assert 'name="key" value="05_conv_layers 1"' in answer
    page = review_page(course_of(tmp_path / "new", None, None), "/u/", NOW, "secret")
    assert "There are no cards yet" in page
    assert "<form method" not in page


def test_a_cards_html_is_text(tmp_path: Path) -> None:
    """Does a card that somebody wrote run nothing?"""
    evil = "1. <img src=x onerror=alert(1)> [a](javascript:alert(1))\n"
    evil += "<details><summary>Answer</summary>b</details>"
    save(tmp_path, "05_evil", *cells(True, None)[:-1], new_markdown_cell(evil))
    page = review_page(tmp_path, "/", NOW, "")
    assert "<img" not in page
    assert 'href="javascript' not in page


def test_no_lesson(tmp_path: Path) -> None:
    """Is a course without lessons a page, and no error?"""
    (tmp_path / "notebooks").mkdir()
    assert "0 of 0 points" in home_page(tmp_path, "/", NOW)


def test_found_words_lead_to_their_cell(tmp_path: Path) -> None:
    """Is each place a link, and are the words still in the box?"""
    page = search_page(course_of(tmp_path, None, None), "/u/", "stride")
    assert f'<a href="{ADDRESS}#cell-id=padding-text"' in page
    assert 'value="stride"' in page
    assert "1 place." in page


def test_every_term_is_on_the_glossarys_page(tmp_path: Path) -> None:
    """Does each stand there, with a link to its lesson where the course has it?"""
    page = glossary_page(course_of(tmp_path, None, None), "/u/")
    assert page.count("<dt ") == len(entries())
    of_05 = sum(entry.lesson == "05" for entry in entries())
    assert page.count(f'href="{ADDRESS}"') == of_05 > 0


def test_points(tmp_path: Path) -> None:
    """Is a lesson's standing one line?"""
    (found,) = standings(course_of(tmp_path, True, False))
    assert points(found) == "5 of 10 points, 1 of 2 exercises right."
