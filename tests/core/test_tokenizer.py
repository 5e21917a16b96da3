"""Words of texts as they are written: accents, signs, compounds, scripts without spaces, and spellings of English."""

import sys
import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest
import snowballstemmer
from hypothesis import given
from hypothesis import strategies as st

from practices.core import tokenizer

SIGNS = st.sampled_from(
    "aÀéßœİıЙёʼʻ’'-‑.\u00ad\u200b\u200c\u0301\u0640يیكةأ가ᄒ\u1161養かが\u3099ไกำ\u0e49हि\U0001e900 1²½"
)
TEXTS = st.text() | st.text(SIGNS)


def found(typed, *, says, language):
    """Return whether one of the forms of a typed word is a lexeme of a text."""
    there = {each for word in tokenizer.words(says) for each in tokenizer.lexemes(word, language)}
    return not there.isdisjoint(tokenizer.forms(typed))


@given(TEXTS)
def test_tokens_of_tokens_are_the_same(text):
    tokens = tokenizer.tokens(text)

    assert tokenizer.tokens(" ".join(tokens)) == tokens


@given(TEXTS)
def test_fold_is_idempotent(text):
    folded = tokenizer.fold(text)

    assert tokenizer.fold(folded) == folded


@given(TEXTS, st.sampled_from(["NFC", "NFD"]))
def test_both_normal_forms_have_the_same_tokens(text, form):
    assert tokenizer.tokens(unicodedata.normalize(form, text)) == tokenizer.tokens(text)


@given(TEXTS)
def test_spans_are_the_tokens_at_their_places(text):
    spans = tokenizer.spans(text)

    assert [token for token, _start, _end in spans] == tokenizer.tokens(text)
    assert all(0 <= start < end <= len(text) for _token, start, end in spans)
    starts = [start for _token, start, _end in spans]
    assert starts == sorted(starts)


@given(TEXTS, st.sampled_from(["ar", "en", "es", "fr", "ru", "th"]))
def test_every_word_is_found_as_it_is_written(text, language):
    words = [text[word.start : word.end] for word in tokenizer.words(text)]

    there = {each for word in tokenizer.words(text) for each in tokenizer.lexemes(word, language)}
    assert [
        word for word in words if len(tokenizer.tokens(word)) == 1 and there.isdisjoint(tokenizer.forms(word))
    ] == []


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("L’intégration, d'accueil, qu’il", ["integration", "accueil", "il"]),
        ("Women's and workers’ rights, we'll", ["women", "and", "workers", "rights", "we"]),
        ("N'Djamena and D'Souza", ["n", "djamena", "and", "d", "souza"]),
        ("the U.N. and the U.S.A., e.g. 2.5", ["the", "un", "and", "the", "usa", "eg", "2", "5"]),
        ("ก.พ.ร. 汇.款", ["ก", "พ", "ร", "汇", "款"]),
        ("co\u00adoperation zero\u200bwidth", ["cooperation", "zerowidth"]),
        ("зв'язок звʼязок зв’язок", ["звязок", "звязок", "звязок"]),
        ("Oʻzbekiston, Hawaiʻi", ["ozbekiston", "hawaii"]),
        ("Łódź Đà Nẵng Åse Straße œuvre", ["lodz", "da", "nang", "ase", "strasse", "oeuvre"]),
        ("علی کردی هجـــرة أحمد ٢٠٣٠", ["علي", "كردي", "هجره", "احمد", "2030"]),
        ("workers¹ earn CO₂ Migrantour™ ½", ["workers", "earn", "co2", "migrantour", "1", "2"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("移民のガイド、レ・ミ", [*"移民のガイドレミ"]),
        ("แรงงานไทย", ["แ", "ร", "ง", "ง", "า", "น", "ไ", "ท", "ย"]),
        ("이주노동자", [*"이주노동자"]),
    ],
)
def test_tokens_of(text, tokens):
    assert tokenizer.tokens(text) == tokens


@pytest.mark.parametrize(
    ("typed", "says", "language"),
    [
        ("intégrer", "Intégrée", "fr"),
        ("integrer", "Intégrée", "fr"),
        ("integree", "Intégrée", "fr"),
        ("международная", "Международный", "ru"),
        ("еще", "Ещё", "ru"),
        ("تحويل", "التحويلات", "ar"),
        ("asylumseekers", "Asylum-seeker", "en"),
        ("H2A", "H-2A", "en"),
        ("covid19", "COVID-19", "en"),
        ("e-migrate", "eMigrate", "en"),
        ("Co-operation", "Cooperation", "en"),
        ("NDjamena", "N’Djamena", "fr"),
        ("labor", "Labour", "en"),
    ],
)
def test_form_is_found(typed, says, language):
    assert found(typed, says=says, language=language)


@pytest.mark.parametrize(("typed", "says"), [("niger", "Nigeria"), ("10", "2010"), ("tor", "Tour")])
def test_form_is_not_found(typed, says):
    assert not found(typed, says=says, language="en")


@pytest.mark.parametrize("typed", ["", "…", "pre departure", "移民", "이주", "labour/migration"])
def test_several_words_or_letters_have_no_forms(typed):
    assert tokenizer.forms(typed) == ()


def test_compound_keeps_its_place_and_spelling():
    [before, first, last] = tokenizer.words("A Pré\u2011départ")

    assert (before.compound, first.compound, last.compound) == ("", "pré-départ", "")
    assert (first.start, first.end, first.compound_end) == (2, 5, 12)


def test_phrase_runs_as_words_and_as_stems_of_the_languages_of_all_its_words():
    assert tokenizer.runs("Returning 10") == [
        ("returning", "10"),
        ("en~return", "en~10"),
        ("fr~returning", "fr~10"),
        ("es~returning", "es~10"),
    ]
    assert tokenizer.runs("миграция labour") == [("миграция", "labour")]


def test_threads_at_once_stem_each_their_own_words():
    typed = [
        f"{start}{end}"
        for start in map(chr, range(97, 123))
        for end in ("ationyxions", "yiques", "issements") * 20
    ]
    typed = [f"{word}{chr(97 + number % 26)}{'s' * (number % 3)}" for number, word in enumerate(typed)]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as threads:
            found = list(threads.map(tokenizer.forms, typed))
    finally:
        sys.setswitchinterval(before)

    french = snowballstemmer.stemmer("french")
    assert [f"fr~{french.stemWord(word)}" in forms for word, forms in zip(typed, found, strict=True)] == [
        True
    ] * len(typed)
