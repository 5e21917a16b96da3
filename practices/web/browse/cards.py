"""Cards: practices as lists show them."""

import dataclasses
from collections.abc import Sequence
from functools import lru_cache

from django.conf import settings
from django.db.models import F
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext, pgettext

from practices.choices import LANGUAGES, EvidenceLevel
from practices.core.cache import cached_each_per_version, cached_per_version
from practices.core.punctuation import labelled, listed
from practices.discovery import Hit, Result, catalogue_names, search
from practices.documents import FIELDS, Document, complete, load_local, version_into
from practices.documents.kinds import RelationMixin, Text
from practices.documents.lookup import rows_named
from practices.models import Adaptation, Country, Practice, Revision
from practices.templatetags.beads import beads, evidence_dots

SUMMARY_SHOWN = 180
"""Characters of a summary that a card has room for. A hit beyond them is shown in an excerpt."""
COUNTRIES_SHOWN = 3
"""Countries that a card names; it says how many others there are."""
NO_BREAK = "\u00a0"
SEPARATOR = f"{NO_BREAK}· "
"""Dot between two facts, which stays on the line of the first."""
_LANGUAGE_NAMES = dict(LANGUAGES)

EXCERPTED = sorted(
    (
        field
        for field in FIELDS.values()
        if field.is_free_text and field.name != "title" and not isinstance(field, RelationMixin)
    ),
    key=lambda field: not isinstance(field, Text),
)
"""Fields from which an excerpt is taken, long texts first."""


@dataclasses.dataclass(frozen=True)
class Card:
    """A practice in a list: all that components/cards.html shows of it.

    What would take a template many tags is put together here: a page has twenty cards, and most of the time that a list
    takes which nobody asked for before is theirs.
    """

    path: str
    title: str
    """Marked up where words of a search are highlighted, as are the summary and the excerpt."""
    language: str
    direction: str
    facts: str
    """HTML of the place, type, years, level of evidence, language and number of uses elsewhere."""
    summary: str
    main_objective: int
    serves: str
    """HTML of the objectives, the reason why it is in the list."""
    excerpt: str = ""
    filed_under: str = ""
    """Field in which a word of a search stands, if it is in no text: “Topics: remittances”, with the word marked.

    Or the place of a use elsewhere, where only a report on it has the word.
    """
    missing: tuple[str, ...] = ()
    """Words of a search that the practice lacks."""
    by_meaning: bool = False
    """True for a practice that a search found by its meaning alone."""


@dataclasses.dataclass(frozen=True)
class About:
    """The subject of a list of cards."""

    objective: int | None = None
    """The objective of the list; its cards say whether it is their main objective."""
    places: tuple[str, ...] = ()
    """Facet keys of countries and regions, such as "region:asia"; cards name the countries in them first."""


EVERYTHING = About()

type _Key = tuple[int, int, str, str, About]
"""Practice, revision number, versions of its translation into the active language and of its uses, subject."""


def cards(found: Sequence[Result], about: About = EVERYTHING) -> list[Card]:
    """Return the cards of practices, in the same order. At most four queries, none for cards made before."""
    language = get_language()
    keys = [
        (
            result.practice,
            result.revision,
            version_into(language, result.translations),
            result.adaptations,
            about,
        )
        for result in found
    ]
    made = _cards(keys)
    return [made[key] for key in keys if key in made]


@cached_each_per_version(across_publications=True)
def _cards(keys: list[_Key]) -> dict[_Key, Card]:
    """Make the cards of these keys, whose revisions must be the latest."""
    practices = _loaded([practice for practice, *_others in keys])
    return {
        key: _card(practices[practice], about)
        for key in keys
        for practice, *_versions, about in [key]
        if practice in practices
    }


def _loaded(keys: Sequence[int], *more: str) -> dict[int, Practice]:
    """Return practices as cards show them, with the columns `more`, by primary key."""
    practices = Practice.objects.for_listing(*more).in_bulk(keys)
    load_local(practices.values())
    return practices


def highlighted_cards(
    found: Sequence[Hit], terms: tuple[search.Term, ...], about: About = EVERYTHING
) -> list[Card]:
    """Return the cards of practices that were searched for, with the words of the search highlighted."""
    return _highlighted_cards(tuple(found), terms, about)


@cached_per_version(lasts_if=bool)
def _highlighted_cards(hits: tuple[Hit, ...], terms: tuple[search.Term, ...], about: About) -> list[Card]:
    practices = _loaded([hit.practice for hit in hits], *(field.name for field in EXCERPTED))
    languages = {practice.local.language for practice in practices.values()}
    highlighters = {language: search.Highlighter(terms, language) for language in languages}
    found = [
        dataclasses.replace(
            _card(practice, about),
            missing=hit.missing,
            by_meaning=hit.by_meaning,
            **_highlighted(practice, highlighters[practice.local.language]),
        )
        for hit in hits
        if (practice := practices.get(hit.practice))
    ]
    unmarked = [
        practices[hit.practice]
        for hit, card in zip((hit for hit in hits if hit.practice in practices), found, strict=True)
        if not (card.by_meaning or _is_marked(card))
    ]
    names = _names_found(unmarked, terms)
    return [dataclasses.replace(card, filed_under=names.get(card.path, "")) for card in found]


def _highlighted(practice: Practice, highlighter: search.Highlighter) -> dict[str, str]:
    """Return the texts of a card with the words of a search marked, and an excerpt where these texts show none."""
    local = practice.local
    title, hits = highlighter.highlight(local.title), highlighter.hits(local.summary)
    excerpt = ""
    if "<mark>" not in title and not (hits and hits[0][0] <= SUMMARY_SHOWN):
        excerpt = highlighter.excerpt(
            ", ".join(field.searchable({field.name: local.text(field.name)}))
            for field in EXCERPTED
            if local.language_of(field.name) == local.language
        )
    return {"title": title, "summary": search.mark_hits(local.summary, hits), "excerpt": excerpt}


def _is_marked(card: Card) -> bool:
    return any("<mark>" in text for text in (card.title, card.summary, card.excerpt))


def _names_found(practices: Sequence[Practice], terms: tuple[search.Term, ...]) -> dict[str, SafeString]:
    """Return path → the first name that a practice is filed under and that has a word of the search, marked.

    Where no name has any, what was reported of a use elsewhere. At most two queries.
    """
    if not practices:
        return {}
    latest = Revision.objects.filter(practice__in=practices, number=F("practice__revision_number"))
    documents = {revision.practice_id: complete(revision.document) for revision in latest}
    found = {
        practice.get_absolute_url(): _name_found(documents[practice.pk], terms)
        for practice in practices
        if practice.pk in documents
    }
    unnamed = [practice for practice in practices if not found.get(practice.get_absolute_url())]
    return {path: name for path, name in (found | _reports_found(unnamed, terms)).items() if name}


def _reports_found(practices: Sequence[Practice], terms: tuple[search.Term, ...]) -> dict[str, SafeString]:
    """Return path → where a practice was used, with the words of the search in the first report that has any.

    At most one query.
    """
    paths = {practice.pk: practice.get_absolute_url() for practice in practices if practice.used_as}
    if not paths:
        return {}
    found: dict[str, SafeString] = {}
    for report in Adaptation.objects.published().filter(practice__in=paths).select_related("country"):
        text = search.Highlighter(terms, report.language).excerpt(report.texts)
        if text:
            label = gettext("Used in %(place)s") % {"place": report.place}
            said = format_html(labelled("{}", '<bdi lang="{}">{}</bdi>'), label, report.language, text)
            found.setdefault(paths[report.practice_id], said)
    return found


def _name_found(document: Document, terms: tuple[search.Term, ...]) -> SafeString | None:
    """Return the field and the name in it that a search has found: in the language of the page, if the name has it.

    A search in another language finds names by their English words.
    """
    written = search.Highlighter(terms, document["language"])
    languages = dict.fromkeys([get_language() or settings.LANGUAGE_CODE, "en"])
    named = [search.Highlighter(terms, language) for language in languages]
    filed = [("tags", (tag,), [written]) for tag in document["tags"]]
    filed += [(field, names, named) for field, names in catalogue_names.named_in(document)]
    for field, names, highlighters in filed:
        for highlighter in highlighters:
            for name in names:
                if text := highlighter.excerpt([name]):
                    return format_html(labelled("{}", "<bdi>{}</bdi>"), FIELDS[field].label, text)
    return None


def _card(practice: Practice, about: About) -> Card:
    return Card(
        path=practice.get_absolute_url(),
        title=practice.local.title,
        language=practice.local.language,
        direction=practice.local.direction,
        facts=_facts(practice, about.places),
        summary=practice.local.summary,
        main_objective=practice.main_objective.number,
        serves=_serves(practice, about.objective),
    )


def _facts(practice: Practice, places: tuple[str, ...]) -> SafeString:
    level = practice.evidence_level
    facts = (
        _place(_in_places_first(list(practice.countries.all()), places), practice.local.area),
        practice.type,
        practice.years.replace(" ", NO_BREAK),
        level != EvidenceLevel.NONE_STATED
        and format_html("{}{}{}", evidence_dots(level), NO_BREAK, practice.get_evidence_level_display()),
        _named_language(practice),
        _used(practice),
    )
    return format_html_join(SEPARATOR, "{}", ((fact,) for fact in facts if fact))


def _used(practice: Practice) -> str:
    """Return in how many other places a practice was used, as reported; nothing if none was."""
    count = len((practice.used_as or "").split())
    if not count:
        return ""
    used = ngettext("Used in %(count)s other place", "Used in %(count)s other places", count)
    return used % {"count": count}


def _in_places_first(countries: list[Country], places: tuple[str, ...]) -> list[Country]:
    """Return the countries with those in `places` first, as the list is about these."""
    if not places or len(countries) < 2:
        return countries
    with_regions = rows_named(Country, [country.code for country in countries])
    return sorted(with_regions, key=lambda country: not set(places).intersection(_facet_keys(country)))


def _facet_keys(country: Country) -> list[str]:
    subregion = country.subregion
    regions = [region for region in (subregion, subregion and subregion.parent) if region]
    return [f"country:{country.code.lower()}", *(f"region:{region.slug}" for region in regions)]


def _place(countries: list[Country], area: str) -> str:
    """Return the first countries as links, the number of others, and the area, such as “ and 4 more, Sahel”."""
    if not (countries or area):
        return gettext("No country named")
    language = get_language()
    links = format_html_join(
        gettext(", "),
        "{}",
        ((_country_link(language, each.code, each.name),) for each in countries[:COUNTRIES_SHOWN]),
    )
    if (more := len(countries) - COUNTRIES_SHOWN) > 0:
        links = format_html(gettext("%(names)s and %(more)s more") % {"names": "{}", "more": more}, links)
    return format_html("<bdi>{}{}{}</bdi>", links, gettext(", ") if countries and area else "", area)


@lru_cache(maxsize=1_000)
def _country_link(_language: str, code: str, name: str) -> SafeString:
    """Return a link to the page of a country in the active language, which the address depends on."""
    country = Country(code=code, name=name)
    return format_html('<a href="{}">{}</a>', country.get_absolute_url(), country)


def _serves(practice: Practice, objective: int | None) -> SafeString:
    """Return the objectives of a practice, in the list of one `objective` with what it is to the practice."""
    main = practice.main_objective
    further = [str(each.objective.number) for each in practice.loaded_placements if each.position]
    also = SEPARATOR + gettext("also %(numbers)s") % {"numbers": listed(further)} if further else ""
    named = format_html('<strong class="number">{}</strong> {}', main.number, main.local.short_label)
    if objective is None:
        text = format_html("<span>{}{}</span>", named, also)
    elif objective == main.number:
        text = format_html("<span>{}{}</span>", gettext("Main objective"), also)
    else:
        text = format_html(
            '<span class="practice-card-why">{}</span> <span>{} {}</span>',
            gettext("Also serves Objective %(objective)s") % {"objective": objective},
            gettext("Main objective:"),
            named,
        )
    return format_html("{} {}", beads(practice.loaded_placements), text)


def _named_language(practice: Practice) -> str:
    """Return the name of a practice's language where it is not that of the page, otherwise nothing."""
    if practice.language == get_language():
        return ""
    name = str(_LANGUAGE_NAMES[practice.language])
    return labelled(pgettext("of a translation", "Original"), name) if practice.translation else name
