"""WebSub pings: sent for new and revised practices, and retried after a failure."""

import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

import pytest
from django.core.management import call_command
from django.utils import timezone

from practices import workflow
from practices.models import HubPing
from practices.notifications import websub
from practices.notifications.websub import client, pings
from tests.support.factories import document, make_moderator, make_practice

pytestmark = pytest.mark.django_db


class Hub:
    """Local hub that answers with `status` and records what it was sent."""

    def __init__(self):
        hub = self
        self.status, self.heard = 202, []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                said = self.rfile.read(int(self.headers["Content-Length"])).decode()
                hub.heard.append((self.headers["Content-Type"], parse_qs(said)))
                self.send_response(hub.status)
                self.send_header("Location", "/elsewhere")
                self.end_headers()

            def log_message(self, *args):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/"
        self.thread = threading.Thread(target=self.server.serve_forever, args=[0.01])

    def topics(self):
        return [
            path.removeprefix("https://x.example") for _type, said in self.heard for path in said["hub.url"]
        ]


@pytest.fixture
def hub(settings):
    hub = Hub()
    hub.thread.start()
    settings.WEBSUB_HUBS, settings.SITE_URL = [hub.address], "https://x.example"
    yield hub
    hub.server.shutdown()
    hub.thread.join()
    hub.server.server_close()


def waiting():
    return list(HubPing.objects.values_list("practice__title", "attempts"))


def publish(**changes):
    return make_practice(announce=True, **changes)


def test_hub_is_pinged_for_every_feed_with_the_practice(hub):
    publish(objectives=[21, 3], countries=["PH"], tags=["ports"])

    call_command("send_outbox", verbosity=0)

    [(content_type, said)] = hub.heard
    assert (content_type, said["hub.mode"], waiting()) == (
        "application/x-www-form-urlencoded",
        ["publish"],
        [],
    )
    assert hub.topics() == sorted(
        f"{prefix}{page}feed.{extension}{query}"
        for prefix in ("", "/fr", "/es", "/ar", "/zh-hans", "/ru")
        for page, query in [
            ("/practices/", ""),
            ("/practices/", "?tag=ports"),
            ("/objectives/3/", ""),
            ("/objectives/21/", ""),
            ("/countries/ph/", ""),
        ]
        for extension in ("atom", "rss", "json")
    )


def test_feed_links_to_a_hub_only_if_it_is_pinged(client, hub):
    publish(countries=["PH"], tags=["ports"])
    websub.deliver_due()
    addresses = [
        "/practices/feed.json?country=ph&objective=21",
        "/practices/feed.json?q=desks",
        *hub.topics(),
    ]

    announced = [address for address in addresses if hub.address in client.get(address).text]

    assert announced == hub.topics()


def test_hub_is_pinged_for_a_revision(hub):
    practice = publish()
    websub.deliver_due()

    workflow.publish_document(document(title="Pension offices"), to=practice)
    websub.deliver_due()

    assert len(hub.heard) == 2


def test_practice_revised_twice_before_a_hub_answers_waits_once(hub):
    practice = publish()
    workflow.publish_document(document(title="Pension offices"), to=practice)
    publish(title="Another")

    assert (websub.deliver_due(), len(hub.heard), websub.deliver_due()) == (1, 1, 0)


@pytest.mark.parametrize("status", [500, 503, 429])
def test_failing_hub_is_pinged_again_later(hub, clock, status):
    hub.status = status
    publish()

    websub.deliver_due()
    websub.deliver_due()
    still = waiting()
    hub.status = 204
    clock.shift(timedelta(minutes=1))
    websub.deliver_due()

    assert (still, len(hub.heard), waiting()) == ([("Pension desks in two ports", 1)], 2, [])


@pytest.mark.parametrize("status", [301, 400, 403, 404])
def test_hub_that_refuses_is_not_told_again(hub, status):
    hub.status = status
    publish()

    websub.deliver_due()

    assert (len(hub.heard), waiting()) == (1, [])


def test_unreachable_hub_is_retried_until_given_up(hub, clock, settings):
    settings.WEBSUB_HUBS = ["http://127.0.0.1:9/"]
    publish()

    websub.deliver_due()
    still = waiting()
    clock.shift(timedelta(hours=settings.OUTBOX_GIVE_UP_HOURS))
    websub.deliver_due()

    assert (still, waiting()) == ([("Pension desks in two ports", 1)], [])


def test_news_during_a_ping_is_not_lost(hub, monkeypatch):
    practice = publish()

    def revised_meanwhile(address, topics):
        websub.enqueue(practice, now=timezone.now() + timedelta(seconds=1))

    monkeypatch.setattr(client, "ping", revised_meanwhile)
    websub.deliver_due()

    assert waiting() == [("Pension desks in two ports", 0)]


def test_hub_is_not_pinged_for_a_withdrawn_practice(hub):
    practice = publish()
    workflow.withdraw_practice(practice, by=make_moderator(), reason="Its source is gone.")

    websub.deliver_due()

    assert (hub.heard, waiting()) == ([], [])


def test_without_hubs_nothing_waits():
    publish()

    assert waiting() == []


def test_import_pings_no_hub(hub):
    make_practice(announce=False)

    assert waiting() == []


def test_practice_that_fails_keeps_no_other_from_the_hub(hub, monkeypatch):
    publish(title="Faulty", countries=["KE"])
    publish(title="Sound", countries=["PH"])
    topic_urls = pings.topic_urls

    def fail(practice):
        if practice.title == "Faulty":
            raise RuntimeError("no such language")
        return topic_urls(practice)

    monkeypatch.setattr(pings, "topic_urls", fail)

    websub.deliver_due()

    assert ("/countries/ph/feed.atom" in hub.topics(), waiting()) == (True, [])


def test_ping_that_has_waited_for_a_sender_is_tried_for_three_days_from_then_on(hub, clock, settings):
    settings.WEBSUB_HUBS = ["http://127.0.0.1:9/"]
    publish()
    clock.shift(timedelta(hours=settings.OUTBOX_GIVE_UP_HOURS + 1))

    websub.deliver_due()

    [ping] = HubPing.objects.all()
    assert (ping.attempts, ping.give_up_at) == (
        1,
        timezone.now() + timedelta(hours=settings.OUTBOX_GIVE_UP_HOURS),
    )
