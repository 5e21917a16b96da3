"""Mailbox of a development machine, which production has not."""

import pytest
from django.urls import NoReverseMatch, reverse

from tests.support.addresses import sent

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/mailbox/", "/mailbox/20261102-1/"])
def test_mailbox_is_not_there_in_production(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("name", ["mailbox", "mailbox-html"])
def test_mailbox_has_no_address_in_production(name):
    with pytest.raises(NoReverseMatch):
        reverse(f"practices:{name}", args=["x"] if name == "mailbox-html" else [])


@pytest.mark.parametrize(
    "name", ["submit-link-sent", "subscription-sent", "subscriptions-link-sent", "personal-data-link-sent"]
)
def test_thanks_name_no_mailbox_in_production(client, name):
    response = client.get(sent(name))

    assert (response.status_code, "mailbox" in response.text) == (200, False)
