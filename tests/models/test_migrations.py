import json
import sqlite3
from contextlib import closing

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from practices.discovery import facet_codes
from practices.models import Announcement, Country, FacetEntry, Filing, Objective, OutboxMessage, Subscription
from tests.support.factories import announced_to, make_moderator, make_practice, make_subscription

RIGHTS = {
    "view_submission",
    "change_submission",
    "view_submitter",
    "view_moderationevent",
    "view_practice",
    "add_practice",
    "change_practice",
    "view_revision",
    "view_rejectionreason",
    "add_rejectionreason",
    "change_rejectionreason",
    "delete_rejectionreason",
}


def migrate(name=None):
    """Go to the migration of that name, or to the newest; the models as they are there."""
    executor = MigrationExecutor(connection)
    leaves = executor.loader.graph.leaf_nodes("practices")
    return executor.migrate([("practices", name)] if name else leaves).apps


@pytest.fixture
def migrations(transactional_db):
    """migrate(name), which is taken back afterwards; where a copy of the database can be had, from the copy."""
    if connection.vendor != "sqlite":
        yield migrate
        migrate()
        return
    with closing(sqlite3.connect(":memory:")) as copy:
        connection.ensure_connection()
        connection.connection.backup(copy)
        yield migrate
        copy.backup(connection.connection)


@pytest.mark.django_db
def test_models_have_their_migrations(capsys):
    call_command("makemigrations", check=True, dry_run=True)

    assert capsys.readouterr().out == "No changes detected\n"


@pytest.mark.django_db
def test_moderators_have_exactly_their_rights():
    group = Group.objects.get(name="Moderators")

    assert set(group.permissions.values_list("codename", flat=True)) == RIGHTS


@pytest.mark.django_db
def test_moderator_has_the_rights_of_the_group():
    moderator = make_moderator()

    assert moderator.get_all_permissions() == {f"practices.{right}" for right in RIGHTS}


@pytest.mark.django_db
def test_rights_are_named_as_django_names_them():
    names = Permission.objects.filter(group__name="Moderators", codename__endswith="practice")

    assert set(names.values_list("name", flat=True)) == {
        "Can view practice",
        "Can add practice",
        "Can change practice",
    }


def test_group_goes_and_comes_with_its_migration(migrations):
    migrations("0001_initial")
    without = list(Group.objects.filter(name="Moderators"))

    migrations("0002_moderators_group")

    group = Group.objects.get(name="Moderators")
    later = {right for right in RIGHTS if right.endswith("rejectionreason")}
    assert without == []
    assert set(group.permissions.values_list("codename", flat=True)) == RIGHTS - later


def followed_and_queued():
    """Who follows what, the messages with what they say, and who was told of which practice."""
    return (
        list(Subscription.objects.values("subscriber__address", "query", "cadence", "confirmed_at")),
        list(OutboxMessage.objects.values("pk", "kind", "address", "context", "sent_at", "practice_id")),
        list(Announcement.objects.values("subscriber_id", "message_id", "broadcast__practice_id")),
    )


def test_what_is_followed_and_queued_survives_the_way_back_and_forth(migrations):
    announced_to(make_subscription(21))
    make_subscription(3, address="new@example.org", confirmed=False)
    before = followed_and_queued()

    of_then = migrations("0026_fill_title_keys")
    then = of_then.get_model("practices", "Subscription").objects.order_by("pk")
    by_objective = list(then.values_list("subscriber__address", "objective__number"))
    migrations()

    assert by_objective == [("reader@example.org", 21), ("new@example.org", 3)]
    assert followed_and_queued() == before


@pytest.mark.parametrize("time", ["first", "second"])
@pytest.mark.django_db(transaction=True)
def test_reference_data_survives_a_transactional_test(time):
    file = settings.BASE_DIR / "fixtures" / "countries.json"
    countries = [row for row in json.loads(file.read_text()) if row["model"] == "practices.country"]

    counts = Objective.objects.count(), Country.objects.count(), Group.objects.count()

    assert counts == (23, len(countries), 1)


def filed():
    keys = facet_codes.keys_by_code()
    return (
        [
            (*row, sorted(keys[sign] for sign in text))
            for *row, text in Filing.objects.order_by("pk").values_list(
                "practice", "published_at", "revision", "start_year", "end_year", "submitter", "signs"
            )
        ],
        sorted(FacetEntry.objects.values_list("practice", "key", "published_at")),
    )


def test_what_lists_are_answered_from_survives_the_way_back_and_forth(migrations):
    make_practice(countries=["PH", "GE"], tags=["ports"], start_year=2019, credit="City of Manila")
    make_practice(title="Anonymous", countries=["FR"])
    make_practice(title="Gone", withdrawn=True)
    before = filed()

    apps = migrations("0037_tallies_without_index_of_counts")
    keys = set(apps.get_model("practices", "FacetEntry").objects.values_list("key", flat=True))
    migrations()

    assert {"all", "country:ph", "tag:ports"} < keys
    assert filed() == before
