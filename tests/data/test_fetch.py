from pathlib import Path

import pytest

from course_lib.data.fetch import download
from course_lib.errors import CourseError

CONTENT = bytes(range(256)) * 4000


def test_a_download_is_whole(tmp_path, server):
    """Does the file arrive byte for byte, in a folder that did not exist?"""
    server.content = CONTENT
    download(server.url, tmp_path / "new" / "part", progress=False)
    assert (tmp_path / "new" / "part").read_bytes() == CONTENT
    assert server.asked == [None]


def test_an_interrupted_download_goes_on(tmp_path, server):
    """After a broken connection, is only the rest asked for?"""
    server.content, server.cut = CONTENT, 300_000
    with pytest.raises(CourseError, match=r"broke after 0\.3 of 1\.0 MB.*goes on"):
        download(server.url, tmp_path / "part", progress=False)
    assert (tmp_path / "part").stat().st_size == 300_000
    server.cut = None
    download(server.url, tmp_path / "part", progress=False)
    assert (tmp_path / "part").read_bytes() == CONTENT
    assert server.asked == [None, "bytes=300000-"]
    assert server.sent == len(CONTENT)


def test_a_server_without_ranges_starts_again(tmp_path, server):
    """Where the server ignores Range, is the file whole instead of doubled?"""
    server.content, server.ranges = CONTENT, False
    (tmp_path / "part").write_bytes(CONTENT[:1000])
    download(server.url, tmp_path / "part", progress=False)
    assert (tmp_path / "part").read_bytes() == CONTENT


def test_a_whole_part_is_left_alone(tmp_path, server):
    """Is a download that had just ended, unnoticed, taken as it is?"""
    server.content = CONTENT
    (tmp_path / "part").write_bytes(CONTENT)
    download(server.url, tmp_path / "part", progress=False)
    assert (tmp_path / "part").read_bytes() == CONTENT
    assert server.sent == 0


def test_the_bar_starts_where_the_download_does(tmp_path, server, capsys):
    """Does the progress bar count what was there already?"""
    server.content = CONTENT
    (tmp_path / "part").write_bytes(CONTENT[: len(CONTENT) // 2])
    download(server.url, tmp_path / "part")
    shown = capsys.readouterr().err
    assert "50%" in shown
    assert " 0%" not in shown


def test_a_refusal_is_told(tmp_path, server):
    """Does the answer of a server that has no such file reach the reader?"""
    server.status = 404
    with pytest.raises(CourseError, match="answered 404"):
        download(server.url, tmp_path / "part", progress=False)


def test_no_network_is_told(tmp_path, monkeypatch):
    """Without a network, does the message say what works without one?"""
    monkeypatch.setenv("no_proxy", "*")
    with pytest.raises(CourseError, match=r"cannot be reached.*shapes"):
        download("http://127.0.0.1:9/file", tmp_path / "part", progress=False)


def test_a_small_disk_is_told_before_the_download(tmp_path, server):
    """Is the reader told that the disk is too small before a byte is fetched?"""
    server.content = CONTENT
    with pytest.raises(CourseError, match=r"MB free.*COURSE_DATA"):
        download(server.url, tmp_path / "part", room=1 << 60, progress=False)
    assert not (tmp_path / "part").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_told(tmp_path, server):
    """When the disk fills up on the way, does the message say what to do?"""
    server.content = CONTENT
    (tmp_path / "part").symlink_to("/dev/full")
    with pytest.raises(CourseError, match=r"No space left.*Make room"):
        download(server.url, tmp_path / "part", progress=False)
