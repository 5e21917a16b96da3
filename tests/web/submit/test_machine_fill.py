"""Filling the empty fields of a translation by machine translation, with a stand-in for the service."""

import pytest
from django.db import transaction

from practices import workflow
from practices.choices import State
from practices.core.http import outgoing
from practices.documents import FIELDS
from practices.models import Submission
from tests.support.factories import FRENCH, make_practice, send_translation
from tests.support.pages import read, sent_by

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_breaker")]

WHO = {"name": "Ana Reyes", "email": "ana@example.org", "credit_as": "name"}
BUTTON = "Fill the empty fields by machine translation"
NAME = "LibreTranslate"


@pytest.fixture
def practice():
    return make_practice(title="Desks", summary="Desks help.\n\n- In ports", lessons="Open on Sundays.")


def form_on(page):
    return sent_by(page.one("form", "stack-large"))


def filled(client, practice, into="fr", **typed):
    """Open the form, press the button, and return the response."""
    form = form_on(read(client.get(f"{practice.get_translate_url()}?to={into}")))
    return client.post(practice.get_translate_url(), form | WHO | {"then": "machine"} | typed)


def saved(client, practice, form, **typed):
    client.post(practice.get_translate_url(), form | {"then": "edit"} | typed)
    return Submission.objects.get()


def test_form_has_no_button_without_a_service(client, practice):
    page = read(client.get(f"{practice.get_translate_url()}?to=fr"))

    assert BUTTON not in page.text


def test_form_offers_the_service_and_says_what_it_gets(client, practice, translator):
    page = read(client.get(f"{practice.get_translate_url()}?to=fr"))

    assert BUTTON in page.texts("button")
    assert "LibreTranslate gets the original texts of these fields, and nothing that you type." in page.text
    assert (translator.sent, translator.asked) == ([], [])


def test_button_fills_what_is_empty_and_keeps_what_was_typed(client, practice, translator):
    response = filled(client, practice, title="Guichets", lessons=" ")

    page = read(response)
    form = form_on(page)
    assert response.status_code == 200
    assert (form["title"], form["email"]) == (["Guichets"], ["ana@example.org"])
    assert [" ".join(form[name][0].split()) for name in ("summary", "lessons")] == [
        "[fr] Desks help. - [fr] In ports",
        "[fr] Open on Sundays.",
    ]
    assert form["machine"] == [NAME]
    assert "Check and correct every sentence." in page.text
    assert not Submission.objects.exists()


def test_service_gets_texts_of_the_original_only(client, practice, translator):
    filled(client, practice, title="Guichets")

    assert translator.sent == [["Desks help.", "In ports", "Open on Sundays."]]


def test_key_figures_keep_their_numbers_and_sources(client, translator):
    figure = {"number": "120", "meaning": "people paid", "source": "https://example.org/"}
    practice = make_practice(figures=[figure])

    form = form_on(read(filled(client, practice)))

    assert form["figures"][:3] == ["120", "[fr] people paid", "https://example.org/"]


def test_filled_form_is_saved_with_the_name_of_the_machine(client, practice, translator):
    form = form_on(read(filled(client, practice)))

    draft = saved(client, practice, form)

    assert (draft.machine, draft.document["title"]) == (NAME, "[fr] Desks")


@pytest.mark.parametrize("changes", [{}, {"title": "Guichets", "summary": "Des guichets aident."}])
def test_name_of_the_machine_stays_while_a_text_of_it_is_there(client, practice, translator, changes):
    form = form_on(read(filled(client, practice)))

    draft = saved(client, practice, form, machine="", **changes)

    assert draft.machine == NAME


def test_name_of_the_machine_goes_once_its_texts_are_gone(client, practice, translator):
    form = form_on(read(filled(client, practice, title="Guichets", summary="Des guichets aident.")))

    draft = saved(client, practice, form, machine="", lessons="")

    assert draft.machine == ""


def test_other_machines_are_named_as_well(client, practice, translator):
    form = form_on(read(filled(client, practice)))

    draft = saved(client, practice, form, machine="DeepL")

    assert draft.machine == "LibreTranslate, DeepL"


def test_draft_remembers_the_machine_whatever_its_form_sends(client, practice, translator):
    draft = saved(client, practice, form_on(read(filled(client, practice))))
    edit = f"/submissions/{draft.token}/edit/"
    form = sent_by(read(client.get(edit)).one("form", id="draft"))

    client.post(edit, form | {"machine": "", "filled": ""})

    draft.refresh_from_db()
    assert draft.machine == NAME
    assert sent_by(read(client.get(edit)).one("form", id="draft"))["machine"] == [NAME]


def test_made_up_signature_names_no_machine(client, practice, translator):
    form = form_on(read(client.get(f"{practice.get_translate_url()}?to=fr")))

    draft = saved(client, practice, form | FRENCH | WHO | {"filled": '{"title":"Evil"}:abc'})

    assert draft.machine == ""


def test_button_of_a_draft_saves_what_it_fills(client, practice, translator):
    form = form_on(read(client.get(f"{practice.get_translate_url()}?to=fr")))
    draft = saved(client, practice, form | FRENCH | WHO)
    edit = f"/submissions/{draft.token}/edit/"
    form = sent_by(read(client.get(edit)).one("form", id="draft"))

    page = read(client.post(edit, form | {"title": "Guichets", "then": "machine"}))

    draft.refresh_from_db()
    assert f"LibreTranslate has filled in: {FIELDS['lessons'].label}." in page.text
    assert (draft.document["title"], draft.document["lessons"]) == ("Guichets", "[fr] Open on Sundays.")
    assert draft.machine == NAME


def test_draft_is_saved_even_if_the_service_fails(client, practice, translator):
    form = form_on(read(client.get(f"{practice.get_translate_url()}?to=fr")))
    draft = saved(client, practice, form | FRENCH | WHO)
    edit = f"/submissions/{draft.token}/edit/"
    form = sent_by(read(client.get(edit)).one("form", id="draft"))
    translator.status = 500

    page = read(client.post(edit, form | {"title": "Guichets", "then": "machine"}))

    draft.refresh_from_db()
    assert "does not answer right now" in page.one(role="alert").text
    assert (draft.document["title"], draft.machine) == ("Guichets", "")


def test_answer_to_a_moderator_has_no_button(client, practice, translator, moderator):
    submission = send_translation(of=practice, lessons="")
    workflow.request_changes(submission, by=moderator, reason="Why?")
    edit = f"/submissions/{submission.token}/edit/"
    page = read(client.get(edit))

    client.post(edit, sent_by(page.one("form", id="draft")) | {"then": "machine"})

    assert BUTTON not in page.text
    assert translator.sent == []


@pytest.mark.parametrize(
    ("status", "says"),
    [(429, "gets too many requests"), (500, "does not answer right now"), (403, "by hand")],
)
def test_failure_of_the_service_is_told_and_keeps_what_was_typed(client, practice, translator, status, says):
    translator.status = status

    page = read(filled(client, practice, title="Guichets"))

    notice = page.one("div", "notice-warm", role="alert").text
    assert says in notice
    assert "Nothing was filled in, and what you typed is still here." in notice
    assert (form_on(page)["title"], form_on(page)["machine"]) == (["Guichets"], [""])


def test_language_that_the_service_does_not_know_is_named(client, practice, translator):
    page = read(filled(client, practice, into="ka"))

    assert "does not translate these languages: English → ქართული (Georgian)." in page.text
    assert BUTTON not in page.text


def test_form_without_an_empty_field_asks_nobody(client, practice, translator):
    page = read(filled(client, practice, title="A", summary="B", lessons="C"))

    assert "There was no empty field to fill." in page.text
    assert translator.sent == []


def test_one_visitor_may_ask_a_number_of_times(client, practice, translator, settings):
    settings.MACHINE_TRANSLATIONS_PER_HOUR = settings.PEOPLE_PER_ADDRESS = 1
    filled(client, practice)

    response = filled(client, practice)

    assert (response.status_code, "Retry-After" in response) == (429, True)
    assert "ana@example.org" in response.text


def test_all_visitors_together_may_ask_a_number_of_times(client, practice, translator, settings):
    settings.MACHINE_TRANSLATIONS_PER_DAY = 0

    page = read(filled(client, practice))

    assert "no machine translations left for today" in page.text
    assert translator.sent == []


def test_bot_has_nothing_translated(client, practice, translator):
    filled(client, practice, website="https://spam.example")
    filled(client, practice, stamp="made up")

    assert translator.sent == []


def test_button_may_be_pressed_at_once(client, practice, translator, settings):
    settings.FORM_MINIMUM_SECONDS = 5

    page = read(filled(client, practice))

    assert "within seconds" not in page.text
    assert form_on(page)["title"] == ["[fr] Desks"]


def test_nobody_waits_for_the_service_in_a_transaction(client, practice, translator, monkeypatch):
    outside, fetch = len(transaction.get_connection().atomic_blocks), outgoing.fetch
    blocks = []

    def counted(*args, **options):
        blocks.append(len(transaction.get_connection().atomic_blocks))
        return fetch(*args, **options)

    monkeypatch.setattr(outgoing, "fetch", counted)
    form = form_on(read(filled(client, practice, lessons="Le dimanche.")))
    draft = saved(client, practice, form, lessons="")
    edit = f"/submissions/{draft.token}/edit/"
    form = sent_by(read(client.get(edit)).one("form", id="draft"))
    client.post(edit, form | {"then": "machine"})

    assert set(blocks) == {outside}
    assert len(blocks) == 3


def test_readers_are_told_which_machine_and_who_checked_it(client, practice, translator, moderator):
    draft = saved(client, practice, form_on(read(filled(client, practice))))
    workflow.send(draft)
    workflow.submit(draft, seen=draft.content_version)
    before = practice.translations.count()
    workflow.publish(Submission.objects.get(), by=moderator)

    page = read(client.get(practice.translations.get().get_absolute_url()))

    assert before == 0
    assert "Machine translation (LibreTranslate), checked by Ana Reyes" in page.text


def test_preview_says_that_every_sentence_has_to_be_read(client, practice, translator):
    draft = saved(client, practice, form_on(read(filled(client, practice))))

    page = read(client.get(f"/submissions/{draft.token}/send/"))

    assert "a machine made the first version (LibreTranslate)" in page.text


def test_draft_is_not_overwritten_by_what_the_button_fills(client, practice, translator):
    form = form_on(read(client.get(f"{practice.get_translate_url()}?to=fr")))
    draft = saved(client, practice, form | FRENCH | WHO)
    edit = f"/submissions/{draft.token}/edit/"
    form = sent_by(read(client.get(edit)).one("form", id="draft"))
    client.post(edit, form | {"title": "Guichets d’ailleurs"})

    response = client.post(edit, form | {"title": "Guichets d’ici", "then": "machine"})

    draft.refresh_from_db()
    assert response.status_code == 409
    assert "filled" not in {
        field["name"].removeprefix("take-") for field in read(response).all("input", type="radio")
    }
    assert draft.document["title"] == "Guichets d’ailleurs"


def test_correction_of_a_machine_translation_names_the_machine(client, practice):
    send_translation(State.PUBLISHED, of=practice, machine="DeepL")

    form = form_on(read(client.get(f"{practice.get_translate_url()}?to=fr")))
    draft = saved_next(client, practice, form | WHO, machine="", title="Des guichets")

    assert draft.machine == "DeepL"


def saved_next(client, practice, form, **typed):
    client.post(practice.get_translate_url(), form | {"then": "edit"} | typed)
    return Submission.objects.latest("pk")


def test_try_while_the_service_is_busy_does_not_count(client, practice, translator, settings):
    settings.MACHINE_TRANSLATIONS_PER_HOUR = settings.MACHINE_TRANSLATIONS_PER_DAY = 1
    translator.status = 429
    filled(client, practice)
    translator.status = None

    page = read(filled(client, practice))

    assert form_on(page)["title"] == ["[fr] Desks"]
