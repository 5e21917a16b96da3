"""Places as people name them: countries, names that several countries share, and regions that are no country.

practices/core/country_names.json holds names in several languages and is made by fixtures/make_country_names.py.
practices/core/places.json is written by hand: usual, former and short names of countries, names of several countries,
regions and organisations with the countries they consist of (empty where that is disputed or of no use), and what
people of a country are called.
"""

import dataclasses
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

from practices.core import tokenizer

# Meanings ---------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class OneCountry:
    """A country, by its ISO 3166-1 alpha-2 code."""

    code: str


@dataclasses.dataclass(frozen=True)
class SeveralCountries:
    """Countries that share a name, by their codes."""

    codes: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Area:
    """A region, an organisation or anything else that is no country, by the name that the United Nations use."""

    name: str
    codes: tuple[str, ...] = ()
    """Countries it consists of, where that is certain and no `regions` say it."""
    regions: tuple[str, ...] = ()
    """UN M49 codes of the regions it consists of."""


@dataclasses.dataclass(frozen=True)
class Unknown:
    """No place we know."""


type Meaning = OneCountry | SeveralCountries | Area | Unknown


# Names ------------------------------------------------------------------------------------

_SAME_WORD = {
    "st": "saint", "ste": "saint", "sainte": "saint", "san": "saint", "santa": "saint", "sta": "saint",
    "rep": "republic", "republique": "republic", "republica": "republic",
    "dem": "democratic", "democratique": "democratic", "democratica": "democratic",
    "is": "islands", "isl": "islands", "island": "islands", "isle": "islands", "isles": "islands",
    "ile": "islands", "iles": "islands", "isla": "islands", "islas": "islands",
    "fed": "federated", "utd": "united", "eq": "equatorial",
}  # fmt: skip
"""Abbreviations and other forms of words in names."""
_DIRECTIONS = {"n": "north", "s": "south", "e": "east", "w": "west"}
_SMALL_WORDS = frozenset(
    [
        "the", "of", "and", "le", "la", "les", "de", "du", "des", "et", "el", "los", "las", "del", "do", "da", "dos",
        "der", "die", "und", "di", "il", "lo",
    ]
)  # fmt: skip
"""Articles and the like, which people leave out or add."""
_SMALL_LETTERS = frozenset("ydel")
"""Conjunctions and articles of one letter, between two words."""
_FORMS_OF_STATE = frozenset(
    [
        "republic", "kingdom", "islamic", "federal", "federated", "commonwealth", "principality", "sultanate", "emirate",
        "nation", "territory", "country", "royaume", "reino", "principaute", "principado", "pays", "pais", "islands",
        "جمهوريه", "الجمهوريه", "مملكه", "المملكه", "دوله", "سلطنه", "республика", "королевство", "государство",
    ]
)  # fmt: skip
"""Words that may stand beside the usual name of a country: “Republic of Senegal”."""
_ELISION = re.compile(r"\b[dl]['’](?=\w)")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_WORD = re.compile(r"[^\W_]+")
_ALIKE = str.maketrans("yqczj", "ikksi")
_DOUBLED = re.compile(r"(.)\1+")
_CODE = re.compile(r"[a-z]{2,3}", re.IGNORECASE)
_QUALIFIED = re.compile(r"(?P<head>[^()\[\]]+)[(\[](?P<tail>[^()\[\]]+)[)\]]\W*")

SHORTEST_NEAR = 5
"""Letters that a name needs, and what was typed for it, before a similar one is suggested. “Bali” is not Mali."""
MIN_SIMILARITY = 0.8
MIN_WORD_SIMILARITY = 0.7
"""“North” and “south” have 0.6; 1 is the same word."""
MARGIN = 0.04
"""Two countries whose similarity differs by less are both suggested: “Nigera” may be Niger or Nigeria."""
MAX_NEAR = 3
MAX_COMPARED = 20
LONGEST_NAME = 120
"""Characters; a longer text is no name."""


def words_of(name: str) -> list[str]:
    """Return the words of a name without case, accents, articles and abbreviations."""
    text = _ELISION.sub("", tokenizer.fold(name))
    found = _WORD.findall(text)
    last = len(found) - 1
    words = [
        _SAME_WORD.get(word, word) if last else word
        for place, word in enumerate(found)
        if not (
            word in _SMALL_WORDS
            or (
                word in _SMALL_LETTERS
                and 0 < place < last
                and len(found[place - 1]) > 1 < len(found[place + 1])
            )
        )
    ]
    if len(words) > 1 and len(words[1]) > 3:
        words[0] = _DIRECTIONS.get(words[0], words[0])
    return words or found


def _key(name: str) -> str:
    """Return what all spellings of a name have in common: “Viet Nam” and “Vietnam”, “St. Lucia” and “Saint Lucia”."""
    return "".join(words_of(name))


class _Names:
    """Meaning of each name, by its key, and the names of each country."""

    def __init__(self) -> None:
        made, written = _read("country_names.json"), _read("places.json")
        self.alpha3: dict[str, str] = {row.pop("alpha3"): code for code, row in made.items()}
        self.by_country: dict[str, list[str]] = {
            code: list(
                dict.fromkeys([row["en"][0], *written["countries"].get(code, []), *_flat(row.values())])
            )
            for code, row in made.items()
        }
        self.areas = {
            Area(row["name"], tuple(row.get("countries", ())), tuple(row.get("regions", ()))): [
                row["name"],
                *row["names"],
            ]
            for row in written["areas"]
        }
        several = {SeveralCountries(tuple(row["countries"])): row["names"] for row in written["several"]}
        self.meanings: dict[str, Meaning] = {}
        self.phrases: dict[str, Meaning] = {}
        """Meaning of names by their words, so that “to go” is not Togo."""
        self.declined: dict[str, Meaning] = {}
        """Meaning of Russian names in any grammatical case, by their stems; Unknown for stems of several names."""
        self._add(self.areas)
        self._add({OneCountry(code): list(_flat(row.values())) for code, row in made.items()})
        self._add({OneCountry(code): names for code, names in written["countries"].items()})
        self._add(several)
        self.first_words = {name.partition(" ")[0] for name in self.phrases} | _DIRECTIONS.keys()
        self.spelt: list[tuple[str, list[str], str]] = [
            ("".join(words), words, code)
            for code, names in self.by_country.items()
            for words in map(_sounds, {_key(name): name for name in names}.values())
            if self.meanings.get("".join(words)) in (None, OneCountry(code))
        ]
        """Each name of a country as it sounds, whole and by words, with the code."""
        self.people: dict[str, tuple[str, ...]] = {}
        """Codes of countries by what their people are called, as words and as stems."""
        for code, by_language in written["people"].items():
            for language, names in by_language.items():
                for name in names:
                    for form in _forms(name, language):
                        self.people[form] = tuple(dict.fromkeys((*self.people.get(form, ()), code)))

    def _add(self, names: Mapping[Any, Iterable[str]]) -> None:
        for meaning, each in names.items():
            for name in each:
                for words in _orders(name):
                    self.meanings["".join(words)] = self.phrases[" ".join(words)] = meaning
                for form in _forms(name, "ru") if _CYRILLIC.match(name) else ():
                    if len(form) >= SHORTEST_STEM and "~" in form:
                        known = self.declined.setdefault(form, meaning)
                        self.declined[form] = meaning if known == meaning else Unknown()


def _orders(name: str) -> Iterator[list[str]]:
    """Yield the words of a name, and those of “Bolivia (Plurinational State of)” also in the order of speech."""
    yield words_of(name)
    if brackets := _QUALIFIED.fullmatch(name):
        yield words_of(f"{brackets['tail']} {brackets['head']}")


@cache
def _names() -> _Names:
    return _Names()


def _read(file: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(__file__).with_name(file).read_text(encoding="utf-8"))
    return found


def _flat(lists: Iterable[Iterable[str]]) -> Iterator[str]:
    for each in lists:
        yield from each


def names_of(code: str) -> list[str]:
    """Return the names of a country in all languages, its official English one first."""
    return _names().by_country.get(code, [])


def names_of_areas() -> dict[Area, list[str]]:
    """Return the names of each area in all languages."""
    return _names().areas


def name_to_type(code: str) -> str:
    """Return the English name of a country that means no other: for CG “Republic of the Congo” instead of “Congo”."""
    return next((name for name in names_of(code) if resolve(name) == OneCountry(code)), code)


# Reading ----------------------------------------------------------------------------------


def resolve(name: str) -> Meaning:
    """Return what people mean by the name or ISO 3166-1 code of a place."""
    name = name.strip()
    if len(name) > LONGEST_NAME:
        return Unknown()
    return _by_code(name) or _by_name(name) or _qualified(name) or Unknown()


def _by_code(text: str) -> OneCountry | None:
    code = text.upper()
    if not _CODE.fullmatch(text):
        return None
    code = _names().alpha3.get(code, code)
    return OneCountry(code) if code in _names().by_country else None


def _by_name(text: str) -> Meaning | None:
    words = words_of(text)
    if found := _names().meanings.get("".join(words)):
        return found
    usual = [word for word in words if word not in _FORMS_OF_STATE]
    found = _names().meanings.get("".join(usual)) if len(usual) < len(words) else None
    return found if isinstance(found, OneCountry) else None


def _known(text: str) -> Meaning | None:
    return _by_code(text.strip()) or _by_name(text)


def _qualified(text: str) -> Meaning | None:
    """Return the meaning of a name with more behind a comma or in brackets: “Korea, Republic of”, “Kenya (KEN)”."""
    brackets = _QUALIFIED.fullmatch(text)
    if not brackets:
        return _inverted(text)
    head, tail = _known(brackets["head"]), _known(brackets["tail"])
    if tail is None:
        return _by_name(f"{brackets['tail']} {brackets['head']}")
    if isinstance(head, OneCountry) and isinstance(tail, OneCountry) and head != tail:
        return SeveralCountries((head.code, tail.code))
    return head if head == tail else None


def _inverted(text: str) -> Meaning | None:
    """Return the meaning of a name whose first words stand behind a comma, which alone mean nothing."""
    head, comma, tail = text.partition(",")
    return _by_name(f"{tail} {head}") if comma and _known(tail) is None else None


def near(name: str) -> tuple[str, ...]:
    """Return the codes of countries whose whole name is spelt almost like an unknown one, most similar first."""
    if brackets := _QUALIFIED.fullmatch(name):
        name = brackets["head"]
        if isinstance(known := resolve(name), OneCountry):
            return (known.code,)
    words = _sounds(name[:LONGEST_NAME])
    typed = "".join(words)
    if len(name) < SHORTEST_NEAR - 1:
        return ()
    spelt = _names().spelt
    matches = process.extract(
        typed,
        [sound for sound, _words, _code in spelt],
        scorer=OSA.normalized_similarity,
        score_cutoff=MIN_SIMILARITY,
        limit=MAX_COMPARED,
    )
    found = [
        (score, sound[0] == typed[0], spelt[place][2])
        for sound, score, place in matches
        if _is_alike(words, spelt[place][1])
    ]
    best = [each for each in found if each[0] > found[0][0] - MARGIN]
    starts_alike = any(same_start for _score, same_start, _code in best)
    codes = dict.fromkeys(code for _score, same_start, code in best if same_start or not starts_alike)
    return tuple(codes)[:MAX_NEAR]


def _sounds(name: str) -> list[str]:
    """Return the words of a name with letters alike that are often confused: “Lybia” is “Libya”."""
    return [_DOUBLED.sub(r"\1", word.replace("ph", "f").translate(_ALIKE)) for word in words_of(name)]


def _is_alike(words: list[str], others: list[str]) -> bool:
    """Return whether each word is similar to its counterpart, so that “East Korea” is not “South Korea”."""
    if words == others:
        return True
    if min(len("".join(words)), len("".join(others))) < SHORTEST_NEAR:
        return False
    if len(words) != len(others):
        return 1 in (len(words), len(others))
    return all(
        OSA.normalized_similarity(word, other) >= MIN_WORD_SIMILARITY
        for word, other in zip(words, others, strict=True)
    )


# Places in a text -------------------------------------------------------------------------

MOST_WORDS = 7
"""Words of the longest name that is looked for in a text."""
MOST_PEOPLE_WORDS = 3
"""Words of the longest name of a people: “Papua New Guinean”."""
MIN_LETTERS = 4
"""Shorter names count in capitals, or if they are among SHORT_NAMES: “car” is not the Central African Republic."""
ALSO_WORDS = frozenset(
    [
        "island", "islands", "pacifico", "pacifique", "principe", "reunion", "ascension", "того", "ru~океан", "مالي",
    ]
)  # fmt: skip
"""Names, and a stem, that are words of another meaning in some language, and so name nothing in a text by themselves."""
SHORTEST_STEM = len("ru~росс")
"""Shorter stems are those of other words, too."""
SHORT_NAMES = frozenset(["uk", "usa", "uae", "drc", "rdc", "png", "ksa", "gcc", "оаэ", "сша", "снг", "чад"])


@dataclasses.dataclass(frozen=True)
class Mention:
    """A place that the words from `start` up to `stop` name."""

    meaning: Meaning
    start: int
    stop: int
    is_people: bool = False
    """True for what people of the place are called, such as “Moldovan”, and False for its name."""


def mentions(words: Sequence[str]) -> list[Mention]:
    """Return the places that consecutive words name, in order: the longest names, none inside another.

    `words` are as typed. Areas of which no country is known are left out.
    """
    found: list[Mention] = []
    start = 0
    while start < len(words):
        starts_name = not _names().first_words.isdisjoint(words_of(words[start]))
        longest = MOST_WORDS if starts_name else MOST_PEOPLE_WORDS
        for stop in range(min(start + longest, len(words)), start, -1):
            if mention := _mentioned(words, start, stop):
                found.append(mention)
                start = stop
                break
        else:
            start += 1
    return found


def _mentioned(words: Sequence[str], start: int, stop: int) -> Mention | None:
    """Return the place that all of the words from `start` up to `stop` name together."""
    if not (_says_something(words[start]) and _says_something(words[stop - 1])):
        return None
    text = " ".join(words[start:stop])
    if tokenizer.fold(text) in ALSO_WORDS:
        return None
    if meaning := _place_named(text, is_word=stop - start == 1):
        return Mention(meaning, start, stop)
    if stop - start <= MOST_PEOPLE_WORDS:
        for form in _forms(text):
            meaning = _names().declined.get(form) if form not in ALSO_WORDS else None
            if meaning and _has_countries(meaning):
                return Mention(meaning, start, stop)
            if codes := _names().people.get(form):
                people = OneCountry(codes[0]) if len(codes) == 1 else SeveralCountries(codes)
                return Mention(people, start, stop, is_people=True)
    return None


def _has_countries(meaning: Meaning) -> bool:
    match meaning:
        case Area(codes=codes, regions=regions):
            return bool(codes or regions)
    return not isinstance(meaning, Unknown)


def _place_named(text: str, *, is_word: bool) -> Meaning | None:
    name = " ".join(words_of(text))
    meaning = _names().phrases.get(name)
    if is_word and not meaning:
        name = name.replace(" ", "")  # “Vietnam”, “U.K.”
        meaning = _names().meanings.get(name)
    if not meaning or not _has_countries(meaning):
        return None
    is_short = name.isascii() and len(name) < MIN_LETTERS
    return None if is_short and not (text.isupper() or name in SHORT_NAMES) else meaning


def _forms(text: str, *languages: str) -> list[str]:
    """Return words as they are indexed: as tokens, and as stems of these languages, or else of every one."""
    forms = [" ".join(run) for run in tokenizer.runs(text)]
    return [form for form in forms if not languages or form.partition("~")[0] in {form, *languages}]


def _says_something(word: str) -> bool:
    return word.casefold() not in _SMALL_WORDS and word.casefold() not in _SMALL_LETTERS


# Lists ------------------------------------------------------------------------------------

_BETWEEN = re.compile(r"[;；؛\n\r、/|•]+")
"""Separators that are in no name."""
_PERHAPS_BETWEEN = re.compile(r"[,，،&+]|(?<!\S)(?:and|et|und|y|e|و)(?!\S)", re.IGNORECASE)
"""Separators that names may contain: “Bosnia and Herzegovina”, “Korea, Republic of”."""
_BRACKETS = re.compile(r"[(\[][^()\[\]]*[)\]]")
MOST_PARTS = 6
"""Parts of the longest name: “Korea, Republic of”, “Saint Helena, Ascension and Tristan da Cunha”."""


def read_list(text: str) -> dict[str, Meaning]:
    """Return each name of a list as it was typed, in order, with its meaning.

    Names are separated by commas, semicolons, slashes, line breaks and the word “and” in several languages.
    """
    found: dict[str, Meaning] = {}
    for piece in _BETWEEN.split(text):
        starts, ends = _cuts(piece)
        first = 0
        while first < len(starts):
            for last in range(min(first + MOST_PARTS, len(starts)) - 1, first - 1, -1):
                part = piece[starts[first] : ends[last]].strip(" \t.•*-–—\u00a0")
                if last == first:
                    if part:
                        found.setdefault(part, resolve(part))
                elif len(part) <= LONGEST_NAME and (known := _by_name(part) or _inverted(part)):
                    found.setdefault(part, known)
                    break
            first = last + 1
    return found


def read_items(names: Iterable[str]) -> dict[str, Meaning]:
    """Return each item of a list that a file has, with its meaning. Empty items and “and” are no names.

    So “and” is not Andorra, whose code in capitals is.
    """
    return {name: resolve(name) for name in names if name.strip() not in ("", "and")}


def _cuts(piece: str) -> tuple[list[int], list[int]]:
    """Return where each part of a list may start and end. Brackets are never cut."""
    bare = _BRACKETS.sub(lambda found: "_" * len(found[0]), piece)
    cuts = [found.span() for found in _PERHAPS_BETWEEN.finditer(bare)]
    return [0, *(end for _start, end in cuts)], [*(start for start, _end in cuts), len(piece)]
