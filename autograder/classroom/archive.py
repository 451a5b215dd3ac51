"""How is a zip written whose bytes tell nothing of when and where?"""

import io
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

PROGRAM, PLAIN = 0o755, 0o644


def packed(entries: Mapping[str, bytes], programs: frozenset[str] = frozenset()) -> bytes:
    """A zip of these files; the same give the same bytes.

    entries: contents by path
    programs: of these paths, those that can be executed
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(entries):
            info = zipfile.ZipInfo(name)  # dated 1980
            info.create_system = 3  # Unix, whose permissions follow
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (PROGRAM if name in programs else PLAIN) << 16
            archive.writestr(info, entries[name])
    return buffer.getvalue()


def package(root: Path, name: str) -> Iterator[tuple[str, bytes]]:
    """The files of a Python package in the repository, by their paths in it."""
    for path in (root / name).rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith("."):
            yield path.relative_to(root).as_posix(), path.read_bytes()
