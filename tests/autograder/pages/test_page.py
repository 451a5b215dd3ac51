"""Whether nbgrader's own exporters are held to the course's rules."""

import pytest
from nbgrader.converters.base import NbGraderException
from traitlets.config import Config

from autograder.pages.page import FeedbackExporter, Refusal
from autograder.submission.markup import sanitized


def test_refusal() -> None:
    """Does nbgrader's autograde stop before it does anything, and say which command to use?"""
    with pytest.raises(NbGraderException, match="course grade"):
        Refusal()


def test_settings_of_others() -> None:
    """Is the page the course's own, cleaned, whatever template formgrader or a class asks for?"""
    theirs = Config()
    theirs.HTMLExporter.template_name = "feedback"
    theirs.HTMLExporter.sanitize_html = False
    exporter = FeedbackExporter(config=theirs)
    assert exporter.template_name == "course_feedback"
    assert exporter.sanitize_html
    assert exporter.filters["clean_html"] is sanitized
