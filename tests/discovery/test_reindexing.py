"""Renewal of the index in short transactions, while others publish."""

import hashlib
import io
import json

import pytest
from django.core.management import call_command

from practices import workflow
from practices.core import batch_size, catalogue_version
from practices.discovery import facet_codes, indexing, reindexing
from practices.discovery.filters import PracticeFilter
from practices.documents import complete, countries_of
from practices.exchange.thesaurus import load_thesaurus
from practices.models import FacetEntry, FacetKey, IndexedPractice, Practice
from tests.support.documents import FULL
from tests.support.factories import document, make_practice, make_translation

pytestmark = pytest.mark.django_db


def made_as():
    return dict(IndexedPractice.objects.values_list("practice", "made_as"))


def stop_after(transactions, monkeypatch):
    """End the process, as it were, before it writes once more."""
    original, left = reindexing._write, iter(range(transactions))

    def write(prepared):
        if next(left, None) is None:
            raise KeyboardInterrupt
        original(prepared)

    monkeypatch.setattr(reindexing, "_write", write)


def test_version_of_the_index_changes_with_what_it_says_of_a_practice():
    """Put the new pair here if this fails, and raise `indexing.VERSION` unless it is a facet that is new.

    Operators then get a new index.
    """
    practice = make_practice(**FULL)
    translation = make_translation(practice, lessons="Les banques ont ouvert tard.")
    text = complete(practice.document)
    countries = countries_of(text)
    entry = indexing.search_entry(practice, text, countries, practice.tag_slugs, translations=[translation])
    columns = [sorted(column.split()) for column in entry.words.columns]
    said = json.dumps([sorted(entry.facet_keys), *columns])

    assert (indexing.made_by(), hashlib.sha256(said.encode()).hexdigest()[:12]) == (
        "3/9b99a870",
        "bb403290bfa8",
    )


def test_published_practice_is_not_outdated():
    practice = make_practice()
    workflow.publish_document(document(title="Desks"), to=practice)

    assert list(reindexing.outdated()) == []


def test_practice_published_by_an_earlier_version_is_outdated(monkeypatch):
    practice = make_practice()

    monkeypatch.setattr(indexing, "VERSION", indexing.VERSION + 1)

    assert list(reindexing.outdated()) == [practice]


def test_practice_published_before_a_facet_was_added_is_outdated(monkeypatch):
    practice = make_practice()

    monkeypatch.setitem(PracticeFilter.base_filters, "cost", PracticeFilter.base_filters["licence"])

    assert list(reindexing.outdated()) == [practice]


def test_practice_revised_by_the_previous_release_is_outdated():
    practice = make_practice()
    IndexedPractice.objects.update(revision=2)  # it writes no `made_as`

    assert list(reindexing.outdated()) == [practice]


def test_practice_without_an_entry_is_outdated_and_one_withdrawn_is_not():
    lost = make_practice()
    make_practice(withdrawn=True)
    IndexedPractice.objects.filter(pk=lost.pk).delete()

    assert list(reindexing.outdated()) == [lost]


def test_renewal_goes_on_where_it_was_interrupted(monkeypatch):
    monkeypatch.setattr(reindexing, "BATCH", 1)
    first, second, third = (make_practice(title=title) for title in ["Desks", "Ports", "Schools"])
    reindexing.mark_all()
    with monkeypatch.context() as patch:
        stop_after(1, patch)
        with pytest.raises(KeyboardInterrupt):
            reindexing.renew()

    stdout = io.StringIO()
    call_command("rebuild_search", stdout=stdout)

    assert stdout.getvalue() == "2 practices indexed.\n"
    assert made_as() == {practice.pk: indexing.made_as(1) for practice in (first, second, third)}


def test_rebuilding_again_indexes_all_practices_again():
    make_practice()
    make_practice(title="Ports")
    stdout = io.StringIO()

    call_command("rebuild_search", stdout=stdout)
    call_command("rebuild_search", stdout=stdout)

    assert stdout.getvalue() == "2 practices indexed.\n" * 2


def test_practices_stay_in_lists_while_the_index_is_renewed(client, monkeypatch):
    make_practice(title="Night school", objectives=[21])
    reindexing.mark_all()
    stop_after(0, monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        reindexing.renew()

    page = client.get("/practices/?objective=21&q=school").text

    assert "Night <mark>school</mark>" in page


def test_practice_that_was_revised_since_its_words_were_read_keeps_the_newer_entry(client, monkeypatch):
    practice = make_practice(title="Night school")
    reindexing.mark_all()
    original = reindexing._write

    def write(prepared):
        workflow.publish_document(document(title="Day nursery"), to=practice)
        original(prepared)

    monkeypatch.setattr(reindexing, "_write", write)
    reindexing.renew()

    assert "Day <mark>nursery</mark>" in client.get("/practices/?q=nursery").text
    assert made_as() == {practice.pk: indexing.made_as(2)}
    assert "Day nursery" not in client.get("/practices/?q=school").text


def test_practice_that_was_withdrawn_since_its_words_were_read_stays_out(moderator, monkeypatch):
    practice = make_practice()
    reindexing.mark_all()
    original = reindexing._write

    def write(prepared):
        workflow.withdraw_practice(practice, by=moderator, reason="Outdated.")
        original(prepared)

    monkeypatch.setattr(reindexing, "_write", write)
    reindexing.renew()

    assert made_as() == {}


def test_entries_of_practices_that_are_withdrawn_are_removed():
    practice = make_practice()
    Practice.objects.filter(pk=practice.pk).update(withdrawn_at=practice.published_at)

    reindexing.renew()

    assert made_as() == {}


def test_lost_facet_entries_come_back():
    make_practice(objectives=[21, 3])
    FacetEntry.objects.filter(key="also:3").delete()

    call_command("rebuild_search", stdout=io.StringIO())

    assert FacetEntry.objects.filter(key="also:3").exists()


def test_new_code_of_a_facet_renews_the_version_at_once(monkeypatch):
    make_practice(countries=["PH"])
    FacetKey.objects.filter(key="country:ph").update(key="country:of-another-release")
    reindexing.mark_all()
    before, seen = catalogue_version.current(), []
    monkeypatch.setattr("time.sleep", lambda seconds: seen.append(catalogue_version.current()))

    reindexing.renew()

    assert seen[0] != before
    assert "country:ph" in facet_codes.keys_by_code().values()


def test_rebuilding_from_scratch_forgets_what_was_changed_by_hand():
    make_practice()
    FacetEntry.objects.create(key="country:xx", published_at="2026-01-01T00:00Z", practice_id=99_999_999)

    call_command("rebuild_search", from_scratch=True, stdout=io.StringIO())

    assert not FacetEntry.objects.filter(key="country:xx").exists()


def test_changed_thesaurus_has_practices_indexed_anew():
    make_practice()
    item = {"slug": "nurses", "names": {"en": ["nurses"]}, "related": [], "objectives": []}

    load_thesaurus([item])

    assert reindexing.is_interrupted()


@pytest.mark.parametrize(("seconds", "rows"), [(0.01, 7), (0.13, 4), (0.3, 2)])
def test_number_of_rows_follows_how_long_they_take(seconds, rows):
    size = batch_size.BatchSize(most=100)

    size.adapt(4, seconds=seconds)

    assert size.rows == rows
