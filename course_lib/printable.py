"""How does a stranger's text reach a terminal, a log or a table? With its control characters shown.

Escape sequences clear a screen and forge a line; so do a carriage return and marks of direction.
"""

import re
import unicodedata

_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_JOINERS = "\u200c\u200d"  # of Persian and Hindi names, and of emoji
_ODD = re.compile(r"[^ -~]")


def shown(text: str, *, lines: bool = False) -> str:
    r"""The text with what cannot be seen written out, as `\x1b`.

    lines: line ends stay
    """

    def written(found: re.Match[str]) -> str:
        sign = found[0]
        if (sign == "\n" and lines) or sign in _JOINERS:
            return sign
        if unicodedata.category(sign) not in _HIDDEN:
            return sign
        return sign.encode("unicode_escape").decode()

    return _ODD.sub(written, text)
