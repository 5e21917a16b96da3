"""News that was queued before there were broadcasts gets them, so that nobody hears of a practice again."""

from django.db import migrations


def make_broadcasts(apps, schema_editor):
    Announcement = apps.get_model("practices", "Announcement")
    Broadcast = apps.get_model("practices", "Broadcast")
    news = apps.get_model("practices", "OutboxMessage").objects.filter(kind="practice_published")
    practices = news.order_by().values_list("practice", flat=True).distinct()
    for practice in apps.get_model("practices", "Practice").objects.filter(pk__in=practices):
        objectives = practice.objectives.order_by("number").values_list("number", flat=True)
        broadcast, _created = Broadcast.objects.get_or_create(
            practice=practice,
            revision=1,
            defaults={
                "created_at": practice.published_at,
                "spread_at": practice.published_at,
                "matched": [f"objective={number}" for number in objectives],
            },
        )
        messages = news.filter(practice=practice).exclude(subscriber=None)
        Announcement.objects.bulk_create(
            (
                Announcement(
                    broadcast=broadcast,
                    subscriber_id=message.subscriber_id,
                    message=message,
                    due_at=message.due_at,
                )
                for message in messages.iterator()
            ),
            batch_size=1000,
            ignore_conflicts=True,
        )


class Migration(migrations.Migration):
    dependencies = [("practices", "0030_broadcast")]

    operations = [migrations.RunPython(make_broadcasts, migrations.RunPython.noop)]
