"""Synthetic practice documents: the same number gives the same document on every machine and at every size.

The frequencies of objectives, countries and tags follow a power law, as in real catalogues.
"""

import random
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from benchmarks.word_lists import BY_LANGUAGE, COUNTRIES, OBJECTIVES, SYLLABLES, TAGS

SECTIONS = [
    "context",
    "beneficiaries",
    "activities",
    "results",
    "innovation",
    "lessons",
    "hindsight",
    "replication",
]
TYPES = [
    "programme-or-project", "service", "policy-or-law", "partnership", "tool-or-data-system", "campaign",
    "agreement", "research-or-guidance", "other",
]  # fmt: skip
KINDS = [
    "national-government", "civil-society-organisation", "local-or-regional-government",
    "international-organisation", "migrant-or-diaspora-organisation", "academia", "trade-union",
    "employer-or-private-sector", "regional-body", "national-human-rights-institution", "other",
]  # fmt: skip
LANGUAGES = ["en"] * 62 + ["fr"] * 14 + ["es"] * 14 + ["pt"] * 5 + ["ar"] * 3 + ["de"] * 2
EVIDENCE = ["none_stated"] * 5 + ["monitored"] * 3 + ["evaluated"] * 2 + ["independently_evaluated"]
COSTS = ["", "under_50k", "50k_500k", "500k_5m", "over_5m"]
LICENCES = ["CC-BY-4.0", "", "CC-BY-SA-4.0", "CC0-1.0", "CC-BY-NC-4.0"]

FIRST, LAST = datetime(2016, 1, 4, 8, tzinfo=UTC), datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
"""Publication of the oldest and the newest practice. UTC."""
BETWEEN_COPIES = timedelta(seconds=1)
"""Each copy of a practice was published this much earlier than the one before."""


def _zipf(length, *, evenness):
    """Return cumulative weights of `length` values by Zipf's law, flattened by `evenness`."""
    return list(accumulate(1 / (place + evenness) for place in range(length)))


_OBJECTIVES = _zipf(len(OBJECTIVES), evenness=4)
_COUNTRIES = _zipf(len(COUNTRIES), evenness=6)
_TAGS = _zipf(len(TAGS), evenness=8)
_TYPES = _zipf(len(TYPES), evenness=2)
_KINDS = _zipf(len(KINDS), evenness=2)
_DETAILS = {length: _zipf(length, evenness=2) for length in {len(w.details) for w in BY_LANGUAGE.values()}}


DISTINCT = 5_000
"""Number of different documents. Larger catalogues repeat them, so that a million practices load in minutes."""


def document(number):
    """Return the document of practice `number`, from 1."""
    number = (number - 1) % DISTINCT + 1
    chance = random.Random(number)
    language = chance.choice(LANGUAGES)
    words = BY_LANGUAGE[language]
    town, name = _name(chance, 3), _name(chance, chance.choice([3, 4]))
    group = chance.choice(words.groups)
    start_year = chance.choice([None, *range(2002, 2026)])
    texts = _texts(chance, words, _Placeholders(chance, words, town=town, name=name, group=group))
    title = words.title.format(measure=chance.choice(words.measures), group=group, town=town)
    return {
        "title": f"{name}: {title}" if chance.random() < 0.3 else title,
        "summary": texts.pop("summary"),
        "objectives": _some(chance, OBJECTIVES, _OBJECTIVES, chance.choice([1, 1, 1, 2, 2, 3])),
        "countries": _some(chance, COUNTRIES, _COUNTRIES, chance.choice([0, 1, 1, 1, 1, 2, 3])),
        "area": chance.choice(["", town]),
        "type": chance.choices(TYPES, cum_weights=_TYPES)[0],
        "implementers": [
            body.format(town=town, name=name)
            for body in chance.sample(words.bodies, chance.choice([1, 1, 2]))
        ],
        "implementer_kinds": _some(chance, KINDS, _KINDS, chance.choice([1, 1, 2])),
        "start_year": start_year,
        "end_year": start_year and chance.choice([None, None, min(start_year + chance.randint(0, 6), 2026)]),
        **texts,
        "evidence_level": chance.choice(EVIDENCE),
        "cost_band": chance.choice(COSTS),
        "principles": sorted(chance.sample("abcdefghij", chance.choice([0, 1, 2]))),
        "sdgs": sorted(chance.sample(range(1, 18), chance.choice([0, 1, 1, 2, 3]))),
        "tags": _some(chance, TAGS, _TAGS, chance.choice([0, 1, 2, 3, 4, 5])),
        "language": language,
        "licence": chance.choice(LICENCES),
        "source_url": f"https://practices.example.org/{number}",
        "credit": chance.choice(["", name, *words.bodies[:2]]).format(town=town, name=name),
        "submitted_on": (FIRST + timedelta(days=chance.randint(0, 3_900))).date().isoformat(),
    }


def published_at(number, size):
    """Return when practice `number` of `size` was published. No two at the same instant."""
    copy, place = divmod(number - 1, DISTINCT)
    distinct = min(size, DISTINCT)
    return LAST - (LAST - FIRST) / distinct * (distinct - place - 1) - copy * BETWEEN_COPIES


class _Placeholders(dict):
    """Values for the {braces} of sentences. Names are fixed for a practice; other values are drawn each time."""

    def __init__(self, chance, words, **names):
        super().__init__(names)
        self.chance, self.details = chance, words.details
        self.weights = _DETAILS[len(words.details)]

    def __missing__(self, what):
        match what:
            case "count":
                return self.chance.randint(3, 900)
            case "year":
                return self.chance.randint(2004, 2026)
            case "detail":
                return self.chance.choices(self.details, cum_weights=self.weights)[0]
        raise KeyError(what)


def _texts(chance, words, facts):
    """Return the summary and four to six long texts, some 2 KB together."""
    sentences = chance.sample(words.sentences, len(words.sentences))
    texts = {"summary": _text(sentences[:2], facts)}
    sections = sorted(chance.sample(range(len(SECTIONS)), chance.choice([4, 5, 6])))
    length = 24 // len(sections)
    for place, section in enumerate(sections):
        begin = 2 + place * length
        chosen = [sentences[number % len(sentences)] for number in range(begin, begin + length)]
        texts[SECTIONS[section]] = _text(chosen, facts)
    return texts


def _text(sentences, facts):
    return " ".join(sentence.format_map(facts) for sentence in sentences)


def _some(chance, values, weights, how_many):
    """Draw `how_many` of `values`; fewer if one is drawn twice."""
    return list(dict.fromkeys(chance.choices(values, cum_weights=weights, k=how_many)))


def _name(chance, syllables):
    return "".join(chance.choices(SYLLABLES, k=syllables)).capitalize()
