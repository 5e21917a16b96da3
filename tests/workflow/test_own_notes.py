"""Notes that the catalogue writes itself are stored in English, and read in the language of whoever reads them."""

import pytest
from django.utils.translation import override

from practices import workflow
from practices.choices import State
from practices.models import revision_notes
from tests.support.factories import make_practice, make_submission, send_translation
from tests.support.pages import read

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("note", "in_french"),
    [
        ("First published", "Première publication"),
        ("Topic “a” was renamed to “b”", "Le thème « a » a été renommé « b »"),
        ("Ended in 2024, according to the submitter", "2024"),
        ("Edited by the moderators: Area, Results.", "Zone"),
        ("New results. Edited by the moderators: Area.", "New results. "),
        ("Ended for good", "Ended for good"),
    ],
)
def test_note_on_a_revision_is_read_in_the_language_of_the_page(note, in_french):
    with override("fr"):
        shown = revision_notes.local(note)

    assert in_french in shown.replace("\N{NO-BREAK SPACE}", " ")
    assert (shown == note) == (note == "Ended for good")


@pytest.mark.parametrize(
    ("note", "in_french"),
    [
        ("Translation withdrawn: fr.", "français"),
        ("Asked by telephone.\nThe same as submission 7.", "Asked by telephone.\n"),
        ("to nobody", "à personne"),
        ("Undone: submitted → spam.", "envoyée → indésirables"),
    ],
)
def test_note_on_an_event_is_read_in_the_language_of_the_page(note, in_french):
    with override("fr"):
        shown = revision_notes.local_of_event(note)

    assert in_french in shown
    assert shown != note


def test_notes_are_stored_in_english_whatever_the_language_of_who_acts(moderator):
    submission = make_submission(State.SUBMITTED)
    with override("ru"):
        practice = make_practice()
        send_translation(State.PUBLISHED, of=practice)
        workflow.withdraw_translation(practice, language="fr", by=moderator, reason="It is wrong.")
        workflow.assign(submission, to=None, by=moderator)

    assert practice.revisions.get().note == "First published"
    assert practice.events.latest("pk").internal_note == "Translation withdrawn: fr."


def test_moderators_read_notes_on_a_submission_in_their_language(client, moderator):
    submission = make_submission(State.SUBMITTED)
    workflow.assign(submission, to=moderator, by=moderator)
    client.force_login(moderator)

    page = read(client.get(f"/ru/admin/practices/submission/{submission.pk}/change/"))

    assert "to moderator" not in page.text
