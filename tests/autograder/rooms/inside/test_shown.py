"""What a room has shown."""

from autograder.rooms.inside.shown import Shown


def test_a_cut_is_told_once() -> None:
    """Is it noted once that something was left out, however much more is written?"""
    shown = Shown()
    shown.limit = 10
    for _ in range(100):
        shown.write("stdout", "12345678")
    kept = shown.take()
    assert [output["output_type"] for output in kept] == ["stream", "cut"]
    assert kept[0]["text"] == "1234567812"
    shown.write("stdout", "again")
    assert [output["output_type"] for output in shown.take()] == ["stream"]
