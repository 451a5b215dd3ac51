"""Where do links of the course's texts lead on the site? To pages; what has no page is text."""

import re
from pathlib import Path

_LINK = re.compile(r'(?<!!)\[([^\]]*)\]\(([^)\s#]+)(#[^)\s]*)?( "[^"]*")?\)')


def on_site(text: str, origin: Path, pages: dict[Path, str]) -> str:
    """The Markdown of one page with its links to files of the repository as the site has them.

    origin: the file that the text is from
    pages: the files that have a page, each with the page's path from the top of the site's source

    A link to a page is written from the top, as "/notebooks/07_dropout.md"; of a link to any
    other file its words stay. What leads to no file is left alone: Sphinx reports it.
    """

    def lead(found: re.Match[str]) -> str:
        words, target, place, title = found[1], found[2], found[3] or "", found[4] or ""
        file = (origin.parent / target).resolve()
        if page := pages.get(file):
            return f"[{words}](/{page}{place}{title})"
        return words if file.exists() else found[0]

    return _LINK.sub(lead, text)
