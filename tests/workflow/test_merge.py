"""Merging of duplicate practices, and its effects for readers, subscribers and submitters."""

from datetime import timedelta
from functools import partial

import pytest

from practices import workflow
from practices.choices import Kind, State
from practices.models import ModerationEvent, OutboxMessage, Practice, Submission
from practices.notifications import sender
from practices.workflow import MergeRefused, TransitionNotAllowed
from tests.support.factories import (
    NOW,
    document,
    judged,
    make_moderator,
    make_practice,
    make_submission,
    make_subscription,
)
from tests.support.pages import read, sent_by

pytestmark = pytest.mark.django_db

LIST = "/admin/practices/practice/"


@pytest.fixture
def pair():
    """Create a practice and a duplicate of it."""
    return make_practice(title="Desk"), make_practice(title="The desk")


def test_address_of_the_merged_practice_redirects_permanently(client, pair, moderator):
    stays, other = pair
    workflow.publish_document(document(title="The desk", area="Batumi"), to=other)

    workflow.merge(other, into=stays, by=moderator)

    addresses = [f"/practices/{other.pk}-the-desk/{rest}" for rest in ("", "revisions/", "revisions/2/")]
    answers = [client.get(address) for address in [*addresses, f"/practices/{other.pk}-any-slug/"]]
    assert [(answer.status_code, answer.url) for answer in answers] == [
        (301, f"/practices/{stays.pk}-desk/")
    ] * 4


def test_addresses_of_the_merged_practice_do_not_lead_to_one_withdrawn_since(client, pair, moderator):
    practice, other = pair
    workflow.merge(practice, into=other, by=moderator)
    workflow.withdraw_practice(other, by=moderator, reason="It named a person.")
    addresses = [
        practice.get_absolute_url(),
        practice.get_permanent_url(),
        f"{practice.get_absolute_url()}correct/",
    ]

    responses = [client.get(address) for address in addresses]

    assert [response.status_code for response in responses] == [410, 410, 410]
    assert ["It named a person." in response.text for response in responses] == [True, True, True]
    shown = [response.text + str(response.headers) for response in responses]
    assert ["the-desk" in text or other.title in text for text in shown] == [False, False, False]


def test_merged_one_shows_in_no_list(client, pair, moderator):
    stays, other = pair

    workflow.merge(other, into=stays, by=moderator)

    addresses = [
        "/practices/",
        "/objectives/21/",
        "/practices/feed.atom",
        "/practices/export.csv",
        "/sitemap.xml",
    ]
    shown = [address for address in addresses if "the-desk" in client.get(address).text.lower()]
    assert (shown, list(Practice.objects.published())) == ([], [stays])


def test_merging_is_recorded_on_both(pair, moderator):
    stays, other = pair

    for _time in range(2):
        workflow.merge(other, into=stays, by=moderator, internal_note="Same source", now=NOW)

    events = ModerationEvent.objects.order_by("pk")
    assert list(events.values_list("practice", "act", "from_state", "to_state", "internal_note", "by")) == [
        (other.pk, "merged", "published", "withdrawn", f"→ #{stays.pk} Same source", moderator.pk),
        (stays.pk, "merged", "published", "published", f"← #{other.pk} Same source", moderator.pk),
    ]


def test_chain_of_merged_ones_leads_to_its_end_at_once(client, pair, moderator):
    stays, other = pair
    last = make_practice(title="Last")
    workflow.merge(other, into=stays, by=moderator)

    workflow.merge(stays, into=last, by=moderator)

    assert client.get(other.get_absolute_url()).url == last.get_absolute_url()


def test_practice_is_not_merged_into_itself_or_one_that_is_not_public(pair, moderator):
    _stays, other = pair
    gone = make_practice(withdrawn=True)

    for into in (other, gone):
        with pytest.raises(MergeRefused):
            workflow.merge(other, into=into, by=moderator)

    assert Practice.objects.exclude(merged_into=None).count() == 0


def test_restored_practice_is_itself_again(client, pair, moderator):
    stays, other = pair
    workflow.merge(other, into=stays, by=moderator)

    workflow.restore_practice(other, by=moderator)

    assert client.get(other.get_absolute_url()).status_code == 200


def test_subscribers_are_not_told_twice(moderator):
    make_subscription(21, "both@example.org")
    other = make_practice(title="The desk", announce=True)
    sender.fan_out_all()
    OutboxMessage.objects.update(sent_at=NOW)
    make_subscription(21, "second@example.org")
    stays = make_practice(title="Desk", announce=True)
    sender.fan_out_all()

    workflow.merge(other, into=stays, by=moderator)

    waiting = OutboxMessage.objects.waiting().filter(kind=Kind.PRACTICE_PUBLISHED)
    assert list(waiting.values_list("address", "practice")) == [("second@example.org", stays.pk)]


def test_news_of_the_merged_practice_is_not_sent(pair, moderator):
    make_subscription(21, "reader@example.org")
    other = make_practice(title="Third", announce=True)
    sender.fan_out_all()

    workflow.merge(other, into=pair[0], by=moderator)

    assert not OutboxMessage.objects.waiting().filter(kind=Kind.PRACTICE_PUBLISHED).exists()


def test_pending_update_of_the_merged_practice_updates_the_other(pair, moderator):
    stays, other = pair
    update = make_submission(State.SUBMITTED, practice=other, title="Desk of 2026")
    workflow.merge(other, into=stays, by=moderator)

    with pytest.raises(TransitionNotAllowed):
        workflow.publish(judged(update), by=moderator)  # loaded before the merge
    practice = workflow.publish(judged(update), by=moderator)

    assert (practice, practice.title, practice.revisions.count()) == (stays, "Desk of 2026", 2)
    assert update.events.get(act="merged").internal_note == f"#{other.pk} → #{stays.pk}"


def test_submitter_of_the_merged_practice_updates_the_one_that_stays(client, moderator):
    published = make_submission(State.PUBLISHED, title="The desk")
    stays = make_practice(title="Desk", area="Batumi")
    workflow.merge(published.practice, into=stays, by=moderator)

    page = read(client.get(published.get_private_url()))
    client.post(f"{published.get_private_url()}update/")

    update = Submission.objects.get(state=State.DRAFT)
    assert ("Update practice" in page.texts("button"), "We have kept this one: Desk" in page.text) == (
        True,
        True,
    )
    assert (update.practice, update.based_on, update.document["title"], update.document["area"]) == (
        stays,
        1,
        "Desk",
        "Batumi",
    )


def test_submitter_of_the_merged_practice_does_not_update_one_that_is_withdrawn(moderator):
    published = make_submission(State.PUBLISHED)
    stays = make_practice(title="Desk")
    workflow.merge(published.practice, into=stays, by=moderator)
    workflow.withdraw_practice(stays, by=moderator, reason="Its source is gone.")

    with pytest.raises(TransitionNotAllowed):
        workflow.begin_update(Submission.objects.get(), language="en")


def test_sender_of_an_update_after_a_merge_does_not_speak_for_the_practice(moderator):
    published = make_submission(State.PUBLISHED, now=NOW)
    stays = make_practice(title="Desk", now=NOW)
    workflow.merge(published.practice, into=stays, by=moderator)
    update = workflow.begin_update(Submission.objects.get(), language="en")
    workflow.submit(update, seen=update.content_version, now=NOW)
    workflow.publish(judged(update), by=moderator, now=NOW)

    assert workflow.ask_if_still_true(now=NOW + timedelta(days=800)) == 0


def test_update_rebased_while_its_practice_is_merged_has_no_revision_of_the_other(pair, moderator):
    stays, other = pair
    make_submission(practice=other)
    read_before = Submission.objects.get()
    workflow.merge(other, into=stays, by=moderator)

    seen = read_before.version
    with pytest.raises(workflow.SavedMeanwhile):
        workflow.save(read_before, typed={}, seen=seen, document=document(), submitter={}, based_on=2)

    update = Submission.objects.get()
    assert (update.practice, update.based_on) == (stays, None)


@pytest.mark.parametrize("number", range(5))
def test_update_begun_while_its_practice_is_merged_updates_the_other_or_is_refused(number, at_once):
    published, other, by = make_submission(State.PUBLISHED), make_practice(title="Desk"), make_moderator()
    steps = [
        partial(workflow.begin_update, Submission.objects.get(), language="en"),
        partial(workflow.merge, published.practice, into=other, by=by),
    ]

    def step():
        return steps.pop()()

    at_once(2, step)

    assert not published.practice.submissions.undecided().exists()


def test_of_merges_crosswise_at_the_same_instant_one_holds(at_once):
    moderator = make_moderator()
    pair = make_practice(title="Desk"), make_practice(title="The desk")
    turns = [pair, pair[::-1]]

    def cross():
        other, stays = turns.pop()
        workflow.merge(other, into=stays, by=moderator)

    outcomes = at_once(2, cross)

    assert [type(outcome) for outcome in outcomes if outcome] == [MergeRefused]
    assert Practice.objects.published().count() == 1


# In the admin ---------------------------------------------------------------------


def choose(client, *practices, **more):
    chosen = {"action": "merge", "_selected_action": [practice.pk for practice in practices]}
    return client.post(LIST, chosen | more, follow=True)


def test_moderator_chooses_which_practice_stays(client, pair, moderator):
    client.force_login(moderator)
    page = read(choose(client, *pair))
    untouched = Practice.objects.published().count()

    form = sent_by(page.one("form", "merge")) | {"stays": pair[1].pk}
    response = client.post(LIST, form, follow=True)

    pair[0].refresh_from_db()
    assert (page.texts("h1"), untouched, pair[0].merged_into) == (
        ["Which practice do you want to keep?"],
        2,
        pair[1],
    )
    assert read(response).one("ul", "messagelist").text == (
        "Merged. The other addresses now lead to “The desk”."
    )


@pytest.mark.parametrize("stays", ["", "0", "²"])
def test_nothing_is_merged_until_one_is_chosen(client, pair, moderator, stays):
    client.force_login(moderator)

    page = read(choose(client, *pair, stays=stays, asked="yes"))

    assert (page.one("p", "errornote").text, Practice.objects.published().count()) == (
        "Choose the practice to keep.",
        2,
    )


def test_one_alone_is_not_merged(client, pair, moderator):
    client.force_login(moderator)

    page = read(choose(client, pair[0]))

    assert page.one("ul", "messagelist").text == "Choose 2 to 10 practices. At least one has to be public."
