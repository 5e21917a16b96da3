"""Pages to measure. Each has many addresses requested in turn, so that no single answer stays cached."""

import random
import re
from itertools import pairwise
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.text import slugify

from benchmarks import synthetic
from benchmarks.word_lists import COUNTRIES, ENGLISH, FRENCH, OBJECTIVES, SPANISH, TAGS
from practices.models import Practice

PRACTICES = 1_000
SEARCHES = 60
COLD = 200
"""Addresses of each kind that are requested once."""


COMMON_WORDS = sorted({word for text in ENGLISH.sentences for word in re.findall(r"\b[a-z]{5,}\b", text)})
"""Words that about a third of the practices contain."""
WITHOUT_RESULTS = "glaciologists"
"""Words that no practice contains, so that search by meaning loads its model, where it is installed."""


def addresses(size):
    """Return page → its addresses in a catalogue of `size` practices."""
    listing = reverse("practices:practice-list")
    feeds = [reverse("practices:objective-feed", args=[number, "atom"]) for number in OBJECTIVES]
    return {
        "objective page": [reverse("practices:objective-detail", args=[number]) for number in OBJECTIVES],
        "listing, three facets": [f"{listing}?{query}" for query in _three_facets()],
        "search, two facets": [f"{listing}?{query}" for query in _searches(size)],
        "gap map": ["/gaps/"],
        "practice page": [_practice_address(number) for number in _sample_numbers(size)],
        "feed": feeds,
        "suggestions": [f"{reverse('practices:suggest')}?{urlencode({'q': text})}" for text in _prefixes()],
    }


def cold_addresses(size):
    """Return page → different addresses to request once, with one more that comes first to load the code."""
    listing = reverse("practices:practice-list")
    chance = random.Random(size)
    practices = chance.sample(range(1, size + 1), COLD + 1)
    found = {
        "practice page": [_practice_address(number) for number in practices],
        "listing, one facet": [f"{listing}?{query}" for query in _different(_one_facet, chance)],
        "listing, three facets": [f"{listing}?{query}" for query in _different(_one_of_each_facet, chance)],
        "search, common words": [f"{listing}?{query}" for query in _different(_common_words, chance)],
    }
    found["search, common words"][0] = f"{listing}?{urlencode({'q': WITHOUT_RESULTS})}"
    return found


def _different(draw, chance):
    """Draw until there are enough different queries."""
    queries = {}
    while len(queries) <= COLD:
        queries[draw(chance)] = None
    return list(queries)


def _one_facet(chance):
    facet = chance.choice([_objective, _country, _type, _tag])
    return urlencode([facet(chance), ("page", chance.randint(1, 5))])


def _one_of_each_facet(chance):
    return urlencode([_objective(chance), _country(chance), _type(chance)])


def _common_words(chance):
    return urlencode({"q": " ".join(chance.sample(COMMON_WORDS, chance.randint(1, 3)))})


def _objective(chance):
    return "objective", chance.choice(OBJECTIVES)


def _country(chance):
    return "country", chance.choice(COUNTRIES).lower()


def _type(chance):
    return "type", chance.choice(synthetic.TYPES)


def _tag(chance):
    return "tag", slugify(chance.choice(TAGS))


def _three_facets():
    """Yield combinations of filters that match a few per cent of the catalogue."""
    for first, second in pairwise(OBJECTIVES[:9]):
        for region in ["africa", "americas", "asia"]:
            yield (
                f"objective={first}&objective={second}&region={region}"
                "&type=programme-or-project&type=service&type=policy-or-law"
            )


def _searches(size):
    """Yield searches with an objective and a country: common and rare words, a name, phrases, a misspelling."""
    chance = random.Random(6)
    for number in range(SEARCHES):
        document = synthetic.document(chance.randint(1, size))
        words = [
            "women", "ministry labour", chance.choice(ENGLISH.details), chance.choice(FRENCH.details),
            chance.choice(SPANISH.details), document["title"].split()[-1], f'"{ENGLISH.details[number]}"',
            "pensoin desks", chance.choice(ENGLISH.groups), "reintegration",
        ][number % 10]  # fmt: skip
        yield urlencode(
            {"q": words, "objective": OBJECTIVES[number % 7], "country": COUNTRIES[number % 11].lower()}
        )


def _prefixes():
    """Yield the contents of the search field while somebody types."""
    for word in ["remittances", "philippines", "legal advice desks", "women", "reintegration", "pensiones"]:
        for length in range(2, min(8, len(word)) + 1):
            yield word[:length]


def _sample_numbers(size):
    return random.Random(size).sample(range(1, size + 1), min(PRACTICES, size))


def _practice_address(number):
    return Practice(pk=number, title=synthetic.document(number)["title"]).get_absolute_url()
