"""Words of a text for search, and the lexemes they are indexed and looked up under, the same for both databases.

A word is stemmed as it is written and folded afterwards, because stemmers need accents; it is indexed under its folded
form, too, for people who type without them. Two spellings that differ in invisible signs, in apostrophes or in hyphens
alone are the same.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import accumulate
from threading import Lock
from typing import NamedTuple

import snowballstemmer

from practices.core.english_spelling import unify

STEMMED = {"en": "english", "fr": "french", "es": "spanish", "ru": "russian", "ar": "arabic"}
"""Languages with stemming, by code. Words of other languages are found as they are written."""
_SCRIPTS = {"LATIN": ("en", "fr", "es"), "CYRILLIC": ("ru",), "ARABIC": ("ar",)}
"""Languages with stemming, by the first word of the Unicode names of their letters."""

TOKEN_LENGTH = 60
MAX_COMPOUND = 40
"""Longer compounds, such as addresses of web pages, are found by their parts alone."""

# Characters ----------------------------------------------------------------------------------

_UNSEPARATED = (
    "\u0e01-\u0e30\u0e32\u0e33\u0e3f-\u0e46\u0e80-\u0eb0\u0eb2\u0eb3\u0ebd-\u0ec6\u0edc-\u0eff"  # Thai and Lao
    "\u1000-\u103f\u1050-\u108f\u109a-\u109f\ua9e0-\ua9ef\ua9fa-\ua9ff\uaa60-\uaa7f"  # Burmese
    "\u1780-\u17d3\u17dc\u17dd"  # Khmer
    "\u1100-\u11ff\ua960-\ua97f\uac00-\ud7ff"  # Hangul
    "\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"  # Kana
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"  # Han
)
"""Letters of scripts without spaces, and of Korean, which joins words and particles: each letter is a token."""
_FURTHER_HAN = "\U00020000-\U0003ffff"

# Letters beyond the Basic Multilingual Plane stand apart, because a set without them is ten times as fast.
_PLANE = "".join(map(chr, range(0x10000)))
_CATEGORIES = list(map(unicodedata.category, _PLANE))


def _ranges(signs: Iterable[str]) -> str:
    """Return signs, in order of their code points, as ranges of a character set."""
    ranges: list[list[str]] = []
    for sign in signs:
        if ranges and ord(sign) == ord(ranges[-1][1]) + 1:
            ranges[-1][1] = sign
        else:
            ranges.append([sign, sign])
    return "".join(f"{first}-{last}" for first, last in ranges)


_ALL_MARKS = [sign for sign, category in zip(_PLANE, _CATEGORIES, strict=True) if category[0] == "M"]
_MARKS = _ranges(_ALL_MARKS)
_LETTERS_AND_DIGITS = _ranges(re.findall(rf"[^\W_{_UNSEPARATED}]", _PLANE))
_ADLAM_MARKS = "\U0001e944-\U0001e94a"

_INVISIBLE = (
    _ranges(sign for sign, category in zip(_PLANE, _CATEGORIES, strict=True) if category == "Cf")
    + "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff"
)
_TATWEEL = "\u0640"
_MODIFIERS = "\u02b9-\u02bf\u02c8\u02ca\u02cb"
"""Letters that look like apostrophes, as in Ukrainian, Hawaiian and Uzbek. People leave them out, or type a quote."""
_DROPPED = re.compile(f"[{_INVISIBLE}{_TATWEEL}{_MODIFIERS}]")
_CYRILLIC = re.compile("[\u0400-\u04ff]")

_SUPERSCRIPTS = re.compile("[\u00b2\u00b3\u00b9\u2070\u2074-\u2079\u2120\u2122]")
"""Numbers of footnotes and trade marks, which are no part of the word before them."""
_SIGNS = str.maketrans(
    dict.fromkeys("’‘‛`´′＇՚׳", "'")
    | dict.fromkeys("‐‑⁃−־֊﹣－", "-")
    | {"ς": "σ"}
    | {
        sign: str(unicodedata.digit(sign))
        for sign, category in zip(_PLANE, _CATEGORIES, strict=True)
        if category == "Nd"
    }
)
_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
    | dict(zip("ħŧŋƙɓɗƴɖƒɣʋɲɛɔəɨʉɩʊ", "htnkbdydfgvneoeiuiu", strict=True))
    | dict(zip("ґғқҳҷңһөұүәђћѓќ", "ггкхчнхоууадтгк", strict=True))
    | dict(zip("ٱىیېےکڪةہھەۃ", "اييييككههههه", strict=True))
)
"""Letters that Unicode does not decompose, and what people type for them."""


def _is_accent(sign: str) -> bool:
    """Return whether people leave a mark out; virama, voicing and tone marks make other words."""
    order = unicodedata.combining(sign)
    return order >= 200 or (0 < order <= 36 and order not in {8, 9})


_ACCENTS = re.compile(f"[{_ranges(filter(_is_accent, _ALL_MARKS))}]")

_LETTER = f"[{_LETTERS_AND_DIGITS}]"
_WORD = f"{_LETTER}[{_LETTERS_AND_DIGITS}{_MARKS}]*"
_INITIAL = rf"(?!\d){_LETTER}"
_COMPOUND = re.compile(
    rf"(?P<initials>(?<![\w.]){_INITIAL}(?:\.{_INITIAL})+(?!\w))"
    rf"|(?P<compound>{_WORD}(?:['-]{_WORD})*)"
    rf"|[{_FURTHER_HAN}]|(?:[^\W\0-\uffff{_FURTHER_HAN}][{_ADLAM_MARKS}]*)+"
    rf"|(?!\W)[{_UNSEPARATED}][{_MARKS}]*"
)
_JOINTS = re.compile("['-]")
_PART = re.compile(r"(['-]?)([^'-]+)")
ELIDED = frozenset(
    [
        "c", "d", "j", "l", "m", "n", "qu", "s", "t", "jusqu", "lorsqu", "puisqu", "quoiqu",
        "all", "dall", "degl", "dell", "nell", "quell", "quest", "sull", "un", "v",
    ]
)  # fmt: skip
"""Words of French and Italian that lose their vowel before another one."""
_CONTRACTED = frozenset(["s", "t", "ll", "re", "ve", "d", "m"])
_WITH_ARTICLE = ("ال", "لل", "وال", "بال", "كال", "فال")
"""Starts of Arabic words with an article. Other words get one before they are stemmed, as the stemmer knows plurals of
nouns by it alone."""
_VOWELS = frozenset("aeiouyhœæ")

_CLUSTER = re.compile(
    f"(?s:.)[{_MARKS}{_INVISIBLE}{_TATWEEL}{_MODIFIERS}\u1160-\u11ff\ud7b0-\ud7ff\u3131-\u318e\uff9e-\uffdc]*"
)
"""Characters that are normalized together, so that positions can be mapped back."""


class Word(NamedTuple):
    """A word of a text, or a letter of a script without spaces."""

    written: str
    """In lower case, with its accents."""
    start: int
    end: int
    compound: str = ""
    """The compound that starts with this word: “pre-departure”. Empty unless the word is the first part of one."""
    compound_end: int = 0

    @property
    def token(self) -> str:
        """The folded word."""
        return _token(self.written)


def _normalize(text: str) -> str:
    """Return `text` in lower case, NFKC, with one kind of apostrophe, hyphen and digit, and without invisible signs."""
    if text.isascii():
        return text.lower().replace("`", "'")
    decomposed = unicodedata.normalize("NFKD", _SUPERSCRIPTS.sub(" ", text)).lower()
    return unicodedata.normalize("NFC", _DROPPED.sub("", decomposed).translate(_SIGNS))


_ALONE = [*map(chr, range(0x700)), *map(chr, range(0x2010, 0x2028))]
_KEEPS_PLACES = re.compile(
    f"[{_ranges(sign for sign in _ALONE if unicodedata.category(sign)[0] != 'M' and len(_normalize(sign)) == 1)}]*"
)
"""Texts of which each character is normalized to one: most of those in European languages, and in Arabic."""


def fold(text: str) -> str:
    """Return `text` in lower case and without accents: “Saadé” becomes “saade”. Idempotent."""
    normalized = _normalize(text)
    if normalized.isascii():
        return normalized
    letters = _ACCENTS.sub("", unicodedata.normalize("NFD", normalized)).translate(_LETTERS)
    return unicodedata.normalize("NFC", letters)


@lru_cache(maxsize=20_000)  # about 3 MB, whatever words visitors make up
def _token(written: str) -> str:
    return fold(written)[:TOKEN_LENGTH]


_ONE_UNSEPARATED = re.compile(f"[{_UNSEPARATED}{_FURTHER_HAN}]")


def is_unseparated(text: str) -> bool:
    """Return whether a text has letters of a script without spaces between words."""
    return bool(_ONE_UNSEPARATED.search(text))


# Words ---------------------------------------------------------------------------------------


def tokens(text: str) -> list[str]:
    """Return the folded words of `text`, in order."""
    return [_token(word.written) for word in each_word(text)]


def spans(text: str) -> list[tuple[str, int, int]]:
    """Return (folded word, start, end) of each word of `text`, as positions in `text`."""
    return [(word.token, word.start, word.end) for word in words(text)]


def words(text: str) -> list[Word]:
    """Return the words of `text`, in order, with their positions in `text`.

    Elided articles (l'intégration) and possessives (women's) are left out. The parts of a compound, which hyphens or
    apostrophes join, are words, and the first of them knows the whole. Initials (U.N.) are one word.
    """
    if text.isascii() or _KEEPS_PLACES.fullmatch(text):
        return list(_words(_normalize(text)))
    clusters = _CLUSTER.findall(text)
    parts = [_normalize(cluster) for cluster in clusters]
    ends = accumulate(map(len, clusters))
    places = [(end - len(cluster), end) for cluster, end in zip(clusters, ends, strict=True)]
    origins = [place for part, place in zip(parts, places, strict=True) for _sign in part]
    return [
        word._replace(
            start=origins[word.start][0],
            end=origins[word.end - 1][1],
            compound_end=origins[word.compound_end - 1][1] if word.compound else 0,
        )
        for word in _words("".join(parts))
    ]


def each_word(text: str) -> Iterator[Word]:
    """Yield the words of `text` as `words` does, faster, but with their positions in the normalized text."""
    return _words(_normalize(text))


def _words(normalized: str) -> Iterator[Word]:
    for match in _COMPOUND.finditer(normalized):
        found, start, end = match[0], match.start(), match.end()
        if match.lastgroup == "initials":
            yield Word(found.replace(".", ""), start, end)
        elif match.lastgroup == "compound" and ("-" in found or "'" in found):
            yield from _parts(found, start)
        else:
            yield Word(found, start, end)


def _parts(compound: str, offset: int) -> list[Word]:
    """Return the words of a compound: the first with the whole, without elided articles and contracted verbs."""
    found: list[tuple[str, Word]] = []
    for match in _PART.finditer(compound):
        joint, written = match.groups()
        part = Word(written, offset + match.start(2), offset + match.end(2))
        if joint == "'" and found:
            before = found[-1][1]
            if written in _CONTRACTED:
                continue
            if before.written in ELIDED and fold(written[0])[0] in _VOWELS:
                found.pop()
                joint = found[-1][0] if found else ""
            elif _CYRILLIC.match(written):
                found[-1] = (found[-1][0], Word(before.written + written, before.start, part.end))
                continue
        found.append((joint, part))
    whole = "".join(joint + part.written for joint, part in found).lstrip("'-")
    parts = [part for _joint, part in found]
    if len(parts) > 1 and len(whole) <= MAX_COMPOUND and not _JOINTS.sub("", whole).isdigit():
        parts[0] = parts[0]._replace(compound=whole, compound_end=parts[-1].end)
    return parts


# Lexemes -------------------------------------------------------------------------------------


def lexemes(word: Word, language: str) -> tuple[str, ...]:
    """Return the lexemes under which a word of a text in `language` is indexed.

    The first is its token, and the second its stem if the language has a stemmer. The first word of a compound has the
    lexemes of the compound written as one, too.
    """
    alone = _lexemes(word.written, language)
    return alone + compound_lexemes(word, language) if word.compound else alone


def compound_lexemes(word: Word, language: str) -> tuple[str, ...]:
    """Return the lexemes of the compound that starts with a word, written as one; empty if none does."""
    return _lexemes(joined(word.compound), language) if word.compound else ()


def forms(typed: str) -> tuple[str, ...]:
    """Return every lexeme under which a word that someone typed may be indexed, its token first.

    A search does not say its language, so the stems are those of every language of its script. A compound gives the
    forms of the word that it makes when written as one: “asylum-seeker” those of “asylumseeker”. Empty if `typed` is
    several words, or several letters of a script without spaces: those are found as a phrase of their `tokens`.
    """
    found = words(typed)
    if len(found) == 1:
        return _forms(found[0].written)
    if found and found[0].compound_end == found[-1].end:
        return _forms(joined(found[0].compound))
    return ()


def joined(compound: str) -> str:
    """Return a compound written as one: “pre-departure” becomes “predeparture”."""
    return _JOINTS.sub("", compound)


def runs(typed: str) -> list[tuple[str, ...]]:
    """Return the words of a phrase as they follow each other in the index: as tokens, and as stems of each language."""
    written = [word.written for word in words(typed)]
    spoken = [codes for codes in map(_codes, written) if codes]
    of_all = [code for code in (spoken[0] if spoken else ()) if all(code in codes for codes in spoken)]
    found = [tuple(map(_token, written)), *(tuple(_stem(word, code) for word in written) for code in of_all)]
    return list(dict.fromkeys(found)) if written else []


def is_stemmed(language: str) -> bool:
    return language.partition("-")[0] in STEMMED


@lru_cache(maxsize=20_000)
def _lexemes(written: str, language: str) -> tuple[str, ...]:
    code = language.partition("-")[0]
    return tuple(dict.fromkeys([_token(written), *(_stems(written, code) if code in STEMMED else ())]))


@lru_cache(maxsize=5_000)
def _forms(written: str) -> tuple[str, ...]:
    stems = [stem for code in _codes(written) for stem in _stems(written, code)]
    return tuple(dict.fromkeys([_token(written), *stems]))


def _codes(written: str) -> tuple[str, ...]:
    """Return the languages with stemming that a word can be in; none for numbers."""
    return _SCRIPTS.get(unicodedata.name(written[0], "").partition(" ")[0], ())


def _stems(written: str, code: str) -> list[str]:
    """Return the stems of a word as it is written and without accents, each with its language before it."""
    stems = [_stem(written, code), _stem(_token(written), code)]
    if code == "ar":
        stems.append(
            _plain_stem(written, code)
        )  # of a word that starts with “and” or “for”, which an article hides
    return stems


def _stem(word: str, code: str) -> str:
    if code == "en":
        word = unify(word[:TOKEN_LENGTH])
    elif code == "ar" and not word.startswith(_WITH_ARTICLE):
        word = "ال" + word
    return _plain_stem(word, code)


@lru_cache(maxsize=20_000)
def _plain_stem(word: str, code: str) -> str:
    with _stemming:
        stem = _stemmer(code).stemWord(word[:TOKEN_LENGTH])
    return f"{code}~{fold(stem)[:TOKEN_LENGTH]}"


_stemming = Lock()
"""A stemmer keeps the word that it works on in itself, so that two threads at once would get each other's stems."""


@cache
def _stemmer(code: str):
    return snowballstemmer.stemmer(STEMMED[code])
