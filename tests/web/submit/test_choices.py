"""Choices of a draft that are no choices any more, and evidence that nothing supports."""

import pytest

from practices.core import catalogue_version
from practices.models import PracticeType, Submission
from tests.support.addresses import address
from tests.support.factories import document, make_practice, make_submission
from tests.support.pages import read, sent_by

pytestmark = pytest.mark.django_db


def form_on(response):
    [form] = [form for form in read(response).all("form") if "data-draft" in form.attributes]
    return form


def options_chosen(form, name):
    select = form.one("select", name=name)
    return [
        (option["value"], option.text) for option in select.all("option") if "selected" in option.attributes
    ]


def faults(response):
    return read(response).one("div", id="errors").texts("li")


def edit(client, submission, **typed):
    """Save the form of a submission with what is typed, and return the page that follows."""
    path = address("submission-edit", submission.token)
    form = sent_by(form_on(client.get(path)))
    return client.post(path, form | {"then": "preview"} | typed, follow=True)


def retire(slug):
    PracticeType.objects.filter(slug=slug).delete()
    catalogue_version.bump(names_changed=True)


def test_retired_choice_of_a_draft_stays_until_another_is_chosen(client):
    submission = make_submission(type="service")
    retire("service")
    path = address("submission-edit", submission.token)

    response = client.get(path)

    assert options_chosen(form_on(response), "type") == [("service", "“service” (not one of the choices)")]
    assert faults(response) == [
        "Type of practice: “service” is not one of the choices. Please choose from the list."
    ]


def test_retired_choice_survives_a_save_of_something_else(client):
    submission = make_submission(type="service")
    retire("service")

    edit(client, submission, area="Manila")

    assert Submission.objects.get().typed["type"] == ["service"]


def test_correction_shows_a_retired_choice_of_the_practice(client):
    practice = make_practice(language="en", cost_band="under_50k", licence="CC-BY-4.0", sdgs=[8])
    revision = practice.revisions.get()
    revision.document |= {"cost_band": "a_lot", "sdgs": [8, 99]}
    revision.save()

    form = form_on(client.get(f"{practice.get_absolute_url()}correct/"))

    checked = [box["value"] for box in form.all("input", name="sdgs") if "checked" in box.attributes]
    assert options_chosen(form, "cost_band") == [("a_lot", "“a_lot” (not one of the choices)")]
    assert checked == ["99", "8"]


def test_form_from_an_unknown_objective_is_as_any_other(client):
    form = form_on(client.get("/submit/?objective=99"))

    assert options_chosen(form, "objective") == [("", "Choose an objective")]


NO_SUPPORT = (
    "How the results are known: You chose “Evaluated” under “Evidence”. "
    "Please explain how the results are known or give a link, or choose “None stated”."
)


def test_evidence_without_a_reason_or_a_link_is_not_sent(client):
    response = edit(client, make_submission(), evidence_level="evaluated")

    assert faults(response) == [NO_SUPPORT]


@pytest.mark.parametrize(
    "support", [{"evidence_reason": "A survey of 2022."}, {"evidence_url": "https://example.org/survey"}]
)
def test_evidence_with_a_reason_or_a_link_is_sent(client, support):
    response = edit(client, make_submission(), evidence_level="evaluated", **support)

    assert response.redirect_chain[-1][0].endswith("/send/")


def test_correction_of_something_else_may_leave_evidence_as_published(client):
    practice = make_practice(evidence_level="evaluated", evidence_reason="", evidence_url="")
    submission = make_submission(practice=practice, **document(evidence_level="evaluated", area="Batumi"))

    response = edit(client, submission, note="They moved.")

    assert response.redirect_chain[-1][0].endswith("/send/")


def test_correction_may_not_claim_more_evidence_without_support(client):
    submission = make_submission(practice=make_practice(), area="Batumi")

    response = edit(client, submission, note="They moved.", evidence_level="evaluated")

    assert faults(response) == [NO_SUPPORT]
