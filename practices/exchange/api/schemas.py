"""The description of parameters and answers, made from the declarations that make the answers themselves."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django_filters import Filter
from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework.serializers import BaseSerializer

from practices.discovery import MAIN_VALUES, MAX_SEARCH_LENGTH, MAX_VALUES, SORTS, Facet, PracticeFilter
from practices.documents import FIELDS, FIRST_YEAR, LAST_YEAR
from practices.exchange.api import parameters, problems
from practices.exchange.api.parameters import DEFAULT_LIMIT, MAX_LIMIT
from practices.exchange.exports.columns import MEMBERS

type Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
ADDRESS: Schema = {"type": "string", "format": "uri"}
INSTANT: Schema = {"type": "string", "format": "date-time"}
NUMBER: Schema = {"type": "integer", "minimum": 0}
KEY: Schema = {"type": "integer", "minimum": 1}
FLAG: Schema = {"type": "boolean"}


def text_or_null(**more: Any) -> Schema:
    return {"type": ["string", "null"], **more}


def object_schema(properties: dict[str, Schema], *, optional: tuple[str, ...] = (), **more: Any) -> Schema:
    """Return the schema of an object with all of these properties but the `optional` ones."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required, **more}


def list_schema(items: Schema) -> Schema:
    return {"type": "array", "items": items}


class Operations(AutoSchema):
    """Names each operation by its view, such as `practiceList`."""

    def get_operation_id(self) -> str:
        name = type(self.view).__name__
        return name[0].lower() + name[1:]

    def get_tags(self) -> list[str]:
        return []


class Component(BaseSerializer):
    """A component of the description. Subclasses state its schema; nothing is serialized by them."""

    schema: ClassVar[Schema]


class ComponentExtension(OpenApiSerializerExtension):
    target_class = Component
    match_subclasses = True

    def get_name(self, auto_schema: AutoSchema, direction: Any) -> str:
        return str(self.target.__name__ if isinstance(self.target, type) else type(self.target).__name__)

    def map_serializer(self, auto_schema: AutoSchema, direction: Any) -> Schema:
        return dict(self.target.schema)


_FILES = MEMBERS["files"].schema
_DOCUMENT: dict[str, Schema] = {name: field.json_schema() for name, field in FIELDS.items()}
_MEMBERS = {name: member.schema for name, member in MEMBERS.items()}
_STATUS = {"type": "string", "enum": ["published", "withdrawn", "merged"]}

PUBLISHED = object_schema({"id": _MEMBERS["id"], "status": _STATUS, "changed_at": INSTANT, **_MEMBERS})
"""The record of a published practice."""


class Practice(Component):
    """A published practice, or with `fields` a part of it. What was withdrawn is a tombstone."""

    schema = object_schema(
        {
            **PUBLISHED["properties"],
            "display": object_schema(
                {"language": TEXT, "direction": {"enum": ["ltr", "rtl"]}, "title": TEXT, "summary": TEXT},
                description="What to show to people who read the language of the address: the texts of the "
                "translation into it where there is one, otherwise the original ones.",
            ),
            "match": object_schema(
                {"kind": {"enum": ["all_words", "some_words", "meaning"]}, "missing": list_schema(TEXT)}
            ),
            "withdrawn_at": INSTANT,
            "reason": TEXT,
            "merged_into": {"type": ["integer", "null"]},
        },
        description="A practice that is published, or the tombstone of one that was.",
    ) | {"required": ["id"]}


class Tombstone(Component):
    """The record that remains of a practice that was withdrawn or merged."""

    schema = object_schema(
        {
            "id": KEY,
            "status": {"enum": ["withdrawn", "merged"]},
            "changed_at": INSTANT,
            "url": ADDRESS,
            "withdrawn_at": INSTANT,
            "reason": TEXT,
            "merged_into": {"type": ["integer", "null"]},
        }
    )


class Revision(Component):
    """A numbered revision of a practice."""

    schema = object_schema(
        {
            "id": KEY | {"description": "of the practice"},
            "revision": KEY,
            "published_at": INSTANT,
            "note": TEXT,
            "redaction": object_schema(
                {"at": INSTANT, "note": TEXT, "fields": list_schema(TEXT)},
                description="What was removed for good: names of fields of the document. Null if nothing was.",
            )
            | {"type": ["object", "null"]},
            "document": object_schema(_DOCUMENT),
            "files": _FILES | {"type": ["array", "null"]},
        }
    )


class Value(Component):
    """A value of a filter."""

    schema = object_schema(
        {"value": TEXT, "label": TEXT, "practices": NUMBER},
        description="A value of a filter, and what else is known of it.",
    )


class Objective(Component):
    """An objective of the Global Compact for Migration."""

    schema = object_schema(
        {
            "value": TEXT,
            "label": TEXT,
            "practices": NUMBER,
            "title": TEXT,
            "title_is_our_translation": FLAG,
            "meaning": TEXT,
            "gcm_paragraph": KEY,
            "url": ADDRESS,
            "feed": ADDRESS,
        }
    )


class Taxonomy(Component):
    """A filter that has a list of values."""

    schema = object_schema({"name": TEXT, "label": TEXT, "url": ADDRESS})


class Table(Component):
    """Numbers of practices by what they state."""

    schema = object_schema(
        {
            "values": list_schema(object_schema({"value": TEXT, "label": TEXT, "practices": NUMBER})),
            "not_stated": NUMBER,
        }
    )


class Statistics(Component):
    """Numbers of practices in tables."""

    schema = object_schema(
        {"practices": NUMBER, "by": {"type": "object", "additionalProperties": Table.schema}}
    )


class Root(Component):
    """The addresses at which the API begins."""

    schema: ClassVar[Schema] = {"type": "object", "additionalProperties": ADDRESS}


class Topic(Component):
    """A concept of the thesaurus."""

    schema = object_schema(
        {
            "slug": TEXT,
            "names": {"type": "object", "additionalProperties": list_schema(TEXT)},
            "has_practices": FLAG,
            "objectives": list_schema(KEY),
            "related": list_schema(TEXT),
            "url": ADDRESS,
            "practices": ADDRESS | {"description": "the search for it"},
        }
    )


class Problem(Component):
    """Problem details (RFC 9457)."""

    schema = object_schema(
        {
            "type": TEXT,
            "title": TEXT,
            "status": {"type": "integer"},
            "detail": TEXT,
            "errors": list_schema(object_schema({"parameter": TEXT, "detail": TEXT})),
        },
        optional=("errors",),
    )


def listing(
    name: str,
    items: type[Component],
    /,
    *,
    paged: bool = True,
    optional: tuple[str, ...] = (),
    **more: Schema,
) -> type[Component]:
    """Return the component of a list: `name` is the property that holds its items, and `more` are others."""
    following = {"next": text_or_null(format="uri")} if paged else {}
    schema = object_schema({**more, name: list_schema(items.schema), **following}, optional=optional)
    return type(f"{name.capitalize()}List", (Component,), {"schema": schema, "__doc__": f"A list of {name}."})


def answers(
    component: type[Component], *, gone: bool = False, faults: tuple[int, ...] = (400,)
) -> dict[Any, Any]:
    """Return the answers of an address: `component`, problems, and with `gone` the tombstone of a practice."""
    found: dict[Any, Any] = {200: component}
    if gone:
        found[301] = OpenApiResponse(Tombstone, "It was merged into the practice at `Location`.")
        found[410] = OpenApiResponse(Tombstone, "It was withdrawn.")
    for status in (*faults, 429):
        found[status, problems.CONTENT_TYPE] = OpenApiResponse(Problem, FAULTS[status])
    return found


FAULTS = {
    400: "A parameter is unknown, or its value is not valid.",
    404: "Nothing public is at this address.",
    429: "Too many requests: `Retry-After` says in how many seconds the next one is welcome.",
}


FACET_NAMES = [name for name, each in PracticeFilter.base_filters.items() if isinstance(each, Facet)]


def values_path(facet: str) -> str:
    """Return the path of the list of the values of a facet."""
    return f"/api/v1/{'tags' if facet == 'tag' else f'taxonomies/{facet}'}/"


def _parameter(name: str, each: Filter) -> OpenApiParameter:
    if name in FACET_NAMES:
        label = "Tag" if name == "tag" else each.label  # a topic of the API is a concept of the thesaurus
        description = (
            f"{label}; its values are listed at {values_path(name)}. If you give several values, a practice needs to "
            "match only one."
        )
        schema: Any = list_schema(TEXT) | {"maxItems": MAX_VALUES}
        return OpenApiParameter(name, schema, description=description, explode=True, style="form")
    if name == "practice":
        schema = list_schema({"type": "integer", "minimum": 1}) | {"maxItems": MAX_VALUES}
        return OpenApiParameter(name, schema, description=DESCRIPTIONS[name], explode=True, style="form")
    schema = {
        "q": TEXT | {"maxLength": MAX_SEARCH_LENGTH},
        "main": {"enum": list(MAIN_VALUES)},
    }.get(name, {"type": "integer", "minimum": FIRST_YEAR, "maximum": LAST_YEAR})
    return OpenApiParameter(name, schema, description=DESCRIPTIONS[name])


DESCRIPTIONS = {
    "q": "Words to search for",
    "main": "With `objective`: 1 for practices with it as main objective, 0 for those with it as a further one",
    "practice": "Numbers of practices, as of a kit; those that are not published are left out",
    "since": "Year: practices that were running in or after it",
    "until": "Year: practices that were running in or before it",
}
"""Filter that is no facet → description."""
FROM_NEXT = "Where the answer begins: copied from the address that `next` gave"
LIMIT = OpenApiParameter(
    "limit",
    {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
    description="Maximum number of items in an answer",
)
CURSOR = OpenApiParameter("cursor", TEXT | {"pattern": parameters.CURSOR}, description=FROM_NEXT)
TEXT_CURSOR = OpenApiParameter("cursor", TEXT | {"pattern": parameters.SLUG_CURSOR}, description=FROM_NEXT)
FILTERS = [_parameter(name, each) for name, each in PracticeFilter.base_filters.items()]
SORT = OpenApiParameter(
    "sort",
    {"enum": list(SORTS)},
    description="Order; by default that of the website. Of no effect with `changed_since`",
)
CHANGED_SINCE = OpenApiParameter(
    "changed_since",
    {"type": "string", "format": "date-time"},
    description="Practices that have changed since this instant, in the order of their changes, with those withdrawn. "
    "Write the `+` of an offset as `%2B`, or the instant with `Z`; a space in its place is taken for `+`",
)


def field_names(names: Iterable[str]) -> OpenApiParameter:
    return OpenApiParameter(
        "fields",
        list_schema({"enum": list(names)}),
        description="Names of the fields to return, with commas between them; `id` is always there",
        explode=False,
        style="form",
    )
