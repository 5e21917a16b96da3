"""Cards: practices as lists show them."""

import dataclasses
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import F, QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext, pgettext

from practices.choices import LANGUAGES, EvidenceLevel
from practices.core.cache import cached_each_per_version, cached_per_version
from practices.core.prepared import prepared, row_of
from practices.core.punctuation import labelled, listed
from practices.discovery import Hit, Result, catalogue_names, search
from practices.documents import FIELDS, Document, complete, load_local, version_into
from practices.documents.kinds import RelationMixin, Text
from practices.documents.lookup import rows_named
from practices.models import Adaptation, Country, Objective, Placement, Practice, PracticeType, Revision
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
COLUMNS = (
    "id", "title", "summary", "area", "start_year", "end_year", "language", "evidence_level",
)  # fmt: skip
TEXT_COLUMNS = tuple(field.name for field in EXCERPTED if field.name not in COLUMNS)


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


def _loaded(keys: Sequence[int]) -> dict[int, Practice]:
    """Return practices as cards show them, by primary key. Three queries, and one where any is translated."""
    return _with_relations(_rows(list(keys)), COLUMNS)


def _loaded_with_texts(keys: Sequence[int]) -> dict[int, Practice]:
    """Return practices like `_loaded`, with the texts from which excerpts are taken."""
    return _with_relations(_rows_with_texts(list(keys)), (*COLUMNS, *TEXT_COLUMNS))


def _with_relations(rows: Sequence[tuple[Any, ...]], columns: Sequence[str]) -> dict[int, Practice]:
    practices = {}
    for *values, kind, translated_into, used_as in rows:
        practice = row_of(Practice, columns, values)
        practice.type = next(iter(rows_named(PracticeType, [kind])), None)
        practice.translated_into, practice.used_as = translated_into, used_as
        practice.loaded_countries, practice.loaded_placements = [], []
        practices[practice.pk] = practice
    for key, code in _country_rows(list(practices)):
        practices[key].loaded_countries += rows_named(Country, [code])
    for key, position, number in _placement_rows(list(practices)):
        [objective] = rows_named(Objective, [number])
        practices[key].loaded_placements.append(Placement(objective=objective, position=position))
    load_local(practices.values())
    return practices


def _versions(keys: Any, columns: Sequence[str]) -> QuerySet[Practice, Any]:
    practices = Practice.objects.filter(pk__in=keys).with_versions()
    return practices.values_list(*columns, "type__slug", "translated_into", "used_as")


@prepared
def _rows(keys: Any) -> QuerySet[Practice, Any]:
    return _versions(keys, COLUMNS)


@prepared
def _rows_with_texts(keys: Any) -> QuerySet[Practice, Any]:
    return _versions(keys, (*COLUMNS, *TEXT_COLUMNS))


@prepared
def _country_rows(keys: Any) -> QuerySet[Any, Any]:
    rows = Practice.countries.through.objects.filter(practice__in=keys).order_by("country__name")
    return rows.values_list("practice_id", "country__code")


@prepared
def _placement_rows(keys: Any) -> QuerySet[Placement, Any]:
    rows = Placement.objects.filter(practice__in=keys).order_by("position")
    return rows.values_list("practice_id", "position", "objective__number")


def highlighted_cards(
    found: Sequence[Hit], terms: tuple[search.Term, ...], about: About = EVERYTHING
) -> list[Card]:
    """Return the cards of practices that were searched for, with the words of the search highlighted."""
    return _highlighted_cards(tuple(found), terms, about)


@cached_per_version(lasts_if=bool)
def _highlighted_cards(hits: tuple[Hit, ...], terms: tuple[search.Term, ...], about: About) -> list[Card]:
    practices = _loaded_with_texts([hit.practice for hit in hits])
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
        serves=_serves(
            get_language(),
            practice.main_objective.local.short_label,
            tuple(each.objective.number for each in practice.loaded_placements),
            about.objective,
        ),
    )


def _facts(practice: Practice, places: tuple[str, ...]) -> SafeString:
    level = practice.evidence_level
    facts = (
        _place(_in_places_first(practice.loaded_countries, places), practice.local.area),
        practice.type,
        practice.years.replace(" ", NO_BREAK),
        level != EvidenceLevel.NONE_STATED and _evidence(get_language(), level),
        _named_language(practice),
        _used(practice),
    )
    return format_html_join(SEPARATOR, "{}", ((fact,) for fact in facts if fact))


@lru_cache(maxsize=100)
def _evidence(_language: str, level: str) -> SafeString:
    """Return a level of evidence, drawn and in words of the active language."""
    return format_html("{}{}{}", evidence_dots(level), NO_BREAK, EvidenceLevel(level).label)


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
    names = tuple((each.code, str(each)) for each in countries[:COUNTRIES_SHOWN])
    links = _country_links(get_language(), names, len(countries) - len(names))
    return format_html("<bdi>{}{}{}</bdi>", links, gettext(", ") if countries and area else "", area)


@lru_cache(maxsize=2_000)
def _country_links(_language: str, names: tuple[tuple[str, str], ...], more: int) -> SafeString:
    """Return links to the pages of countries, given by code and name. Addresses depend on the active language."""
    named = ((Country(code=code).get_absolute_url(), name) for code, name in names)
    links = format_html_join(gettext(", "), '<a href="{}">{}</a>', named)
    if more:
        return format_html(gettext("%(names)s and %(more)s more") % {"names": "{}", "more": more}, links)
    return links


@lru_cache(maxsize=2_000)
def _serves(_language: str, label: str, numbers: tuple[int, ...], objective: int | None) -> SafeString:
    """Return the objectives of a practice in the active language, in the list of one `objective` what it is to them.

    The main one comes first in `numbers`, and has the `label`.
    """
    main, *further = numbers
    also = SEPARATOR + gettext("also %(numbers)s") % {"numbers": listed(further)} if further else ""
    named = format_html('<strong class="number">{}</strong> {}', main, label)
    if objective is None:
        text = format_html("<span>{}{}</span>", named, also)
    elif objective == main:
        text = format_html("<span>{}{}</span>", gettext("Main objective"), also)
    else:
        text = format_html(
            '<span class="practice-card-why">{}</span> <span>{} {}</span>',
            gettext("Also serves Objective %(objective)s") % {"objective": objective},
            gettext("Main objective:"),
            named,
        )
    return format_html("{} {}", beads(numbers), text)


def _named_language(practice: Practice) -> str:
    """Return the name of a practice's language where it is not that of the page, otherwise nothing."""
    if practice.language == get_language():
        return ""
    name = str(_LANGUAGE_NAMES[practice.language])
    return labelled(pgettext("of a translation", "Original"), name) if practice.translation else name
