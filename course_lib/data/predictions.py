"""What does a net say of images whose labels it does not know? A file with one class an image."""

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib import files
from course_lib.class_numbers import refused
from course_lib.errors import CourseError

NAME = "predictions"
# What zipfile and NumPy raise of files that are cut off, altered, or claim more than they hold.
_BROKEN = (OSError, ValueError, EOFError, MemoryError, RuntimeError, zipfile.BadZipFile)
LARGEST = 16 << 20  # bytes of a file, and of what it unpacks to: 2,000 images take 2,000


def write_predictions(labels: NDArray[Any], path: str | Path, *, classes: int = 10) -> None:
    """Write predicted classes to a file; the same labels give the same bytes.

    labels: (N,) integers, one class an image, each in 0..classes-1
    path: the file, `predictions.npz` to hand it in; one that is there is replaced
    raises: CourseError where the labels are none of this kind; the file is then left as it was
    """
    if reason := refused(labels, classes):
        raise CourseError(f"{reason} Nothing was written to {path}.")
    array = io.BytesIO()
    small = np.uint8 if classes <= 256 else np.int64
    np.lib.format.write_array(array, np.ascontiguousarray(labels, dtype=small))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:  # unpacked: compressors differ in their bytes
        entry = zipfile.ZipInfo(f"{NAME}.npy")  # dated 1980: nothing tells of when and where
        entry.create_system = 0
        archive.writestr(entry, array.getvalue())
    files.write(Path(path), packed.getvalue())


def read_predictions(path: str | Path, *, classes: int = 10) -> NDArray[np.int64]:
    """Read predicted classes from a file of `write_predictions`, or of `np.savez`.

    path: the file
    returns: (N,) int64, each in 0..classes-1
    raises: CourseError where there is none, or where it holds something else
    """
    labels = _loaded(Path(path))
    if reason := refused(labels, classes):
        raise CourseError(f"{path}: {reason} Write it with data.write_predictions.")
    return labels.astype(np.int64)


def _loaded(path: Path) -> NDArray[Any]:
    """The array in a file, whatever it is an array of."""
    if not path.is_file():
        raise CourseError(
            f"{path} is not there. Let your net predict data.unlabelled(), write the classes with "
            "data.write_predictions, and keep the file beside the notebook."
        )
    no_archive = CourseError(
        f"{path} is no file of predictions: it cannot be read as a .npz archive with one array "
        f"called {NAME!r}. Write it again with data.write_predictions."
    )
    try:
        # Looked at before NumPy reads it, which would make room for whatever size a file claims.
        with zipfile.ZipFile(path) as archive:
            (entry,) = archive.infolist()
            if (
                entry.filename != f"{NAME}.npy"
                or max(entry.file_size, path.stat().st_size) > LARGEST
            ):
                raise no_archive
            raw = archive.read(entry)
        array: NDArray[Any] = np.lib.format.read_array(
            io.BytesIO(raw), allow_pickle=False, max_header_size=1000
        )
    except _BROKEN:
        raise no_archive from None
    return array
