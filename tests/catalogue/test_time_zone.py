"""Times are told in the zone of the site, and say which it is."""

from datetime import UTC, datetime

import pytest
from django.template import Context, Template

from practices.choices import State
from practices.models import OutboxMessage
from tests.support.factories import make_submission
from tests.support.pages import read

AT = datetime(2026, 11, 2, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "told"),
    [("UTC", "2 November 2026, 23:30 UTC"), ("Europe/Zurich", "3 November 2026, 00:30 CET")],
)
def test_time_names_its_zone(settings, zone, told):
    settings.TIME_ZONE = zone

    shown = Template('{{ at }}|{{ at|date:"DATETIME_FORMAT" }}').render(Context({"at": AT}))

    assert shown == f"{told}|{told}"


@pytest.mark.django_db
def test_submitter_reads_times_and_days_of_the_zone(client, settings):
    settings.TIME_ZONE = "Europe/Zurich"
    submission = make_submission(State.SUBMITTED, now=AT)

    page = read(client.get(submission.get_private_url()))

    assert page.one("ol", "timeline").texts("time") == ["3 November 2026, 00:30 CET"]
    assert submission.document["submitted_on"] == "2026-11-03"


@pytest.mark.django_db
def test_admin_lists_name_the_zone_of_their_times(admin_client, settings):
    settings.TIME_ZONE = "Asia/Tokyo"
    make_submission(State.SUBMITTED, now=AT)
    OutboxMessage.objects.update(created_at=AT)

    page = admin_client.get("/admin/practices/outboxmessage/").text

    assert "3 November 2026, 08:30 JST" in page
