"""Files are written whole or not at all."""

import errno
import os
import uuid
from contextlib import suppress
from pathlib import Path

from course_lib.errors import CourseError


def write(path: Path, content: str | bytes) -> None:
    """Write `content` to `path`, making its folder; an error leaves what was there before.

    raises: CourseError where the disk is full or the place cannot be written
    """
    raw = content.encode() if isinstance(content, str) else content
    # Beside its target, since only within one disk is the final step a single one; opened as an
    # ordinary file, unlike tempfile's private ones, so that the user's umask decides who reads it.
    temporary = path.with_name(f".{path.name[:100]}.{uuid.uuid4().hex}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("xb") as file:
            file.write(raw)
        os.replace(temporary, path)
    except OSError as error:
        raise CourseError(f"Could not write {path}: {_reason(error)}") from error
    finally:
        with suppress(OSError):  # after the last step there is nothing left to remove
            temporary.unlink()


def _reason(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "the disk is full. Free some space and run the command again."
    if error.errno in (errno.EACCES, errno.EROFS, errno.EPERM):
        return "no permission to write there. Choose another folder."
    return f"{error.strerror or error}."
