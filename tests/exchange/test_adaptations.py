"""Uses of practices elsewhere in files and protocols: exports, the API, OAI-PMH, imports and backups."""

import csv
import io
import json
import re
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from jsonschema import Draft202012Validator

from practices import workflow
from practices.choices import Kind, QuestionState, State
from practices.exchange import backups
from practices.exchange.exports import FORMATS, SCHEMA
from practices.models import (
    Adaptation,
    IndexedPractice,
    OutboxMessage,
    Practice,
    Question,
    QuestionContact,
    Subscription,
)
from practices.notifications import hold, sender
from tests.support.factories import (
    NOW,
    USE,
    empty_catalogue,
    make_moderator,
    make_practice,
    make_question,
    make_subscription,
    send_adaptation,
)

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


def imported(tmp_path, text, out=None):
    """Import a JSON export and return what the command says, which it also writes to `out`."""
    path, out = tmp_path / "practices.json", out or io.StringIO()
    path.write_text(text)
    call_command("import_practices", path, stdout=out, stderr=out)
    return out.getvalue()


@pytest.fixture
def asked(used):
    """Two published questions on the practice that was used elsewhere."""
    workflow.set_question_contact(used, "ana@example.org", language="en", by=make_moderator())
    workflow.confirm_question_contact(QuestionContact.objects.get())
    for text in ("Who pays?", "Since when?"):
        make_question(QuestionState.PUBLISHED, practice=used, text=text)


def test_export_imported_into_an_empty_catalogue_gives_the_same_export(used, asked, tmp_path):
    before = exported("json")
    assert "Mombasa" in before
    assert "Since when?" in before
    empty_catalogue()
    OutboxMessage.objects.all().delete()

    imported(tmp_path, before)

    assert exported("json") == before
    assert not OutboxMessage.objects.exists()


def test_report_that_came_with_an_import_is_found(client, used, tmp_path):
    text = exported("json")
    empty_catalogue()

    imported(tmp_path, text)

    assert "Used in Kenya, Mombasa" in client.get("/practices/?q=nurse").text


def test_import_changes_no_report_of_a_practice_that_is_here_and_says_so(used, asked, tmp_path, moderator):
    text = exported("json")
    row = used.adaptations.get()
    workflow.withdraw_adaptation(used, adaptation=row, by=moderator, reason="The city denies it.")

    said = imported(tmp_path, text)

    assert not Adaptation.objects.published().exists()
    assert (Adaptation.objects.count(), Question.objects.count()) == (1, 2)
    assert "adaptations: is imported with new practices only" in said
    assert "the catalogue does not have" not in said


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"country": "KE"', '"country": "QQ"', "1, countries"),
        (r"\+00:00", "", "dates need a time zone"),
        (
            r'"published_at": "[^"]+"',
            '"published_at": "0001-01-01T00:00:00+14:00"',
            "date value out of range",
        ),
        (
            r'("credit": "Ana Reyes",\s*"published_at": ")[^"]+"',
            r'\g<1>0001-01-02T00:00:00+00:00"',
            "adaptations: 1, published_at: 0001-01-02 is before 1950",
        ),
        (
            r'("credit": "Ana Reyes",\s*"published_at": ")[^"]+"',
            r'\g<1>9999-01-02T00:00:00+00:00"',
            "adaptations: 1, published_at: 9999-01-02 is in the future",
        ),
        (
            r'"answered_on": "[^"]+"',
            '"answered_on": "0001-01-01"',
            "questions: 1, answered_on: 0001-01-01 is before 1950",
        ),
        (
            r'"answered_on": "[^"]+"',
            '"answered_on": "9999-12-31"',
            "questions: 2, answered_on: 9999-12-31 is in the future",
        ),
        (r'"question": "Who pays\?"', '"question": " "', "needs a question and its answer"),
        (r'"question": "Who pays\?"', '"question": "\\\\u200b"', "needs a question and its answer"),
        ('"answered_on": "', '"answered_on": "x', "answered_on"),
    ],
)
def test_import_refuses_an_item_with_a_fault_in_what_others_said(asked, tmp_path, old, new, message):
    text, out = re.sub(old, new, exported("json")), io.StringIO()
    empty_catalogue()

    with pytest.raises(CommandError):
        imported(tmp_path, text, out)

    assert message in out.getvalue()
    assert not Practice.objects.exists()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"published_at": "0001-01-02T00:00:00+00:00"}, "0001-01-02 is before 1950"),
        ({"published_at": "9999-01-02T00:00:00+00:00"}, "9999-01-02 is in the future"),
        ({"revised_at": "9999-01-02T00:00:00+00:00"}, "9999-01-02 is in the future"),
        ({"checked_on": "0001-01-02"}, "0001-01-02 is before 1950"),
        ({"checked_on": "9999-01-02"}, "9999-01-02 is in the future"),
        ({"submitted_on": "0001-01-02"}, "0001-01-02 is before 1950"),
        ({"submitted_on": "9999-01-02"}, "9999-01-02 is in the future"),
    ],
)
@pytest.mark.parametrize("extension", ["json", "csv"])
def test_import_refuses_dates_that_no_catalogue_has(used, tmp_path, changed, said, extension):
    if extension == "json":
        text = json.dumps([json.loads(exported("json"))["practices"][0] | changed])
    else:
        [row] = csv.DictReader(exported("csv").removeprefix("\ufeff").splitlines())
        file = io.StringIO()
        rows = csv.DictWriter(file, row)
        rows.writeheader()
        rows.writerow(row | changed)
        text = file.getvalue()
    path, out = tmp_path / f"practices.{extension}", io.StringIO()
    path.write_text(text)
    empty_catalogue()

    with pytest.raises(CommandError):
        call_command("import_practices", path, stdout=out, stderr=out)

    assert f"{next(iter(changed))}: is not valid: {said}" in out.getvalue()


def test_import_takes_what_is_tomorrow_elsewhere(asked, tmp_path):
    tomorrow = (timezone.now() + timedelta(days=1)).date().isoformat()
    text = re.sub(r'"answered_on": "[^"]+"', f'"answered_on": "{tomorrow}"', exported("json"))
    empty_catalogue()

    imported(tmp_path, text)

    assert Question.objects.count() == 2


@pytest.mark.parametrize("name", ["adaptations", "questions", "translations", "files"])
def test_import_limits_what_an_item_brings_and_says_so(used, asked, tmp_path, name):
    item, out = json.loads(exported("json"))["practices"][0], io.StringIO()
    item[name] = [*item[name], *({"x": number} for number in range(501 - len(item[name])))]
    empty_catalogue()

    with pytest.raises(CommandError):
        imported(tmp_path, json.dumps([item]), out)

    assert f"{name}: has 501 entries. An item can have at most 500" in out.getvalue()


def test_import_takes_as_many_questions_as_an_item_can_have(used, asked, tmp_path):
    item = json.loads(exported("json"))["practices"][0]
    item["questions"] = item["questions"] * 250
    empty_catalogue()

    imported(tmp_path, json.dumps([item]))

    assert Question.objects.count() == 500


def test_import_cleans_questions_and_answers_as_forms_do(asked, tmp_path):
    text = exported("json").replace("Who pays?", r"Who \u0000pays\ud800?\u202e")
    empty_catalogue()

    imported(tmp_path, text)

    texts = Question.objects.order_by("pk").values_list("shown_text", flat=True)
    assert sorted(texts) == ["Since when?", "Who pays?"]


def test_backup_restores_reports_and_finds_them(used, tmp_path):
    before = list(Adaptation.objects.values())
    connection.check_constraints()  # PostgreSQL empties no table while checks of this test are still to come
    backups.write(tmp_path / "backup.zip")
    Adaptation.objects.all().delete()

    backups.restore(tmp_path / "backup.zip", replace=True)

    assert list(Adaptation.objects.values()) == before
    assert IndexedPractice.objects.get().adaptations == f"{before[0]['id']}:1"


def test_backup_restores_questions_contacts_and_subscriptions_to_kits(used, asked, tmp_path, moderator):
    make_question(practice=used, text="Not answered yet?")
    workflow.set_question_contact(used, "desk@example.org", language="fr", by=moderator)
    make_subscription(query=f"practice={used.pk}")
    models = (Question, QuestionContact, Subscription)
    before = [list(model.objects.order_by("pk").values()) for model in models]
    connection.check_constraints()
    backups.write(tmp_path / "backup.zip")
    for model in models:
        model.objects.all().delete()
    connection.check_constraints()

    backups.restore(tmp_path / "backup.zip", replace=True)

    assert [list(model.objects.order_by("pk").values()) for model in models] == before


def test_withdrawal_told_before_a_loss_is_not_told_again_after_the_restore(used, tmp_path, moderator):
    make_subscription(query=f"practice={used.pk}")
    workflow.withdraw_practice(used, by=moderator, reason="Its source is gone.")
    sender.fan_out_all()
    connection.check_constraints()
    backups.write(tmp_path / "backup.zip")

    backups.restore(tmp_path / "backup.zip", replace=True)
    hold.drop(hold.lock())
    sender.fan_out_all()

    news = OutboxMessage.objects.filter(kind=Kind.FOLLOWED_WITHDRAWN)
    assert [message.cancelled_at is None for message in news] == [False]
