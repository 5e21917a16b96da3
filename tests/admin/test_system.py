"""The page “System”: what is wrong and what to do about it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from practices.core import job_runs
from practices.models import Concept, Fault, JobRun
from practices.notifications.watch import watch
from tests.support.factories import make_message, make_moderator
from tests.support.pages import read

pytestmark = pytest.mark.django_db

SYSTEM = "/admin/practices/jobrun/"
EXCEPT = {"Disk", "Mode"}
"""Findings that depend on the machine, and on the sign-in of tests, which is by a password alone."""


def rows(client):
    """Return part → (state, what is known) of the table of statuses."""
    page = read(client.get(SYSTEM))
    table = page.one("div", "system-status")
    return {row.texts("th")[0]: tuple(row.texts("td")[:2]) for row in table.all("tr") if row.texts("td")}


@pytest.fixture
def production(settings, tmp_path):
    settings.PUBLISHER = "Office for Migration"
    settings.MAINTENANCE_FILE = tmp_path / "maintenance"
    Concept.objects.create(slug="remittances")
    make_moderator()


def test_all_is_well(admin_client, production):
    watch()
    with job_runs.recorded("backup"):
        pass

    states = {state for name, (state, _said) in rows(admin_client).items() if name not in EXCEPT}
    assert states == {"OK"}


def test_faults_come_first_and_say_what_to_do(admin_client, settings, production):
    settings.JOBS_EXPECTED = {"expire_drafts": 26}
    JobRun.objects.create(name="expire_drafts", succeeded_at=timezone.now() - timedelta(days=3))
    make_message(failed_at=timezone.now())
    Fault.objects.create(fingerprint="1", what="ValueError", place="practices/a.py:1, page")

    found = {
        name: said for name, said in rows(admin_client).items() if name not in EXCEPT and said[0] != "OK"
    }

    assert found == {
        "Sender": (
            "Fault",
            "It has never run: no e-mail is sent, and nothing is published on schedule.",
        ),
        "Nightly jobs": ("Fault", "Late: expire_drafts."),
        "Backup": ("Warning", "None has been made with “manage.py backup”."),
        "E-mail": ("Warning", "1 e-mail failed."),
        "Errors": ("Warning", "1 kind of error since yesterday."),
    }
    assert list(found)[:2] == ["Sender", "Nightly jobs"]


def test_failed_backup_is_a_fault(admin_client, clock):
    with job_runs.recorded("backup"):
        pass
    clock.shift(timedelta(hours=1))
    with pytest.raises(OSError, match="full"), job_runs.recorded("backup"):
        raise OSError("full")

    assert rows(admin_client)["Backup"][0] == "Fault"


def test_jobs_are_listed_with_their_last_runs(admin_client):
    watch()
    with job_runs.recorded("expire_drafts"):
        pass

    assert read(admin_client.get(SYSTEM)).texts("td", "field-name") == ["expire_drafts", "send_outbox"]


def test_moderator_does_not_see_the_system(client, moderator):
    client.force_login(moderator)

    page = client.get("/admin/").text
    assert (client.get(SYSTEM).status_code, "about the system" in page) == (403, False)


def test_landing_page_counts_what_is_wrong(admin_client):
    links = dict(read(admin_client.get("/admin/")).one("nav", "counts").links())

    assert SYSTEM in links.values()
