"""For whatever reason nothing is sent: “System”, the doctor, /readyz and held_mail name it, and no other."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from practices.core.findings import Severity
from practices.exchange import doctor
from practices.notifications import health, hold
from practices.notifications.watch import watch
from tests.support.pages import read

pytestmark = pytest.mark.django_db

REASONS = {reason.name: reason for reason in (hold.STAGING, hold.MAINTENANCE, hold.SETTING, hold.RESTORE)}


@pytest.fixture(params=REASONS)
def reason(request, settings, tmp_path):
    """Hold sending for one reason, and return it."""
    settings.MAINTENANCE_FILE = tmp_path / "maintenance"
    match request.param:
        case "staging":
            settings.STAGING = True
        case "maintenance":
            settings.MAINTENANCE_FILE.touch()
        case "setting":
            settings.OUTBOX_HELD = True
        case "restore":
            hold.place(backup_at=timezone.now())
    return REASONS[request.param]


def named_in(text):
    return [each for each in REASONS.values() if str(each.sentence) in text]


def test_system_names_the_reason(admin_client, reason):
    page = read(admin_client.get("/admin/practices/jobrun/")).one("div", "system-status")

    assert named_in(page.text) == [reason]
    assert str(reason.remedy) in page.text


def test_doctor_names_the_reason(reason, monkeypatch):
    monkeypatch.setattr(doctor, "ALL", [health.sending])
    stdout = StringIO()

    call_command("doctor", stdout=stdout)

    assert stdout.getvalue().splitlines()[:2] == [
        f"warning  E-mail: {reason.sentence}",
        f"         → {reason.remedy}",
    ]


def test_readyz_names_the_reason_and_is_ready(client, reason):
    watch()

    response = client.get("/readyz")

    told = response.json()
    assert (response.status_code, told["sending"], told["held"]) == (200, "warning", [reason.name])


def test_held_mail_names_the_reason(reason):
    stdout = StringIO()

    call_command("held_mail", stdout=stdout)

    said = stdout.getvalue()
    if reason == hold.RESTORE:
        assert (named_in(said), "Nothing is sent until you run held_mail" in said) == ([], True)
    else:
        assert said == f"{reason.sentence} {reason.remedy}\n"


def test_released_mail_says_what_else_holds_it(settings):
    settings.OUTBOX_HELD = True
    hold.place(backup_at=timezone.now())
    stdout = StringIO()

    call_command("held_mail", release=True, stdout=stdout)

    assert stdout.getvalue().splitlines()[-2:] == [
        "Everything that waits may be sent.",
        f"{hold.SETTING.sentence} {hold.SETTING.remedy}",
    ]


def test_copy_for_trials_needs_no_mail_server(settings):
    settings.STAGING = True

    assert health.mail_server().state is Severity.OK


def test_all_reasons_are_named(settings):
    settings.STAGING = settings.OUTBOX_HELD = settings.MAINTENANCE = True
    hold.place(backup_at=timezone.now())

    assert list(hold.reasons()) == list(REASONS.values())


def test_nothing_is_held_without_a_reason(client):
    watch()

    assert (list(hold.reasons()), "held" in client.get("/readyz").json()) == ([], False)
