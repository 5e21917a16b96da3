"""Full-text search over the database's own engine, with the same results on SQLite and PostgreSQL.

Texts are folded and stemmed in Python (`practices.core.tokenizer`), so FTS5 and tsvector store the same lexemes.

    text → `interpretation` → terms → `plans` → a plan → `hits` → results in order
                                 ↘ `matching` → practices that have every term

`entry` and `indexing` write what `engines` search; `ranking` has the weights of words; `corrections` and `spelling` find
what misspelt words mean; `highlighter` marks the words in results.
"""

from practices.discovery.search.engines import engine, through_index
from practices.discovery.search.entry import Entry, Words, read_words
from practices.discovery.search.highlighter import Highlighter, mark_hits
from practices.discovery.search.hits import MAX_HITS, rank
from practices.discovery.search.indexing import add, clear, count_words, index, remove, remove_unused_words
from practices.discovery.search.interpretation import interpret
from practices.discovery.search.matching import (
    MAX_FOUND,
    filter_by,
    filter_matching,
    filter_to,
    is_match,
    newest,
    newest_with,
    terms_in_use,
    with_title_prefixes,
)
from practices.discovery.search.plans import MAX_BY_MEANING, Plan, plan
from practices.discovery.search.query import Term, parse
from practices.discovery.search.ranking import MAX_COUNTED, AllOf, AnyOf, Hit, Node
from practices.discovery.search.spelling import similar_words, similar_words_of_each, unknown_words

__all__ = [
    "MAX_BY_MEANING",
    "MAX_COUNTED",
    "MAX_FOUND",
    "MAX_HITS",
    "AllOf",
    "AnyOf",
    "Entry",
    "Highlighter",
    "Hit",
    "Node",
    "Plan",
    "Term",
    "Words",
    "add",
    "clear",
    "count_words",
    "engine",
    "filter_by",
    "filter_matching",
    "filter_to",
    "index",
    "interpret",
    "is_match",
    "mark_hits",
    "newest",
    "newest_with",
    "parse",
    "plan",
    "rank",
    "read_words",
    "remove",
    "remove_unused_words",
    "similar_words",
    "similar_words_of_each",
    "terms_in_use",
    "through_index",
    "unknown_words",
    "with_title_prefixes",
]
