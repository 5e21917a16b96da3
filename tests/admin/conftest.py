"""Fixtures for tests of the admin."""

import pytest


@pytest.fixture
def staff(client, moderator):
    """Return a client signed in as a moderator."""
    client.force_login(moderator)
    return client
