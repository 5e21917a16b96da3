"""Bulk generation of a catalogue of synthetic practices, with exactly the rows that publication would write.

`verify` publishes a sample through the workflow, in a transaction that is rolled back, and compares the rows.
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

from benchmarks import synthetic
from benchmarks.word_lists import TAGS
from practices import documents, workflow
from practices.core import catalogue_version
from practices.discovery import facet_codes, indexing, search, semantic
from practices.discovery.facets import Facet
from practices.discovery.filters import MAIN_VALUES, PracticeFilter
from practices.models import (
    WITHOUT_REGION,
    Country,
    FacetEntry,
    GuidingPrinciple,
    ImplementerKind,
    IndexedPractice,
    Objective,
    Placement,
    Practice,
    PracticeType,
    PracticeVector,
    Revision,
    SustainableDevelopmentGoal,
    TaggedPractice,
)

BATCH = 1_000
"""Practices written in one transaction."""
ENCODED = 1_000
"""Practices whose texts are encoded, at 10 ms each. The others repeat the vectors of these, in the same order."""

RELATED = {
    "countries": Country,
    "implementer_kinds": ImplementerKind,
    "principles": GuidingPrinciple,
    "sdgs": SustainableDevelopmentGoal,
}
"""Document fields stored as plain many-to-many relations."""


def make(size, *, processes=2):
    """Generate `size` practices, numbered from 1, in an empty database."""
    call_command("migrate", verbosity=0)
    call_command("loaddata", "reference", "countries", verbosity=0)
    call_command("load_thesaurus", verbosity=0)
    if Practice.objects.exists():
        raise SystemExit("The database must be empty, but it contains practices.")
    prepare()
    copies, rest = divmod(size, synthetic.DISTINCT)
    if copies and rest:
        raise SystemExit(f"Sizes above {synthetic.DISTINCT:,} must be multiples of it.")
    numbers = range(1, min(size, synthetic.DISTINCT) + 1)
    batches = [(some, size) for some in batched(numbers, BATCH, strict=False)]
    progress = Progress("practices", size)
    counts, lexemes = Counter(), Counter()

    with _without_indexes():
        for number, batch_counts, batch_lexemes in _generate(processes, batches):
            counts.update(batch_counts)
            lexemes.update(batch_lexemes)
            progress.advance(number)
        _repeat_vectors(len(numbers))
        for copy in range(1, copies):
            _copy(copy)
            progress.advance(synthetic.DISTINCT)
    progress.close()
    finish(
        *(
            Counter({each: count * max(1, copies) for each, count in found.items()})
            for found in (counts, lexemes)
        )
    )
    with connection.cursor() as cursor:  # as autovacuum does in production
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    connection.close()  # drop the PRAGMAs set for loading


def prepare():
    """Write what practices refer to: the tags, and all facet keys, so that parallel processes agree on their codes."""
    for name in TAGS:
        Tag.objects.get_or_create(name=name)
    catalogue_version.bump(names_changed=True)
    facets = [each for each in PracticeFilter.base_filters.values() if isinstance(each, Facet)]
    keys = [key for facet in facets for value in facet.values() for key in facet.keys_for(value.value)]
    objectives = Objective.objects.values_list("number", flat=True)
    keys += [f"{prefix}:{number}" for prefix, _label in MAIN_VALUES.values() for number in objectives]
    keys += [f"tag:{slug}" for slug in Tag.objects.values_list("slug", flat=True)]
    facet_codes.assign([*keys, WITHOUT_REGION])


def make_batch(batch):
    """Write one batch, a pair of (practice numbers, size of the catalogue).

    Returns (number of practices, their counted pairs, their number of each lexeme).
    """
    numbers, size = batch
    keys = known_keys()
    instances = [instance for number in numbers for instance in rows(number, size, keys)]
    instances.sort(key=lambda instance: _MODELS.index(type(instance)))  # stable, so rows stay in order
    with transaction.atomic():
        for model, group in groupby(instances, type):
            _insert(model, list(group))
        return len(numbers), *_index(instances)


def _generate(processes, batches):
    """Run `make_batch` on each batch; in parallel on PostgreSQL, as SQLite has a single writer."""
    if connection.vendor != "postgresql":
        yield from map(make_batch, batches)
        return
    connection.close()  # forked processes must not share connections
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        yield from pool.imap_unordered(make_batch, batches)


def _copy(copy):
    """Copy all rows of the first DISTINCT practices inside the database, as copy number `copy`."""
    with connection.cursor() as cursor:
        for table, practice, columns in _practice_tables(cursor):
            values = [
                f"{name} + {copy * synthetic.DISTINCT}" if name == practice
                else _earlier(name, copy * synthetic.BETWEEN_COPIES) if name in {"published_at", "revised_at"}
                else name
                for name in columns
            ]  # fmt: skip
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {table} "
                f"WHERE {practice} <= {synthetic.DISTINCT}"
            )


def _repeat_vectors(size):
    """Give practices beyond ENCODED, up to number `size`, the vectors of the first ones."""
    table = PracticeVector._meta.db_table
    with connection.cursor() as cursor:
        for shift in range(ENCODED, size, ENCODED):
            cursor.execute(
                f"INSERT INTO {table} (practice_id, model, vector) SELECT practice_id + %s, model, vector "
                f"FROM {table} WHERE practice_id <= %s",
                [shift, min(ENCODED, size - shift)],
            )


def _practice_tables(cursor):
    """Yield (table, column of the practice, columns to copy) for all tables that publication writes."""
    practice_columns = {Practice._meta.db_table: "id"}
    for model in (*_MODELS[1:], *_INDEX_MODELS):
        [field] = [
            each for each in model._meta.concrete_fields if each.related_model in {Practice, IndexedPractice}
        ]
        practice_columns[model._meta.db_table] = field.column
    for table, practice in practice_columns.items():
        described = connection.introspection.get_table_description(cursor, table)
        yield table, practice, [each.name for each in described if each.name != "id" or practice == "id"]
    table, columns, _rows = search.engine().build_rows([])
    yield table, search.engine().KEY, columns


def _earlier(name, by):
    """Return SQL for the instant in a column minus `by`, in whole seconds."""
    if connection.vendor == "postgresql":
        return f"{name} - interval '{by.total_seconds():.0f} seconds'"
    return f"datetime(substr({name}, 1, 19), '-{by.total_seconds():.0f} seconds') || substr({name}, 20)"


def _index(instances):
    """Write index rows as `indexing.index_practice` does, except facet counts and words, which are returned."""
    countries = {row.code: row for row in Country.objects.select_related("subregion__parent")}
    slugs = dict(Tag.objects.values_list("name", "slug"))
    documents = {row.practice_id: row.document for row in instances if isinstance(row, Revision)}
    codes = {key: code for code, key in facet_codes.keys_by_code().items()}
    index_rows, facet_entries, search_entries, counts = [], [], [], Counter()
    for practice in (row for row in instances if isinstance(row, Practice)):
        document = documents[practice.pk]
        found = [countries[code] for code in document["countries"]]
        entry = indexing.search_entry(practice, document, found, [slugs[name] for name in document["tags"]])
        index_rows.append(indexing.index_row(practice, entry, codes))
        facet_entries += indexing.facet_entries(practice, entry.facet_keys)
        search_entries.append(entry)
        counts.update(indexing.counted_pairs(entry.facet_keys))
    _insert(IndexedPractice, index_rows)
    _insert(FacetEntry, facet_entries)
    _insert_rows(*search.engine().build_rows(search_entries))
    encoded = [(practice, document) for practice, document in documents.items() if practice <= ENCODED]
    if vectors := semantic.build_rows(encoded):
        _insert(PracticeVector, vectors)
    return counts, Counter(lexeme for entry in search_entries for lexeme in entry.words.lexemes)


def finish(counts, lexemes):
    """Write facet counts and words of all practices, and set the sequence of primary keys."""
    indexing.update_counts(counts, Counter())
    search.count_words(lexemes, {})
    catalogue_version.bump(names_changed=True)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Practice]):
            cursor.execute(statement)


_MODELS = [
    Practice, Placement, *(Practice._meta.get_field(name).remote_field.through for name in RELATED),
    TaggedPractice, Revision,
]  # fmt: skip
"""Models whose rows publication writes, referenced models first."""
_INDEX_MODELS = [IndexedPractice, FacetEntry, PracticeVector]
"""Models of the index."""


def known_keys():
    """Return taxonomy → natural key → primary key."""
    keys = {
        taxonomy: dict(taxonomy.objects.values_list(taxonomy.NATURAL_KEY, "pk"))
        for taxonomy in (Objective, PracticeType, *RELATED.values())
    }
    return keys | {Tag: dict(Tag.objects.values_list("name", "pk"))}


def rows(number, size, keys):
    """Yield the rows of practice `number`, unsaved, the practice itself first."""
    document = documents.complete(synthetic.document(number))
    at = synthetic.published_at(number, size)
    practice = Practice(pk=number, published_at=at)
    documents.fill_columns(practice, document, at=at)
    practice.type_id = keys[PracticeType][document["type"]]
    yield practice
    for position, objective in enumerate(document["objectives"]):
        yield Placement(practice_id=number, objective_id=keys[Objective][objective], position=position)
    for name, taxonomy in RELATED.items():
        field = Practice._meta.get_field(name)
        keys_of_practice = {field.m2m_column_name(): number}
        for key in document[name]:
            yield field.remote_field.through(
                **keys_of_practice, **{field.m2m_reverse_name(): keys[taxonomy][key]}
            )
    for tag in document["tags"]:
        yield TaggedPractice(content_object_id=number, tag_id=keys[Tag][tag])
    yield Revision(
        practice_id=number,
        number=1,
        document=document,
        fingerprint=documents.fingerprint(document),
        source_key=documents.source_key(document),
        files_recorded=True,
        note=gettext("First published"),
        published_at=at,
    )


# Writing in bulk ----------------------------------------------------------------


def _insert(model, instances):
    """Insert instances of one model, leaving missing keys and database defaults to the database."""
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
    """Drop indexes and foreign keys while loading: creating them once at the end is much faster."""
    tables = [*(model._meta.db_table for model in (*_MODELS, *_INDEX_MODELS)), "practices_search"]
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
    """Drop indexes and constraints. Returns the statements that create them again."""
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
    """Drop indexes only, as SQLite cannot drop constraints, and turn off durability.

    Returns the statements that create the indexes again. An interrupted catalogue is rebuilt from scratch.
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
    """A progress bar on standard error if it is a terminal, else one line at the end."""

    def __init__(self, what, total):
        self.what, self.total, self.done, self.begun = what, total, 0, time.monotonic()
        self.show()

    def advance(self, by=1):
        self.done += by
        self.show()

    def show(self, end=""):
        if sys.stderr.isatty() or end:
            seconds = time.monotonic() - self.begun
            share = self.done / self.total if self.total else 1
            bar = "█" * int(30 * share)
            left = f", {seconds / share - seconds:,.0f} s to go" if 0 < share < 1 else ""
            text = f"{bar:30} {self.done:,} of {self.total:,} {self.what} in {seconds:,.0f} s{left}"
            sys.stderr.write(f"\r{text:110}{end}")
            sys.stderr.flush()

    def close(self):
        self.show(end="\n")


# Verification ---------------------------------------------------------------------


def verify(size, *, sample=20):
    """Return the numbers of practices, of a sample, whose rows differ from what the workflow publishes."""
    numbers = sorted({max(1, size * place // sample) for place in range(1, sample + 1)})
    generated = [_all_rows(number) for number in numbers]
    with transaction.atomic():
        published = [
            workflow.publish_document(
                synthetic.document(number), announce=False, now=synthetic.published_at(number, size)
            ).pk
            for number in numbers
        ]
        expected = [_all_rows(key) for key in published]
        transaction.set_rollback(True)
    return [
        number for number, ours, theirs in zip(numbers, generated, expected, strict=True) if ours != theirs
    ]


def _all_rows(practice_key):
    """Return table → rows of a practice without keys, for every table that refers to practices."""
    practice = Practice.objects.filter(pk=practice_key).values().get()
    found = {"practice": practice | {"id": None, "changed_at": None}}  # changed when the row was written
    for relation in Practice._meta.get_fields(include_hidden=True):
        if (relation.auto_created and relation.one_to_many) or relation.one_to_one:
            model, field = relation.related_model, relation.field
            columns = [
                column.attname
                for column in model._meta.concrete_fields
                if column is not field
                and not (column.primary_key and not isinstance(column, ForeignKey))
                and column.name != "vector"  # its last digits depend on what was computed with it
            ]
            found[model._meta.label] = sorted(
                model._base_manager.filter(**{field.name: practice_key}).values_list(*columns), key=repr
            )
    [row] = IndexedPractice.objects.filter(practice=practice_key)
    keys = indexing.indexed_keys(row, {key: code for code, key in facet_codes.keys_by_code().items()})
    # Filtered by all columns of the primary key, its only index.
    entries = FacetEntry.objects.filter(practice=row, published_at=row.published_at, key__in=keys)
    found["entries"] = sorted(entries.values_list("key", flat=True))
    with connection.cursor() as cursor:
        what, key = ("vector::text", "practice_id") if connection.vendor == "postgresql" else ("*", "rowid")
        cursor.execute(f"SELECT {what} FROM practices_search WHERE {key} = %s", [practice_key])
        found["search"] = cursor.fetchall()
    return found
