"""Words of Django and other packages: what the pages of staff ask for is translated into each of our languages.

The pseudo-language keeps which messages were asked for, so that one crawl serves all languages.
"""

from contextlib import suppress

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import User
from django.urls import NoReverseMatch, reverse
from django.utils.translation import trans_real

from catalogue import pseudo, sign_in_urls
from practices.choices import State
from tests.catalogue.test_pseudo_languages import accented  # noqa: F401 - a fixture
from tests.support.factories import make_practice, make_submission, make_subscription, make_translation

pytestmark = pytest.mark.django_db

MESSAGE_FILES = sorted((settings.BASE_DIR / "locale").glob("*/LC_MESSAGES/django.po"))
ACTS_AT_ONCE = ("delete", "erase")
"""Pages whose form has nothing that could be wrong."""
WRONG = {"_save": "1", "email": "x", "number": "x", "username": "admin", "password1": "a", "password2": "b"}
"""Answers that most forms refuse."""


def addresses_of_staff():
    """Return the addresses of all pages of the admin, with the first row of each table, and of signing in."""
    names = ["admin:index", "admin:password_change", *(each.name for each in _flat(sign_in_urls.urlpatterns))]
    wanted = [(name, []) for name in names if name != "account_logout"]
    for shown in admin.site._registry.values():
        row = shown.model._default_manager.first()
        names = [f"admin:{each.name}" for each in shown.get_urls() if each.name]
        wanted += [(name, args) for name in names for args in [[], [row and row.pk]]]
    found = []
    for name, args in wanted:
        with suppress(NoReverseMatch):
            found.append(reverse(name, args=args))
    return list(dict.fromkeys(found))


def _flat(patterns):
    for each in patterns:
        yield from _flat(each.url_patterns) if hasattr(each, "url_patterns") else [each]


def is_translated(message, language):
    catalog = trans_real.translation(language)._catalog
    with suppress(KeyError):  # which `plural` raises of a message that is in no catalog
        return message in catalog or catalog.plural(message, 1) is not None
    return False


def test_what_pages_of_staff_ask_for_is_translated_into_every_language(
    admin_client,
    accented,  # noqa: F811
):
    languages = [path.parent.parent.name.replace("_", "-").lower() for path in MESSAGE_FILES]
    make_translation(make_practice())
    make_submission(State.SUBMITTED)
    make_subscription()
    staff = User.objects.get(username="admin")
    for path in addresses_of_staff():
        admin_client.force_login(staff)  # some pages end the session
        admin_client.get(path)
        if not path.rstrip("/").endswith(ACTS_AT_ONCE):
            admin_client.post(path, WRONG)
    asked = trans_real.translation(pseudo.ACCENTED).asked

    assert len(asked) > 500
    missing = {
        language: [each for each in asked if each.strip() and not is_translated(each, language)]
        for language in languages
    }
    assert {language: words for language, words in missing.items() if words} == {}
