"""Texts cut into the pieces that are sent to the service, and put together again.

The service gets words only. Line breaks, bullets, web addresses and placeholders stay as they are, and so do e-mail
addresses and numbers as long as those of phones, bank accounts and documents, which are never sent.

Repetitions have an upper bound, so that the time grows with the length of a text only.
"""

import re
from collections.abc import Iterator, Mapping

_KEPT = re.compile(
    r"""
    (?:https?://|www\.)[^\s<>"“”«»]*[^\s<>"“”«».,;:!?)\]]   # web addresses
    | [^\s@<>()\[\],;:"]{1,64}@[^\s@<>()\[\],;:"]{1,190}\.[^\W\d_]{2,20}  # e-mail addresses
    | %\(\w+\)[sd] | %[sd]\b | \{\{?[ ]?\w*[ ]?\}?\}           # placeholders
    | (?<![\w+])\+\d[\d\s()./–-]{5,20}\d\b                     # phone numbers with the code of a country
    | (?<![\w.,])00?\d{0,4}(?:[\s()./–-]{1,2}\d{1,8}){1,8}\b     # and those that begin with zero
    | (?<![\w.,])\d{2,4}(?:[\s./–-]\d{2,4}){3,7}(?![\d.,]\d)     # numbers in four groups or more
    | (?<![\w.,])\d{3}[\s.–-]\d{3}[\s.–-]\d{4}(?![\d.,]\d)       # numbers as in North America
    | \b[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]){11,30}\b                 # bank accounts (ISO 13616)
    | (?<![\d.,])\d(?:[ ()/-]?\d){6,20}(?![\d.,]\d)          # other phones, and documents
    | \b(?=(?:[A-Z-]*\d){3})[A-Z\d-]{7,20}\b                 # documents of letters and digits
    """,
    re.VERBOSE,
)
_MARK = re.compile(r"\s*(?:[-–—*•·–−·●○■□▪▫◦‣⁃]\s+|\(?\d{1,3}[.)]\s+)?")
"""White space at the beginning of a line, and the bullet or number of an item of a list."""
_END_OF_SENTENCE = re.compile(r"(?<=[.!?…؟])\s+|(?<=[。！？])")


class Piece(str):
    """Words that are sent to the service."""

    __slots__ = ()


def pieces(text: str, *, most: int) -> list[Piece | str]:
    """Cut a text into pieces of at most `most` characters to translate, and what stands between them.

    A sentence that is longer stays whole.
    """
    return [piece for line in text.splitlines(keepends=True) for piece in _pieces_of_line(line, most)]


def joined(parts: list[Piece | str], translations: Mapping[str, str]) -> str | None:
    """Return the text with each piece translated; None if the translation of a piece is missing."""
    if any(isinstance(part, Piece) and part not in translations for part in parts):
        return None
    return "".join(translations[part] if isinstance(part, Piece) else part for part in parts)


def _pieces_of_line(line: str, most: int) -> Iterator[Piece | str]:
    mark = _MARK.match(line)
    at = mark.end() if mark else 0
    yield line[:at]
    for kept in _KEPT.finditer(line, at):
        yield from _words(line[at : kept.start()], most)
        yield kept[0]
        at = kept.end()
    yield from _words(line[at:], most)


def _words(text: str, most: int) -> Iterator[Piece | str]:
    """Yield the sentences of a text in pieces, with the white space around them; text without a letter is kept."""
    if not any(map(str.isalpha, text)):
        yield text
        return
    words = text.strip()
    before, after = text[: text.index(words)], text[text.index(words) + len(words) :]
    yield before
    at = begin = 0
    for end in [*_END_OF_SENTENCE.finditer(words), None]:
        end_at = end.start() if end else len(words)
        if end_at - begin > most and at > begin:
            yield Piece(words[begin:at].rstrip())
            yield words[begin:at][len(words[begin:at].rstrip()) :]
            begin = at
        at = end.end() if end else len(words)
    yield Piece(words[begin:])
    yield after
