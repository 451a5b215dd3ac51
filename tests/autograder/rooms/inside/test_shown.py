"""What a room has shown."""

from autograder.rooms.inside.shown import LEAST, Shown


def test_a_cut_is_told_once() -> None:
    """Is it noted once that something was left out, however much more is written?"""
    shown = Shown()
    shown.limit = LEAST + 2
    for _ in range(100):
        shown.write("stdout", "12345678")
    kept = shown.take()
    assert [output["output_type"] for output in kept] == ["stream", "cut"]
    assert kept[0]["text"] == "1234567812"
    shown.write("stdout", "again")
    assert [output["output_type"] for output in shown.take()] == ["stream"]


def test_many_small_outputs() -> None:
    """Does each output count as what a page needs to show the least of them?"""
    shown = Shown()
    shown.limit = 10 * LEAST
    for _ in range(100):
        shown.write("stdout", "a")
        shown.write("stderr", "b")
    assert [output["output_type"] for output in shown.take()] == ["stream"] * 10 + ["cut"]
