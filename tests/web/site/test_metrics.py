"""Metrics for Prometheus, and what is made of them: alert rules and a dashboard."""

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings as catalogue
from django.db import connection
from django.db.utils import OperationalError
from django.utils import timezone

from practices.choices import State
from practices.core import measures
from practices.models import Fault, JobRun
from practices.notifications.watch import watch
from tests.support.factories import make_message, make_practice, make_submission

pytestmark = pytest.mark.django_db

MONITORING = catalogue.BASE_DIR / "docs" / "deploy" / "monitoring"


@pytest.fixture(autouse=True)
def token(settings):
    settings.METRICS_TOKEN = "s3cret"


@pytest.fixture
def promtool():
    """Return run(…) of promtool, which returns what it has to say against something; empty if nothing."""
    program = shutil.which("promtool")
    if program is None:
        pytest.skip("no promtool on the PATH (Debian: apt install prometheus)")

    def run(*arguments, **options):
        done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False, **options)
        return "" if done.returncode == 0 else done.stdout + done.stderr

    return run


def text_of(client):
    return client.get("/metrics", headers={"Authorization": "Bearer s3cret"}).text


def figures(client, start):
    """Return name and labels → value of the metrics whose name begins with `start`."""
    lines = [line for line in text_of(client).splitlines() if line.startswith(f"catalogue_{start}")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def make_everything():
    """Have a sender, a job, an error, a message, a submission and a request."""
    watch()
    JobRun.objects.update_or_create(name="expire_drafts", defaults={"succeeded_at": timezone.now()})
    Fault.objects.create(fingerprint="1", what="ValueError", place="practices/a.py:1, page", count=3)
    make_message(due_at=timezone.now() - timedelta(minutes=5))
    make_submission(State.SUBMITTED)
    measures.count_request(method="GET", route="/about/", status=200, seconds=0.02, cache="hit")


def test_metrics_describe_the_outbox(client, clock):
    make_message(due_at=timezone.now() - timedelta(minutes=5))
    make_message(due_at=timezone.now() + timedelta(hours=1))
    make_message(failed_at=timezone.now())
    make_message(sent_at=timezone.now())

    assert figures(client, "outbox") == {
        "catalogue_outbox_waiting": 2,
        "catalogue_outbox_due": 1,
        "catalogue_outbox_given_up": 1,
        "catalogue_outbox_to_spread": 0,
        "catalogue_outbox_oldest_due_seconds": 300,
    }


def test_unsent_news_is_counted_with_its_age(client, clock):
    make_practice(announce=True)
    clock.shift(timedelta(minutes=10))

    found = figures(client, "outbox")
    assert (found["catalogue_outbox_to_spread"], found["catalogue_outbox_oldest_due_seconds"]) == (1, 600)


def test_metrics_describe_the_queue_of_moderation(client, clock):
    make_submission(State.SUBMITTED)
    make_submission(State.IN_REVIEW)
    make_submission(State.DRAFT)
    clock.shift(timedelta(hours=1))

    assert figures(client, "moderation") == {
        "catalogue_moderation_queue": 2,
        "catalogue_moderation_oldest_seconds": 3600,
        "catalogue_moderation_unchecked_spam": 0,
    }


def test_metrics_tell_late_jobs_and_the_sender(client, settings, clock):
    settings.JOBS_EXPECTED = {"expire_drafts": 26}
    now = timezone.now()
    watch()
    JobRun.objects.filter(name="expire_drafts").update(succeeded_at=now - timedelta(hours=27))

    assert figures(client, "job_late") == {'catalogue_job_late{job="expire_drafts"}': 1}
    success = figures(client, "job_last_success_timestamp_seconds")
    assert success == {
        'catalogue_job_last_success_timestamp_seconds{job="expire_drafts"}': pytest.approx(
            now.timestamp() - 27 * 3600, abs=1
        ),
        'catalogue_job_last_success_timestamp_seconds{job="send_outbox"}': pytest.approx(
            now.timestamp(), abs=1
        ),
    }
    assert figures(client, "sender_up") == {"catalogue_sender_up": 1}


def test_requests_are_counted_by_route(client):
    series = 'catalogue_requests_total{method="GET",route="/criteria/",status="200"}'
    before = figures(client, "requests_total").get(series, 0)

    measures.count_request(method="GET", route="/criteria/", status=200, seconds=0.02, cache="")

    assert figures(client, "requests_total")[series] == before + 1


def test_metrics_tell_that_the_database_is_away(client, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError("connection refused")

    monkeypatch.setattr(connection, "cursor", away)

    assert figures(client, "database") == {"catalogue_database_up": 0}


@pytest.mark.parametrize("token", ["", "s3cret"])
@pytest.mark.parametrize("given", ["", "Bearer ", "Bearer wrong", "s3cret"])
def test_metrics_are_not_for_everyone(client, settings, token, given):
    settings.METRICS_TOKEN = token

    assert client.get("/metrics", headers={"Authorization": given}).status_code == 404


def test_staff_may_read_the_metrics(client, moderator):
    client.force_login(moderator)

    assert client.get("/metrics").status_code == 200


def test_processes_are_added_up(client, tmp_path, monkeypatch):
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    count = (
        "from practices.core import measures; "
        "measures.count_request(method='GET', route='/', status=200, seconds=0.02, cache='')"
    )
    for _process in range(2):
        subprocess.run([sys.executable, "-c", count], cwd=catalogue.BASE_DIR, env=os.environ, check=True)

    assert figures(client, "requests_total") == {
        'catalogue_requests_total{method="GET",route="/",status="200"}': 2
    }


# Prometheus -------------------------------------------------------------------------


def test_promtool_finds_nothing_wrong_with_the_metrics(client, promtool):
    make_everything()

    assert promtool("check", "metrics", input=text_of(client)) == ""


def test_promtool_finds_nothing_wrong_with_the_alert_rules(promtool):
    assert promtool("check", "rules", str(MONITORING / "alerts.yml")) == ""


def test_alerts_fire_as_their_examples_say(promtool):
    assert promtool("test", "rules", str(MONITORING / "alerts_test.yml"), cwd=MONITORING) == ""


@pytest.mark.parametrize("name", ["alerts.yml", "dashboard.json"])
def test_monitoring_asks_for_metrics_that_there_are(client, settings, name):
    settings.JOBS_EXPECTED = {"expire_drafts": 26}
    make_everything()
    there = set(re.findall(r"^(catalogue_\w+)", text_of(client), re.MULTILINE))

    asked = set(re.findall(r"\bcatalogue_\w+", (MONITORING / name).read_text()))

    assert asked - there == set()


def test_dashboard_is_json_with_a_query_in_each_panel():
    dashboard = json.loads((MONITORING / "dashboard.json").read_text())

    assert all(target["expr"] for panel in dashboard["panels"] for target in panel["targets"])
