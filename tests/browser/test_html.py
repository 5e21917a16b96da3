"""HTML of every page, validated by the Nu Html Checker (https://validator.github.io/validator/)."""

import os
import shutil
import subprocess

import pytest

from practices.choices import State
from tests.support.addresses import HTML_PAGES, open_address, public_addresses
from tests.support.documents import FULL
from tests.support.factories import make_practice, make_submission

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

CHECKER = os.environ.get("VNU_JAR")
"""Path of the checker's jar from the npm package vnu-jar."""


@pytest.fixture
def checker():
    if not CHECKER:
        assert not os.environ.get("REQUIRE_CHECKER"), "REQUIRE_CHECKER is set, but VNU_JAR is not."
        pytest.skip("VNU_JAR does not name the Nu Html Checker (npm install vnu-jar)")
    assert shutil.which("java"), "The Nu Html Checker needs Java."

    def check(folder):
        command = [
            "java",
            "-jar",
            CHECKER,
            "--errors-only",
            "--format",
            "gnu",
            "--skip-non-html",
            str(folder),
        ]
        return subprocess.run(command, capture_output=True, text=True, check=False).stderr.splitlines()

    return check


def test_pages_are_valid_html(client, moderator, checker, tmp_path):
    practice = make_practice(**FULL)
    pages = {name: client.get(open_address(name)) for name in HTML_PAGES}
    pages["practice"] = client.get(practice.get_absolute_url())
    pages["listing-filtered"] = client.get("/practices/?objective=21&country=ph&q=x&year=2020&tag=nothing")
    pages["withdrawn"] = client.get(make_practice(title="Old", withdrawn=True).get_absolute_url())
    pages["not-found"] = client.get("/nowhere/")
    pages["form-with-errors"] = client.post("/submit/", {"email": "ana@"})
    pages["address-with-error"] = client.post(public_addresses(practice)["subscribe"][0], {"address": "ana@"})
    for state in State:
        pages[f"submission-{state}"] = client.get(make_submission(state).get_private_url())
    client.force_login(moderator)
    pages["style-guide"] = client.get("/styleguide/")
    for name, response in pages.items():
        (tmp_path / f"{name}.html").write_bytes(response.content)

    faults = checker(tmp_path)

    assert [fault.replace(str(tmp_path), "") for fault in faults] == []
