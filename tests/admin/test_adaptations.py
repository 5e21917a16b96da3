"""Uses of practices elsewhere in the admin: in the queue, beside their practice, and after publication."""

import pytest
from django.urls import reverse

from practices import workflow
from practices.choices import State
from practices.models import Submission
from tests.support.factories import USE, make_practice, make_submission, make_submitter, send_adaptation
from tests.support.pages import read, sent_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client, moderator):
    client.force_login(moderator)
    return client


def review(submission):
    return reverse("admin:practices_submission_change", args=[submission.pk])


def step(name, row):
    return reverse(f"admin:practices_practice_{name}_adaptation", args=[row.practice_id, row.pk])


def published(**told):
    return send_adaptation(State.PUBLISHED, of=make_practice(), **told).adaptation


def test_queue_says_what_kind_of_submission_it_is(signed_in):
    send_adaptation(of=make_practice())

    page = read(signed_in.get(reverse("admin:practices_submission_changelist")))

    assert "use elsewhere" in page.one("table", id="result_list").text
    assert "submitter not known" not in page.text


def test_review_page_shows_the_report_beside_its_practice(signed_in):
    practice = make_practice(lessons="Open on Sundays.")
    submission = send_adaptation(of=practice)

    page = read(signed_in.get(review(submission)))

    labels = [row.one("h3").text.strip() for row in page.all("div", "review-row") if row.all("h3")]
    assert labels[:4] == ["Country", "City or area", "Who used it", "Start year"]
    assert "What was changed" in labels
    assert "Open on Sundays." in page.one("details", "preview-now").text
    assert USE["summary"] in page.one("details", "preview").text


def test_language_of_a_report_is_not_told_from_the_title_of_its_practice(signed_in):
    practice = make_practice(title="Pension desks in two ports for seafarers who return")
    text = "Un guichet à l’entrée du port, ouvert le samedi."
    submission = send_adaptation(of=practice, language="fr", summary=text, results="", hindsight="")

    page = read(signed_in.get(review(submission)))

    assert "Looks like" not in page.text


def test_emails_of_a_publication_are_announced_in_their_number(signed_in):
    original = make_submission(State.PUBLISHED, submitter=make_submitter(email="port@example.org"))
    submission = send_adaptation(of=original.practice)

    form = sent_by(read(signed_in.get(review(submission))).one("form", "review-decision"))
    page = read(signed_in.post(review(submission), form | {"step": "publish"}))

    assert "The button below also sends these e-mails" in page.text


def test_review_page_names_the_uses_that_readers_see_already(signed_in):
    row = published()
    submission = send_adaptation(of=row.practice, countries=["GH"], area="Accra")

    page = read(signed_in.get(review(submission)))

    assert "Kenya, Mombasa" in page.one("section", "review-differences").text


def test_moderator_asks_about_a_field_under_its_own_label(signed_in, moderator):
    submission = send_adaptation(of=make_practice())

    workflow.request_changes(
        submission, by=moderator, reason="Please.", field_reasons={"summary": "Which days?"}
    )

    page = read(signed_in.get(f"/submissions/{submission.token}/edit/"))
    asked = page.one("div", "notice-warm").text
    assert "What was changed" in asked
    assert "Which days?" in asked


def test_moderator_corrects_a_report_before_publication(signed_in):
    submission = send_adaptation(of=make_practice())
    path = reverse("admin:practices_submission_correct", args=[submission.pk])
    form = sent_by(read(signed_in.get(path)).one("form", "review-correct"))

    signed_in.post(path, form | {"area": "Mombasa Island"})

    document = Submission.objects.get(pk=submission.pk).document
    assert (document["area"], document["countries"], document["title"]) == (
        "Mombasa Island",
        ["KE"],
        submission.title,
    )


def test_moderator_edits_a_published_report(signed_in):
    row = published()
    form = sent_by(read(signed_in.get(step("edit", row))).one("form", "review-correct"))

    answer = signed_in.post(step("edit", row), form | {"area": "Mombasa Island"})

    row.refresh_from_db()
    assert (answer.status_code, row.area, row.changes) == (302, "Mombasa Island", USE["summary"])


def test_report_edited_in_two_tabs_is_kept_as_the_first_has_left_it(signed_in):
    row = published()
    form = sent_by(read(signed_in.get(step("edit", row))).one("form", "review-correct"))
    signed_in.post(step("edit", row), form | {"area": "Mombasa Island"})

    answer = signed_in.post(step("edit", row), form | {"area": "Kilindini"})

    row.refresh_from_db()
    assert (answer.status_code, row.area) == (409, "Mombasa Island")
    assert "somebody else has changed this use elsewhere" in answer.text


def test_moderator_withdraws_and_restores_a_report(signed_in):
    row = published()
    reason = {"reason": "The city denies it.", "seen": "1"}

    assert signed_in.post(step("withdraw", row), reason).status_code == 302
    row.refresh_from_db()
    assert (row.is_public, row.withdrawal_reason) == (False, "The city denies it.")
    signed_in.post(step("restore", row), {"reason": "It has confirmed it.", "seen": str(row.number)})

    row.refresh_from_db()
    assert row.is_public


def test_page_of_the_practice_lists_its_uses(signed_in):
    row = published()

    page = read(signed_in.get(reverse("admin:practices_practice_change", args=[row.practice_id])))

    links = [link["href"] for link in page.all("a")]
    assert {step("edit", row), step("withdraw", row)} <= set(links)
    assert step("restore", row) not in links


def test_report_that_was_retracted_cannot_be_restored(signed_in):
    row = published()
    workflow.retract_adaptation(row.submission)

    page = read(signed_in.get(reverse("admin:practices_practice_change", args=[row.practice_id])))

    assert step("restore", row) not in [link["href"] for link in page.all("a") if link.get("href")]
    assert signed_in.get(step("restore", row)).status_code == 404
