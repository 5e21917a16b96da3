"""llms.txt: what it says is so."""

import re

import pytest
from django.conf import settings

from tests.support.factories import make_practice

pytestmark = pytest.mark.django_db


def test_llms_txt_has_the_parts_of_its_format(client):
    response = client.get("/llms.txt")

    lines = response.text.splitlines()
    assert response.headers["Content-Type"] == "text/markdown; charset=utf-8"
    assert (lines[0], lines[2][:24]) == ("# Migration Good Practices", "> Practices in migration")
    assert [line for line in lines if line.startswith("#")] == [
        lines[0],
        "## Data",
        "## Pages",
        "## Optional",
    ]
    sections = lines[lines.index("## Data") :]
    in_list = r"- \[[^]]+\]\(\S+\): \S.*"
    assert [
        line for line in sections if line and not line.startswith("#") and not re.fullmatch(in_list, line)
    ] == []


def test_every_link_of_llms_txt_opens(client):
    make_practice()
    links = re.findall(r"\]\((\S+)\)", client.get("/llms.txt").text)

    answers = {link: client.get(link.removeprefix(settings.SITE_URL)).status_code for link in links}

    assert len(links) > 10
    assert {link: status for link, status in answers.items() if status != 200} == {}


def test_llms_txt_is_right_about_practices(client):
    practice = make_practice()
    withdrawn = make_practice(title="Old", withdrawn=True)

    page, gone = client.get(practice.get_absolute_url()), client.get(f"/p/{withdrawn.pk}")

    assert 'type="application/ld+json"' in page.text
    assert ("describedby" in page.headers["Link"], gone.status_code) == (True, 410)


def test_llms_txt_names_the_publisher(client, settings):
    settings.PUBLISHER = "O'Brien & Sons"

    assert "Published by O'Brien & Sons." in client.get("/llms.txt").text
