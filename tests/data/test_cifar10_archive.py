import io
import tarfile

import pytest

from course_lib import data
from course_lib.errors import CourseError

from .conftest import ARCHIVE, FOLDER, Fake, batch, entry, packed


def download(server, fake, **changes):
    server.content = fake.archive
    return data.cifar10_download(progress=False, url=server.url, md5={**fake.md5, **changes})


def test_a_download_ends_in_the_official_files(place, server, fake):
    """After the download, are exactly the official files there, and the archive gone?"""
    folder = download(server, fake)
    assert folder == place / FOLDER
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == fake.members
    assert list(place.iterdir()) == [folder]
    assert len(data.cifar10("train")) == 20


def test_what_is_present_is_not_fetched(place, server, fake):
    """Does a second call leave the network alone?"""
    download(server, fake)
    download(server, fake)
    assert len(server.asked) == 1


def test_a_download_goes_on(place, server, fake):
    """Does a broken download end well at the second call, without fetching anything twice?"""
    server.cut = 5000
    with pytest.raises(CourseError, match="goes on"):
        download(server, fake)
    server.cut = None
    download(server, fake)
    assert server.sent == len(fake.archive)
    data.cifar10_verify(md5=fake.md5)


def test_a_wrong_archive_is_removed(place, server, fake):
    """Is an archive with a wrong md5 removed unread, so that the next call starts afresh?"""
    with pytest.raises(CourseError, match=r"md5 differs.*run the command again"):
        download(server, fake, **{ARCHIVE: "0" * 32})
    assert list(place.iterdir()) == []
    download(server, fake)
    data.cifar10_verify(md5=fake.md5)


def test_a_corrupted_part_is_healed_by_the_second_call(place, server, fake):
    """Does a part with a wrong byte in it end in a message, and then in a whole set?"""
    (place / f"{ARCHIVE}.part").write_bytes(b"x" + fake.archive[1:3000])
    with pytest.raises(CourseError, match="md5 differs"):
        download(server, fake)
    download(server, fake)
    data.cifar10_verify(md5=fake.md5)


def test_an_archive_brought_by_hand_is_used(place, server, fake):
    """Is an archive that lies in the folder unpacked without a network?"""
    (place / ARCHIVE).write_bytes(fake.archive)
    download(server, fake)
    assert server.asked == []
    data.cifar10_verify(md5=fake.md5)


def test_a_wrong_archive_brought_by_hand_is_kept(place, server, fake):
    """Is a file that the reader put there left to the reader?"""
    (place / ARCHIVE).write_bytes(b"something of mine")
    with pytest.raises(CourseError, match=r"md5 differs\. Delete it"):
        download(server, fake)
    assert (place / ARCHIVE).read_bytes() == b"something of mine"


def test_a_damaged_file_is_brought_again(place, server, fake):
    """Is an unpacked set with a damaged file repaired?"""
    folder = download(server, fake)
    (folder / "data_batch_2").write_bytes(b"damaged")
    (folder / "test_batch").unlink()
    with pytest.raises(CourseError, match=r"data_batch_2, test_batch.*get cifar10"):
        data.cifar10_verify(md5=fake.md5)
    download(server, fake)
    data.cifar10_verify(md5=fake.md5)


def test_verify_says_what_is_absent(place):
    """Without CIFAR-10, does verify say how to get it?"""
    with pytest.raises(CourseError, match="course data get cifar10"):
        data.cifar10_verify()


@pytest.mark.parametrize(
    ("member", "raw"),
    [
        (entry("../evil"), b"x"),
        (entry("/tmp/evil"), b"x"),
        (entry("evil"), b"x"),
        (entry("test_batch"), batch(0)),
        (entry(f"{FOLDER}/../evil"), b"x"),
        (entry(f"{FOLDER}/evil"), b"x"),
        (entry(f"{FOLDER}/test_batch", tarfile.SYMTYPE, "/etc/passwd"), b""),
        (entry(f"{FOLDER}/test_batch", tarfile.LNKTYPE, "../secret"), b""),
        (entry(f"{FOLDER}/test_batch", tarfile.FIFOTYPE), b""),
        (entry(f"{FOLDER}/test_batch", tarfile.DIRTYPE), b""),
        (entry(f"{FOLDER}/test_batch"), b"another content"),
    ],
    ids=lambda value: value.name if isinstance(value, tarfile.TarInfo) else "",
)
def test_unexpected_members_are_refused(place, server, member, raw):
    """Is a path, a link, a pipe or an unknown file in the archive refused, and nothing written?"""
    inner = place / "inner"
    inner.mkdir()
    members = {"test_batch": batch(0)}
    evil = Fake(members, packed([(member, raw)]))
    (inner / ARCHIVE).write_bytes(evil.archive)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_DATA", str(inner))
        with pytest.raises(CourseError, match="unlike the official archive"):
            download(server, evil)
    assert [path.name for path in inner.iterdir()] == [ARCHIVE]
    assert [path.name for path in place.iterdir()] == ["inner"]


def test_a_member_that_comes_twice_is_refused(place, server):
    """Can a second member of the same name replace the first?"""
    info, raw = entry(f"{FOLDER}/test_batch"), batch(0)
    twice = Fake({"test_batch": raw}, packed([(info, raw), (info, raw)]))
    with pytest.raises(CourseError, match="unlike the official"):
        download(server, twice)


def test_an_archive_that_lacks_a_file_is_told(place, server):
    """Are the names of absent members in the message?"""
    lacking = Fake({"test_batch": batch(0), "batches.meta": b"x"}, packed([]))
    with pytest.raises(CourseError, match=r"lacks batches\.meta, test_batch"):
        download(server, lacking)


@pytest.mark.parametrize("raw", [b"", b"no archive", b"\x1f\x8b damaged"])
def test_no_archive_at_all_is_told(place, server, raw):
    """Does a file that is no archive end in CourseError?"""
    (place / ARCHIVE).write_bytes(raw)
    with pytest.raises(CourseError, match="unlike the official archive"):
        download(server, Fake({"test_batch": b"x"}, raw))


def test_half_an_archive_is_told(place, server, fake):
    """Does an archive that ends in the middle of a member end in CourseError?"""
    half = Fake(fake.members, fake.archive[: len(fake.archive) // 2])
    with pytest.raises(CourseError, match="unlike the official archive"):
        download(server, half)


def test_a_member_of_great_size_is_refused(place, server):
    """Is a member refused by its size, before it is read into memory?"""
    info = entry(f"{FOLDER}/test_batch")
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        info.size = 1 << 40
        tar.addfile(info)
    with pytest.raises(CourseError, match="bytes, unlike"):
        download(server, Fake({"test_batch": b"x"}, buffer.getvalue()))
