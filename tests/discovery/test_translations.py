"""Translations in the index: found by the words of every language, once, and filed under every language."""

import pytest
from django.http import QueryDict

from practices import workflow
from practices.discovery import PracticeFilter, Selection, reindexing, results
from practices.discovery.search.engines import engine
from practices.models import IndexedPractice, IndexedWord, Practice, Translation
from tests.support.factories import (
    document,
    make_moderator,
    make_practice,
    make_translation,
    withdraw_translation,
)

pytestmark = pytest.mark.django_db


def found(query):
    """Return the practices of a query string, each as often as it is listed."""
    practices = PracticeFilter(QueryDict(query))
    return [each.practice for each in results.page(practices.ranked_selection, sort="newest", size=20)]


def test_practice_is_found_by_a_word_of_its_translation():
    practice = make_practice(title="Pension desks")
    make_translation(practice, title="Guichets des pensions")

    assert found("q=guichets") == [practice.pk]


def test_practice_is_found_by_a_long_text_of_its_translation():
    practice = make_practice(lessons="Banks opened late.")
    make_translation(practice, lessons="Les banques ont ouvert tard.")

    assert found("q=banques") == [practice.pk]


def test_words_of_a_translation_are_stemmed_in_its_language():
    practice = make_practice()
    make_translation(practice, summary="Ils embauchaient des travailleuses.")

    assert found("q=embaucher+travailleuse") == [practice.pk]


def test_practice_whose_word_occurs_in_two_languages_is_listed_once():
    practice = make_practice(title="Pensions")
    make_translation(practice, title="Pensions")
    make_translation(practice, "es", title="Pensiones", summary="Pensiones en dos puertos.")

    assert found("q=pensions") == [practice.pk]


def test_words_of_a_translation_are_counted_with_those_of_the_original():
    practice = make_practice(title="Pensions")
    make_translation(practice, title="Pensions")

    assert IndexedWord.objects.get(pk="pensions").count == 1


def test_practice_is_not_found_by_a_withdrawn_translation():
    translation = make_translation(make_practice())

    withdraw_translation(translation)

    assert found("q=guichets") == []
    assert not IndexedWord.objects.filter(pk="guichets").exists()


def test_text_that_the_original_does_not_state_any_more_finds_nothing():
    practice = make_practice(lessons="Banks opened late.")
    make_translation(practice, lessons="Les banques ont ouvert tard.")

    workflow.publish_document(document(), to=practice)

    assert found("q=banques") == []


def test_practice_is_filed_under_the_languages_of_its_translations():
    practice = make_practice(language="en")
    make_translation(practice)

    assert [found("language=fr"), found("language=en"), found("language=es")] == [
        [practice.pk],
        [practice.pk],
        [],
    ]


def test_index_row_names_the_versions_of_translations():
    practice = make_practice()
    make_translation(practice, "fr")
    make_translation(practice, "fr")
    make_translation(practice, "ar")

    assert IndexedPractice.objects.get().translations == "ar:1 fr:2"


@pytest.mark.parametrize("sort", ["newest", "title"])
@pytest.mark.parametrize("keys", [(), (("objective:21",),)])
def test_list_says_which_versions_of_translations_there_are(sort, keys):
    make_translation(make_practice())

    [row] = results.page(Selection(keys), sort=sort, size=5)

    assert row.translations == "fr:1"


def test_revision_keeps_the_words_of_translations():
    practice = make_practice()
    make_translation(practice)

    workflow.publish_document(document(title="Desks"), to=practice)

    assert found("q=guichets") == [practice.pk]


def test_renewal_indexes_translations():
    practice = make_practice()
    make_translation(practice)
    reindexing.mark_all()

    reindexing.renew()

    assert found("q=guichets") == [practice.pk]
    assert IndexedPractice.objects.get().translations == "fr:1"


def test_renewal_makes_what_publication_made():
    practice = make_practice(title="Pensions", lessons="Banks opened late.")
    make_translation(practice, "ar", title="مكاتب المعاشات", summary="مكاتب في ميناءين")
    before = engine().columns_of([practice.pk])

    reindexing.rebuild()

    assert engine().columns_of([practice.pk]) == before


def test_practice_with_a_translation_that_the_index_lacks_is_outdated():
    practice = make_practice()
    make_translation(practice)
    IndexedPractice.objects.update(translations="")

    assert list(reindexing.outdated()) == [practice]


def test_practice_with_an_earlier_version_of_a_translation_in_the_index_is_outdated():
    practice = make_practice()
    make_translation(practice)
    Translation.objects.update(number=2)

    assert list(reindexing.outdated()) == [practice]


def test_practice_with_a_withdrawn_translation_in_the_index_is_outdated():
    practice = make_practice()
    translation = make_translation(practice)
    Translation.objects.update(withdrawn_at=translation.published_at)

    assert list(reindexing.outdated()) == [practice]


def test_practice_with_translations_as_indexed_is_not_outdated():
    practice = make_practice()
    make_translation(practice, "fr")
    withdraw_translation(make_translation(practice, "es"))
    make_practice()

    assert list(reindexing.outdated()) == []


def test_withdrawn_practice_with_a_translation_is_not_outdated():
    practice = make_practice()
    make_translation(practice)

    workflow.withdraw_practice(practice, by=make_moderator(), reason="Its source is gone.")

    assert list(reindexing.outdated()) == []


def test_restored_practice_is_found_by_its_translations_again():
    practice, moderator = make_practice(), make_moderator()
    make_translation(practice)
    workflow.withdraw_practice(practice, by=moderator, reason="Its source is gone.")
    gone = found("q=guichets")

    workflow.restore_practice(Practice.objects.get(), by=moderator)

    assert (gone, found("q=guichets")) == ([], [practice.pk])
    assert list(reindexing.outdated()) == []


def test_translation_is_deleted_with_its_practice():
    make_translation(make_practice())

    Practice.objects.all().delete()

    assert not Translation.objects.exists()
