"""Subscribers and their subscriptions, the outbox, and the news that goes through it."""

from django.core.validators import MaxValueValidator
from django.db import migrations, models
from django.db.models.functions import Lower
from django.utils import timezone

SUSPENSIONS = [("bounces", "e-mail that came back"), ("complaint", "a complaint")]


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("practices", "0007_outboxmessage_kinds"),
        ("practices", "0009_hub_ping"),
        ("practices", "0018_outboxmessage_summary"),
        ("practices", "0027_subscription_add_query"),
        ("practices", "0028_subscription_query_from_objective"),
        ("practices", "0029_subscription_remove_objective"),
        ("practices", "0030_broadcast"),
        ("practices", "0031_broadcasts_from_messages"),
        ("practices", "0033_outboxmessage_labels"),
    ]

    dependencies = [("practices", "0003_moderation")]

    operations = [
        migrations.CreateModel(
            name="Subscriber",
            fields=[
                ("id", models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False)),
                ("address", models.EmailField("e-mail address", max_length=254)),
                ("language", models.CharField("language", default="en", max_length=10)),
                ("time_zone", models.CharField("time zone", default="UTC", max_length=50)),
                (
                    "digest_weekday",
                    models.PositiveSmallIntegerField(
                        "day of weekly e-mails",
                        choices=[
                            (0, "Monday"),
                            (1, "Tuesday"),
                            (2, "Wednesday"),
                            (3, "Thursday"),
                            (4, "Friday"),
                            (5, "Saturday"),
                            (6, "Sunday"),
                        ],
                        default=0,
                    ),
                ),
                (
                    "digest_hour",
                    models.PositiveSmallIntegerField(
                        "hour of daily and weekly e-mails", default=8, validators=[MaxValueValidator(23)]
                    ),
                ),
                ("created_at", models.DateTimeField("first asked", default=timezone.now)),
                ("confirmed_at", models.DateTimeField("confirmed", blank=True, null=True)),
                ("bounces", models.PositiveSmallIntegerField("refusals in a row", default=0)),
                ("suspended_at", models.DateTimeField("suspended", blank=True, null=True)),
                (
                    "suspended_because",
                    models.CharField("suspended because of", blank=True, choices=SUSPENSIONS, max_length=20),
                ),
            ],
            options={
                "verbose_name": "subscriber",
                "verbose_name_plural": "subscribers",
                "constraints": [
                    models.UniqueConstraint(Lower("address"), name="subscriber_has_an_address_of_their_own"),
                    models.CheckConstraint(
                        condition=models.Q(digest_hour__lte=23, digest_weekday__lte=6),
                        name="subscriber_has_an_hour_and_a_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Subscription",
            fields=[
                ("id", models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False)),
                (
                    "subscriber",
                    models.ForeignKey("practices.subscriber", models.CASCADE, related_name="subscriptions"),
                ),
                (
                    "query",
                    models.CharField(
                        "filter",
                        blank=True,
                        db_index=True,
                        help_text="As in the address of a listing; empty is every practice.",
                        max_length=1000,
                    ),
                ),
                (
                    "cadence",
                    models.CharField(
                        "how often",
                        choices=[
                            ("at_once", "at once"),
                            ("daily", "daily, several in one e-mail"),
                            ("weekly", "weekly, several in one e-mail"),
                        ],
                        default="at_once",
                        max_length=20,
                    ),
                ),
                ("requested_at", models.DateTimeField("asked for", default=timezone.now)),
                (
                    "consent",
                    models.CharField(
                        "wording agreed to",
                        blank=True,
                        help_text="Which version of the form's text.",
                        max_length=20,
                    ),
                ),
                ("confirmed_at", models.DateTimeField("confirmed", blank=True, null=True)),
                ("paused_at", models.DateTimeField("paused", blank=True, null=True)),
            ],
            options={
                "verbose_name": "subscription",
                "verbose_name_plural": "subscriptions",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("subscriber", "query"), name="subscriber_follows_a_filter_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SuspendedAddress",
            fields=[
                ("id", models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=64, unique=True)),
                ("because", models.CharField("because of", choices=SUSPENSIONS, max_length=20)),
                ("at", models.DateTimeField("since", default=timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="OutboxMessage",
            fields=[
                ("id", models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False)),
                ("kind", models.CharField("kind", max_length=40)),
                ("channel", models.CharField("channel", default="email", max_length=20)),
                ("address", models.EmailField("to", max_length=254)),
                ("language", models.CharField("language", default="en", max_length=10)),
                (
                    "practice",
                    models.ForeignKey(
                        "practices.practice",
                        models.CASCADE,
                        blank=True,
                        null=True,
                        related_name="messages",
                        verbose_name="practice",
                    ),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        "practices.submission",
                        models.CASCADE,
                        blank=True,
                        null=True,
                        related_name="messages",
                        verbose_name="submission",
                    ),
                ),
                (
                    "subscriber",
                    models.ForeignKey(
                        "practices.subscriber",
                        models.CASCADE,
                        blank=True,
                        null=True,
                        related_name="messages",
                        verbose_name="subscriber",
                    ),
                ),
                ("context", models.JSONField("what it says besides", blank=True, default=dict)),
                ("created_at", models.DateTimeField("queued", default=timezone.now)),
                ("due_at", models.DateTimeField("due", default=timezone.now)),
                ("give_up_at", models.DateTimeField("tried until")),
                ("leased_until", models.DateTimeField("held by a sender until", blank=True, null=True)),
                ("attempts", models.PositiveIntegerField("attempts", default=0)),
                ("error", models.TextField("last error", blank=True)),
                ("sent_at", models.DateTimeField("sent", blank=True, null=True)),
                ("failed_at", models.DateTimeField("given up", blank=True, null=True)),
                ("cancelled_at", models.DateTimeField("cancelled", blank=True, null=True)),
            ],
            options={
                "verbose_name": "outbox message",
                "verbose_name_plural": "outbox",
                "ordering": ["-created_at", "-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(cancelled_at=None, failed_at=None, sent_at=None),
                        fields=["due_at", "id"],
                        name="outbox_waiting",
                    ),
                    models.Index(
                        condition=models.Q(cancelled_at=None, failed_at__isnull=False, sent_at=None),
                        fields=["failed_at"],
                        name="outbox_given_up",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Broadcast",
            fields=[
                ("id", models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False)),
                (
                    "practice",
                    models.ForeignKey("practices.practice", models.CASCADE, related_name="broadcasts"),
                ),
                (
                    "revision",
                    models.PositiveIntegerField(
                        "revision", help_text="1: the practice is new. Above: what changed is told of."
                    ),
                ),
                ("note", models.CharField("what changed", blank=True, max_length=200)),
                ("created_at", models.DateTimeField("published", default=timezone.now)),
                (
                    "matched",
                    models.JSONField(
                        "filters it passes",
                        blank=True,
                        help_text="Of all that are followed; found once.",
                        null=True,
                    ),
                ),
                ("position", models.BigIntegerField("key of the last subscriber seen to", default=0)),
                ("spread_at", models.DateTimeField("announcements made", blank=True, null=True)),
            ],
            options={
                "verbose_name": "broadcast",
                "verbose_name_plural": "broadcasts",
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(spread_at=None), fields=["id"], name="broadcast_to_spread"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("practice", "revision"), name="revision_is_news_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Announcement",
            fields=[
                ("id", models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False)),
                (
                    "broadcast",
                    models.ForeignKey("practices.broadcast", models.CASCADE, related_name="announcements"),
                ),
                (
                    "subscriber",
                    models.ForeignKey("practices.subscriber", models.CASCADE, related_name="announcements"),
                ),
                (
                    "message",
                    models.ForeignKey(
                        "practices.outboxmessage",
                        models.CASCADE,
                        blank=True,
                        null=True,
                        related_name="announcements",
                    ),
                ),
                ("due_at", models.DateTimeField("due")),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(message=None), fields=["due_at", "id"], name="announcement_waiting"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("subscriber", "broadcast"), name="subscriber_hears_of_a_broadcast_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HubPing",
            fields=[
                ("id", models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False)),
                ("hub", models.URLField("hub", max_length=500)),
                (
                    "practice",
                    models.ForeignKey("practices.practice", models.CASCADE, related_name="hub_pings"),
                ),
                ("queued_at", models.DateTimeField("queued", default=timezone.now)),
                ("due_at", models.DateTimeField("due", db_index=True, default=timezone.now)),
                ("give_up_at", models.DateTimeField("tried until")),
                ("attempts", models.PositiveIntegerField("attempts", default=0)),
            ],
            options={
                "verbose_name": "ping of a hub",
                "verbose_name_plural": "pings of hubs",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("hub", "practice"), name="hub_hears_once_of_a_practice_at_a_time"
                    )
                ],
            },
        ),
    ]
