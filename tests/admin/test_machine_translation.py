"""“Translate for me” on the review page, with a stand-in for the service of machine translation."""

import pytest
from django.db import transaction

from practices.choices import State
from practices.core.http import outgoing
from practices.models import StaffProfile, Submission
from tests.support.factories import make_practice, make_submission, send_translation
from tests.support.pages import read, sent_by

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("staff", "own_breaker")]

FRENCH = {
    "language": "fr",
    "title": "Guichets dans deux ports",
    "summary": "Des guichets aident.\n\n- Le dimanche",
}


@pytest.fixture
def submission():
    return make_submission(State.SUBMITTED, **FRENCH)


def page_of(submission, prefix=""):
    return f"{prefix}/admin/practices/submission/{submission.pk}/change/"


def asked(client, submission, prefix="", **typed):
    path = page_of(submission, prefix)
    form = sent_by(read(client.get(path)).one("form", "review-columns"))
    return client.post(path, form | typed | {"step": "translate"})


def by_machine(page):
    values = page.all("div", "review-value")
    return {value["id"]: part.text for value in values for part in value.all("div", "review-by-machine")}


def test_page_has_no_button_without_a_service(client, submission):
    assert "Translate for me" not in read(client.get(page_of(submission))).text


def test_nothing_is_sent_before_the_button_is_pressed(client, submission, translator):
    page = read(client.get(page_of(submission)))

    assert "Translate for me" in page.texts("button")
    assert by_machine(page) == {}
    assert (translator.sent, translator.asked) == ([], [])


def test_texts_stand_beside_the_original(client, submission, translator):
    page = read(asked(client, submission))

    parts = by_machine(page)
    assert parts["field-title"] == "English Machine translation [en] Guichets dans deux ports"
    assert (
        parts["field-summary"] == "English Machine translation [en] Des guichets aident. - [en] Le dimanche"
    )
    assert "Nobody has checked them, and they are never published." in page.text
    assert "Translate for me" not in page.texts("button")


def test_service_gets_nothing_about_the_submitter(client, submission, translator):
    asked(client, submission)

    sent = " ".join(text for texts in translator.sent for text in texts)
    submitter = submission.submitter
    private = [submitter.name, submitter.email, submitter.organisation, submission.document["credit"]]
    assert [text for text in private if text and text in sent] == []


def test_translation_is_shown_again_without_asking(client, submission, translator):
    asked(client, submission)

    page = read(client.get(page_of(submission)))

    assert "[en] Guichets dans deux ports" in by_machine(page)["field-title"]
    assert len(translator.sent) == 1


def test_changed_text_is_not_shown_in_its_earlier_translation(client, submission, translator):
    asked(client, submission)
    document = submission.document | {"title": "Guichets dans trois ports"}
    Submission.objects.filter(pk=submission.pk).update(document=document)

    page = read(client.get(page_of(submission)))

    assert by_machine(page) == {}
    assert "Translate for me" in page.texts("button")


def test_language_is_the_one_that_the_moderator_has_chosen(client, submission, translator, moderator):
    StaffProfile.objects.update_or_create(user=moderator, defaults={"language": "es"})

    page = read(asked(client, submission))

    assert "[es] Guichets dans deux ports" in by_machine(page)["field-title"]


def test_language_is_that_of_the_page_unless_one_was_chosen(client, submission, translator):
    page = read(asked(client, submission, "/es"))

    assert "[es] Guichets dans deux ports" in by_machine(page)["field-title"]


def test_submission_in_the_language_of_the_moderator_needs_no_button(client, translator):
    page = read(client.get(page_of(make_submission(State.SUBMITTED, language="en"))))

    assert "Translate for me" not in page.text


def test_operator_can_keep_submissions_from_the_service(client, submission, translator, settings):
    settings.MACHINE_TRANSLATION_FOR_MODERATORS = False
    path = page_of(submission)
    form = sent_by(read(client.get(path)).one("form", "review-columns"))

    page = read(client.post(path, form | {"step": "translate"}))

    assert "Translate for me" not in page.text
    assert translator.sent == []


def test_what_was_typed_is_kept(client, submission, translator):
    page = read(asked(client, submission, reason="Which ports?"))

    assert page.one("textarea", name="reason").text == "Which ports?"


def test_failure_is_told(client, submission, translator):
    translator.status = 503

    page = read(asked(client, submission))

    assert "LibreTranslate does not answer right now." in page.one("p", role="alert").text
    assert "Translate for me" in page.texts("button")


def test_moderator_may_ask_a_number_of_times(client, submission, translator, settings):
    settings.MACHINE_TRANSLATIONS_PER_HOUR = 0

    page = read(asked(client, submission))

    assert "You have asked for many translations. Please try again in" in page.one("p", role="alert").text
    assert translator.sent == []


def test_submission_stays_as_it_was(client, submission, translator):
    before = Submission.objects.values().get()

    asked(client, submission)

    assert Submission.objects.values().get() == before


def test_submission_that_nobody_can_decide_on_any_more_is_translated(client, translator):
    submission = make_submission(State.REJECTED, **FRENCH)
    path = page_of(submission)
    page = read(client.get(path))
    form = page.all("form", id="translate") or page.all("form", "review-columns")

    page = read(client.post(path, sent_by(form[0]) | {"step": "translate"}))

    assert "[en] Guichets dans deux ports" in by_machine(page)["field-title"]


def test_translation_is_translated_too(client, translator):
    page = read(asked(client, send_translation(of=make_practice())))

    assert "[en] Guichets de pension dans deux ports" in by_machine(page)["field-title"]


def test_nobody_waits_for_the_service_in_a_transaction(client, submission, translator, monkeypatch):
    outside, fetch = len(transaction.get_connection().atomic_blocks), outgoing.fetch
    blocks = []

    def counted(*args, **options):
        blocks.append(len(transaction.get_connection().atomic_blocks))
        return fetch(*args, **options)

    monkeypatch.setattr(outgoing, "fetch", counted)
    asked(client, submission)

    assert blocks == [outside, outside]
