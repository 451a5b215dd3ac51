"""Which outputs of a student's room go into the executed notebook."""

import json

import pytest

from autograder.rooms.examiner.outputs import Outputs, clean
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


def test_every_kind_is_counted() -> None:
    """Are errors, tracebacks, pictures and what is said about them bounded, as texts are?"""
    error = {"output_type": "error", "ename": "x", "evalue": "y", "traceback": ["A" * 10_000] * 50}
    picture = {"output_type": "display_data", "data": {"text/plain": "B" * 9_000}}
    told = {"output_type": "display_data", "data": {"text/plain": "b"}, "metadata": {"c": "C" * 99}}
    for flood in ([error] * 1_000, [picture] * 1_000, [told] * 1_000, [error, picture] * 1_000):
        shown = clean(flood, 20_000)
        assert len(json.dumps(shown)) < 130_000
        assert "The output was cut" in shown[-1].text


def test_an_error_after_much_output() -> None:
    """Is the error that ended a loud cell told, with the end of its traceback?"""
    error = {"output_type": "error", "ename": "ValueError", "evalue": "why", "traceback": ["end"]}
    shown = clean([{"output_type": "stream", "text": "x" * 50_000}, error], 20_000)
    assert [output.output_type for output in shown] == ["stream", "error", "stream"]
    assert shown[1].traceback == ["end"]


def test_outputs_of_many_calls() -> None:
    """Is what a room shows bounded as it comes, and is there room again for the next cell?"""
    shown = Outputs(20_000)
    for _ in range(100):
        shown.add([{"output_type": "stream", "text": "x" * 1_000}])
    first, note = shown.take()
    assert 15_000 < len(first.text) <= 20_000
    assert note.name == "stderr"
    shown.add([{"output_type": "stream", "text": "y"}])
    assert [output.text for output in shown.take()] == ["y"]


@pytest.mark.parametrize("kind", ["streams", "pictures"])
def test_many_small_outputs(kind: str):
    """Are very many outputs that hold next to nothing cut, as a page's bytes would count them?"""
    streams = [{"output_type": "stream", "name": n, "text": "a"} for n in ("stdout", "stderr")]
    picture = {"output_type": "display_data", "data": {"text/plain": "a"}, "metadata": {}}
    kept = clean((streams if kind == "streams" else [picture, picture]) * 10_000, 100_000)
    assert 100 < len(kept) < 500
    assert "The output was cut" in kept[-1].text
