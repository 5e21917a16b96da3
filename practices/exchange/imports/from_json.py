"""JSON: {"practices": [document, …]}, as export writes it, or the bare list. Read item by item, in little memory."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from django.utils.translation import gettext

from practices.exchange.imports.errors import UnreadableFile, reading

PIECE = 64 * 1024  # characters read at a time
LONGEST_ITEM = 4 * 1024 * 1024  # characters; a document has about 200,000 at most
LIST_NAME = "practices"


def read(path: Path) -> Iterator[Any]:
    """Yield the items of a file. Raises UnreadableFile where it cannot be read."""
    with reading(), path.open(encoding="utf-8-sig") as file:
        yield from items(file)


def items(file: TextIO) -> Iterator[Any]:
    """Yield the items of an open file. Raises UnreadableFile."""
    with reading():
        yield from _items(_Scanner(file))


def _items(scanner: "_Scanner") -> Iterator[Any]:
    if scanner.peek() != "{":
        yield from _list(scanner)
    else:
        for name in scanner.members():
            if name == LIST_NAME:
                yield from _list(scanner)
                break
            scanner.value()
        else:
            raise _wrong_shape()


def _list(scanner: "_Scanner") -> Iterator[Any]:
    if scanner.peek() != "[":
        scanner.value()  # says so where it is no JSON at all
        raise _wrong_shape()
    for _position in scanner.elements():
        yield scanner.value()


def _wrong_shape() -> UnreadableFile:
    return UnreadableFile(
        gettext("the file must contain a list, or an object with the list “%(name)s”") % {"name": LIST_NAME}
    )


class _Scanner:
    """Reader of the outer list or object of a JSON text, one value after the other."""

    def __init__(self, file: TextIO):
        self._file = file
        self._text = ""
        self._at = 0
        self._line, self._column = 1, 1  # of the first character of _text
        self._ended = False
        self._decoder = json.JSONDecoder()

    def peek(self) -> str:
        """Skip white space and return the next character; empty at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in " \t\r\n":
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._read_more():
                return ""

    def value(self) -> Any:
        """Decode and return the next value."""
        self.peek()
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                fault = self._fault(error.msg, error.pos)
                # Perhaps only its end is missing: reading twice as much each time keeps that cheap.
                if len(self._text) - self._at > LONGEST_ITEM or not self._read_more():
                    raise fault from error
            else:
                # A number may go on: of “1e+” at the end of the text, “1” is decoded so far.
                if end + 2 < len(self._text) or self._ended:
                    self._at = end
                    return value
                self._read_more()

    def elements(self) -> Iterator[int]:
        """Yield before each element of the list that begins here; the caller then reads its value."""
        yield from self._parts("]")

    def members(self) -> Iterator[str]:
        """Yield the name of each member of the object that begins here; the caller then reads its value."""
        for _position in self._parts("}"):
            if self.peek() != '"':
                raise self._fault(gettext("Expecting a name in double quotes"), self._at)
            name = self.value()
            self._expect(":")
            yield name

    def _parts(self, closing: str) -> Iterator[int]:
        self._at += 1
        position = 0
        if self.peek() == closing:
            self._at += 1
            return
        while True:
            yield position
            position += 1
            if self.peek() == closing:
                self._at += 1
                return
            self._expect(",")

    def _expect(self, character: str) -> None:
        if self.peek() != character:
            raise self._fault(gettext("Expecting “%(character)s”") % {"character": character}, self._at)
        self._at += 1

    def _read_more(self) -> bool:
        """Append more of the file to the text, and drop what was read before. Returns False at the end."""
        if self._ended:
            return False
        piece = self._file.read(max(PIECE, len(self._text) - self._at))
        self._ended = not piece
        self._line, self._column = self._place(self._at)
        self._text, self._at = self._text[self._at :] + piece, 0
        return bool(piece)

    def _place(self, at: int) -> tuple[int, int]:
        """Return the line and column, from 1, of a position in the text."""
        before = self._text[:at]
        lines = before.count("\n")
        return self._line + lines, at - before.rfind("\n") if lines else self._column + at

    def _fault(self, why: str, at: int) -> UnreadableFile:
        line, column = self._place(at)
        return UnreadableFile(
            gettext("line %(line)s, column %(column)s is not JSON: %(why)s")
            % {"line": line, "column": column, "why": why}
        )
