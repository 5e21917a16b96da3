"""Practices that are published together have the rows of those that are published one by one."""

from contextlib import contextmanager

import pytest
from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from practices import workflow
from practices.core import catalogue_version
from practices.models import CatalogueVersion, FacetCount, Practice, PracticeVector, Revision
from tests.support.documents import FULL
from tests.support.factories import document, make_file, make_moderator, make_practice

pytestmark = pytest.mark.django_db


def various():
    """Return documents that share words, tags and facets, some of them written differently."""
    return [
        document(title="Predeparture desks", tags=["ports", "Desks"], countries=["PH"]),
        document(title="Pre-departure desks", tags=["Ports", "sea"], countries=["PH", "GE"]),
        FULL,
        document(title="برنامج العودة", language="ar", objectives=[21, 3]),
        document(title="Международный центр", language="ru", tags=["SEA"], credit="Ana Reyes"),
    ]


@contextmanager
def rolled_back():
    """Roll back what is written inside, which gets the lowest numbers that are free."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
            cursor.execute(statement)
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def all_rows():
    """Return table → rows, apart from keys without a meaning and from the token of the version."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        if model not in (CatalogueVersion, PracticeVector):
            left_out = {"id"} if model is FacetCount or model._meta.auto_created else set()
            names = [field.attname for field in model._meta.concrete_fields if field.attname not in left_out]
            found[model._meta.label] = sorted(model._base_manager.values_list(*names), key=repr)
    what = "practice_id, published_at, vector::text" if connection.vendor == "postgresql" else "rowid, *"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {what} FROM practices_search ORDER BY 1")
        found["search"] = cursor.fetchall()
    return found


def new_practices(whole, **others):
    return [
        workflow.NewPractice(each, analysis, **others)
        for each, analysis in zip(whole, workflow.analyse(whole), strict=True)
    ]


def test_practices_published_together_have_the_rows_of_those_published_one_by_one(clock):
    make_practice(title="Ports", tags=["ports"])
    moderator, file = make_moderator(), make_file("report.pdf", b"first")
    with rolled_back():
        for each in various():
            workflow.publish_document(each, files=[file], by=moderator, note="Imported", announce=False)
        expected = all_rows()

    with rolled_back():
        workflow.publish_documents(new_practices(various(), files=[file]), by=moderator, note="Imported")
        found = all_rows()

    assert found == expected


def test_vectors_of_practices_published_together_are_those_of_one_by_one(semantic_search, clock):
    numpy = pytest.importorskip("numpy")

    def vectors():
        rows = PracticeVector.objects.order_by("practice").values_list("practice", "vector")
        return [practice for practice, _vector in rows], [
            numpy.frombuffer(vector, "<f2").astype(float) for _practice, vector in rows
        ]

    with rolled_back():
        for each in various():
            workflow.publish_document(each, announce=False)
        expected = vectors()

    with rolled_back():
        workflow.publish_documents(new_practices(various()), note="Imported")
        found = vectors()

    assert (found[0], len(found[0])) == (expected[0], 5)
    assert numpy.allclose(found[1], expected[1], atol=0.002)


def test_practices_with_and_without_an_origin_get_the_numbers_that_one_by_one_gives(clock):
    at = make_practice().published_at
    highest = Practice.objects.latest("pk").pk
    origin = workflow.Origin(
        pk=highest + 9, revision=3, published_at=at, revised_at=at, checked_on=None, doi="10.5072/9"
    )
    first, second, third = new_practices(various()[:3])
    again = workflow.NewPractice(second.document, second.analysis, origin=origin)

    published = workflow.publish_documents([first, again, third], note="Imported")

    assert [practice.pk for practice in published] == [highest + 1, highest + 9, highest + 10]
    assert list(Revision.objects.filter(practice=highest + 9).values_list("number", flat=True)) == [3]


def test_document_analysed_before_a_concept_changed_is_analysed_again(clock):
    [new] = new_practices([document(title="Desks")])
    catalogue_version.bump(names_changed=True)
    with rolled_back():
        workflow.publish_document(new.document, note="Imported", announce=False)
        expected = all_rows()

    with rolled_back():
        workflow.publish_documents([new], note="Imported")
        found = all_rows()

    assert found == expected


def test_analysis_asks_the_database_no_more_often_for_more_documents(django_assert_num_queries):
    documents = [new.document for new in new_practices(various())]
    workflow.analyse(documents)  # reads the names once

    with CaptureQueriesContext(connection) as of_one:
        workflow.analyse(documents[:1])

    with django_assert_num_queries(len(of_one)):
        workflow.analyse(documents)
