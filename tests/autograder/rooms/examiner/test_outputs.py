"""Which outputs of a student's room go into the executed notebook."""

import pytest

from autograder.rooms.examiner.outputs import clean
from course_lib.checks import box


@pytest.mark.parametrize(
    "mime", [box.MIME, f" {box.MIME}", f"{box.MIME} ", box.MIME.upper(), f"{box.MIME};v=1"]
)
def test_a_verdict_in_any_writing(mime: str) -> None:
    """Is a verdict of the student's left out, however its kind is written?"""
    data = {mime: {"passed": True}, "text/plain": "x"}
    (shown,) = clean([{"output_type": "display_data", "data": data}], 10_000)
    assert {*shown.data} == {"text/plain"}


def test_a_long_traceback() -> None:
    """Does a long traceback keep its end, which says what happened and where?"""
    lines = [f"line {number}" for number in range(500)]
    (shown,) = clean([{"output_type": "error", "traceback": lines}], 10_000)
    assert shown.traceback[-1] == lines[-1]
    assert len(shown.traceback) < len(lines)
