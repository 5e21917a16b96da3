"""Mailbox of a development machine, which production has not."""

import pytest
from django.urls import NoReverseMatch, reverse

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/mailbox/", "/mailbox/20261102-1/"])
def test_mailbox_is_not_there_in_production(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("name", ["mailbox", "mailbox-html"])
def test_mailbox_has_no_address_in_production(name):
    with pytest.raises(NoReverseMatch):
        reverse(f"practices:{name}", args=["x"] if name == "mailbox-html" else [])


@pytest.mark.parametrize(
    "path", ["/submit/link/sent/", "/subscribe/sent/", "/subscriptions/sent/", "/personal-data/sent/"]
)
def test_thanks_name_no_mailbox_in_production(client, path):
    assert "mailbox" not in client.get(path).text
