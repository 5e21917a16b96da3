"""The submission that opens after a decision."""

from datetime import timedelta

import pytest

from practices import workflow
from practices.admin.submission.filters import CountryFilter
from practices.choices import State
from practices.models import Submission
from tests.support.documents import FACTS, REQUIRED_CRITERIA
from tests.support.factories import NOW, judged, make_moderator, make_submission
from tests.support.pages import read, sent_by

pytestmark = pytest.mark.django_db

QUEUE = "/admin/practices/submission/"
FRENCH = "?_changelist_filters=language%3Dfr"
SPAM = "?_changelist_filters=pile%3Dspam"


def page_of(submission, filters=""):
    return f"{QUEUE}{submission.pk}/change/{filters}"


def make_waiting(**changes):
    """Create a submission that has waited less than those created before."""
    now = NOW + timedelta(hours=Submission.objects.count())
    return make_submission(State.SUBMITTED, now=now, **FACTS | changes)


def decide(client, submission, step="mark_spam", filters=""):
    form = sent_by(read(client.get(page_of(submission, filters))).one("form", "review-decision"))
    form |= {
        "step": step,
        "criteria": REQUIRED_CRITERIA,
        "reason": "Not about migration.",
        "confirmed": "yes",
    }
    return client.post(page_of(submission, filters), form)


@pytest.mark.parametrize("step", ["publish", "request_changes", "reject", "mark_spam"])
def test_oldest_that_nobody_else_reviews_opens_after_a_decision(staff, step):
    of_another, decided, oldest, _newest = [make_waiting() for _number in range(4)]
    workflow.start_review(of_another, by=make_moderator("Amina"))

    response = decide(staff, decided, step)

    assert response.url == page_of(oldest)


def test_own_assignment_opens_first(staff, moderator):
    decided, _oldest, own = [make_waiting() for _number in range(3)]
    workflow.assign(own, to=moderator, by=moderator)

    response = decide(staff, decided)

    assert response.url == page_of(own)


def test_next_is_of_the_list_that_the_moderator_came_from(staff):
    decided, _english, french = [make_waiting(language=code) for code in ("fr", "en", "fr")]

    responses = [decide(staff, decided, filters=FRENCH), decide(staff, french, filters=FRENCH)]

    assert [response.url for response in responses] == [page_of(french, FRENCH), f"{QUEUE}?language=fr"]


def test_next_is_found_without_reading_what_filters_offer(staff, monkeypatch):
    first, _second = make_waiting(), make_waiting()
    monkeypatch.setattr(CountryFilter, "lookups", lambda *args: pytest.fail("the countries are read"))

    response = staff.get(page_of(first, FRENCH))

    assert response.status_code == 200


def test_preview_of_the_email_remembers_the_list(staff):
    decided, french = [make_waiting(language="fr") for _number in range(2)]
    form = sent_by(read(staff.get(page_of(decided, FRENCH))).one("form", "review-decision"))
    preview = read(staff.post(page_of(decided, FRENCH), form | {"step": "reject", "reason": "Not about it."}))

    form = preview.one("form", "review")
    response = staff.post(form["action"], sent_by(form) | {"step": "reject"})

    assert response.url == page_of(french, FRENCH)


@pytest.mark.parametrize(
    "filters", ["objective%3D%00", "assignee__id__exact%3Dx", "secret%3D1", "pile%3Dnone"]
)
def test_odd_filters_open_the_next_of_the_queue(staff, filters):
    decided, other = make_waiting(), make_waiting()

    response = decide(staff, decided, filters=f"?_changelist_filters={filters}")

    assert response.url.startswith(page_of(other))


def test_message_leads_back_to_what_was_decided(staff):
    decided, _other = make_waiting(title="Desks"), make_waiting(title="Ports")
    said = read(staff.get(page_of(decided))).one("section", "decision").texts("p", "help")[-1]

    message = read(staff.get(decide(staff, decided, "reject").url)).one("ul", "messagelist")

    assert said == "After a decision the next one opens: Ports"
    assert message.links() == [("Back to the previous submission", page_of(decided))]
    assert message.text == (
        "Desks: Not accepted. The submitter can read your reasons. The next submission is below. "
        "Back to the previous submission Undo"
    )


def test_what_one_has_judged_already_is_not_offered_again_where_several_approve(staff, moderator, settings):
    settings.APPROVALS_NEEDED = 2
    judged_by_me, waiting = make_waiting(), make_waiting()
    workflow.approve(judged(judged_by_me), by=moderator)

    assert workflow.first_for(Submission.objects.order_by("pk"), moderator) == waiting
    assert workflow.first_for(Submission.objects.order_by("pk"), make_moderator("Amina")) == judged_by_me


def test_possible_spam_that_nobody_checked_opens_after_one_is_confirmed(staff):
    make_submission(State.SPAM, title="Checked")
    first, second = (make_submission(trapped=True, title=title) for title in ("Pills", "Loans"))

    answers = [decide(staff, each, "confirm_spam", SPAM) for each in (first, second)]

    assert [answer.url for answer in answers] == [page_of(second, SPAM), f"{QUEUE}?pile=spam"]
