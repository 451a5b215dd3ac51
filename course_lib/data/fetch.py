"""A download that goes on where it was interrupted."""

import http.client
import re
import shutil
import urllib.error
import urllib.request
from pathlib import Path
from typing import BinaryIO

from course_lib.errors import CourseError

_BLOCK = 1 << 18
_PATIENCE = 30  # seconds without a byte


def download(url: str, part: Path, *, room: int = 0, progress: bool = True) -> None:
    """Bring `url` into the file `part`, after what `part` already holds.

    room: bytes that must stay free on the disk beside the download
    progress: show a bar
    raises: CourseError where there is no network, the connection breaks or the disk is full; what
        has arrived stays in `part`, and the next call goes on from there
    """
    try:
        part.parent.mkdir(parents=True, exist_ok=True)
        start = part.stat().st_size if part.exists() else 0
        reply = _open(url, start)
        if reply is None:
            return
        with reply:
            if reply.status != 206 or _first_byte(reply) != start:
                start = 0  # The server sends the whole file again.
            length = reply.headers.get("Content-Length", "")
            total = start + int(length) if length.isdigit() else None
            _require(part.parent, (total or 0) - start + room)
            with part.open("ab" if start else "wb") as file:
                _copy(reply, file, start, total, progress)
    except OSError as error:
        raise CourseError(
            f"Could not write {part}: {error.strerror or error}. Make room or choose another "
            "folder with COURSE_DATA, and run the command again."
        ) from error


def _open(url: str, start: int) -> http.client.HTTPResponse | None:
    """The reply from byte `start` on; None where the server has nothing beyond it."""
    headers = {"User-Agent": "pixels-to-convnets", "Accept-Encoding": "identity"}
    if start:
        headers["Range"] = f"bytes={start}-"
    try:
        reply: http.client.HTTPResponse = urllib.request.urlopen(
            urllib.request.Request(url, headers=headers), timeout=_PATIENCE
        )
    except urllib.error.HTTPError as error:
        with error:
            if error.code == 416 and start:
                return None
        raise CourseError(
            f"{url} answered {error.code} ({error.reason}). Try again later."
        ) from error
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        raise CourseError(
            f"{url} cannot be reached ({reason}). Check the network and run the command again. "
            "Without a network, the set `shapes` is always there."
        ) from error
    return reply


def _first_byte(reply: http.client.HTTPResponse) -> int | None:
    match = re.match(r"bytes (\d+)-", reply.headers.get("Content-Range", ""))
    return int(match[1]) if match else None


def _require(place: Path, needed: int) -> None:
    free = shutil.disk_usage(place).free
    if free < needed:
        raise CourseError(
            f"The disk of {place} has {free >> 20} MB free, and {needed >> 20} MB are needed. "
            "Make room, or choose another folder with COURSE_DATA."
        )


def _copy(
    reply: http.client.HTTPResponse, file: BinaryIO, start: int, total: int | None, progress: bool
) -> None:
    from tqdm import tqdm

    have = start
    with tqdm(total=total, initial=start, unit="B", unit_scale=True, disable=not progress) as bar:
        while True:
            try:
                block = reply.read(_BLOCK)
            except (OSError, http.client.HTTPException) as error:
                raise _interrupted(have, total) from error
            if not block:
                break
            file.write(block)
            have += len(block)
            bar.update(len(block))
    if total is not None and have < total:
        raise _interrupted(have, total)


def _interrupted(have: int, total: int | None) -> CourseError:
    whole = f" of {total / 1e6:.1f}" if total else ""
    return CourseError(
        f"The connection broke after {have / 1e6:.1f}{whole} MB. Run the command again: it goes on "
        "from there."
    )
