"""The text part of an e-mail, written from its HTML, so that both say the same."""

import re
from html.parser import HTMLParser

from django.utils.translation import gettext

_BLOCKS = {"blockquote", "div", "h1", "h2", "li", "p", "table", "td", "tr", "ul"}
_HEADINGS = {"h1", "h2"}
_VOID = {"br", "hr", "img", "input", "link", "meta"}
_SKIPPED_TAGS = {"head", "style"}
_ONLY_HTML = "only-html"
"""Class of what the text part leaves out: it has the same elsewhere."""
_SPACE = re.compile(r"[ \t\n\r\f\xa0]+")


def text_part(html: str) -> str:
    """Return the text of an e-mail's HTML.

    A link that stands alone becomes a line with its address below, one within a sentence its address in angle
    brackets (RFC 3986 appendix C). Quotations begin with “>”, and the footer with the delimiter of signatures.
    """
    writer = _Writer()
    writer.feed(html)
    writer.close()
    return writer.text()


class _Writer(HTMLParser):
    """Collects paragraphs. Each is a list of texts and of links, which are (label, address) pairs."""

    def __init__(self) -> None:
        super().__init__()
        self._paragraphs: list[tuple[str, str]] = []
        """Text of each paragraph, with what separates it from the one before."""
        self._pieces: list[str | tuple[str, str]] = []
        self._open: list[tuple[str, set[str]]] = []
        self._label: list[str] | None = None
        """Texts of the link that is open."""
        self._address = ""

    def text(self) -> str:
        self._end_paragraph()
        return "".join(separator + paragraph for separator, paragraph in self._paragraphs).strip("\n") + "\n"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag in _BLOCKS:
            self._end_paragraph()
        if tag == "br":
            self._pieces.append("\n")
        if tag not in _VOID:
            self._open.append((tag, set((attributes.get("class") or "").split())))
        if tag == "a" and not self._is_skipped():
            self._label, self._address = [], attributes.get("href") or ""
        if "foot" in self._classes_of_last():
            self._paragraphs.append(("\n\n", "-- "))

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._end_paragraph()
        if tag == "a" and self._label is not None:
            self._pieces.append(("".join(self._label).strip(), self._address))
            self._label = None
        if tag not in _VOID:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._is_skipped():
            return
        (self._pieces if self._label is None else self._label).append(_SPACE.sub(" ", data))

    def _is_skipped(self) -> bool:
        return any(tag in _SKIPPED_TAGS or _ONLY_HTML in classes for tag, classes in self._open)

    def _classes_of_last(self) -> set[str]:
        return self._open[-1][1] if self._open else set()

    def _end_paragraph(self) -> None:
        pieces, self._pieces = self._pieces, []
        lines = "".join(self._words(pieces)).split("\n")
        paragraph = "\n".join(_SPACE.sub(" ", line).strip() for line in lines).strip("\n")
        if not paragraph:
            return
        tags = [tag for tag, _classes in self._open]
        separator = "\n\n"
        if self._follows_closely(tags):
            separator = "\n"
        if "li" in tags:
            paragraph = "- " + paragraph.replace("\n", "\n  ")
        if "blockquote" in tags:
            paragraph = "\n".join(f"> {line}".rstrip() for line in paragraph.split("\n"))
            if self._paragraphs and self._paragraphs[-1][1].startswith(">"):
                separator = "\n>\n"
        self._paragraphs.append((separator, paragraph))

    def _follows_closely(self, tags: list[str]) -> bool:
        last = self._paragraphs[-1][1] if self._paragraphs else ""
        return last == "-- " or ("li" in tags and last.startswith("- ")) or "close" in self._classes_of_last()

    def _words(self, pieces: list[str | tuple[str, str]]) -> list[str]:
        is_alone = not "".join(piece for piece in pieces if isinstance(piece, str)).strip()
        is_heading = any(tag in _HEADINGS for tag, _classes in self._open)
        words: list[str] = []
        for piece in pieces:
            if isinstance(piece, str):
                words.append(piece)
            elif piece[0] == piece[1]:
                words.append(piece[1])
            elif is_alone:
                words.append(f"{piece[0]}{'' if is_heading else gettext(': ').rstrip(' ')}\n{piece[1]}")
            else:
                words.append(f"{piece[0]} <{piece[1]}>")
        return words
