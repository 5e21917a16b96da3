"""Index of a frozen copy: small scripts, of which the search page loads those that it needs.

Browsers let a page on a disk load scripts, but no other files. Each word is in the part that its first two characters
name, so that a search reads a few kilobytes, however large the copy. `static/js/frozen-search.js` reads the index; its
words are made as here.
"""

import json
import re
import tempfile
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import batched
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.utils.text import Truncator
from django.utils.translation import get_language

from practices import documents
from practices.documents.translations import translated
from practices.exchange.exports.records import Record
from practices.models import text_direction

FOLDER = "search"
TITLES_IN_A_PART = 200
POSTINGS_IN_MEMORY = 200_000
SUMMARY_LENGTH = 200
_WRITTEN_WITHOUT_SPACES = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
"""Japanese and Chinese, of which each character is a word."""
_WORD = re.compile(rf"[{_WRITTEN_WITHOUT_SPACES}]|[^\W_{_WRITTEN_WITHOUT_SPACES}]+")


def words(text: str) -> list[str]:
    """Return the words of a text without case and accents."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return _WORD.findall(
        "".join(sign for sign in decomposed if not unicodedata.category(sign).startswith("M"))
    )


def part_of(word: str) -> str:
    """Return the name of the part of a word: the code points of its first two characters."""
    return "-".join(f"{ord(sign):x}" for sign in word[:2])


def write_index(
    records: Iterable[Record], *, write: Callable[[str, str], None], file_of: Callable[[Record], str]
) -> None:
    """Write the index of `records`, in their order. `write` takes the path of a file and its text.

    `file_of` returns the path of the page of a practice. Memory is bounded: postings wait on disk.
    """
    with tempfile.TemporaryDirectory() as spool:
        waiting: dict[str, list[str]] = defaultdict(list)
        count = 0
        for number, batch in enumerate(batched(records, TITLES_IN_A_PART, strict=False)):
            write(*_part(f"titles-{number}", [_shown(record, file_of(record)) for record in batch]))
            for position, record in enumerate(batch, start=number * TITLES_IN_A_PART):
                for word, is_in_title in _words_of(record):
                    waiting[part_of(word)].append(f"{word} {position} {is_in_title:d}\n")
                    count += 1
            if count > POSTINGS_IN_MEMORY:
                _spool(waiting, Path(spool))
                count = 0
        _spool(waiting, Path(spool))
        for file in sorted(Path(spool).iterdir()):
            write(*_part(file.name, _postings(file)))


def _words_of(record: Record) -> Iterator[tuple[str, bool]]:
    """Yield the words of a practice in all its languages, each once, and whether its title has it."""
    document = record.document
    versions = [document, *(translated(document, each) for each in record.translations)]
    of_title = {word for each in versions for word in words(each["title"])}
    others = [
        *(each[name] for each in versions for name in ("summary", "area")),
        *document["implementers"], *document["partners"], *document["tags"],
        *(country.name for country in documents.countries_of(document)),
    ]  # fmt: skip
    yield from ((word, True) for word in of_title)
    yield from ((word, False) for word in set(words(" ".join(others))) - of_title)


def _shown(record: Record, file: str) -> list[str]:
    """Return what the search page shows of a practice, in its language where there is a translation into it."""
    translation = record.translation_into(get_language())
    document = translated(record.document, translation) if translation else record.document
    summary = Truncator(document["summary"]).chars(SUMMARY_LENGTH)
    language = translation.language if translation else document["language"]
    return [document["title"], quote(file), summary, language, text_direction(language)]


def _spool(waiting: dict[str, list[str]], folder: Path) -> None:
    for name, lines in waiting.items():
        with (folder / name).open("a", encoding="utf-8") as file:
            file.writelines(lines)
    waiting.clear()


def _postings(file: Path) -> dict[str, list[list[int]]]:
    """Return word → [positions of practices with it in their titles, and elsewhere]."""
    found: dict[str, list[list[int]]] = {}
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            word, position, is_in_title = line.rsplit(" ", 2)
            found.setdefault(word, [[], []])[0 if int(is_in_title) else 1].append(int(position))
    return found


def _part(name: str, content: Any) -> tuple[str, str]:
    text = json.dumps(content, separators=(",", ":"))  # in ASCII, so that no byte depends on an encoding
    return f"{FOLDER}/{name}.js", f"frozenPart({json.dumps(name)},{text});\n"
