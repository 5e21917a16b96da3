"""Version of the catalogue: every public change increments it, which invalidates all cached values."""

import pytest
from django.db import transaction
from django.utils import timezone

from practices import workflow
from practices.core import catalogue_version
from practices.models import Objective, PracticeType
from tests.support.factories import NOW, document, make_practice, make_submission
from tests.support.pages import read, sent_by

pytestmark = pytest.mark.django_db


def revise(practice, moderator):
    workflow.publish_document(document(title="Desks"), to=practice)


def withdraw(practice, moderator):
    workflow.withdraw_practice(practice, by=moderator, reason="Its source is gone.")


def restore(practice, moderator):
    workflow.withdraw_practice(practice, by=moderator, reason="Its source is gone.")
    workflow.restore_practice(practice, by=moderator)


def publish_another(practice, moderator):
    make_practice()


@pytest.mark.parametrize("change", [revise, withdraw, restore, publish_another])
def test_public_change_increments_the_version(moderator, change):
    practice = make_practice()
    before = catalogue_version.current()

    change(practice, moderator)

    assert catalogue_version.current() != before


def test_private_change_keeps_the_version():
    before = catalogue_version.current()

    make_submission()

    assert catalogue_version.current() == before


def test_version_goes_back_with_its_transaction():
    make_practice()
    before = catalogue_version.current()

    with transaction.atomic():
        make_practice()
        transaction.set_rollback(True)

    assert catalogue_version.current() == before


def test_version_changes_with_the_year(monkeypatch):
    before = catalogue_version.current()

    monkeypatch.setattr(timezone, "now", lambda: NOW.replace(year=2031))

    assert catalogue_version.current() != before


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (Objective, {"short_label": "Better data", "meaning": "Data for all."}),
        (PracticeType, {"name": "Better data", "position": 1}),
    ],
)
def test_name_changed_in_the_admin_shows_at_once(admin_client, client, model, values):
    make_practice(objectives=[1], type=PracticeType.objects.first().slug)
    etag = client.get("/practices/").headers["ETag"]
    name = model._meta.model_name
    path = f"/admin/practices/{name}/{model.objects.first().pk}/change/"
    form = sent_by(read(admin_client.get(path)).one("form", id=f"{name}_form"))

    admin_client.post(path, form | values)

    again = client.get("/practices/", headers={"If-None-Match": etag})
    assert (again.status_code, "Better data" in again.text) == (200, True)


# Conditional requests -------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/practices/", "/objectives/21/", "/practices/feed.atom"])
def test_unchanged_page_costs_one_query(client, django_assert_num_queries, path):
    etag = client.get(path).headers["ETag"]

    with django_assert_num_queries(1):
        response = client.get(path, headers={"If-None-Match": f'"other", {etag}'})

    assert response.status_code == 304


def test_addresses_have_etags_of_their_own(client):
    paths = ["/", "/practices/", "/practices/?objective=21", "/practices/?objective=3", "/objectives/21/"]

    etags = {client.get(path).headers["ETag"] for path in paths}

    assert len(etags) == len(paths)


def test_max_age_is_configurable(client, settings):
    settings.PAGE_MAX_AGE_SECONDS, settings.PAGE_STALE_SECONDS = 60, 600

    response = client.get("/practices/")

    parts = {part.strip() for part in response.headers["Cache-Control"].split(",")}
    assert parts == {"public", "max-age=60", "stale-while-revalidate=600"}
