import io
import json
from urllib.parse import quote

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import RequestFactory
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from practices import personal_data, workflow
from practices.choices import State, Suspension
from practices.core import rate_limits
from practices.core.addresses import AddressField, canonical, readable
from practices.models import OutboxMessage, Submission, Submitter, Subscriber
from practices.notifications import bounces, emails, subscriptions
from practices.web.submit.send import limit_address
from tests.support.factories import (
    document,
    make_message,
    make_moderator,
    make_submission,
    make_submitter,
    make_subscription,
)

MAILBOX = "anna@xn--bcher-kva.example"
SPELLINGS = [
    "anna@bücher.example",
    "anna@BÜCHER.example",
    "anna@bu\u0308cher.example",
    "anna@XN--BCHER-KVA.EXAMPLE",
    "ANNA@xn--bcher-kva.example",
    "anna\u200b@bücher.example",
    "an\u00adna@bücher.example",
    "anna@bü\u2060cher.example",
    "\ufeffanna@bücher.example\u200e",
    "an\U000e0061na@bücher.example",
    "anna＠bücher.example",
    "ａｎｎａ@ｂücher.ｅxample",
    "anna@bücher。example",
    "anna@bücher.example.",
    "  anna@bücher.example\u00a0",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_spelling_has_the_canonical_form_of_its_mailbox(spelling):
    assert canonical(spelling) == MAILBOX


@pytest.mark.parametrize(
    ("one", "other"),
    [("anna@example.org", "ana@example.org"), ("anna@strasse.de", "anna@straße.de"), ("a@b.org", "a@b.com")],
)
def test_other_mailbox_has_another_canonical_form(one, other):
    assert canonical(one) != canonical(other)


@hypothesis_settings(deadline=None)
@given(st.text(), st.text())
def test_canonical_form_is_its_own(local, domain):
    once = canonical(f"{local}@{domain}")

    assert canonical(once) == once


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        (MAILBOX, "anna@bücher.example"),
        ("anna@example.org", "anna@example.org"),
        ("a@xn--x", "a@xn--x"),
        ("", ""),
    ],
)
def test_canonical_address_is_readable(address, shown):
    assert readable(address) == shown


# The form field ---------------------------------------------------------------------


@pytest.mark.parametrize("spelling", [*SPELLINGS, MAILBOX])
def test_field_accepts_every_spelling_and_cleans_it(spelling):
    assert AddressField().clean(spelling) == MAILBOX


@pytest.mark.parametrize(
    "copied", ["Awa Koné <awa@example.org>", '"Koné, Awa" <awa@example.org>', "<awa@example.org>"]
)
def test_field_leaves_out_the_name_that_mail_programs_put_before_an_address(copied):
    assert AddressField().clean(copied) == "awa@example.org"


@pytest.mark.parametrize(
    "address",
    [
        "anna",
        "@example.org",
        "anna@",
        "anna@example",
        "anna@@example.org",
        "anna@example..org",
        "anna..b@example.org",
        ".anna@example.org",
        '"anna b"@example.org',
        '"anna\\"@example.org',
        "anna@[127.0.0.1]",
        "anna@example.org, bert@example.org",
        "Anna <anna@example.org>, Bert <bert@example.org>",
        "<anna@example.org> <bert@example.org>",
        "Anna <anna@example.org",
        "anna@example.org\r\nBcc: bert@example.org",
        "an\x00na@example.org",
        "an\x07na@example.org",
        "anna bert@example.org",
        "anna@exam_ple.org",
        "anna@xn--a.org",
        "anna@-example.org",
        f"{'a' * 65}@example.org",
        f"anna@{'b' * 64}.org",
        f"anna@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.{'f' * 60}.org",
        "anna@" + "ü" * 100_000,
        "anna@\ud800.org",
    ],
    ids=lambda address: ascii(address)[:30],
)
def test_field_refuses_what_smtp_cannot_carry(address):
    with pytest.raises(ValidationError):
        AddressField().clean(address)


def test_field_says_what_is_wrong_with_letters_before_the_at_sign():
    with pytest.raises(ValidationError) as refused:
        AddressField().clean("änna@example.org")

    assert refused.value.messages == [
        (
            "We cannot send e-mail to an address with accents or other special letters before the @. "
            "Please use another address."
        )
    ]


@hypothesis_settings(deadline=None)
@given(st.emails())
def test_accepted_address_fits_an_smtp_command(address):
    try:
        accepted = AddressField().clean(address)
    except ValidationError:
        return

    assert emails.envelope_recipient(OutboxMessage(address=accepted)) == accepted


# Every door -----------------------------------------------------------------------------


def subscribe_by_form(client, spelling):
    client.post("/subscribe/?objective=3", {"address": spelling})
    return {one.address: one.subscriptions.count() for one in Subscriber.objects.all()} == {MAILBOX: 2}


def ask_for_the_link(client, spelling):
    client.post("/subscriptions/", {"address": spelling})
    return OutboxMessage.objects.filter(kind="subscription_link", address=MAILBOX).exists()


def submit_by_form(client, spelling):
    workflow.begin(
        document(), submitter=make_submitter(email=spelling), form_key=spelling[:40], language="en"
    )
    return Submitter.objects.filter(email=MAILBOX).count() == 2


def mail_the_submitter(client, spelling):
    submission = make_submission(submitter=make_submitter(email=spelling))
    return OutboxMessage.objects.get(submission=submission).address == MAILBOX


def count_mails_to_subscribers(client, spelling):
    for address in (MAILBOX, MAILBOX, spelling, spelling):
        subscriptions.send_preferences_link(address, asked_from="203.0.113.7")
    return OutboxMessage.objects.filter(kind="subscription_link").count() == 3


def count_mails_to_submitters(client, spelling):
    request = RequestFactory().get("/", REMOTE_ADDR="203.0.113.7")
    for _time in range(10):
        limit_address(request, MAILBOX)
    with pytest.raises(rate_limits.LimitReached):
        limit_address(request, spelling)
    return True


def count_a_bounce(client, spelling):
    bounces.record_bounce(spelling, now=timezone.now())
    return Subscriber.objects.get().bounces == 1


def count_a_complaint(client, spelling):
    bounces.record_complaint(spelling, now=timezone.now())
    return Subscriber.objects.get().suspended_because == Suspension.COMPLAINT


def remember_a_complaint(client, spelling):
    bounces.record_complaint(spelling, now=timezone.now())
    subscriptions.erase(Subscriber.objects.get())
    subscriptions.subscribe(spelling, query="", language="en")
    return Subscriber.objects.get().suspended_because == Suspension.COMPLAINT


def export_by_command(client, spelling):
    out = io.StringIO()
    call_command("privacy_export", spelling, stdout=out)
    held = json.loads(out.getvalue())
    return (len(held["submitters"]), len(held["subscribers"])) == (1, 1)


def erase_by_command(client, spelling):
    call_command("privacy_erase", spelling, stdout=io.StringIO())
    return not Submission.objects.exists() and not Subscriber.objects.exists()


def look_up_personal_data(client, spelling):
    return personal_data.Held.on_address(spelling).submitters.count() == 1


def search_in_admin(client, spelling):
    user = make_moderator("boss")
    user.is_superuser = True
    user.save()
    client.force_login(user)
    make_message(address="other@example.org")
    found = [
        client.get(f"/admin/practices/{page}q={quote(spelling)}").context["cl"].result_count
        for page in ("subscriber/?", "submitter/?", "outboxmessage/?", "submission/?")
    ]
    return found == [1, 1, 3, 1]


def approve_as_submitter(client, spelling):
    submission = make_submission(State.IN_REVIEW, submitter=make_submitter(email=MAILBOX))
    user = make_moderator()
    user.email = spelling
    return not workflow.judgement(submission).is_independent(user)


DOORS = [
    subscribe_by_form,
    ask_for_the_link,
    submit_by_form,
    mail_the_submitter,
    count_mails_to_subscribers,
    count_mails_to_submitters,
    count_a_bounce,
    count_a_complaint,
    remember_a_complaint,
    export_by_command,
    erase_by_command,
    look_up_personal_data,
    search_in_admin,
    approve_as_submitter,
]


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_every_door_finds_the_mailbox_in_every_spelling(client, door, undone):
    make_subscription(address=MAILBOX)
    make_submission(State.SUBMITTED, submitter=make_submitter(email=MAILBOX))

    found = []
    for spelling in SPELLINGS:
        with undone():
            found += [spelling] if door(client, spelling) else []

    assert found == SPELLINGS
