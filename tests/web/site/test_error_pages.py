"""Error pages: they share a layout and say what to do next."""

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError

from practices.core import catalogue_version
from practices.web.browse import home
from tests.support.factories import make_practice
from tests.support.pages import read


def refused(client, settings, monkeypatch, name):  # noqa: PLR0911 - one a case
    """Return the error response of that name."""
    client.raise_request_exception = False
    match name:
        case "400":
            return client.get("/", headers={"host": "elsewhere.example"})
        case "403":
            return client.post("/submit/", headers={"sec-fetch-site": "cross-site"})
        case "403 in the admin":
            client.handler.enforce_csrf_checks = True
            return client.post("/admin/login/")
        case "404":
            return client.get("/nowhere/")
        case "410":
            return client.get(make_practice(withdrawn=True).get_absolute_url())
        case "429":
            settings.SUBSCRIPTIONS_PER_HOUR = 0
            return client.post("/subscribe/?objective=21", {"address": "ana@example.org"})
        case "500":
            monkeypatch.setattr(home, "TemplateResponse", None)
            return client.get("/")
        case "503":
            settings.MAINTENANCE = True
            return client.get("/practices/")


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["400", "403", "403 in the admin", "404", "410", "429", "500", "503"])
def test_refusal_is_a_page_of_the_catalogue(client, settings, monkeypatch, name):
    response = refused(client, settings, monkeypatch, name)

    page = read(response)
    brand = page.one("header", "page-head").one("a", "page-brand")
    assert (response.status_code, page.one("p", "eyebrow").text) == (int(name[:3]), name[:3])
    assert (brand["href"], len(page.all("h1")), len(page.all("main")), len(page.all("footer"))) == (
        "/",
        1,
        1,
        1,
    )


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["404", "500"])
def test_pictures_stay_small_without_a_stylesheet(client, settings, monkeypatch, name):
    page = read(refused(client, settings, monkeypatch, name))

    pictures = page.all("svg")
    assert pictures
    assert all(int(picture["width"]) < 40 for picture in pictures)


@pytest.mark.django_db
def test_refusal_says_whether_permission_or_the_origin_was_missing(client, moderator):
    client.force_login(moderator)

    leads = [
        read(response).one("p", "lead").text
        for response in (
            client.get("/admin/practices/subscriber/"),
            client.post("/submit/", headers={"sec-fetch-site": "cross-site"}),
        )
    ]

    assert [text.partition(".")[0] for text in leads] == [
        "Your account does not have permission for this",
        "It came from another site, or you have signed in or out since you opened the page",
    ]


# The tests below have no django_db mark, so that any query fails them.


def test_maintenance_page_asks_nothing_of_the_database(client, settings):
    settings.MAINTENANCE = True

    response = client.get("/objectives/21/")

    assert (response.status_code, response.headers["Retry-After"]) == (503, "600")
    assert "Content-Security-Policy" in response.headers
    assert read(response).texts("h1") == ["The catalogue is down for maintenance"]


def test_page_of_a_fault_asks_nothing_of_the_database(client, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError

    client.raise_request_exception = False
    monkeypatch.setattr(catalogue_version, "current", away)
    monkeypatch.setattr(catalogue_version, "reading", away)
    monkeypatch.setattr(catalogue_version, "reading_for_page", away)

    assert client.get("/").status_code == 503


@pytest.mark.django_db
def test_file_switches_maintenance_on_and_off(client, settings, tmp_path):
    settings.MAINTENANCE_FILE = tmp_path / "maintenance"
    settings.MAINTENANCE_FILE.touch()
    during = client.get("/about/").status_code
    settings.MAINTENANCE_FILE.unlink()

    assert (during, client.get("/about/").status_code) == (503, 200)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/admin/", "/admin/practices/submission/", "/about/", "/submit/"])
def test_maintenance_lets_staff_work(client, settings, moderator, path):
    settings.MAINTENANCE = True
    client.force_login(moderator)

    response = client.get(path)

    assert (response.status_code, "no-store" in response.headers["Cache-Control"]) == (200, True)


@pytest.mark.django_db
def test_staff_are_told_of_maintenance(client, settings, moderator):
    settings.MAINTENANCE = True
    client.force_login(moderator)

    notice = read(client.get("/admin/")).texts("p", "landing-notice")

    assert [text.split(":")[0] for text in notice] == ["The catalogue is under maintenance"]


@pytest.mark.django_db
@pytest.mark.parametrize("before", ["/", "/fr/"])
@pytest.mark.parametrize("path", ["/admin/", "/fr/admin/"])
def test_maintenance_leads_staff_to_sign_in_in_their_language(client, settings, path, before):
    client.get(before)  # whose language the thread may have kept
    settings.MAINTENANCE = True

    response = client.get(path, follow=True)

    assert (response.status_code, response.redirect_chain[-1][0].startswith(f"{path}account/login/")) == (
        200,
        True,
    )


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["500", "503"])
def test_refusal_leads_to_the_home_page_in_its_language(client, settings, monkeypatch, name):
    client.raise_request_exception = False
    monkeypatch.setattr(home, "TemplateResponse", None)
    settings.MAINTENANCE = name == "503"

    page = read(client.get("/fr/"))

    homes = {link["href"] for link in page.all("a") if link["href"] != "#content"}
    assert (page.one("html")["lang"], homes) == ("fr", {"/fr/"})


@pytest.mark.django_db
def test_maintenance_lets_staff_sign_in(client, settings, moderator):
    settings.MAINTENANCE = True
    moderator.set_password("correct horse")
    moderator.save()

    asked = client.get("/admin/", follow=True)
    signed_in = client.post(
        "/admin/account/login/", {"login": moderator.username, "password": "correct horse"}, follow=True
    )

    assert asked.redirect_chain[-1][0].startswith("/admin/account/login/")
    assert (signed_in.status_code, read(signed_in).texts("h1")) == (200, ["Moderation"])


@pytest.mark.django_db
@pytest.mark.parametrize("session", ["made-up", "of nobody on the staff"])
def test_maintenance_keeps_others_out_whatever_cookie_they_have(client, settings, session):
    settings.MAINTENANCE = True
    if session == "made-up":
        client.cookies["session"] = session
    else:
        client.force_login(User.objects.create_user("somebody"))

    assert client.get("/about/").status_code == 503


@pytest.mark.django_db
def test_maintenance_leaves_health_and_static_files(client, settings):
    settings.MAINTENANCE = True

    assert client.get("/healthz").status_code == 200
    stylesheet = client.get("/static/css/tokens.css")
    assert (stylesheet.status_code, b"--ink" in stylesheet.getvalue()) == (200, True)
