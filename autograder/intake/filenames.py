"""Is a file the lesson's notebook, whatever browsers, Colab and students did to its name?"""

import re
import unicodedata
from enum import Enum
from pathlib import PurePosixPath

# What programs append when a file is saved, copied or uploaded a second time:
#   "01_knn (1)", "01_knn(1)"   browsers            "01_knn-Copy1"            JupyterLab
#   "01_knn-1"                  Canvas              "01_knn copy 2"           macOS Finder
#   "Copy of 01_knn"            Google Colab        "01_knn - Copy (2)"       Windows, in each
#   "Kopie von 01_knn"          Colab in German     "01_knn - Kopie"          of its languages
_COPIED = (
    "copy|kopie|copie|copia|kópia|cópia|kopia|kopi|kopio|kopya|kopija|копия|копія|αντίγραφο|副本|"
    "複製|コピー|복사본|사본"
)
_OF = "of|von|de|di|van|av|af"
# As Google Drive puts it: 01_knn のコピー, “01_knn.ipynb”的副本, 01_knn의 사본.
_POSSESSED = "のコピー|的副本|의 사본|의 복사본| másolata| adlı dosyanın kopyası"
_APPENDED = re.compile(
    rf"(?: ?\(\d+\)| ?-\d{{1,2}}| \d{{1,2}}| ?(?:{_POSSESSED})|"
    rf" ?[-–—]? ?(?:{_COPIED})(?: ?\d+| ?\(\d+\))?|[.]ipynb)$",
    re.IGNORECASE,
)
_PREPENDED = re.compile(
    rf"^(?:(?:{_COPIED})(?:[ _](?:{_OF}))?|kopie souboru|bản sao của|salinan|نسخة من|עותק של)[ _]",
    re.IGNORECASE,
)
_QUOTES = " \"'“”„«»「」"
# .ipynb.txt: saved by a browser that took it for text; .ipynb.json: from Safari and Google Drive.
_ENDINGS = {
    "ipynb": re.compile(r"(?:\.ipynb(?: ?\(\d+\))?)+(?:\.(?:txt|json))?$", re.IGNORECASE),
    "npz": re.compile(r"\.npz$", re.IGNORECASE),
}
# Folders between a person's and the notebook's own, as the students' bundle has them.
_BETWEEN = {"notebooks", "pixels-to-convnets", "submission", "submissions", "work", "src"}


class Fit(Enum):
    """How near a file's name is to the one that is looked for."""

    NAME = "is called so, or was before a program changed it"
    KIND = "is of its kind, and may be it under another name"
    NONE = "is another kind of file"


def fit(path: str, wanted: str) -> Fit:
    """How near a path below one person's folder is to a file's name, such as `01_knn.ipynb`."""
    stem, _, kind = wanted.rpartition(".")
    *folders, name = PurePosixPath(path).parts
    ending = _ENDINGS[kind].search(name)
    if ending is None:
        return Fit.NONE
    if not _same(plain(name[: ending.start()]), stem):
        return Fit.KIND
    return Fit.NAME if all(_passed(folder, stem) for folder in folders) else Fit.KIND


def plain(stem: str) -> str:
    """A name without what programs added to it."""
    while shorter := _APPENDED.sub("", _PREPENDED.sub("", stem.strip(_QUOTES))):
        if shorter == stem:
            break
        stem = shorter
    return stem


def is_lesson(name: str) -> bool:
    """Is this a lesson's name, which no person bears?"""
    return re.fullmatch(r"\d\d[ _-]\w+", plain(name)) is not None


def times_copied(path: str) -> int:
    """The number that a program counted up in a copy's name: 2 of "01_knn (2).ipynb"."""
    found = re.search(r"[(-]?(\d+)\)?\.\w+$", PurePosixPath(path).name)
    return int(found[1][:9]) if found else 0


def _passed(folder: str, stem: str) -> bool:
    folder = folder.lower()
    return (
        folder in _BETWEEN
        or folder.endswith(".zip")
        or is_lesson(folder)
        or _same(plain(folder), stem)
    )


def _same(one: str, other: str) -> bool:
    return _squeezed(one) == _squeezed(other)


def _squeezed(name: str) -> str:
    """Capitals, and whether words are parted by `_`, `-` or a space, tell no two names apart."""
    return re.sub(r"[ _-]+", "_", unicodedata.normalize("NFKC", name).casefold())
