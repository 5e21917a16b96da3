"""Fill an empty database with a catalogue of believable practices, in bulk, row for row as publication would.

`verify` publishes a sample anew through the workflow, inside a transaction that is undone, and compares.
"""

import multiprocessing
import sys
import time
from collections import Counter
from contextlib import contextmanager
from itertools import batched, groupby

from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import ForeignKey
from django.db.models.expressions import DatabaseDefault
from django.utils.translation import gettext
from taggit.models import Tag

from benchmarks import believable
from benchmarks.words import TAGS
from practices import documents, workflow
from practices.core import catalogue_version
from practices.discovery import facet_codes, indexing, search
from practices.discovery.facets import Facet, FacetSource
from practices.discovery.filters import PracticeFilter, facet_keys
from practices.models import (
    WITHOUT_REGION,
    Country,
    FacetEntry,
    Filing,
    GuidingPrinciple,
    ImplementerKind,
    Objective,
    Placement,
    Practice,
    PracticeType,
    Revision,
    SustainableDevelopmentGoal,
    TaggedPractice,
)

BATCH = 2_000
"""Practices made and written at a time."""

RELATED = {
    "countries": Country,
    "implementer_kinds": ImplementerKind,
    "principles": GuidingPrinciple,
    "sdgs": SustainableDevelopmentGoal,
}
"""Fields of a document that name rows a practice is related to by nothing but a table between."""


def make(size, *, processes=2):
    """Make a catalogue of `size` practices, numbered from 1, in a database that has none."""
    call_command("migrate", verbosity=0)
    call_command("loaddata", "reference", "countries", verbosity=0)
    if Practice.objects.exists():
        raise SystemExit("This database has practices already: a catalogue is made in an empty one.")
    prepare()
    copies, rest = divmod(size, believable.DIFFERENT)
    if copies and rest:
        raise SystemExit(f"More than {believable.DIFFERENT:,} practices must be a multiple of that.")
    numbers = range(1, min(size, believable.DIFFERENT) + 1)
    batches = [(some, size) for some in batched(numbers, BATCH, strict=False)]
    progress = Progress("practices", size)
    tallies, lexemes = Counter(), set()

    with _without_indexes():
        for made in _made_by(processes, batches):
            count, counted, found = made
            tallies.update(counted)
            lexemes.update(found)
            progress.advance(count)
        for copy in range(1, copies):
            _copy(copy)
            progress.advance(believable.DIFFERENT)
    progress.close()
    finish(Counter({pair: count * max(1, copies) for pair, count in tallies.items()}), lexemes)
    with connection.cursor() as cursor:  # as on a database that has run for a while
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    connection.close()  # the next one is as the settings say


def prepare():
    """Write what practices refer to: the tags, and all keys, so that those who make practices at the same time agree
    on their signs.
    """
    for name in TAGS:
        Tag.objects.get_or_create(name=name)
    facets = [each for each in PracticeFilter.base_filters.values() if isinstance(each, Facet)]
    keys = [key for facet in facets for value in facet.values() for key in facet.keys_for(value.value)]
    keys += [f"main:{number}" for number in Objective.objects.values_list("number", flat=True)]
    keys += [f"tag:{slug}" for slug in Tag.objects.values_list("slug", flat=True)]
    facet_codes.assign([*keys, WITHOUT_REGION])


def make_batch(batch):
    """Write the practices of these numbers, of a catalogue of this size.

    (how many they are, what they add to the tallies, the words that occur in them)
    """
    numbers, size = batch
    keys = known_keys()
    made = [instance for number in numbers for instance in rows(number, size, keys)]
    made.sort(key=lambda instance: _TABLES.index(type(instance)))  # stable: a table's rows stay in order
    with transaction.atomic():
        for model, instances in groupby(made, type):
            _insert(model, list(instances))
        return len(numbers), *_file(made)


def _made_by(processes, batches):
    """What `make_batch` returns of each; SQLite has one writer."""
    if connection.vendor != "postgresql":
        yield from map(make_batch, batches)
        return
    connection.close()
    connection.close_pool()  # or the processes would share its connections
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        yield from pool.imap_unordered(make_batch, batches)


def _copy(copy):
    """Write copy number `copy` of all that is there of the first practices, in the database."""
    with connection.cursor() as cursor:
        for table, practice, columns in _tables_of_practices(cursor):
            values = [
                f"{name} + {copy * believable.DIFFERENT}" if name == practice
                else _earlier(name, copy * believable.BETWEEN_COPIES) if name in {"published_at", "revised_at"}
                else name
                for name in columns
            ]  # fmt: skip
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {table} "
                f"WHERE {practice} <= {believable.DIFFERENT}"
            )


def _tables_of_practices(cursor):
    """(table, its column that names the practice, all columns that are copied) of all that publication writes."""
    of_practices = {Practice._meta.db_table: "id"}
    for model in (*_TABLES[1:], *_FILED):
        [field] = [each for each in model._meta.concrete_fields if each.related_model in {Practice, Filing}]
        of_practices[model._meta.db_table] = field.column
    for table, practice in of_practices.items():
        described = connection.introspection.get_table_description(cursor, table)
        yield table, practice, [each.name for each in described if each.name != "id" or practice == "id"]
    table, columns, _rows = search.engine().build_rows([])
    yield table, search.engine().KEY, columns


def _earlier(name, by):
    """SQL of an instant so much, in whole seconds, before that of a column."""
    if connection.vendor == "postgresql":
        return f"{name} - interval '{by.total_seconds():.0f} seconds'"
    return f"datetime(substr({name}, 1, 19), '-{by.total_seconds():.0f} seconds') || substr({name}, 20)"


def _file(made):
    """File what was made, as `indexing.index_practice` does one by one, but for what is counted over all."""
    countries = {row.code: row for row in Country.objects.select_related("subregion__parent")}
    slugs = dict(Tag.objects.values_list("name", "slug"))
    documents = {row.practice_id: row.document for row in made if isinstance(row, Revision)}
    signs_of = {key: sign for sign, key in facet_codes.keys_by_code().items()}
    filings, facets, entries, tallies = [], [], [], Counter()
    for practice in (row for row in made if isinstance(row, Practice)):
        document = documents[practice.pk]
        there = [countries[code] for code in document["countries"]]
        keys = facet_keys(FacetSource(document, there, [slugs[name] for name in document["tags"]]))
        filings.append(indexing.index_row(practice, keys, signs_of))
        facets += indexing.facet_entries(practice, keys)
        entries.append(indexing.search_entry(practice, document, there, keys))
        tallies.update(indexing.counted_pairs(keys))
    _insert(Filing, filings)
    _insert(FacetEntry, facets)
    _insert_rows(*search.engine().build_rows(entries))
    return tallies, set().union(*(entry.lexemes for entry in entries))


def finish(tallies, lexemes):
    """Write what is counted over all practices, and let the next one get the key after the last."""
    indexing.update_counts(tallies, Counter())
    search.add_words(lexemes)
    catalogue_version.bump(wording=True)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Practice]):
            cursor.execute(statement)


_TABLES = [
    Practice, Placement, *(Practice._meta.get_field(name).remote_field.through for name in RELATED),
    TaggedPractice, Revision,
]  # fmt: skip
"""The tables publication writes, those first that others refer to."""
_FILED = [Filing, FacetEntry]
"""Those of them that lists are answered from."""


def known_keys():
    """Taxonomy → natural key → primary key."""
    keys = {
        taxonomy: dict(taxonomy.objects.values_list(taxonomy.NATURAL_KEY, "pk"))
        for taxonomy in (Objective, PracticeType, *RELATED.values())
    }
    return keys | {Tag: dict(Tag.objects.values_list("name", "pk"))}


def rows(number, size, keys):
    """The rows of practice `number`, unsaved, the practice itself first."""
    document = documents.complete(believable.document(number))
    at = believable.published_at(number, size)
    practice = Practice(pk=number, published_at=at)
    documents.fill_columns(practice, document, at=at)
    practice.type_id = keys[PracticeType][document["type"]]
    yield practice
    for position, objective in enumerate(document["objectives"]):
        yield Placement(practice_id=number, objective_id=keys[Objective][objective], position=position)
    for name, taxonomy in RELATED.items():
        field = Practice._meta.get_field(name)
        between = {field.m2m_column_name(): number}
        for key in document[name]:
            yield field.remote_field.through(**between, **{field.m2m_reverse_name(): keys[taxonomy][key]})
    for tag in document["tags"]:
        yield TaggedPractice(content_object_id=number, tag_id=keys[Tag][tag])
    yield Revision(
        practice_id=number, number=1, document=document, note=gettext("First published"), published_at=at
    )


# Writing in bulk ----------------------------------------------------------------


def _insert(model, instances):
    """Insert instances of one model. Keys and other values that they lack are the database's to give."""
    fields = [
        field
        for field in model._meta.local_concrete_fields
        if not field.generated and not isinstance(getattr(instances[0], field.attname), DatabaseDefault)
    ]
    if instances[0].pk is None:
        fields.remove(model._meta.pk)
    values = (
        [field.get_db_prep_save(getattr(instance, field.attname), connection) for field in fields]
        for instance in instances
    )
    _insert_rows(model._meta.db_table, [field.column for field in fields], values)


def _insert_rows(table, columns, rows):
    names = ", ".join(map(connection.ops.quote_name, columns))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", list(rows))


@contextmanager
def _without_indexes():
    """Take indexes and foreign keys off the tables meanwhile: made once at the end they cost a fraction."""
    tables = [*(model._meta.db_table for model in (*_TABLES, *_FILED)), "practices_search"]
    drop = {"postgresql": _drop, "sqlite": _drop_from_sqlite}[connection.vendor]
    with connection.cursor() as cursor:
        statements = drop(cursor, tables)
    yield
    progress = Progress("indexes and constraints", len(statements))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET maintenance_work_mem = '512MB'")
        for statement in statements:
            cursor.execute(statement)
            progress.advance()
    progress.close()


def _drop(cursor, tables):
    """Drop what is not needed meanwhile. Returns the statements that make it again."""
    cursor.execute(
        "SELECT conrelid::regclass, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid = ANY(%s::regclass[])"
        " AND (contype IN ('f', 'u') OR contype = 'p' AND conrelid = %s::regclass)"
        " ORDER BY contype DESC, oid",
        [tables, FacetEntry._meta.db_table],
    )
    constraints = cursor.fetchall()
    for table, name, _definition in constraints:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    cursor.execute(
        "SELECT indexrelid::regclass, pg_get_indexdef(indexrelid) FROM pg_index"
        " WHERE NOT indisprimary AND indrelid = ANY(%s::regclass[])",
        [tables],
    )
    indexes = cursor.fetchall()
    for name, _definition in indexes:
        cursor.execute(f"DROP INDEX {name}")
    return [definition for _name, definition in indexes] + [
        f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}" for table, name, definition in constraints
    ]


def _drop_from_sqlite(cursor, tables):
    """The same of indexes alone, as SQLite's constraints stay with their tables. And a catalogue that is not made to the
    end is made anew, so nothing need be written twice to be safe.
    """
    cursor.execute("PRAGMA journal_mode = MEMORY")
    cursor.execute("PRAGMA synchronous = OFF")
    cursor.execute("PRAGMA cache_size = -1000000")  # KiB
    places = ", ".join(["%s"] * len(tables))
    cursor.execute(
        f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql <> '' AND tbl_name IN ({places})",
        tables,
    )
    indexes = cursor.fetchall()
    for name, _definition in indexes:
        cursor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")
    return [definition for _name, definition in indexes]


class Progress:
    """A bar on standard error, where that is a terminal; else a line at the end."""

    def __init__(self, what, whole):
        self.what, self.whole, self.done, self.begun = what, whole, 0, time.monotonic()
        self.show()

    def advance(self, by=1):
        self.done += by
        self.show()

    def show(self, end=""):
        if sys.stderr.isatty() or end:
            seconds = time.monotonic() - self.begun
            share = self.done / self.whole if self.whole else 1
            bar = "█" * int(30 * share)
            left = f", {seconds / share - seconds:,.0f} s to go" if 0 < share < 1 else ""
            text = f"{bar:30} {self.done:,} of {self.whole:,} {self.what} in {seconds:,.0f} s{left}"
            sys.stderr.write(f"\r{text:110}{end}")
            sys.stderr.flush()

    def close(self):
        self.show(end="\n")


# Comparing with the workflow ------------------------------------------------------


def verify(size, *, sample=20):
    """The numbers of those practices, of a sample, whose rows differ from what the workflow publishes."""
    numbers = sorted({max(1, size * place // sample) for place in range(1, sample + 1)})
    loaded = [_all_rows(number) for number in numbers]
    with transaction.atomic():
        published = [
            workflow.publish_document(
                believable.document(number), announce=False, now=believable.published_at(number, size)
            ).pk
            for number in numbers
        ]
        anew = [_all_rows(key) for key in published]
        transaction.set_rollback(True)
    return [number for number, before, after in zip(numbers, loaded, anew, strict=True) if before != after]


def _all_rows(practice_key):
    """Table → what it says of a practice, keys aside. Tables that refer to practices are found by themselves."""
    found = {"practice": Practice.objects.filter(pk=practice_key).values().get() | {"id": None}}
    for relation in Practice._meta.get_fields(include_hidden=True):
        if (relation.auto_created and relation.one_to_many) or relation.one_to_one:
            model, field = relation.related_model, relation.field
            columns = [
                column.attname
                for column in model._meta.concrete_fields
                if column is not field and not (column.primary_key and not isinstance(column, ForeignKey))
            ]
            found[model._meta.label] = sorted(
                model._base_manager.filter(**{field.name: practice_key}).values_list(*columns), key=repr
            )
    [filing] = Filing.objects.filter(practice=practice_key)
    keys = indexing.indexed_keys(filing, {key: sign for sign, key in facet_codes.keys_by_code().items()})
    # By the whole of its primary key: there is no other index.
    listed = FacetEntry.objects.filter(practice=filing, published_at=filing.published_at, key__in=keys)
    found["entries"] = sorted(listed.values_list("key", flat=True))
    with connection.cursor() as cursor:
        what, key = ("vector::text", "practice_id") if connection.vendor == "postgresql" else ("*", "rowid")
        cursor.execute(f"SELECT {what} FROM practices_search WHERE {key} = %s", [practice_key])
        found["search"] = cursor.fetchall()
    return found
