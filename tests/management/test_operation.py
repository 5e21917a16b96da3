"""Commands that operators run: set-up, the nightly jobs, the doctor."""

import json
import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command, get_commands
from django.core.management import load_command_class as load

from practices import workflow
from practices.exchange import doctor
from practices.exchange.doctor.finding import fault, ok, warning
from practices.management.commands import run_jobs
from practices.management.jobs import Job
from practices.management.preparation import PreparingCommand
from practices.models import Practice
from tests.support.factories import document, make_moderator, make_practice

pytestmark = pytest.mark.django_db

ELSEWHERE = {"send_outbox", "publish_scheduled", "rebuild_search"}
"""Jobs that do not run every night: the sender does the first two, set-up and upgrades the third."""


def said_by(command, **options):
    stdout = StringIO()
    call_command(command, stdout=stdout, **options)
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


def test_every_job_runs_at_night_or_has_another_place():
    jobs = {
        name
        for name, app in get_commands().items()
        if app == "practices" and isinstance(load(app, name), Job)
    }

    assert jobs == set(run_jobs.NIGHTLY) | ELSEWHERE


def test_job_that_fails_keeps_no_other(monkeypatch, caplog):
    done = []

    def run(name, **options):
        done.append(name)
        if name == "apply_retention":
            raise OSError("no")

    monkeypatch.setattr(run_jobs, "call_command", run)

    with pytest.raises(CommandError, match="Failed: apply_retention"):
        call_command("run_jobs", stdout=StringIO(), stderr=StringIO())

    assert (done, caplog.messages) == (list(run_jobs.NIGHTLY), ["The job apply_retention failed"])


def test_jobs_run(settings):
    make_practice()

    said = said_by("run_jobs")

    assert [name for name in run_jobs.NIGHTLY if f"{name} …" not in said] == []


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
