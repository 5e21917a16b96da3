"""Commands that operators run: set-up, the nightly jobs, the doctor."""

import json
import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command, get_commands
from django.core.management import load_command_class as load

from practices import personal_data, workflow
from practices.core.findings import fault, ok, warning
from practices.exchange import doctor
from practices.management.jobs import Job
from practices.management.preparation import PreparingCommand
from practices.models import Fault, JobRun, Practice
from tests.support.factories import document, make_moderator, make_practice

pytestmark = pytest.mark.django_db

ELSEWHERE = {"send_outbox", "publish_scheduled", "rebuild_search"}
"""Jobs that do not run every night: the sender does the first two, set-up and upgrades the third."""


def said_by(command, *arguments, **options):
    stdout = StringIO()
    call_command(command, *arguments, stdout=stdout, **options)
    return stdout.getvalue()


@pytest.fixture
def set_up(settings, monkeypatch, tmp_path):
    """Function set_up(**options) that returns what the command says, without what the doctor finds."""
    settings.STATIC_ROOT = str(tmp_path)
    monkeypatch.setattr(doctor, "BEFORE_START", ())
    monkeypatch.setattr(PreparingCommand, "prepare", lambda command: None)  # the tests' database is prepared
    return lambda **options: said_by("set_up", **options)


def test_set_up_creates_a_moderator_who_can_sign_in(set_up, client):
    said = set_up(moderator="ana")

    password = re.search(r"name: ana   password: (\S+)", said)[1]
    assert [user.username for user in workflow.moderators()] == ["ana"]
    assert client.login(username="ana", password=password)


def test_set_up_leaves_the_moderators_that_are_there(set_up):
    make_moderator("olga")

    said = set_up()

    assert ([user.username for user in workflow.moderators()], "password" in said) == (["olga"], False)


def test_set_up_loads_practices_into_an_empty_catalogue_only(set_up, tmp_path):
    file = tmp_path / "practices.json"
    file.write_text(json.dumps([document(title="Night school for nurses")]))
    set_up(practices=file)
    file.write_text(json.dumps([document(title="Day school for nurses")]))

    set_up(practices=file)

    assert [practice.title for practice in Practice.objects.all()] == ["Night school for nurses"]


def test_every_job_runs_at_night_or_has_another_place(settings):
    jobs = {
        name
        for name, app in get_commands().items()
        if app == "practices" and isinstance(load(app, name), Job)
    }

    assert jobs == set(settings.NIGHTLY_JOBS) | ELSEWHERE


def test_each_nightly_job_is_recorded_under_its_own_name(settings):
    make_practice()

    said_by("run_jobs")

    succeeded = JobRun.objects.exclude(succeeded_at=None).values_list("name", flat=True)
    assert set(succeeded) == set(settings.NIGHTLY_JOBS)


def test_job_that_fails_keeps_no_other_and_is_an_error(settings, monkeypatch):
    def fail(**options):
        raise OSError("no")

    monkeypatch.setattr(personal_data, "apply_retention", fail)

    with pytest.raises(CommandError, match="Failed: apply_retention"):
        call_command("run_jobs", stdout=StringIO(), stderr=StringIO())

    ended = dict(JobRun.objects.values_list("name", "succeeded_at"))
    assert {name for name, instant in ended.items() if instant is None} == {"apply_retention"}
    assert set(ended) == set(settings.NIGHTLY_JOBS)
    assert list(Fault.objects.values_list("what", "route")) == [("OSError", "apply_retention")]


def test_jobs_that_write_to_people_fail_during_maintenance_and_are_recorded_so(settings):
    settings.MAINTENANCE = True
    writing = {
        "expire_drafts",
        "close_unanswered",
        "ask_if_still_true",
        "follow_up_questions",
        "send_summaries",
    }

    with pytest.raises(CommandError, match="Failed: "):
        call_command("run_jobs", stdout=StringIO(), stderr=StringIO())

    runs = JobRun.objects.all()
    assert {run.name for run in runs if run.has_failed} == writing
    assert {run.name for run in runs if run.succeeded_at} == set(settings.NIGHTLY_JOBS) - writing


def test_backup_is_recorded(tmp_path):
    said_by("backup", tmp_path / "catalogue.zip")

    assert [run.name for run in JobRun.objects.exclude(succeeded_at=None)] == ["backup"]


def test_doctor_says_what_to_do_and_fails_if_there_is_a_fault(monkeypatch):
    findings = [
        ok("Disk", "Room."),
        warning("Cache", "Slow.", "Look."),
        fault("E-mail", "Away.", "Start it."),
    ]
    monkeypatch.setattr(doctor, "examine", lambda checks: findings)
    stdout = StringIO()

    with pytest.raises(CommandError):
        call_command("doctor", stdout=stdout)

    assert stdout.getvalue().splitlines() == [
        "ok       Disk: Room.",
        "warning  Cache: Slow.",
        "         → Look.",
        "FAULT    E-mail: Away.",
        "         → Start it.",
        "Faults: 1. Warnings: 1.",
    ]


def test_doctor_does_not_fail_for_a_warning(monkeypatch):
    monkeypatch.setattr(doctor, "examine", lambda checks: [warning("Cache", "Slow.", "Look.")])

    assert said_by("doctor").splitlines()[-1] == "Faults: 0. Warnings: 1."
