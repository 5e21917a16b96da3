"""Spam detection: suspected spam gets its own list, while its submitter sees the usual messages."""

import pytest

from practices.choices import Kind, State
from practices.models import OutboxMessage
from tests.support.factories import make_submission

pytestmark = pytest.mark.django_db

LINK = "https://shop.example/ "


@pytest.mark.parametrize(
    ("changes", "sign"),
    [
        ({"title": "Buy at www.shop.example"}, "links in its title or summary"),
        ({"summary": f"Buy at {LINK}"}, "links in its title or summary"),
        ({"context": LINK * 2, "results": LINK * 2}, "many links in its texts"),
        (
            dict.fromkeys(["context", "results", "lessons"], "Buy pills at once. " * 9),
            "the same text in several fields",
        ),
    ],
)
def test_suspected_spam_gets_the_spam_state(changes, sign):
    submission = make_submission(State.SUBMITTED, **changes)

    event = submission.events.get()
    mails = list(OutboxMessage.objects.order_by("pk").values_list("kind", flat=True))
    assert (submission.state, event.internal_note, event.reason, mails) == (
        State.SPAM,
        f"Looks like spam: {sign}.",
        "",
        [Kind.SUBMISSION_CONFIRM, Kind.SUBMISSION_RECEIVED],
    )


@pytest.mark.parametrize(
    "changes",
    [{}, {"source_url": LINK.strip(), "context": LINK * 3}, {"context": "Short.", "results": "Short."}],
)
def test_other_submission_goes_to_the_queue(changes):
    assert make_submission(State.SUBMITTED, **changes).state == State.SUBMITTED


def test_text_that_comes_again_and_again_looks_like_spam(settings):
    settings.SPAM_REPEATS = 2

    states = [make_submission(State.SUBMITTED).state for _time in range(3)]

    assert states == [State.SUBMITTED, State.SUBMITTED, State.SPAM]
