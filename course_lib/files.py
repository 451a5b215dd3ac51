"""Files are written whole or not at all."""

import errno
import os
import tempfile
from pathlib import Path

from course_lib.errors import CourseError


def write(path: Path, content: str | bytes) -> None:
    """Write `content` to `path`, making its folder; an error leaves what was there before.

    raises: CourseError where the disk is full or the place cannot be written
    """
    raw = content.encode() if isinstance(content, str) else content
    temporary: str | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
        # mkstemp makes private files; give back what the user's umask would have given.
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
    except OSError as error:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        raise CourseError(f"Could not write {path}: {_reason(error)}") from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _reason(error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return "the disk is full. Free some space and run the command again."
    if error.errno in (errno.EACCES, errno.EROFS, errno.EPERM):
        return "no permission to write there. Choose another folder."
    return f"{error.strerror or error}."
