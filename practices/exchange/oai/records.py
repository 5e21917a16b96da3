"""The practices that a harvester asks for, their identifiers and their sets."""

from datetime import UTC, datetime

from django.db.models import Min, Q, QuerySet

from practices.choices import LANGUAGES
from practices.core.http.guards import lasting_host
from practices.exchange.exports.records import Record, records
from practices.exchange.oai.arguments import ListArguments, OaiError
from practices.models import Country, Objective, Practice

SCHEME = "oai"
DELIMITER = ":"


def identifier(practice: Practice) -> str:
    """Return the identifier of an item (https://www.openarchives.org/OAI/2.0/guidelines-oai-identifier.htm)."""
    return DELIMITER.join([SCHEME, lasting_host(), str(practice.pk)])


def find(given: str) -> Practice:
    """Return the practice of an identifier, withdrawn or not. Raises OaiError: idDoesNotExist."""
    prefix = f"{SCHEME}{DELIMITER}{lasting_host()}{DELIMITER}"
    key = given.removeprefix(prefix) if given.startswith(prefix) else ""
    is_key = key.isascii() and key.isdigit() and len(key) < 19 and not key.startswith("0")
    practice = _with_sets(Practice.objects.filter(pk=int(key))).first() if is_key else None
    if practice is None:
        raise OaiError("idDoesNotExist", "There has never been a practice of this identifier.")
    return practice


def page(asked: ListArguments, *, size: int) -> list[Practice]:
    """Return the next `size` practices of a harvest, in the order of their keys, in four queries."""
    return list(_with_sets(matching(asked).filter(pk__gt=asked.after).order_by("pk"))[:size])


def matching(asked: ListArguments) -> QuerySet[Practice]:
    """Return all practices of a harvest, in no order. Raises OaiError: noRecordsMatch for a set that is none."""
    practices = Practice.objects.order_by()
    if asked.set_spec:
        practices = practices.filter(_in_set(asked.set_spec))
    if asked.begins_at:
        practices = practices.filter(changed_at__gte=asked.begins_at)
    if asked.ends_before:
        practices = practices.filter(changed_at__lt=asked.ends_before)
    return practices


def _in_set(spec: str) -> Q:
    kind, _colon, value = spec.partition(":")
    match kind:
        case "objective" if value.isascii() and value.isdigit() and len(value) < 3:
            return Q(pk__in=Practice.objects.filter(objectives__number=int(value)).order_by().values("pk"))
        case "country" if value.isascii() and value.isalpha():
            return Q(pk__in=Practice.objects.filter(countries__code=value.upper()).order_by().values("pk"))
        case "language" if value in dict(LANGUAGES):
            return Q(language=value)
    raise OaiError("noRecordsMatch", "There is no such set; ListSets lists them.")


def _with_sets(practices: QuerySet[Practice]) -> QuerySet[Practice]:
    return practices.prefetch_related("placements__objective", "countries")


def set_specs(practice: Practice) -> list[str]:
    """Return the sets of a practice: its objectives, countries and language, also after it was withdrawn."""
    objectives = [f"objective:{placement.objective.number}" for placement in practice.placements.all()]
    countries = sorted(f"country:{country.code.lower()}" for country in practice.countries.all())
    return [*objectives, *countries, f"language:{practice.language}"]


def all_sets() -> list[tuple[str, str]]:
    """Return (setSpec, name) of every set: objectives, and those countries and languages that practices have."""
    objectives = [(f"objective:{each.number}", str(each)) for each in Objective.objects.all()]
    used = Country.objects.filter(practices__isnull=False).distinct()
    countries = [(f"country:{country.code.lower()}", country.name) for country in used]
    names = dict(LANGUAGES)
    codes = Practice.objects.order_by("language").values_list("language", flat=True).distinct()
    languages = [(f"language:{code}", str(names.get(code, code))) for code in codes]
    tops = [("objective", "Objectives"), ("country", "Countries"), ("language", "Languages")]
    return [tops[0], *objectives, tops[1], *countries, tops[2], *languages]


def latest_records(practices: list[Practice]) -> dict[int, Record]:
    """Return key → record of those practices that are public, as exports have it. Two queries."""
    keys = [practice.pk for practice in practices if practice.is_public]
    return {record.practice.pk: record for record in records(Practice.objects.filter(pk__in=keys))}


def earliest() -> datetime:
    """Return an instant before which nothing changed."""
    found: datetime | None = Practice.objects.aggregate(earliest=Min("changed_at"))["earliest"]
    return found or datetime(2018, 12, 10, tzinfo=UTC)  # the Global Compact was adopted
