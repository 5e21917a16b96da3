"""Corrections of practices that were withdrawn, merged or retitled while a reader wrote."""

import pytest

from practices import workflow
from practices.choices import State
from practices.models import Submission
from tests.support.documents import FULL
from tests.support.factories import document, make_practice, make_submission, make_update
from tests.support.pages import read, sent_by

pytestmark = pytest.mark.django_db


def send(client, path, **typed):
    """Send the form of a correction as it was before, with what was typed into it."""
    return client.post(path, {"note": "They moved.", "email": "reader@example.org", **typed})


def test_correction_of_a_withdrawn_practice_shows_what_was_typed(client, moderator):
    practice = make_practice(countries=["PH"])
    path = f"{practice.get_absolute_url()}correct/"
    workflow.withdraw_practice(practice, by=moderator, reason="Its source is gone.")

    response = send(
        client, path, title=practice.title, countries="Philippines", area="Batumi", summary="<b>Two desks</b>"
    )

    page = read(response)
    assert (response.status_code, Submission.objects.count()) == (410, 0)
    assert sorted(said.text for said in page.all("p", "conflict-text")) == [
        "<b>Two desks</b>",
        "Batumi",
        "They moved.",
        "reader@example.org",
    ]
    assert "Its source is gone." in page.text
    assert "was not saved" in page.one("p", role="alert").text


def test_correction_sent_while_the_practice_is_withdrawn_shows_what_was_typed(client, moderator, monkeypatch):
    practice = make_practice()
    path = f"{practice.get_absolute_url()}correct/"
    form = sent_by(read(client.get(path)).one("form", "stack-large"))
    workflow.withdraw_practice(practice, by=moderator, reason="Its source is gone.")
    monkeypatch.setattr(workflow, "available", lambda practice, by: {"begin_correction": None})

    response = client.post(path, form | {"area": "Batumi"})

    assert (response.status_code, Submission.objects.count()) == (410, 0)
    assert "Batumi" in read(response).texts("p", "conflict-text")


def test_correction_of_a_merged_practice_says_that_it_was_merged(client, moderator):
    practice = make_practice()
    path = f"{practice.get_absolute_url()}correct/"
    workflow.merge(practice, into=make_practice(title="Pension desks"), by=moderator)

    page = read(send(client, path, title=practice.title, area="Batumi"))

    assert page.texts("h1") == ["This practice was merged"]
    assert "because the practice was merged with another one" in page.one("p", role="alert").text
    assert "withdrawn" not in page.one("main").text


def test_credit_removed_while_a_reader_writes_is_not_in_the_draft(client, monkeypatch):
    practice = make_practice(credit="Ana")
    path = f"{practice.get_absolute_url()}correct/"
    form = sent_by(read(client.get(path)).one("form", "stack-large"))
    begin = workflow.begin_correction

    def remove_credit_first(*given, **chosen):
        workflow.publish_document(document(credit=""), to=practice)
        return begin(*given, **chosen)

    monkeypatch.setattr(workflow, "begin_correction", remove_credit_first)

    client.post(path, form | {"area": "Batumi"})

    draft = Submission.objects.get()
    assert (draft.document["credit"], draft.document["area"]) == ("", "Batumi")


def test_credit_removed_while_a_draft_is_saved_does_not_come_back():
    practice = make_practice(credit="Ana")
    draft = make_submission(State.DRAFT, practice=practice, credit="Ana")
    Submission.objects.update(document=document(credit=""))

    proposed = document(credit="Ana", area="Batumi")
    workflow.save(draft, typed={}, seen=draft.version, document=proposed, submitter={})

    assert Submission.objects.get().document == document(area="Batumi")


def test_form_of_a_withdrawn_practice_says_that_it_is_gone(client, moderator):
    practice = make_practice()
    workflow.withdraw_practice(practice, by=moderator, reason="Its source is gone.")

    response = client.get(f"{practice.get_absolute_url()}correct/")

    assert (response.status_code, "Its source is gone." in response.text) == (410, True)
    assert "was not saved" not in response.text


def test_correction_of_a_merged_practice_leads_to_the_one_that_stays(client, moderator):
    practice, stays = make_practice(title="The desk"), make_practice(title="Desk")
    path, other = f"{practice.get_absolute_url()}correct/", f"{stays.get_absolute_url()}correct/"
    workflow.merge(practice, into=stays, by=moderator)

    form, sent = client.get(path), send(client, path, area="Batumi")

    assert (form.status_code, form.url, sent.status_code) == (301, other, 410)
    assert other in [link.get("href") for link in read(sent).all("a")]
    assert "Batumi" in read(sent).texts("p", "conflict-text")


def test_correction_counts_what_the_practice_has(client):
    practice = make_practice(**FULL)

    page = read(client.get(f"{practice.get_absolute_url()}correct/"))

    counts = page.texts("span", "form-section-filled")
    assert counts
    assert [count for count in counts if count.startswith("0 of")] == []


def test_correction_offers_the_language_of_its_practice_and_more_once_it_is_saved(client):
    practice = make_practice(language="sw")

    offered = read(client.get(f"{practice.get_absolute_url()}correct/")).one("select", name="language")

    values = [option["value"] for option in offered.all("option")]
    chosen = [option["value"] for option in offered.all("option") if "selected" in option.attributes]
    assert (len(values) < 10, values[-1], chosen) == (True, "sw", ["sw"])


def test_correction_is_taken_though_the_title_was_changed_meanwhile(client):
    practice = make_practice(title="Desk")
    path = f"{practice.get_absolute_url()}correct/"
    workflow.publish_document(practice.document | {"title": "Pension desk"}, to=practice)

    response = send(client, path, area="Batumi")

    assert response.status_code != 301
    assert "Batumi" in read(response).one("input", name="area")["value"]


UNTOLD = {"start_year": None, "implementers": []}


def test_update_does_not_call_required_what_the_published_practice_leaves_empty(client):
    practice = make_practice(**FULL | UNTOLD)

    page = read(client.get(f"{practice.get_absolute_url()}correct/"))

    assert "required for publication" not in page.texts("span", "field-required")
    assert "Also required for publication" not in page.text


@pytest.mark.parametrize(
    ("change", "needed"),
    [
        ({"lessons": "Open on Sundays."}, False),
        ({"area": "Batumi"}, True),
    ],
)
def test_draft_of_an_update_asks_for_facts_beside_those_it_changes(client, change, needed):
    practice = make_practice(**FULL | UNTOLD)
    draft = make_update(practice, State.DRAFT, **FULL | UNTOLD | change)

    page = read(client.get(f"{draft.get_private_url()}edit/"))

    assert ("Also required for publication: Implementing organisation." in page.text) == needed


def test_correction_does_not_promise_what_only_a_new_practice_brings(client):
    page = read(client.get(f"{make_practice().get_absolute_url()}correct/"))

    helps = {name: page.one(id=f"id_{name}_helptext").text for name in ("objective", "organisation", "email")}
    assert helps == {
        "objective": "The objective of the Global Compact it serves most.",
        "organisation": "For the moderators. The public credit stays as it is.",
        "email": "Never published. We send you a private link to confirm your submission.",
    }
