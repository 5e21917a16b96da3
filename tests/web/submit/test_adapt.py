"""Reporting the use of a practice elsewhere: the short form, its private pages, and the page of the practice."""

import re

import pytest
from django.core import mail

from practices import workflow
from practices.choices import State
from practices.models import Adaptation, Submission
from practices.notifications import sender
from tests.support.factories import make_moderator, make_practice, send_adaptation
from tests.support.pages import read, sent_by

pytestmark = pytest.mark.django_db

TYPED = {
    "countries": "Kenya",
    "area": "Mombasa",
    "implementers": "Port of Mombasa",
    "start_year": "2021",
    "summary": "One desk at the harbour gate, open on Saturdays, with a nurse who speaks Swahili.",
    "results": "900 seafarers claimed their pensions in two years.",
    "hindsight": "The first desk was too far from the gate.",
    "source_url": "https://mombasa.example.org/desk",
    "name": "Ana Reyes",
    "email": "ana@example.org",
    "credit_as": "name",
}


def report(client, practice, **typed):
    form = sent_by(read(client.get(practice.get_adapt_url())).one("form", "stack-large"))
    return client.post(practice.get_adapt_url(), form | TYPED | {"then": "preview"} | typed)


def test_report_is_saved_as_a_draft_with_a_preview(client):
    practice = make_practice()

    response = report(client, practice)

    draft = Submission.objects.get()
    assert response["Location"] == f"/submissions/{draft.token}/send/"
    assert (draft.is_adaptation, draft.practice, draft.title) == (True, practice, practice.title)
    assert (draft.document["countries"], draft.document["credit"]) == (["KE"], "Ana Reyes")
    page = read(client.get(response["Location"]))
    assert TYPED["summary"] in page.one("article", "adaptation").text
    assert not page.all("div", "reading")


def test_form_asks_for_little(client):
    page = read(client.get(make_practice().get_adapt_url()))

    shown = [
        field["name"]
        for field in [*page.all("input"), *page.all("textarea")]
        if "required" in field.attributes
    ]
    assert sorted(set(shown)) == ["countries", "email", "implementers", "name", "summary"]


def test_report_names_one_country(client):
    response = report(client, make_practice(), countries="Kenya, Ghana")

    draft = Submission.objects.get()
    page = read(client.get(f"/submissions/{draft.token}/edit/?all"))
    assert response.status_code == 302
    assert "Enter one country only." in page.text


def test_empty_report_is_shown_again(client):
    practice = make_practice()
    form = sent_by(read(client.get(practice.get_adapt_url())).one("form", "stack-large"))

    response = client.post(practice.get_adapt_url(), form)

    assert response.status_code == 422
    assert "Enter the country in which you used it." in response.text
    assert not Submission.objects.exists()


def test_report_on_a_withdrawn_practice_is_gone_with_what_was_typed(client):
    practice = make_practice()
    form = sent_by(read(client.get(practice.get_adapt_url())).one("form", "stack-large"))
    workflow.withdraw_practice(practice, by=make_moderator(), reason="Its source is gone.")

    response = client.post(practice.get_adapt_url(), form | TYPED)

    assert response.status_code == 410
    assert TYPED["summary"] in response.text
    assert "Your report was not saved" in response.text


def test_address_of_a_merged_practice_leads_to_the_one_that_is_kept(client):
    twice, kept = make_practice(title="Desks"), make_practice(title="Pension desks")
    workflow.merge(twice, into=kept, by=make_moderator())

    assert client.get(twice.get_adapt_url())["Location"] == kept.get_adapt_url()


def test_report_is_confirmed_and_reaches_the_moderators(client):
    report(client, make_practice())
    draft = Submission.objects.get()
    page = read(client.get(f"/submissions/{draft.token}/send/"))
    client.post(f"/submissions/{draft.token}/send/", sent_by(page.one("form", "button-row")))
    sender.send_due()

    link = re.search(r"https?://[^/]+(/submissions/\S+/confirm/\S+/)", mail.outbox[-1].body)[1]
    page = read(client.get(link))
    assert "Someone reported the use of this practice" in page.text
    client.post(link, sent_by(page.one("form", "button-row")))

    draft.refresh_from_db()
    assert draft.state == State.SUBMITTED
    assert "Your report has reached the moderators." in client.get(f"/submissions/{draft.token}/").text


def test_page_of_a_practice_invites_to_the_first_report(client):
    practice = make_practice()

    page = read(client.get(practice.get_absolute_url()))

    assert "Has it been used elsewhere?" in page.one("section", "used-by").text
    assert page.one("section", "used-by").one("a")["href"] == practice.get_adapt_url()


def test_page_of_a_practice_shows_its_uses(client):
    practice = make_practice()
    client.get(practice.get_absolute_url())

    send_adaptation(State.PUBLISHED, of=practice)

    shown = read(client.get(practice.get_absolute_url())).one("section", "used-by")
    text = " ".join(shown.one("article", "adaptation").text.split())
    assert text.startswith(
        "Kenya Mombasa Port of Mombasa · since 2021 What was changed One desk at the harbour gate"
    )
    assert "Results 900 seafarers" in text
    assert "Reported by Ana Reyes" in text
    assert shown.one("article", "adaptation")["id"] == Adaptation.objects.get().anchor


def test_report_before_publication_is_shown_nowhere(client):
    practice = make_practice()

    send_adaptation(of=practice)

    assert "Mombasa" not in client.get(practice.get_absolute_url()).text


def test_anonymous_report_names_nobody(client):
    practice = make_practice()

    send_adaptation(State.PUBLISHED, of=practice, credit="")

    assert "Reported anonymously" in client.get(practice.get_absolute_url()).text


def test_published_report_is_withdrawn_on_its_private_page(client):
    practice = make_practice()
    submission = send_adaptation(State.PUBLISHED, of=practice)
    page = read(client.get(submission.get_private_url()))
    assert "Your report is published." in page.text

    path = f"/submissions/{submission.token}/withdraw/"
    answers = [client.post(path, {"step": "retract"}).status_code for _time in range(2)]

    assert answers == [302, 302]
    assert (
        "Your report was published, and has been withdrawn since."
        in client.get(submission.get_private_url()).text
    )
    assert "Mombasa" not in client.get(practice.get_absolute_url()).text


def timeline(client, submission):
    """Return the entries of the history on a private page, without their times."""
    page = read(client.get(submission.get_private_url()))
    [history] = [each for each in page.all("ol", "timeline") if "published" in each.text.lower()]
    return [" ".join(entry.text.split()) for entry in history.all("li")]


def test_history_has_the_withdrawal_by_whoever_reported(client):
    submission = send_adaptation(State.PUBLISHED, of=make_practice())

    workflow.retract_adaptation(submission)

    assert timeline(client, submission)[-1].endswith("You withdrew your report")


def test_history_has_the_withdrawal_by_moderators_with_its_reason(client):
    submission = send_adaptation(State.PUBLISHED, of=make_practice())
    row = submission.adaptation

    workflow.withdraw_adaptation(
        row.practice, adaptation=row, by=make_moderator(), reason="The city denies it."
    )

    assert timeline(client, submission)[-1].endswith("Your report was withdrawn The city denies it.")


def test_corrections_of_a_report_are_named_as_its_form_names_fields(client):
    submission = send_adaptation(of=make_practice())
    corrected = submission.document | {"summary": "Another desk.", "hindsight": "Nothing."}
    workflow.correct(submission, corrected, by=make_moderator())
    workflow.publish(submission, by=make_moderator())

    page = read(client.get(submission.get_private_url()))

    edited = page.one("section", **{"aria-labelledby": "edited"})
    assert edited.texts("dt") == ["What was changed", "What did not work"]
