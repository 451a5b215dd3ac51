"""Texts for models of characters: Python's own library, and Shakespeare where it was downloaded."""

import hashlib
import io
import os
import sysconfig
import tokenize
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_lib.data import folder
from course_lib.data.fetch import download
from course_lib.errors import CourseError

URL = "https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt"
SHA256 = "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed"
FILE = "tiny_shakespeare.txt"
_SIZE = 1_115_394  # bytes, each one character

PRINTABLE = "\n" + "".join(map(chr, range(32, 127)))
_LARGEST = 2_000_000  # characters of python_source
_EACH = 120_000  # characters of one module: none shall make up the text
_BRACKETS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}
_TEST = 10  # every tenth module, or the last tenth of a text, is for testing


@dataclass(frozen=True)
class Text:
    """A text of ASCII characters, and the numbers that a model reads instead.

    text: the characters
    alphabet: every character that either split can hold, in order; a code is a place in it
    split: "train" or "test"
    source: one line: where it comes from
    name: "python_source" or "tiny_shakespeare"
    """

    text: str
    alphabet: str
    split: str
    source: str
    name: str

    def __len__(self) -> int:
        return len(self.text)

    def codes(self) -> NDArray[np.int64]:
        """The whole text, (len,) int64, entries from 0 to len(alphabet) - 1."""
        return self.encode(self.text)

    def encode(self, text: str) -> NDArray[np.int64]:
        """Any text of this alphabet as codes.

        raises: CourseError naming a character that the alphabet lacks
        """
        if strange := set(text) - set(self.alphabet):
            raise CourseError(f"{self.name} has no character {min(strange)!r}: leave it out.")
        table = np.zeros(128, np.int64)
        table[[ord(character) for character in self.alphabet]] = range(len(self.alphabet))
        return table[np.frombuffer(text.encode("ascii"), np.uint8)]

    def decode(self, codes: ArrayLike) -> str:
        """Codes of any shape as one text."""
        letters = np.array(list(self.alphabet))
        return "".join(letters[np.asarray(codes).ravel()])


def python_source(split: str = "train", *, size: int = _LARGEST) -> Text:
    """The modules of the running Python's standard library, one after the other, in ASCII.

    split: "train"; or "test", every tenth module
    size: characters of both splits together, at most: modules are taken in the order of their
        names until they are reached
    returns: a Text over the 95 printable characters and the end of a line; the same for the same
        release of Python
    raises: CourseError for another split, or where this Python has no sources

    Packages and private modules are left out, with them the tests and whatever was installed; so
    are modules with other characters than ASCII or of more than 120,000 characters. Tabs become
    spaces, and spaces at the ends of lines go.
    """
    wanted = _chosen(split)
    modules = _modules(size)
    mine = [
        text
        for number, text in enumerate(modules.values(), 1)
        if (number % _TEST == 0) == (wanted == "test")
    ]
    version = sysconfig.get_python_version()
    return Text(
        text="\n\n".join(mine),
        alphabet=PRINTABLE,
        split=wanted,
        source=f"the standard library of Python {version}, {len(mine)} modules",
        name="python_source",
    )


def python_source_verify() -> int:
    """See that the text is what it should be: large enough, ASCII, and Python, module by module.

    returns: how many characters it has
    raises: CourseError that says what is wrong
    """
    modules = _modules(_LARGEST)
    for name, text in modules.items():
        if strange := set(text) - set(PRINTABLE):
            raise CourseError(f"The module {name} holds the character {min(strange)!r}.")
        if not tokenises(text):
            raise CourseError(f"The module {name} of this Python's library is no Python.")
    characters = sum(map(len, modules.values()))
    if not _LARGEST // 2 <= characters <= _LARGEST:
        raise CourseError(
            f"This Python's library gives {characters:,} characters, and at least "
            f"{_LARGEST // 2:,} are due. Use a complete installation of Python."
        )
    return characters


def tokenises(text: str) -> bool:
    """Whether Python can split a text into its words: quotes, brackets and indents must match."""
    try:
        kinds = [word.type for word in tokenize.generate_tokens(io.StringIO(text).readline)]
    except (tokenize.TokenError, SyntaxError):
        return False
    return tokenize.ERRORTOKEN not in kinds


def code_labels(text: str) -> dict[str, NDArray[np.float64]]:
    """What a reader of Python knows after each character.

    text: Python
    returns: each (len(text),) float64: "quotes" and "docstring", 1 inside a string of one line or
        between triple quotes, up to the quote that ends it; "comment", 1 from # to the end of its
        line; "brackets", how many are open; "line length", characters of the line so far;
        "indentation", spaces that it begins with, so far
    raises: CourseError where the text cannot be tokenised
    """
    lines = text.splitlines(keepends=True)
    starts = np.cumsum([0, *map(len, lines)])
    names = ("quotes", "docstring", "comment", "brackets")
    labels = {name: np.zeros(len(text)) for name in names}
    try:
        words = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError) as error:
        raise CourseError(f"This text is no Python: {error}.") from error
    opened: list[int] = []  # where the strings begin that are made of several words
    for word in words:
        begin, end = (starts[min(row, len(lines) + 1) - 1] + column
                      for row, column in (word.start, word.end))  # fmt: skip
        if word.type == tokenize.COMMENT:
            labels["comment"][begin:end] = 1
        elif word.type == tokenize.OP and word.string in _BRACKETS:
            labels["brackets"][begin:] += _BRACKETS[word.string]
        elif word.type == getattr(tokenize, "FSTRING_START", None):  # Python 3.12
            opened.append(begin)
        elif word.type in (tokenize.STRING, getattr(tokenize, "FSTRING_END", None)):
            begin = begin if word.type == tokenize.STRING else opened.pop()
            quote = text[begin:end].lstrip("rRbBuUfF")
            kind = "docstring" if quote.startswith(('"""', "'''")) else "quotes"
            labels[kind][begin : end - 1] = 1
    column = np.arange(len(text)) - np.repeat(starts[:-1], np.diff(starts)) + 1
    spaces = np.repeat([len(line) - len(line.lstrip(" ")) for line in lines], np.diff(starts))
    ends = np.frombuffer(text.encode("ascii"), np.uint8) == ord("\n")
    labels["line length"] = np.where(ends, 0, column).astype(np.float64)
    labels["indentation"] = np.where(ends, 0, np.minimum(column, spaces)).astype(np.float64)
    return labels


def tiny_shakespeare(split: str = "train") -> Text:
    """40,000 lines of Shakespeare's plays.

    split: "train"; or "test", the last tenth
    returns: a Text over the 65 characters that occur
    raises: CourseError for another split, or where the file is absent or another
    source: A. Karpathy, char-rnn, 2015
    """
    wanted = _chosen(split)
    text = _official(tiny_shakespeare_verify()).decode("ascii")
    cut = len(text) - len(text) // _TEST
    return Text(
        text=text[:cut] if wanted == "train" else text[cut:],
        alphabet="".join(sorted(set(text))),
        split=wanted,
        source="tiny-shakespeare, A. Karpathy, char-rnn, 2015",
        name="tiny_shakespeare",
    )


def tiny_shakespeare_file() -> Path | None:
    """The file in COURSE_DATA or in `data`; None where there is none."""
    return folder.find(FILE)


def tiny_shakespeare_download(
    *, progress: bool = True, url: str = URL, sha256: str = SHA256
) -> Path:
    """Make tiny-shakespeare present: download and check; what is there already is not fetched.

    progress: show a bar
    url, sha256: other than the official ones for tests only
    returns: the file
    raises: CourseError that says what to do; an interrupted download goes on at the next call
    """
    present = tiny_shakespeare_file()
    if present is not None and _sha256(present) == sha256:
        return present
    target = folder.data_folder() / FILE
    part = target.with_name(FILE + ".part")
    download(url, part, room=_SIZE, progress=progress)
    if _sha256(part) != sha256:
        part.unlink()
        raise CourseError(
            f"What {url} sent is not the official file: its SHA-256 differs. It was removed; run "
            "the command again."
        )
    os.replace(part, target)
    return target


def tiny_shakespeare_verify(*, sha256: str = SHA256) -> Path:
    """Compare the file with the official SHA-256.

    returns: the file
    raises: CourseError where it is absent or differs
    """
    place = tiny_shakespeare_file()
    if place is None:
        raise CourseError(
            f"tiny-shakespeare is not in {folder.data_folder()}. Run `course data get "
            "tiny_shakespeare` (1 MB)."
        )
    if _sha256(place) != sha256:
        raise CourseError(
            f"{place} differs from the official file. Run `course data get tiny_shakespeare`: it "
            "brings it again."
        )
    return place


def _chosen(split: str) -> str:
    if split not in ("train", "test"):
        raise CourseError(f"There is no split {split!r}. Choose train or test.")
    return split


def _modules(size: int) -> dict[str, str]:
    """Name -> cleaned text, in the order of the names, together at most `size` characters."""
    place = Path(sysconfig.get_path("stdlib"))
    names = sorted(path.name for path in place.glob("[a-z]*.py"))
    if not names:
        raise CourseError(
            f"{place} holds no modules as text. Use an installation of Python that has its "
            "standard library as files."
        )
    found: dict[str, str] = {}
    for name in names:
        # What a system's packager or a company adds to every start of Python is none of Python's.
        if name in ("sitecustomize.py", "usercustomize.py"):
            continue
        text = _clean((place / name).read_bytes())
        if not text or len(text) > _EACH:
            continue
        size -= len(text)
        if size < 0:
            break
        found[name] = text
    return found


def _clean(raw: bytes) -> str:
    """A module in the 96 characters; nothing where it needs others."""
    if not raw.isascii():
        return ""
    lines = raw.decode("ascii").replace("\f", "").expandtabs(8).splitlines()
    text = "\n".join(line.rstrip() for line in lines).strip("\n") + "\n"
    return text if set(text) <= set(PRINTABLE) and text.strip() else ""


def _official(place: Path) -> bytes:
    try:
        return place.read_bytes()
    except OSError as error:
        raise CourseError(f"{place} cannot be read ({error.strerror}).") from error


def _sha256(path: Path) -> str:
    """Empty where the file cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
