"""Events that were recorded under an earlier name of their act."""

from importlib import import_module

import pytest
from django.apps import apps

from practices.choices import Act, State
from practices.models import ModerationEvent
from tests.support.factories import make_submission

pytestmark = pytest.mark.django_db


def test_migration_renames_the_act_of_bringing_up_to_date_and_back():
    migration = import_module("practices.migrations.0029_moderation_event_rebased")
    event = make_submission(State.SUBMITTED).events.get()
    ModerationEvent.objects.filter(pk=event.pk).update(act="caught_up")

    migration.forwards(apps, None)
    event.refresh_from_db()
    after = event.act
    migration.backwards(apps, None)
    event.refresh_from_db()

    assert (after, event.act) == (Act.REBASED, "caught_up")
