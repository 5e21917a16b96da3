"""Statements of a catalogue on itself: numbers, origin, publisher and controller, logo, colours and own templates."""

import pytest
from django.conf import settings as ours
from django.template.autoreload import reset_loaders

from practices.apps import check_logo
from practices.choices import Kind, State
from practices.notifications import emails
from practices.web.practice import share_image
from tests.support.factories import make_practice, make_submission
from tests.support.pages import read

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def new_templates():
    reset_loaders()
    yield
    reset_loaders()


def chapter(page, name):
    """Return the text of the section whose heading has this id."""
    return " ".join(page.one("section", **{"aria-labelledby": name}).text.split())


def test_about_counts_what_the_catalogue_has(client, settings):
    settings.PUBLISHER = "Port of Batumi"
    make_practice(objectives=[21], countries=["PH"])
    make_practice(objectives=[21, 6], countries=["GE"])

    text = chapter(read(client.get("/about/")), "catalogue")

    assert (
        "It has 2 practices. It covers 2 of the 23 objectives. Its practices come from 2 countries." in text
    )
    assert "It is published by Port of Batumi." in text


def test_about_says_where_the_practices_come_from(client):
    make_submission(State.PUBLISHED, source_url="https://www.iom.int/desks")
    make_practice(source_url="https://example.org/1")
    make_practice(source_url="https://example.org/2")

    text = chapter(read(client.get("/about/")), "sources")

    assert "One practice was submitted here, and moderators reviewed it." in text
    assert "2 practices come from public sources or from other catalogues." in text
    assert text.index("example.org (2)") < text.index("(1)")


def test_about_of_an_empty_catalogue_claims_nothing(client):
    page = read(client.get("/about/"))

    assert "It has no practices yet." in chapter(page, "catalogue")
    assert "submitted here" not in chapter(page, "sources")


def test_privacy_names_the_controller(client, settings):
    settings.CONTROLLER, settings.CONTACT_ADDRESS = "Port of Batumi\nQuay 1", "help@example.org"

    text = chapter(read(client.get("/privacy/")), "controller")

    assert [words in text for words in ("Port of Batumi", "Quay 1", "help@example.org")] == [True] * 3


def test_tagline_is_the_headline_of_the_home_page(client, settings):
    settings.TAGLINE = "Fair ways to return"

    page = read(client.get("/"))

    assert page.texts("h1") == ["Fair ways to return"]
    assert page.one("head").one("title").text.startswith("Fair ways to return – ")


# Look -----------------------------------------------------------------------------


def test_logo_takes_the_place_of_the_mark(client, moderator, settings):
    settings.LOGO = "img/marks.svg"
    client.force_login(moderator)

    pages = [read(client.get(path, follow=True)) for path in ("/about/", "/admin/")]

    assert [page.one("img", "logo")["src"] for page in pages] == ["/static/img/marks.svg"] * 2


def test_pictures_of_a_catalogue_with_a_logo_have_no_mark(client, monkeypatch, settings):
    settings.LOGO = "logo.svg"
    drawn = []
    monkeypatch.setattr(share_image, "draw", lambda picture: drawn.append(picture.has_mark) or b"")

    client.get("/picture.png")

    assert drawn == [False]


def test_logo_that_is_nowhere_is_refused(settings):
    settings.LOGO = "nowhere.svg"

    assert [(message.id, "nowhere.svg" in message.msg) for message in check_logo(None)] == [
        ("practices.E003", True)
    ]


def test_own_colours_stand_in_every_page(client, settings):
    settings.COLOUR_RULES = "@media screen{:root{--band:light-dark(#102030,#000001)}}"

    for path in ("/about/", "/embed/", "/nowhere/", "/admin/login/"):
        response = client.get(path, follow=True)
        assert f"<style>{settings.COLOUR_RULES}</style>" in response.text


def test_own_colours_stand_in_emails_manifest_and_pictures(client, monkeypatch, settings):
    settings.COLOURS = {"band": ("#102030", "#000001"), "accent": ("#112233", "#aabbcc")}
    drawn = []
    monkeypatch.setattr(share_image, "draw", lambda picture: drawn.append(picture.accent) or b"")

    client.get("/picture.png")
    html = emails.sample(Kind.DIGEST, "en").html

    assert client.get("/manifest.webmanifest").json()["theme_color"] == "#102030"
    assert [each in html for each in ("#102030", "#000001", "#112233", "#aabbcc", "#0e3242")] == [
        True
    ] * 4 + [False]
    assert drawn == ["#112233"]


# Own templates -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("piece", "path"),
    [
        ("footer", "/"),
        ("about", "/about/"),
        ("imprint", "/imprint/"),
        ("privacy", "/privacy/"),
    ],
)
def test_own_piece_stands_on_its_page(client, settings, tmp_path, piece, path):
    own_templates(settings, tmp_path, f"own/{piece}.html", "Entered in the register of Batumi.")

    assert "Entered in the register of Batumi." in read(client.get(path)).one("body").text


def test_own_piece_stands_below_both_parts_of_every_email(settings, tmp_path):
    own_templates(settings, tmp_path, "own/mail_footer.html", "<p>Quay 1, Batumi</p>")

    mail = emails.sample(Kind.DIGEST, "en")

    assert ["Quay 1, Batumi" in part for part in (mail.text, mail.html)] == [True, True]


def test_own_template_comes_first(client, settings, tmp_path):
    own_templates(settings, tmp_path, "web/site/contact.html", "Come to the quay.")

    assert client.get("/contact/").text == "Come to the quay."


def own_templates(settings, folder, name, text):
    """Write a template into a folder that is searched first."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    [engine] = ours.TEMPLATES
    settings.TEMPLATES = [engine | {"DIRS": [folder, *engine["DIRS"]]}]
