"""Reports to ADMINS: errors grouped and limited, late jobs, each told once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from practices.choices import Kind
from practices.core import job_runs
from practices.models import Fault, JobRun, OutboxMessage
from practices.notifications import emails
from practices.notifications.watch import watch

pytestmark = pytest.mark.django_db

NIGHT = datetime(2026, 11, 30, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def night(settings, clock):
    """Report to one administrator, expect one job, and begin at NIGHT."""
    settings.ADMINS = ["admin@example.org"]
    settings.JOBS_EXPECTED = {"expire_drafts": 26}
    clock.move_to(NIGHT)


def make_fault(key="1", **values):
    return Fault.objects.create(fingerprint=key, what="ValueError", place="practices/a.py:1, page", **values)


def occurs_again(fault):
    Fault.objects.filter(pk=fault.pk).update(last_at=timezone.now(), count=fault.count + 1)


def reports():
    return OutboxMessage.objects.filter(kind=Kind.OPERATION_REPORT).order_by("pk")


def test_errors_are_reported_in_one_mail_to_each_administrator(settings):
    settings.ADMINS = ["admin@example.org", "other@example.org"]
    make_fault("1")
    make_fault("2")

    watch()
    watch()

    assert [(message.address, len(message.context["errors"])) for message in reports()] == [
        ("admin@example.org", 2),
        ("other@example.org", 2),
    ]


def test_error_that_goes_on_is_reported_once_an_hour(clock):
    fault = make_fault()

    for _minute in range(125):
        occurs_again(fault)
        watch()
        clock.shift(timedelta(minutes=1))

    assert reports().count() == 3


def test_new_errors_wait_for_the_next_report(clock):
    make_fault("1")
    watch()
    for number in range(2, 6):
        make_fault(str(number))
        watch()
        clock.shift(timedelta(minutes=2))
    before = reports().count()
    clock.shift(timedelta(minutes=10))

    watch()

    assert (before, [len(message.context["errors"]) for message in reports()]) == (1, [1, 4])


def test_nothing_is_reported_without_administrators(settings):
    settings.ADMINS = []
    make_fault()

    watch()

    assert not reports().exists()


def test_job_is_late_from_its_hours_on_and_reported_once_a_day(clock):
    watch()
    clock.shift(timedelta(hours=26))
    watch()
    early = reports().count()

    for _hour in range(30):
        clock.shift(timedelta(hours=1))
        watch()

    assert (early, [message.context["late"] for message in reports()]) == (
        0,
        [[{"name": "expire_drafts", "last": ""}]] * 2,
    )


def test_job_that_succeeds_is_late_again_only_later(clock):
    watch()
    clock.shift(timedelta(hours=27))
    watch()
    with job_runs.recorded("expire_drafts"):
        pass

    clock.shift(timedelta(hours=27))
    watch()

    assert [message.context["late"][0]["last"] for message in reports()] == ["", "2026-12-01 05:00 UTC"]


def test_job_that_is_not_expected_is_never_late(clock):
    with job_runs.recorded("rebuild_search"):
        pass
    clock.shift(timedelta(days=300))

    assert job_runs.late(now=timezone.now()) == []


def test_report_names_jobs_and_errors_and_where_to_look(clock):
    make_fault(route="/practices/", request_id="5f0c1d2e3a4b5c6d")
    JobRun.objects.create(name="expire_drafts", succeeded_at=NIGHT - timedelta(days=3))

    watch()

    mail = emails.compose(reports().get())
    assert mail.subject == "1 kind of error in the catalogue – Migration Good Practices"
    for words in (
        "expire_drafts, last on 2026-11-27 02:00 UTC",
        "ValueError",
        "/practices/",
        "5f0c1d2e3a4b5c6d",
    ):
        assert words in " ".join(mail.body.split())


def test_heartbeat_is_written_every_half_minute(clock, django_assert_num_queries, settings):
    settings.ADMINS = []
    watch()
    clock.shift(timedelta(seconds=29))
    with django_assert_num_queries(1):
        watch()
    clock.shift(timedelta(seconds=1))

    watch()

    assert job_runs.heartbeat_age(now=timezone.now()) == timedelta(0)


def test_failed_job_records_its_failure_and_keeps_its_last_success(clock):
    with job_runs.recorded("expire_drafts"):
        pass
    clock.shift(timedelta(hours=1))

    with pytest.raises(ValueError, match="no"), job_runs.recorded("expire_drafts"):
        raise ValueError("no")

    run = JobRun.objects.get()
    assert (run.succeeded_at, run.failed_at, run.has_failed) == (NIGHT, NIGHT + timedelta(hours=1), True)
