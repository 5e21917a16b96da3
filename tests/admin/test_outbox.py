from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.utils import timezone

from practices.models import OutboxMessage, SendingHold, Subscription
from practices.notifications import hold, outbox
from tests.support.factories import make_message, make_practice, make_subscription
from tests.support.pages import read

pytestmark = pytest.mark.django_db

LIST = "/admin/practices/outboxmessage/"


@pytest.fixture
def sign_in(client):
    """Factory sign_in("view_outboxmessage") that signs in a member of staff with just these permissions."""

    def with_rights(*codenames):
        user = User.objects.create_user("operator", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
        client.force_login(user)
        return client

    return with_rights


@pytest.fixture
def given_up(clock):
    return make_message(
        address="gone@example.org", failed_at=timezone.now(), attempts=9, error="450 busy",
        due_at=timezone.now() - timedelta(days=3), give_up_at=timezone.now() - timedelta(hours=1),
    )  # fmt: skip


def retry(client, *messages):
    return act("retry", client, *messages)


def act(action, client, *messages):
    selected = [message.pk for message in messages]
    return client.post(LIST, {"action": action, "_selected_action": selected}, follow=True)


def test_given_up_message_is_due_again(sign_in, clock, given_up):
    response = retry(sign_in("view_outboxmessage", "change_outboxmessage"), given_up)

    given_up.refresh_from_db()
    assert read(response).one("ul", "messagelist").text == "1 message will be sent again."
    assert (given_up.failed_at, given_up.attempts, given_up.due_at, given_up.give_up_at) == (
        None,
        0,
        timezone.now(),
        timezone.now() + timedelta(hours=72),
    )


@pytest.mark.parametrize("done", ["sent_at", "cancelled_at"])
def test_other_message_stays_as_it_is(sign_in, clock, done):
    message = make_message(**{done: timezone.now()})

    response = retry(sign_in("view_outboxmessage", "change_outboxmessage"), message)

    before = {name: value for name, value in vars(message).items() if name != "_state"}
    after = {name: value for name, value in vars(OutboxMessage.objects.get()).items() if name != "_state"}
    assert (read(response).one("ul", "messagelist").text, after) == ("0 messages will be sent again.", before)


def test_retry_is_not_offered_with_view_permission_only(sign_in, given_up):
    page = read(sign_in("view_outboxmessage").get(LIST))

    assert (page.all("select", name="action"), len(page.all("td", "field-address"))) == ([], 1)


def test_retry_is_refused_with_view_permission_only(sign_in, clock, given_up):
    retry(sign_in("view_outboxmessage"), given_up)

    given_up.refresh_from_db()
    assert given_up.failed_at == timezone.now()


def test_unsent_message_can_be_cancelled(sign_in, clock, given_up):
    waiting = make_message()
    sent = make_message(sent_at=timezone.now())

    response = act("cancel", sign_in("view_outboxmessage", "change_outboxmessage"), waiting, given_up, sent)

    assert read(response).one("ul", "messagelist").text == "2 messages were cancelled."
    cancelled = OutboxMessage.objects.filter(cancelled_at=timezone.now()).order_by("pk")
    assert list(cancelled) == [given_up, waiting]
    assert outbox.deliver_due() == 0


def test_cancel_is_refused_with_view_permission_only(sign_in, clock):
    waiting = make_message()

    act("cancel", sign_in("view_outboxmessage"), waiting)

    waiting.refresh_from_db()
    assert waiting.cancelled_at is None


def test_outbox_is_hidden_without_permission(sign_in, given_up):
    client = sign_in()

    assert [client.get(LIST).status_code, client.post(LIST).status_code] == [403, 403]


@pytest.mark.parametrize(
    ("became", "addresses"),
    [
        ("", ["waiting@example.org", "sent@example.org", "failed@example.org", "cancelled@example.org"]),
        ("waiting", ["waiting@example.org"]),
        ("sent", ["sent@example.org"]),
        ("failed", ["failed@example.org"]),
        ("cancelled", ["cancelled@example.org"]),
    ],
)
def test_outbox_is_filtered_by_outcome(admin_client, clock, became, addresses):
    for name in ("cancelled", "failed", "sent"):
        make_message(address=f"{name}@example.org", **{f"{name}_at": timezone.now()})
    make_message(address="waiting@example.org")

    page = read(admin_client.get(LIST, {"became": became} if became else {}))

    assert page.texts("td", "field-address") == addresses


def test_due_is_what_a_sender_would_take(admin_client, clock):
    minute = timedelta(minutes=1)
    make_message(address="due@example.org", due_at=timezone.now() - minute)
    make_message(address="later@example.org", due_at=timezone.now() + minute)
    make_message(
        address="held@example.org", due_at=timezone.now() - minute, leased_until=timezone.now() + minute
    )
    make_message(address="taken-up@example.org", due_at=timezone.now(), leased_until=timezone.now() - minute)
    make_message(address="sent@example.org", due_at=timezone.now() - minute, sent_at=timezone.now())

    page = read(admin_client.get(LIST, {"became": "due"}))

    assert sorted(page.texts("td", "field-address")) == ["due@example.org", "taken-up@example.org"]


def test_pending_hub_pings_are_shown(admin_client, settings):
    settings.WEBSUB_HUBS = ["https://hub.example/"]
    practice = make_practice(announce=True)

    page = read(admin_client.get("/admin/practices/hubping/"))

    shown = [page.one("td", f"field-{name}").text for name in ("practice", "attempts")]
    assert (page.one("th", "field-hub").text, shown) == ("https://hub.example/", [practice.title, "0"])


@pytest.mark.parametrize("page", ["add", "{}/delete", "{}/change"])
def test_message_is_neither_added_deleted_nor_changed(admin_client, page):
    message = make_message()

    response = admin_client.post(
        f"{LIST}{page.format(message.pk)}/", {"post": "yes", "address": "x@example.org"}
    )

    assert (response.status_code, OutboxMessage.objects.get().address) == (403, "ana@example.org")


@pytest.mark.parametrize("page", ["add", "{}/delete", "{}/change"])
def test_subscriber_is_neither_added_deleted_nor_changed(admin_client, page):
    subscription = make_subscription()
    path = page.format(subscription.subscriber_id)

    response = admin_client.post(
        f"/admin/practices/subscriber/{path}/", {"post": "yes", "address": "x@example.org"}
    )

    subscription.refresh_from_db()
    assert (response.status_code, subscription.subscriber.address) == (403, "reader@example.org")


def test_subscriber_is_shown_with_their_subscriptions(admin_client):
    subscription = make_subscription()

    page = read(admin_client.get(f"/admin/practices/subscriber/{subscription.subscriber_id}/change/"))

    assert (
        page.one("div", "field-address").one("div", "readonly").text,
        page.texts("td", "field-follows"),
    ) == (
        "reader@example.org",
        ["Objective 21: Dignified return and reintegration"],
    )


def test_subscription_cannot_be_slipped_in_with_a_subscriber(admin_client):
    subscription = make_subscription()
    forged = {
        "subscriptions-TOTAL_FORMS": "1",
        "subscriptions-INITIAL_FORMS": "0",
        "subscriptions-0-query": "objective=3",
        "subscriptions-0-subscriber": str(subscription.subscriber_id),
    }

    admin_client.post(f"/admin/practices/subscriber/{subscription.subscriber_id}/change/", forged)

    assert Subscription.objects.count() == 1


# After a restore ------------------------------------------------------------------

END_HOLD = f"{LIST}hold/"


@pytest.fixture
def restored(clock):
    """Hold sending as after the restore of a backup with one message that was due."""
    message = make_message(created_at=timezone.now() - timedelta(hours=2))
    hold.place(backup_at=timezone.now() - timedelta(hours=1))
    return message


def test_outbox_says_what_waits_after_a_restore(sign_in, restored):
    page = read(sign_in("view_outboxmessage").get(LIST))

    said = page.one("section", "held").text
    assert "1 × submission received" in said
    assert "An administrator decides" in said


@pytest.mark.parametrize(("decision", "is_cancelled"), [("drop", True), ("release", False)])
def test_administrator_decides_what_is_sent_after_a_restore(sign_in, restored, decision, is_cancelled):
    client = sign_in("view_outboxmessage", "change_outboxmessage")

    client.post(END_HOLD, {"decision": decision})
    again = client.post(END_HOLD, {"decision": decision}, follow=True)

    restored.refresh_from_db()
    assert (restored.cancelled_at is not None, SendingHold.objects.exists()) == (is_cancelled, False)
    assert "Somebody else has decided" in read(again).one("ul", "messagelist").text


def test_hold_is_not_ended_with_view_permission_only(sign_in, restored):
    response = sign_in("view_outboxmessage").post(END_HOLD, {"decision": "release"})

    assert (response.status_code, SendingHold.objects.exists()) == (403, True)


def test_list_counts_messages(sign_in):
    make_message()
    client = sign_in("view_outboxmessage")
    counts = [read(client.get(LIST)).one("nav", "paginator").text]
    make_message()
    counts.append(read(client.get(LIST)).one("nav", "paginator").text)

    assert counts == ["Pages 1 message", "Pages 2 messages"]
