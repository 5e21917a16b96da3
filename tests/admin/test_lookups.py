"""Secrets of the database: no list of the admin filters by one, no page shows one."""

from urllib.parse import urlencode

import pytest
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.http import QueryDict
from django.urls import reverse

from practices.models import Broadcast, OutboxMessage, Submission, Submitter, Subscriber
from tests.support.addresses import personal_data_address
from tests.support.capabilities import capabilities, everything_of_ana
from tests.support.factories import make_moderator, make_submission

pytestmark = pytest.mark.django_db

SECRET = {
    "token",
    "key",
    "form_key",
    "former_keys",
    "password",
    "session_key",
    "session_data",
    "data",
    "secret",
    "ip",
    "user_agent",
}
"""Names of columns that hold a secret, of whatever model."""
SECRET_OF = {("outboxmessage", "context"), ("submission", "typed")}
DEPTH = 3
SUFFIXES = ["", "__exact", "__startswith", "__contains", "__iregex", "__gt", "__in", "__isnull"]
ADMINS = list(admin.site._registry.items())


def paths_to_secrets(model, path=(), seen=()):
    """Yield the lookup of every secret column that can be reached from a model over up to DEPTH relations."""
    for field in model._meta.get_fields():
        if field.is_relation:
            other = field.related_model
            if other and len(path) < DEPTH and other not in seen:
                yield from paths_to_secrets(other, (*path, field.name), (*seen, model))
        elif field.name in SECRET or (model._meta.model_name, field.name) in SECRET_OF:
            yield "__".join((*path, field.name))


@pytest.fixture
def request_of_superuser(rf, admin_user):
    request = rf.get("/")
    request.user = admin_user
    return request


@pytest.mark.parametrize(("model", "model_admin"), ADMINS, ids=str)
def test_list_filters_by_no_secret(model, model_admin, request_of_superuser):
    allowed = [
        path + suffix
        for path in paths_to_secrets(model)
        for suffix in SUFFIXES
        if model_admin.lookup_allowed(path + suffix, "a", request_of_superuser)
    ]

    assert allowed == []


@pytest.mark.parametrize(("model", "model_admin"), ADMINS, ids=str)
def test_admin_searches_sorts_and_shows_by_no_secret(model, model_admin, request_of_superuser):
    named = [
        *model_admin.get_search_fields(request_of_superuser),
        *model_admin.get_list_display(request_of_superuser),
        *model_admin.get_ordering(request_of_superuser),
        *(model_admin.get_sortable_by(request_of_superuser) or []),
        *flatten_fieldsets(model_admin.get_fieldsets(request_of_superuser)),
    ]
    # Django's form of an account shows how a password is hashed, never the hash.
    secret = {name for name in map(str, named) if name.split("__")[-1].lstrip("-=^@") in SECRET} - {
        "password"
    }

    assert (secret, model_admin.to_field_allowed(request_of_superuser, "token")) == (set(), False)


def test_moderator_cannot_read_a_private_link_letter_by_letter(client):
    submission = make_submission("submitted")
    client.force_login(make_moderator())
    path = reverse("admin:practices_submission_changelist")

    answers = {
        client.get(f"{path}?{urlencode({'pile': 'queue', lookup: value})}").status_code
        for value in (submission.token[:1], "§")
        for lookup in (
            "token__startswith",
            "token__regex",
            "form_key__gt",
            "checks__token__startswith",
            "token",
        )
    }

    assert answers == {400}


@pytest.mark.parametrize(
    "path",
    [
        "practices/submission/?pile=queue&objective=21&language=en",
        "practices/submission/?assignee__isnull=True",
        "practices/submission/?assignee__id__exact=1&o=2&q=desks",
        "practices/practice/?objectives__id__exact=1&published_at__year=2026&published_at__month=11",
        "practices/practice/?type__isnull=True&state=public",
        "practices/outboxmessage/?became=sent&kind__exact=digest&created_at__year=2026",
        "practices/subscriber/?subscriptions__cadence__exact=daily&language=en",
        "auth/user/?is_staff__exact=1",
    ],
)
def test_filter_that_a_list_offers_works(admin_client, path):
    assert admin_client.get(f"/admin/{path}").status_code == 200


def test_filters_shown_by_a_list_are_allowed(admin_client, admin_user):
    everything_of_ana()
    lists = [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for model, _admin in ADMINS
    ]

    # One link for each set of parameters that a list offers.
    offered = {
        (path, frozenset(QueryDict(query[1:]))): path + query
        for path in lists
        for query in _filter_links(admin_client.get(path).content.decode())
    }

    refused = [path for path in offered.values() if admin_client.get(path).status_code != 200]
    assert refused == []


def _filter_links(page):
    """Yield the query strings that the filters and the date hierarchy of a list link to."""
    for chunk in page.split('href="?')[1:]:
        yield "?" + chunk.split('"')[0].replace("&amp;", "&")


def test_no_page_of_the_admin_shows_a_capability(admin_client):
    everything_of_ana()
    personal_data_address("ana@example.org")
    paths = [
        reverse(f"admin:practices_{model._meta.model_name}_change", args=[row.pk])
        for model in (Submission, Submitter, Subscriber, OutboxMessage, Broadcast)
        for row in model.objects.all()
    ] + [
        reverse(f"admin:practices_{name}_changelist") for name in ("submission", "submitter", "outboxmessage")
    ]

    secrets = capabilities()

    pages = {path: admin_client.get(path).content.decode() for path in paths}

    assert {
        path: found for path, page in pages.items() if (found := [one for one in secrets if one in page])
    } == {}
