"""Translations: begun, moderated and published like any text, and what becomes of them when the original changes."""

import pytest
from django.core import mail
from django.utils.translation import override

from practices import documents, workflow
from practices.choices import Act, Actor, Kind, State
from practices.core import catalogue_version
from practices.documents import load_local
from practices.documents.translations import languages_of_translations
from practices.models import OutboxMessage, Submission, Translation
from practices.notifications import sender
from tests.support.factories import (
    FRENCH,
    NOW,
    document,
    make_moderator,
    make_practice,
    make_submission,
    make_submitter,
    send_translation,
)

pytestmark = pytest.mark.django_db


def told(kind):
    return list(OutboxMessage.objects.filter(kind=kind).values_list("address", flat=True))


def test_accepted_translation_is_published_beside_the_original():
    practice = make_practice(lessons="Open on Sundays.")

    submission = send_translation(State.PUBLISHED, of=practice, now=NOW)

    translation = practice.translations.get()
    assert (translation.language, translation.texts) == ("fr", {**FRENCH, "lessons": "Open on Sundays."})
    assert (translation.translator, translation.of_revision, translation.number) == ("Ana Reyes", 1, 1)
    assert (submission.state, submission.practice) == (State.PUBLISHED, practice)


def test_original_has_no_new_revision_and_nobody_is_told_of_news():
    practice = make_practice()

    send_translation(State.PUBLISHED, of=practice)

    practice.refresh_from_db()
    assert (practice.revision_number, practice.title) == (1, document()["title"])
    assert not OutboxMessage.objects.filter(kind=Kind.PRACTICE_PUBLISHED).exists()


def test_text_that_was_left_empty_is_no_part_of_the_translation():
    practice = make_practice(lessons="Open on Sundays.")

    send_translation(State.PUBLISHED, of=practice, lessons="")

    assert practice.translations.get().texts == FRENCH


def test_facts_of_a_translation_are_those_of_the_latest_revision():
    practice = make_practice(countries=["PH"])
    send_translation(State.PUBLISHED, of=practice)
    workflow.publish_document(document(countries=["GE"]), to=practice)

    reading = documents.read(practice.document, practice.translations.get())

    assert (reading.title, [country.code for country in reading.countries]) == (FRENCH["title"], ["GE"])


def test_next_translation_takes_the_place_of_the_first():
    practice = make_practice()
    send_translation(State.PUBLISHED, of=practice)

    send_translation(State.PUBLISHED, of=practice, title="Des guichets", credit="Ville de Manille")

    translation = practice.translations.get()
    assert (translation.title, translation.translator, translation.number) == (
        "Des guichets",
        "Ville de Manille",
        2,
    )


@pytest.mark.parametrize(
    ("change", "is_outdated"), [({"summary": "Desks."}, True), ({"countries": ["PH"]}, False)]
)
def test_translation_is_outdated_when_a_text_of_the_original_has_changed(change, is_outdated):
    practice = make_practice()
    send_translation(State.PUBLISHED, of=practice)

    workflow.publish_document(document(**change), to=practice)

    assert practice.translations.get().is_outdated is is_outdated


def test_translation_of_an_earlier_revision_is_outdated_from_the_start():
    practice = make_practice()
    submission = send_translation(State.SUBMITTED, of=practice)
    workflow.publish_document(document(summary="Desks in three ports."), to=practice)

    workflow.publish(Submission.objects.get(pk=submission.pk), by=make_moderator())

    assert practice.translations.get().is_outdated


def test_new_translation_of_the_latest_revision_is_not_outdated_any_more():
    practice = make_practice()
    send_translation(State.PUBLISHED, of=practice)
    workflow.publish_document(document(summary="Desks in three ports."), to=practice)
    practice.refresh_from_db()

    send_translation(State.PUBLISHED, of=practice)

    assert not practice.translations.get().is_outdated


def test_translation_needs_no_criteria():
    practice = make_practice()

    send_translation(State.PUBLISHED, of=practice)

    assert not Submission.objects.get().ticks.exists()


def test_translation_of_a_withdrawn_practice_cannot_be_published(moderator):
    practice = make_practice()
    submission = send_translation(of=practice)
    workflow.withdraw_practice(practice, by=moderator, reason="Its source is gone.")

    with pytest.raises(workflow.PracticeWithdrawn):
        workflow.publish(Submission.objects.get(pk=submission.pk), by=moderator)

    assert not Translation.objects.exists()


def test_translator_does_not_speak_for_the_practice():
    practice = make_practice()

    submission = send_translation(State.PUBLISHED, of=practice)

    assert not Submission.objects.of_owners().exists()
    steps = workflow.available(submission, by=Actor.SUBMITTER)
    assert not {"begin_update", "request_withdrawal", "attach"} & set(steps)


def test_submitter_of_the_practice_is_told_of_a_translation():
    original = make_submission(State.PUBLISHED, submitter=make_submitter(email="port@example.org"))

    send_translation(State.PUBLISHED, of=original.practice)

    [message] = OutboxMessage.objects.filter(kind=Kind.PRACTICE_REVISED)
    assert (message.address, message.context["cause"]) == ("port@example.org", "translation")
    assert message.context["revision_path"].endswith("?in=fr")


def test_mail_about_a_translation_is_in_the_language_of_the_submitter():
    original = make_submission(State.PUBLISHED, submitter=make_submitter(email="port@example.org"))
    Submission.objects.filter(pk=original.pk).update(language="fr")
    send_translation(State.PUBLISHED, of=original.practice, into="ar")

    sender.send_due()

    message = next(each for each in mail.outbox if each.subject.startswith("Traduction"))
    assert "peut maintenant être lue en arabe" in message.body


def test_mail_about_a_translation_keeps_no_name_of_the_translator():
    original = make_submission(State.PUBLISHED, submitter=make_submitter(email="port@example.org"))

    send_translation(State.PUBLISHED, of=original.practice, credit="Layla Haddad")

    [message] = OutboxMessage.objects.filter(kind=Kind.PRACTICE_REVISED)
    assert "Layla Haddad" not in str(message.context)


def test_submitter_who_translates_their_own_practice_is_told_once():
    original = make_submission(State.PUBLISHED)

    send_translation(State.PUBLISHED, of=original.practice)

    assert told(Kind.PRACTICE_REVISED) == []
    assert len(told(Kind.SUBMISSION_PUBLISHED)) == 2


def test_correction_by_a_moderator_is_named_and_keeps_the_language(moderator):
    practice = make_practice()
    submission = send_translation(of=practice)

    workflow.correct(submission, submission.document | {"title": "Des guichets"}, by=moderator)
    workflow.publish(submission, by=moderator)

    assert practice.translations.get().title == "Des guichets"
    [message] = OutboxMessage.objects.filter(kind=Kind.SUBMISSION_PUBLISHED)
    assert message.context["edited"] == ["Title"]


def test_withdrawn_translation_is_read_by_nobody_and_its_translator_is_told(moderator):
    practice = make_practice()
    send_translation(State.PUBLISHED, of=practice)

    workflow.withdraw_translation(practice, language="fr", by=moderator, reason="It says the opposite.")

    assert not Translation.objects.published().exists()
    assert told(Kind.TRANSLATION_WITHDRAWN) == ["ana@example.org"]
    event = practice.events.get(act=Act.CORRECTED)
    assert (event.reason, event.internal_note) == ("It says the opposite.", "Translation withdrawn: fr.")


def test_restored_translation_is_read_again(moderator):
    practice = make_practice()
    send_translation(State.PUBLISHED, of=practice)
    workflow.withdraw_translation(practice, language="fr", by=moderator, reason="It says the opposite.")

    workflow.restore_translation(practice, language="fr", by=moderator, reason="It does not.")

    assert Translation.objects.published().count() == 1
    assert told(Kind.TRANSLATION_RESTORED) == ["ana@example.org"]


def test_withdrawal_counts_for_the_version_that_was_read(moderator):
    practice = make_practice()
    send_translation(State.PUBLISHED, of=practice)
    send_translation(State.PUBLISHED, of=practice, title="Des guichets")

    with pytest.raises(workflow.PracticeRevisedMeanwhile):
        workflow.withdraw_translation(practice, language="fr", by=moderator, reason="No.", seen=1)


def test_withdrawing_twice_does_it_once(moderator):
    practice = make_practice()
    send_translation(State.PUBLISHED, of=practice)
    workflow.withdraw_translation(practice, language="fr", by=moderator, reason="No.")

    assert workflow.withdraw_translation(practice, language="fr", by=moderator, reason="No.") is False


def test_next_translation_brings_a_withdrawn_one_back(moderator):
    practice = make_practice()
    send_translation(State.PUBLISHED, of=practice)
    workflow.withdraw_translation(practice, language="fr", by=moderator, reason="No.")

    send_translation(State.PUBLISHED, of=practice)

    assert practice.translations.get().withdrawn_at is None


def test_merge_leaves_the_translation_of_the_practice_that_is_gone_with_it(moderator):
    practice, kept = make_practice(title="Desks"), make_practice(title="Counters")
    submission = send_translation(of=practice)

    workflow.merge(practice, into=kept, by=moderator)

    submission.refresh_from_db()
    assert submission.practice == practice


def test_practice_is_shown_in_the_language_of_the_page():
    practice = make_practice()
    send_translation(State.PUBLISHED, of=practice)

    with override("fr"):
        load_local([practice])

    assert (practice.local.title, practice.local.language) == (FRENCH["title"], "fr")
    assert practice.title == document()["title"]


def test_no_translation_is_looked_for_where_there_is_none_into_the_language(django_assert_num_queries):
    practice = make_practice()

    with catalogue_version.reading():
        languages_of_translations()
        with django_assert_num_queries(0):
            load_local([practice])

    assert practice.local.title == document()["title"]


def test_decision_on_a_translation_counts_for_the_one_that_readers_see(moderator):
    practice = make_practice()
    send_translation(State.PUBLISHED, of=practice)
    submission = send_translation(of=practice, title="Des guichets")
    seen = workflow.seen_version(submission)
    workflow.withdraw_translation(practice, language="fr", by=moderator, reason="It is wrong.")

    with pytest.raises(workflow.ChangedMeanwhile):
        workflow.publish(Submission.objects.get(pk=submission.pk), by=moderator, seen=seen)


def test_withdrawal_is_told_to_whoever_brought_the_translation_that_readers_see(moderator):
    practice = make_practice()
    send_translation(State.PUBLISHED, of=practice)
    send_translation(
        State.PUBLISHED, of=practice, submitter=make_submitter(name="Ben", email="ben@example.org")
    )

    workflow.withdraw_translation(practice, language="fr", by=moderator, reason="It is wrong.")

    assert told(Kind.TRANSLATION_WITHDRAWN) == ["ben@example.org"]


def test_owner_hears_of_a_translation_without_the_name_of_its_translator():
    original = make_submission(State.PUBLISHED, submitter=make_submitter(email="port@example.org"))

    send_translation(State.PUBLISHED, of=original.practice)

    [message] = OutboxMessage.objects.filter(kind=Kind.PRACTICE_REVISED)
    assert "Ana Reyes" not in str(message.context)


def test_redacted_text_goes_from_translations_of_that_revision(moderator):
    practice = make_practice(lessons="Ask Ben, 14 Rue du Port.")
    submission = send_translation(State.PUBLISHED, of=practice, lessons="Demandez à Ben, 14 rue du Port.")
    workflow.publish_document(document(lessons="Ask the port."), to=practice)

    workflow.redact_revision(practice, 1, fields=["lessons"], by=moderator, reason="An address.")

    submission.refresh_from_db()
    translation = practice.translations.get()
    assert (translation.texts, translation.is_public) == (FRENCH, True)
    assert submission.document["lessons"] == ""


def test_translation_whose_summary_is_redacted_is_withdrawn(moderator):
    practice = make_practice(summary="Ask Ben, 14 Rue du Port, about pensions.")
    send_translation(State.PUBLISHED, of=practice)
    workflow.publish_document(document(), to=practice)

    workflow.redact_revision(practice, 1, fields=["summary"], by=moderator, reason="An address.")

    translation = practice.translations.get()
    assert (translation.is_public, translation.texts["summary"]) == (False, "[removed]")
