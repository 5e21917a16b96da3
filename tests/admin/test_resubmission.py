"""The review page of a submission that was sent again after a request for changes."""

import pytest

from practices import workflow
from practices.choices import State
from practices.core.upload_checks import Upload
from practices.models import ModerationEvent
from tests.support.factories import document, make_moderator, make_submission
from tests.support.pages import read

pytestmark = pytest.mark.django_db

STILL_COUNTS = "Ticks and waivers of what has not changed still count."
REPORT = Upload("report.pdf", b"%PDF-1.7", "application/pdf", "0" * 64)


def send_back(**changes):
    """Create a submission, and ask for the area and the start year."""
    submission = make_submission(State.SUBMITTED, **changes)
    workflow.request_changes(
        submission,
        by=make_moderator("Amina"),
        reason="Two things are open.",
        field_reasons={"area": "Which port?", "start_year": "Since when?"},
    )
    return submission


def send_again(submission, *, note="", **changes):
    submission.typed = {"note": [note]}
    submission.save()
    workflow.resubmit(submission, document(**changes), seen=submission.content_version)


def review(client, submission):
    return read(client.get(f"/admin/practices/submission/{submission.pk}/change/"))


def rows(page):
    """Return heading → (what changed, what was requested) of each field on the page that has either."""
    found = {}
    for row in page.all("div", "review-row"):
        changed = [text for part in row.all("div", "review-since") for text in part.texts("dd")]
        asked = row.texts("p", "review-asked")
        if changed or asked:
            found[row.one("h3").text] = (changed, asked)
    return found


def test_resubmission_shows_each_change_beside_its_request(staff):
    submission = send_back(area="Manila", title="Desks")
    send_again(submission, area="Manila and Batumi", title="Two desks")

    page = review(staff, submission)

    assert rows(page) == {
        "Title": (["[removed: Desks] [added: Two desks]"], []),
        "Where": (["Manila[added: and Batumi]"], ["Requested: Area: Which port?"]),
        "When": ([], ["Requested: Start year: Since when?"]),
    }


def test_resubmission_is_summed_up_with_reason_and_answer(staff):
    submission = send_back()
    send_again(submission, note="We do not know the year.", area="Batumi")

    summary = review(staff, submission).one("section", "review-resent")

    assert summary.texts("dd") == [
        "Two things are open.",
        "Area: Which port?",
        "Start year: Since when? not changed",
        "We do not know the year.",
        "Where",
        STILL_COUNTS,
    ]


def test_resubmission_of_the_same_text_says_so(staff):
    submission = send_back()
    send_again(submission)

    summary = review(staff, submission).one("section", "review-resent")

    assert summary.texts("dd")[-3:] == [
        "No message",
        "Nothing: the text and the files are as they were.",
        STILL_COUNTS,
    ]


def test_resubmission_names_new_files(staff):
    submission = send_back()
    workflow.attach(submission, REPORT, description="Report")
    send_again(submission)

    summary = review(staff, submission).one("section", "review-resent")

    assert "Added: Report (report.pdf" in summary.one("dl", "differences").text


def test_resubmission_whose_request_recorded_no_files_claims_nothing(staff):
    submission = send_back()
    send_again(submission, area="Batumi")
    ModerationEvent.objects.update(files=None)

    summary = review(staff, submission).one("section", "review-resent")

    assert "not changed" not in summary.text


def test_correction_after_a_resubmission_does_not_hide_its_changes(staff, moderator):
    submission = send_back(area="Manila")
    send_again(submission, area="Batumi")
    workflow.correct(submission, submission.document | {"area": "Batumi port"}, by=moderator)

    changed, _asked = rows(review(staff, submission))["Where"]

    assert changed == ["[removed: Manila] [added: Batumi port]"]


@pytest.mark.parametrize("state", [State.SUBMITTED, State.CHANGES_REQUESTED, State.PUBLISHED])
def test_submission_that_was_not_sent_again_has_no_such_summary(staff, state):
    page = review(staff, make_submission(state))

    assert page.all("section", "review-resent") == []


def test_history_keeps_what_each_resubmission_changed(staff):
    submission = send_back()
    send_again(submission, area="Batumi")

    history = review(staff, submission).one("ul", "review-events")

    assert history.one("dl", "differences").text == "Area [added: Batumi]"
