"""Uses of practices elsewhere in files and protocols: exports, the API, OAI-PMH, imports and backups."""

import csv
import io
import json

import pytest
from django.core.management import call_command
from django.db import connection
from jsonschema import Draft202012Validator

from practices import workflow
from practices.choices import State
from practices.exchange import backups
from practices.exchange.exports import FORMATS, SCHEMA
from practices.models import Adaptation, IndexedPractice, Practice
from tests.support.factories import NOW, USE, empty_catalogue, make_practice, send_adaptation

pytestmark = pytest.mark.django_db

REPORTED = {
    "country": "KE",
    "area": "Mombasa",
    "organisations": ["Port of Mombasa"],
    "start_year": 2021,
    "end_year": None,
    "changes": USE["summary"],
    "results": USE["results"],
    "failures": USE["hindsight"],
    "link": USE["source_url"],
    "language": "en",
    "credit": "Ana Reyes",
    "published_at": NOW.isoformat(),
}


@pytest.fixture
def used():
    practice = make_practice()
    send_adaptation(State.PUBLISHED, of=practice, now=NOW)
    return practice


def exported(extension):
    """Return the text of an export of all practices."""
    return "".join(FORMATS[extension].write(Practice.objects.published()))


def test_json_has_each_report(used):
    [practice] = json.loads(exported("json"))["practices"]

    assert (practice["used_elsewhere"], practice["adaptations"]) == (1, [REPORTED])
    assert list(Draft202012Validator(SCHEMA).iter_errors(practice)) == []


def test_tables_have_the_number_of_reports(used):
    [row] = csv.DictReader(exported("csv").removeprefix("\ufeff").splitlines())

    assert row["used_elsewhere"] == "1"


def test_api_gives_each_report(client, used):
    record = client.get(f"/api/v1/practices/{used.pk}/").json()

    assert (record["used_elsewhere"], record["adaptations"]) == (1, [REPORTED])


def test_api_says_that_a_practice_has_changed(used):
    before = Practice.objects.get().changed_at

    send_adaptation(State.PUBLISHED, of=used, countries=["GH"])

    assert Practice.objects.get().changed_at > before


def test_harvesters_get_each_report(client, used):
    answer = client.get("/oai?verb=ListRecords&metadataPrefix=practice").text

    assert "<used_elsewhere>1</used_elsewhere>" in answer
    assert "<organisations>Port of Mombasa</organisations>" in answer


def test_report_that_waits_is_in_no_file():
    send_adaptation(of=make_practice())

    assert "Mombasa" not in exported("json")


def test_record_of_a_withdrawn_practice_has_no_report(used, client, moderator):
    workflow.withdraw_practice(used, by=moderator, reason="Its source is gone.")

    assert "Mombasa" not in client.get(f"/api/v1/practices/{used.pk}/").text


def test_import_says_that_reports_are_left_out(used, tmp_path):
    path = tmp_path / "practices.json"
    path.write_text(exported("json"))
    empty_catalogue()
    out = io.StringIO()

    call_command("import_practices", path, stdout=out, stderr=out)

    assert "adaptations" in out.getvalue()
    assert Practice.objects.count() == 1


def test_backup_restores_reports_and_finds_them(used, tmp_path):
    before = list(Adaptation.objects.values())
    connection.check_constraints()  # PostgreSQL empties no table while checks of this test are still to come
    backups.write(tmp_path / "backup.zip")
    Adaptation.objects.all().delete()

    backups.restore(tmp_path / "backup.zip", replace=True)

    assert list(Adaptation.objects.values()) == before
    assert IndexedPractice.objects.get().adaptations == f"{before[0]['id']}:1"
