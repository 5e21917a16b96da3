"""A copy for trials (STAGING): it sends nothing, says so on every page, and is kept out of search engines."""

from datetime import timedelta

import pytest
from django.template.autoreload import reset_loaders
from django.template.loader import render_to_string
from django.utils import timezone

from practices import workflow
from practices.choices import Kind, State
from practices.exchange import dois
from practices.models import HubPing, OutboxMessage, Practice, Submission
from practices.notifications import emails, sender, websub
from tests.support.addresses import HTML_PAGES, open_address
from tests.support.factories import announced_to, make_practice, make_submission, make_subscription
from tests.support.pages import read

pytestmark = pytest.mark.django_db

SAYS_SO = "This is a copy for trials."


@pytest.fixture(autouse=True)
def staging(settings):
    settings.STAGING = True
    reset_loaders()
    yield
    reset_loaders()


def test_messages_wait_for_ever(mail_server):
    announced_to(make_subscription(21))

    assert sender.send_due() == 0
    assert (mail_server.messages, OutboxMessage.objects.filter(sent_at=None).exists()) == ([], True)


def test_hubs_hear_nothing(settings):
    settings.WEBSUB_HUBS = ["http://127.0.0.1:9/"]
    make_practice(announce=True)

    assert (websub.deliver_due(), HubPing.objects.get().attempts) == (0, 0)


def test_datacite_hears_nothing(settings):
    settings.DATACITE_PREFIX, settings.DATACITE_URL = "10.5072", "http://127.0.0.1:9"
    make_practice()

    assert dois.deliver_due() == 0


def test_nothing_is_published_on_schedule(clock):
    make_submission(State.SCHEDULED)
    clock.shift(timedelta(days=400))

    assert (workflow.publish_due(), Practice.objects.count()) == (0, 0)
    assert Submission.objects.get().state == State.SCHEDULED


def test_reminders_stay_in_the_outbox(mail_server):
    make_submission(now=timezone.now() - timedelta(days=80))

    workflow.expire_drafts()

    assert (sender.send_due(), mail_server.messages) == (0, [])


@pytest.mark.parametrize("name", HTML_PAGES)
def test_every_page_says_so_and_is_not_indexed(client, name):
    response = client.get(open_address(name))

    assert SAYS_SO in read(response).one("p", "staging").text
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"


@pytest.mark.parametrize(
    "path", ["/admin/", "/admin/practices/submission/", "/admin/account/2fa/", "/embed/"]
)
def test_pages_of_staff_and_of_partners_say_so(client, moderator, path):
    client.force_login(moderator)

    assert SAYS_SO in read(client.get(path, follow=True)).one("p", "staging").text


def test_page_of_an_error_says_so():
    assert SAYS_SO in render_to_string("503.html")


@pytest.mark.parametrize("kind", Kind.values)
def test_preview_of_an_email_says_so(kind):
    mail = emails.sample(kind, "en")

    assert [SAYS_SO.replace("This is a", "of a") in part for part in (mail.text, mail.html)] == [True, True]


@pytest.mark.parametrize(
    "path", ["/", "/nowhere/", "/favicon.ico", "/practices/feed.atom", "/static/img/marks.svg"]
)
def test_search_engines_are_asked_to_leave_out_every_answer(client, path):
    response = client.get(path)

    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    response.close()


def test_robots_txt_keeps_crawlers_out(client):
    assert client.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"


def test_catalogue_itself_says_nothing_of_it(client, settings):
    settings.STAGING = False
    reset_loaders()

    response = client.get("/")

    assert (SAYS_SO in response.text, "X-Robots-Tag" in response.headers) == (False, False)
