"""Upkeep of the search index, and of the words that spelling and weights know."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import batched, chain

from django.db import connection

from practices.core import bulk_insert, tokenizer
from practices.discovery.search.engines import engine
from practices.discovery.search.entry import Entry
from practices.discovery.search.matching import filter_matching
from practices.discovery.search.query import parse
from practices.discovery.search.ranking import lexemes_in
from practices.models import IndexedWord, Practice

BATCH = 10_000
"""Words written by one statement."""


def index(entries: Sequence[Entry]) -> None:
    """Add practices to the search index, or replace them in it."""
    previous = engine().columns_of([entry.practice for entry in entries])
    _write(entries, [lexemes_in(columns) for columns in previous.values()])


def add(entries: Sequence[Entry]) -> None:
    """Add practices that the search index does not have."""
    _write(entries, [])


def _write(entries: Sequence[Entry], previous: Iterable[Iterable[str]]) -> None:
    """Write entries in place of those that had the lexemes `previous`."""
    changes = Counter(lexeme for entry in entries for lexeme in entry.words.lexemes)
    changes.subtract(chain.from_iterable(previous))
    engine().write(entries)
    count_words(changes, _spellings(entries))


def _spellings(entries: Sequence[Entry]) -> dict[str, str]:
    """Return how the first entry that has a word writes it, as if the entries were added one by one."""
    found: dict[str, str] = {}
    for entry in entries:
        for lexeme in entry.words.lexemes:
            found.setdefault(lexeme, entry.words.spellings.get(lexeme, ""))
    return found


def count_words(changes: Mapping[str, int], spellings: Mapping[str, str]) -> None:
    """Add numbers of practices to those of the words they contain. Words that no practice contains are forgotten.

    `spellings` are those of words that are written differently from their token. The first one is kept.
    """
    # Stems, which contain "~", get no initial, so that they are never proposed as a spelling.
    rows = [
        (word, spellings.get(word, ""), "" if "~" in word else word[0], len(word), change)
        for word, change in sorted(changes.items())
        if change
    ]
    table = IndexedWord._meta.db_table
    for batch in batched(rows, BATCH, strict=False):
        bulk_insert.insert(
            IndexedWord,
            {"word": "text", "written": "text", "initial": "text", "length": "integer", "count": "integer"},
            batch,
            f"ON CONFLICT (word) DO UPDATE SET count = {table}.count + excluded.count",
        )
    if fewer := [word for word, change in changes.items() if change < 0]:
        IndexedWord.objects.filter(word__in=fewer, count__lte=0).delete()


def remove(practice: Practice) -> None:
    """Remove a practice from the search index. Idempotent."""
    previous = engine().columns_of([practice.pk])
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM practices_search WHERE {engine().KEY} = %s", [practice.pk])
    count_words({lexeme: -1 for columns in previous.values() for lexeme in lexemes_in(columns)}, {})


def remove_unused_words(text: str) -> None:
    """Remove the words of a deleted text that no published practice contains from those known in search texts."""
    for token in tokenizer.tokens(text):
        if not filter_matching(Practice.objects.published(), parse(token)).exists():
            IndexedWord.objects.filter(word__in=tokenizer.forms(token)).delete()


def clear() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM practices_search")
    IndexedWord.objects.all().delete()
