"""Translating a practice: the choice of the language, the form beside the original, and its private pages."""

import pytest
from django.core import mail

from practices import workflow
from practices.choices import State
from practices.models import Submission
from practices.notifications import sender
from tests.support.factories import (
    FRENCH,
    document,
    make_practice,
    make_submission,
    make_submitter,
    send_translation,
)
from tests.support.pages import read, sent_by

pytestmark = pytest.mark.django_db

WHO = {"name": "Ana Reyes", "email": "ana@example.org", "credit_as": "name"}


def form_of(client, practice, into="fr"):
    return sent_by(read(client.get(f"{practice.get_translate_url()}?to={into}")).one("form", "stack-large"))


def translate(client, practice, into="fr", **typed):
    form = form_of(client, practice, into) | {**FRENCH, **WHO, "then": "preview", **typed}
    return client.post(practice.get_translate_url(), form)


def test_page_asks_for_the_language_where_that_of_the_page_is_that_of_the_practice(client):
    practice = make_practice()

    page = read(client.get(practice.get_translate_url()))

    offered = [option["value"] for option in page.one("select", id="id_to").all("option")]
    assert offered[:3] == ["", "fr", "es"]
    assert "en" not in offered


def test_page_in_another_language_begins_with_that(client):
    practice = make_practice()

    page = read(client.get(f"/fr{practice.get_translate_url()}"))

    assert page.one("input", name="to")["value"] == "fr"


def test_unsaved_typing_is_kept_for_each_language_of_a_translation(client):
    practice = make_practice()

    page = read(client.get(f"/fr{practice.get_translate_url()}?to=es"))

    assert page.one("form", "stack-large")["data-keep"] == f"translate-{practice.pk}-es"


def test_unknown_language_is_asked_for_again(client):
    practice = make_practice()

    page = read(client.get(f"{practice.get_translate_url()}?to=tlh"))

    assert page.one("select", id="id_to").get("aria-invalid") == "true"


def test_form_has_a_field_beside_each_text_of_the_original(client):
    practice = make_practice(lessons="Open on Sundays.", area="Batumi", countries=["GE"])

    page = read(client.get(f"{practice.get_translate_url()}?to=ar"))

    originals = [(said["lang"], said.text) for said in page.all("div", "translated-text")]
    assert ("en", "Open on Sundays.") in originals
    assert len(originals) == 4
    field = page.one("textarea", id="id_lessons")
    assert (field["lang"], field["dir"]) == ("ar", "rtl")
    assert not page.all(id="id_countries")


def test_translation_is_saved_as_a_draft_with_a_preview(client):
    practice = make_practice()

    response = translate(client, practice)

    draft = Submission.objects.get()
    assert response["Location"] == f"/submissions/{draft.token}/send/"
    assert (draft.translates_into, draft.based_on, draft.practice) == ("fr", 1, practice)
    assert (draft.document["title"], draft.document["credit"], draft.document["language"]) == (
        FRENCH["title"],
        "Ana Reyes",
        "fr",
    )
    assert FRENCH["summary"] in read(client.get(response["Location"])).text


def test_preview_shows_the_practice_as_readers_of_the_translation_would_see_it(client):
    practice = make_practice(lessons="Open on Sundays.", credit="City of Manila")

    response = translate(client, practice)

    page = read(client.get(response["Location"]))
    shown = page.one("div", "reading").text
    assert "Translation of this practice:" in page.text
    assert "Submitted by City of Manila" in shown
    assert "Translated by Ana Reyes." in shown
    assert "Open on Sundays." in shown


def test_addresses_stand_beside_the_fields_to_copy(client):
    figure = {"number": "3", "meaning": "desks in 2024", "source": "https://example.org/count"}
    practice = make_practice(resources="Manual: https://example.org/manual", figures=[figure])

    page = read(client.get(f"{practice.get_translate_url()}?to=fr"))

    originals = [said.text for said in page.all("div", "translated-text")]
    assert "Manual: https://example.org/manual" in originals
    assert "3 desks in 2024 https://example.org/count" in originals


def test_translator_is_thanked_for_the_translation(client):
    send_translation(State.PUBLISHED, of=make_practice())

    sender.send_due()

    message = next(each for each in mail.outbox if each.subject.startswith("Published"))
    assert "Your translation “" in message.body
    assert "Thank you for sharing it" not in message.body


def test_machine_is_kept_with_the_draft_and_can_be_corrected(client):
    practice = make_practice()
    translate(client, practice, machine="DeepL")
    draft = Submission.objects.get()
    form = sent_by(read(client.get(f"/submissions/{draft.token}/edit/")).one("form", id="draft"))

    before, named = draft.machine, form["machine"]
    client.post(f"/submissions/{draft.token}/edit/", form | {"machine": ""})

    draft.refresh_from_db()
    assert (before, named, draft.machine) == ("DeepL", ["DeepL"], "")


def test_original_sent_as_its_translation_is_refused(client):
    practice = make_practice()

    translate(client, practice, summary=practice.summary)

    draft = Submission.objects.get()
    response = client.get(f"/submissions/{draft.token}/send/", follow=True)
    assert "This is the text of the original." in read(response).text


def test_translation_is_confirmed_by_mail_and_reaches_the_moderators(client):
    practice = make_practice()
    translate(client, practice)
    draft = Submission.objects.get()
    preview = f"/submissions/{draft.token}/send/"
    client.post(preview, sent_by(read(client.get(preview)).one("form", "button-row")))
    sender.send_due()

    [message] = mail.outbox
    assert message.subject.startswith("Confirm the translation you sent")
    confirm = workflow.confirm_path(draft)
    page = read(client.get(confirm))
    assert page.one("h1").text == "Confirm your translation"
    client.post(confirm, sent_by(page.one("form", "button-row")))

    draft.refresh_from_db()
    status = read(client.get(draft.get_private_url()))
    assert draft.state == State.SUBMITTED
    assert "Your translation has reached the moderators." in status.text


def test_form_is_filled_with_the_translation_there_is(client):
    practice = make_practice()
    send_translation(State.PUBLISHED, of=practice)

    form = form_of(client, practice)
    page = read(client.get(f"{practice.get_translate_url()}?to=fr"))

    assert (form["title"], form["summary"]) == ([FRENCH["title"]], [FRENCH["summary"]])
    assert "Translated by Ana Reyes" in page.text


def test_translation_of_a_practice_withdrawn_meanwhile_shows_what_was_typed(client, moderator):
    practice = make_practice()
    form = form_of(client, practice)
    workflow.withdraw_practice(practice, by=moderator, reason="Its source is gone.")

    response = client.post(practice.get_translate_url(), form | FRENCH | WHO)

    assert (response.status_code, Submission.objects.count()) == (410, 0)
    assert FRENCH["summary"] in read(response).text


def test_answer_to_a_request_keeps_the_credit(client, moderator):
    practice = make_practice()
    submission = send_translation(of=practice)
    workflow.request_changes(
        submission, by=moderator, reason="", field_reasons={"title": "Guichets, not bureaux?"}
    )
    edit = f"/submissions/{submission.token}/edit/"
    page = read(client.get(edit))

    client.post(edit, sent_by(page.one("form", id="draft")) | {"title": "Guichets", "note": "Done."})
    preview = f"/submissions/{submission.token}/send/"
    client.post(preview, sent_by(read(client.get(preview)).one("form", "button-row")))

    submission.refresh_from_db()
    assert "Guichets, not bureaux?" in page.text
    assert (submission.state, submission.document["title"]) == (State.SUBMITTED, "Guichets")
    assert submission.document["credit"] == "Ana Reyes"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda translation, by: None, "Your translation is published."),
        (
            lambda translation, by: workflow.withdraw_translation(
                translation.practice, language="fr", by=by, reason="It is wrong."
            ),
            "Your translation was published, and has been withdrawn since.",
        ),
        (
            lambda translation, by: send_translation(
                State.PUBLISHED, of=translation.practice, title="Des guichets"
            ),
            "A newer one has taken its place.",
        ),
    ],
)
def test_private_page_says_what_has_become_of_a_published_translation(client, moderator, change, says):
    practice = make_practice()
    submission = send_translation(State.PUBLISHED, of=practice)
    change(practice.translations.get(), moderator)

    page = read(client.get(submission.get_private_url()))

    assert says in page.text
    assert f"{practice.get_translate_url()}?to=fr" in [address for _text, address in page.links()]


def test_translation_takes_no_files_and_no_spreadsheet(client):
    submission = send_translation(State.DRAFT, of=make_practice())

    edit = read(client.get(f"/submissions/{submission.token}/edit/"))
    sheet = client.get(f"/submissions/{submission.token}/spreadsheet/")

    assert not edit.all(id="files")
    assert sheet.status_code == 302


def test_translation_is_told_from_a_practice_among_lost_links(client):
    submission = send_translation(of=make_practice())

    workflow.mail_links(submission.submitter.email, language="en")
    sender.send_due()

    assert "translation, submitted" in mail.outbox[-1].body


def test_own_practice_is_translated_without_becoming_an_update(client):
    original = make_submission(State.PUBLISHED)

    translate(client, original.practice)

    draft = Submission.objects.latest("pk")
    assert (draft.is_translation, draft.is_change) == (True, False)


def test_history_of_a_translator_says_when_the_translation_was_withdrawn_and_restored(client, moderator):
    practice = make_practice()
    submission = send_translation(State.PUBLISHED, of=practice)
    send_translation(State.PUBLISHED, of=practice, into="es", submitter=make_submitter(email="b@example.org"))
    workflow.withdraw_translation(practice, language="fr", by=moderator, reason="It is wrong.")
    workflow.restore_translation(practice, language="fr", by=moderator, reason="It was right.")
    workflow.withdraw_translation(practice, language="es", by=moderator, reason="Not this one.")

    page = read(client.get(submission.get_private_url()))

    happened = [entry.text.partition(" UTC ")[2] for entry in page.one("ol", "timeline").all("li")]
    assert happened[-2:] == [
        "Translation withdrawn It is wrong.",
        "Translation back in the catalogue It was right.",
    ]


def test_private_page_of_a_practice_names_its_translations(client):
    original = make_submission(State.PUBLISHED)
    send_translation(State.PUBLISHED, of=original.practice, submitter=make_submitter(email="b@example.org"))

    page = read(client.get(original.get_private_url()))

    address = f"{original.practice.get_absolute_url()}?in=fr"
    assert (f"{FRENCH['title']} (French)", address) in page.links()


def test_translation_of_only_some_key_figures_is_refused(client):
    figures = [{"number": str(each), "meaning": "desks", "source": "Port of Batumi"} for each in (2, 5, 9)]
    practice = make_practice(figures=figures)

    answer = translate(client, practice, figures=["2", "guichets", "Port de Batoumi"])

    [error] = read(client.get(answer.url, follow=True)).texts("ul", "errorlist")
    assert error.startswith("The original has 3 entries, so the translation needs as many.")


@pytest.mark.parametrize("page", ["", "edit/"])
def test_translator_of_a_merged_practice_is_led_to_the_one_that_stays(client, moderator, page):
    practice, kept = make_practice(title="Desks"), make_practice(title="Counters")
    submission = send_translation(State.DRAFT, of=practice)
    workflow.merge(practice, into=kept, by=moderator)

    shown = read(client.get(submission.get_private_url() + page))

    way_on = ("Translate the practice that replaced it", f"{kept.get_translate_url()}?to=fr")
    assert "so this translation cannot be published" in shown.text
    assert way_on in shown.links()


def test_text_is_shown_where_the_practice_is_now_in_the_language_of_its_translation(client):
    practice = make_practice()
    form = form_of(client, practice) | FRENCH | WHO
    workflow.publish_document(document(language="fr"), to=practice)

    response = client.post(practice.get_translate_url(), form)

    assert response.status_code == 422
    assert FRENCH["summary"] in read(response).text


def test_form_is_shown_in_another_language_with_what_was_typed(client):
    practice = make_practice()
    address = f"{practice.get_translate_url()}?to=fr"
    page = read(client.get(address))
    [spanish] = [each for each in page.all("button") if each.get("lang") == "es"]
    typed = sent_by(page.one("form", "stack-large")) | FRENCH | {"then": spanish["value"]}

    shown = read(client.post(spanish["formaction"], typed))

    assert shown.one("html")["lang"] == "es"
    assert sent_by(shown.one("form", "stack-large"))["summary"] == [FRENCH["summary"]]
    assert not shown.all("ul", "errorlist")
    assert not Submission.objects.exists()
