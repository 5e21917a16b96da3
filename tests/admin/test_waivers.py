"""Required criteria that are waived with a reason."""

import pytest

from practices import workflow
from practices.choices import State
from practices.models import CriterionTick, Practice
from practices.workflow import CriteriaMissing
from tests.support.documents import FACTS, REQUIRED_CRITERIA
from tests.support.factories import make_moderator, make_submission
from tests.support.pages import read, sent_by

pytestmark = pytest.mark.django_db

REASON = "The people named have agreed in writing."
ALL_BUT_SAFE = [slug for slug in REQUIRED_CRITERIA if slug != "safe"]
RECORDED = f"Waived: “It puts nobody at risk”. Reason: {REASON}"


@pytest.fixture
def submission():
    return make_submission(State.SUBMITTED, **FACTS)


def press(client, submission, step, **said):
    page = f"/admin/practices/submission/{submission.pk}/change/"
    form = sent_by(read(client.get(page)).one("form", "review-decision"))
    return client.post(page, form | {"criteria": ALL_BUT_SAFE, "step": step, "confirmed": "yes"} | said)


def review(client, submission):
    return read(client.get(f"/admin/practices/submission/{submission.pk}/change/"))


def test_waiver_allows_to_publish_and_stays_in_the_history(staff, submission):
    press(staff, submission, "publish", waive_safe=REASON, internal_note="Checked by phone.")

    assert Practice.objects.count() == 1
    assert submission.events.latest("pk").internal_note == f"Checked by phone.\n{RECORDED}"


def test_waiver_is_recorded_when_publication_is_scheduled(staff, submission):
    press(staff, submission, "publish", waive_safe=REASON, publish_at="2100-01-01T09:00")

    assert submission.events.latest("pk").internal_note == RECORDED


def test_saved_waiver_makes_publish_available(staff, submission):
    press(staff, submission, "tick_criteria", waive_safe=REASON)

    page = review(staff, submission)

    assert "disabled" not in page.one("button", value="publish").attributes
    assert page.one("input", name="waive_safe")["value"] == REASON


def test_waiver_of_a_colleague_is_shown_with_its_reason_and_counts(staff, submission):
    workflow.tick_criteria(submission, ALL_BUT_SAFE, waivers={"safe": REASON}, by=make_moderator("Amina"))

    page = review(staff, submission)

    [shown] = [text for text in page.texts("label", "review-criterion") if "Waived by" in text]
    assert shown.endswith(f"Waived by Amina: {REASON}")
    assert "disabled" not in page.one("button", value="publish").attributes


def test_criterion_that_somebody_finds_met_is_not_recorded_as_waived(submission, moderator):
    workflow.tick_criteria(submission, REQUIRED_CRITERIA, by=make_moderator("Amina"))
    workflow.tick_criteria(submission, ALL_BUT_SAFE, waivers={"safe": REASON}, by=moderator)

    workflow.publish(submission, by=moderator)

    assert submission.events.latest("pk").internal_note == ""


def test_waiver_ends_when_the_submitter_changes_what_it_is_about(submission, moderator):
    workflow.tick_criteria(submission, ALL_BUT_SAFE, waivers={"safe": REASON}, by=moderator)
    workflow.request_changes(submission, by=moderator, reason="Which years?")
    changed = submission.document | {"lessons": "Open on Sundays."}
    workflow.resubmit(submission, changed, seen=submission.content_version)

    with pytest.raises(CriteriaMissing):
        workflow.publish(submission, by=moderator)


def test_optional_criterion_cannot_be_waived(submission, moderator):
    workflow.tick_criteria(submission, [], waivers={"results": REASON}, by=moderator)

    assert CriterionTick.objects.count() == 0


def test_waiver_without_words_is_refused_and_kept(staff, submission):
    page = read(press(staff, submission, "tick_criteria", waive_safe="–"))

    [error] = page.texts("ul", "errorlist")
    assert (error, page.one("input", name="waive_safe")["value"]) == (
        "“–” has no letters or digits. Please correct it, or leave this empty.",
        "–",
    )
