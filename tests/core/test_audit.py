"""The audit log: sign-ins, personal data and acts in the admin, without personal data of others."""

from datetime import timedelta

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.models import User
from django.core.management import call_command
from django.utils import timezone

from practices import personal_data
from practices.choices import AuditAct, State
from practices.core import audit
from practices.models import AuditEvent, Objective
from tests.support.addresses import personal_data_address, preferences_address
from tests.support.factories import make_message, make_submission, make_submitter, make_subscription
from tests.support.pages import read, sent_by

pytestmark = pytest.mark.django_db

LOGIN = "/admin/account/login/"


def events():
    return list(AuditEvent.objects.order_by("pk").values_list("act", "by", "what"))


def sign_in(client, name="moderator", password="correct horse"):
    return client.post(LOGIN, {"login": name, "password": password})


# Accounts -----------------------------------------------------------------------------


def test_signing_in_and_out_is_recorded(client, moderator):
    sign_in(client)
    client.post("/admin/account/logout/")

    assert events() == [("signed_in", "moderator", ""), ("signed_out", "moderator", "")]


def test_failure_is_recorded_with_the_account(client, moderator):
    sign_in(client, password="wrong")

    assert events() == [("sign_in_failed", "moderator", "password")]


def test_name_that_nobody_has_is_not_kept(client):
    sign_in(client, name="my password by mistake")

    assert events() == [("sign_in_failed", "", "password")]


def test_lock_out_is_recorded_once(client, moderator, settings):
    settings.SIGN_IN_FAILURES = 2
    for _time in range(5):
        sign_in(client, password="wrong")

    assert [act for act, _by, _what in events()] == ["sign_in_failed"] * 2 + ["locked_out"]


def test_wrong_code_is_recorded(client, moderator):
    totp.TOTP.activate(moderator, totp.generate_totp_secret())
    AuditEvent.objects.all().delete()
    sign_in(client)

    client.post("/admin/account/2fa/authenticate/", {"code": "000000"})

    assert events() == [("sign_in_failed", "moderator", "totp")]


def test_reset_of_the_second_factor_is_recorded(moderator):
    call_command("reset_mfa", "moderator")

    assert events() == [("factor_removed", "moderator", "reset_mfa")]


# Personal data --------------------------------------------------------------------------


def subjects():
    return set(AuditEvent.objects.values_list("subject", flat=True))


def test_erasure_by_a_link_is_recorded_under_a_hash(client):
    make_submission(State.SUBMITTED, submitter=make_submitter(email="dalia@secret.example"))
    path = personal_data_address("dalia@secret.example", "personal-data-delete")
    AuditEvent.objects.all().delete()

    client.post(path, {"confirmed": "on"})

    assert events() == [("data_erased", "", "link: submissions: 1, practices: 0, subscriptions: 0")]
    assert subjects() == {audit.key_of("Dalia@secret.example")}


def test_request_for_the_link_is_recorded_where_anything_is_held(client):
    make_submission(State.SUBMITTED, submitter=make_submitter(email="dalia@secret.example"))
    for address in ("dalia@secret.example", "nobody@example.org"):
        personal_data.request_link(address, language="en")

    assert (events(), subjects()) == (
        [("data_requested", "", "")],
        {audit.key_of("dalia@secret.example")},
    )


def test_subscriber_who_deletes_everything_is_recorded(client):
    path = preferences_address(make_subscription(address="ana@example.org"))

    client.post(path, {"step": "erase"})

    assert (events(), subjects()) == (
        [("data_erased", "", "link: all subscriptions")],
        {audit.key_of("ana@example.org")},
    )


@pytest.mark.parametrize(
    ("command", "act", "what"),
    [
        ("privacy_export", AuditAct.DATA_EXPORTED, "privacy_export"),
        (
            "privacy_erase",
            AuditAct.DATA_ERASED,
            "privacy_erase: submissions: 1, practices: 0, subscriptions: 0",
        ),
    ],
)
def test_command_on_personal_data_is_recorded(command, act, what):
    make_submission(State.SUBMITTED, submitter=make_submitter(email="dalia@secret.example"))

    call_command(command, "dalia@secret.example")

    assert (events(), subjects()) == ([(act, "", what)], {audit.key_of("dalia@secret.example")})


def test_events_are_deleted_after_their_period(settings, clock):
    audit.record(AuditAct.SIGNED_IN, by="moderator")
    clock.shift(timedelta(days=settings.RETENTION_AUDIT_DAYS))
    audit.record(AuditAct.SIGNED_OUT, by="moderator")

    personal_data.apply_retention()

    assert events() == [("signed_out", "moderator", "")]


# The admin ------------------------------------------------------------------------------


def test_change_in_the_admin_is_recorded_without_the_name_of_the_row(admin_client):
    row = Objective.objects.get(number=21)
    path = f"/admin/practices/objective/{row.pk}/change/"
    form = sent_by(read(admin_client.get(path)).one("form", id="objective_form"))
    AuditEvent.objects.all().delete()

    admin_client.post(path, form | {"short_label": "Return, with dignity"})

    assert events() == [("admin", "admin", f"changed practices.objective {row.pk}")]


def test_several_deletions_are_recorded_one_by_one(admin_client):
    accounts = [User.objects.create_user(name) for name in ("first", "second")]
    AuditEvent.objects.all().delete()

    admin_client.post(
        "/admin/auth/user/",
        {"action": "delete_selected", "_selected_action": [row.pk for row in accounts], "post": "yes"},
    )

    assert sorted(events()) == [("admin", "admin", f"deleted auth.user {row.pk}") for row in accounts]


def test_cancelled_messages_are_recorded(admin_client):
    message = make_message(address="ana@example.org")
    AuditEvent.objects.all().delete()

    admin_client.post(
        "/admin/practices/outboxmessage/", {"action": "cancel", "_selected_action": [message.pk]}
    )

    assert events() == [("admin", "admin", f"cancelled practices.outboxmessage {message.pk}")]


def test_log_is_read_and_never_changed(admin_client):
    audit.record(AuditAct.DATA_ERASED, address="dalia@secret.example", what="link")
    event = AuditEvent.objects.latest("pk")

    listed = read(admin_client.get("/admin/practices/auditevent/?q=Dalia@secret.example"))
    answers = [
        admin_client.post(f"/admin/practices/auditevent/{event.pk}/{verb}/", {"post": "yes"}).status_code
        for verb in ("change", "delete")
    ]

    assert (listed.texts("td", "field-what"), answers) == (["link"], [403, 403])
    assert AuditEvent.objects.filter(pk=event.pk, at__lte=timezone.now()).exists()
