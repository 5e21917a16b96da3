"""Limits of public forms: they count people, and nobody uses up the limit of somebody else."""

import pytest
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db

FORMS = {
    "submit": ("FORMS_PER_HOUR", "email"),
    "submit-duplicates": ("DUPLICATE_CHECKS_PER_HOUR", "email"),
    "submit-link": ("LINK_REQUESTS_PER_HOUR", "address"),
    "subscribe": ("SUBSCRIPTIONS_PER_HOUR", "address"),
    "subscriptions-link": ("SUBSCRIPTIONS_PER_HOUR", "address"),
    "personal-data-link": ("PERSONAL_DATA_REQUESTS_PER_HOUR", "address"),
}
"""URL name of each form that asks for an address → its setting, and the name of its field."""


@pytest.mark.parametrize("name", FORMS)
def test_form_counts_an_address_typed_in_one_place_as_a_person(settings, name):
    setting, field = FORMS[name]
    setattr(settings, setting, 1)

    refused = [
        Client(REMOTE_ADDR=place).post(reverse(f"practices:{name}"), {field: who}).status_code == 429
        for who, place in (
            ("ana@example.org", "192.0.2.7"),
            ("Ana@Example.org", "192.0.2.7"),
            ("bo@example.org", "192.0.2.7"),
            ("ana@example.org", "198.51.100.9"),
        )
    ]

    assert refused == [False, True, False, False]
