"""Practices on their way in: submissions with their history, thread and files, yearly checks, and rate limits."""

from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Now
from django.utils import timezone

STATES = [
    ("draft", "draft"),
    ("submitted", "submitted"),
    ("in_review", "in review"),
    ("changes_requested", "changes requested"),
    ("scheduled", "scheduled"),
    ("published", "published"),
    ("rejected", "rejected"),
    ("withdrawn", "withdrawn"),
    ("spam", "spam"),
]


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("practices", "0004_submission_drafts"),
        ("practices", "0005_moderationevent_field_reasons"),
        ("practices", "0006_threadmessage"),
        ("practices", "0008_moderation_event_act"),
        ("practices", "0010_submission_scheduled"),
        ("practices", "0011_moderationevent_changes"),
        ("practices", "0019_attachment"),
        ("practices", "0020_check_and_erasure"),
        ("practices", "0034_moderation_event_caught_up"),
    ]

    dependencies = [
        ("practices", "0001_catalogue"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Submitter",
            fields=[
                ("id", models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False)),
                ("honorific", models.CharField("form of address", blank=True, max_length=40)),
                ("name", models.CharField("name", max_length=150)),
                ("organisation", models.CharField("organisation", blank=True, max_length=200)),
                ("email", models.EmailField("e-mail address", db_index=True, max_length=254)),
                ("verified_at", models.DateTimeField("address confirmed", blank=True, null=True)),
                ("erased_at", models.DateTimeField("erased", blank=True, null=True)),
            ],
            options={
                "verbose_name": "submitter",
                "verbose_name_plural": "submitters",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(erased_at=None)
                        | models.Q(email="", honorific="", name="", organisation="", verified_at=None),
                        name="erased_submitter_holds_nothing",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Submission",
            fields=[
                ("id", models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False)),
                ("token", models.CharField("private token", editable=False, max_length=40, unique=True)),
                (
                    "form_key",
                    models.CharField(
                        "key of the form it came from",
                        editable=False,
                        help_text="A form that is sent twice is stored once.",
                        max_length=40,
                        unique=True,
                    ),
                ),
                (
                    "practice",
                    models.ForeignKey(
                        "practices.practice",
                        models.SET_NULL,
                        blank=True,
                        help_text="The practice it updates, or has become.",
                        null=True,
                        related_name="submissions",
                        verbose_name="practice",
                    ),
                ),
                (
                    "submitter",
                    models.ForeignKey(
                        "practices.submitter",
                        models.PROTECT,
                        related_name="submissions",
                        verbose_name="submitter",
                    ),
                ),
                (
                    "based_on",
                    models.PositiveIntegerField(
                        "revision it was made from",
                        blank=True,
                        help_text="Of the practice it updates. A later one was published meanwhile, or nothing was.",
                        null=True,
                    ),
                ),
                ("document", models.JSONField("document")),
                (
                    "typed",
                    models.JSONField(
                        "the form as typed",
                        blank=True,
                        db_default=models.Value({}, models.JSONField()),
                        default=dict,
                        help_text="Field of the form → what was typed, faults and all, while its submitter works on it.",
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(
                        "number of the last save",
                        db_default=1,
                        default=1,
                        help_text="So that two browsers do not overwrite each other unseen.",
                    ),
                ),
                (
                    "state",
                    models.CharField("state", choices=STATES, db_index=True, default="draft", max_length=20),
                ),
                (
                    "assignee",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.SET_NULL,
                        blank=True,
                        null=True,
                        related_name="assigned_submissions",
                        verbose_name="moderator",
                    ),
                ),
                ("language", models.CharField("language of its e-mails", default="en", max_length=10)),
                ("created_at", models.DateTimeField("begun", default=timezone.now)),
                ("saved_at", models.DateTimeField("last saved", db_default=Now(), default=timezone.now)),
                (
                    "sent_at",
                    models.DateTimeField(
                        "sent by its form",
                        blank=True,
                        help_text="A draft that was sent waits for its submitter to confirm the address.",
                        null=True,
                    ),
                ),
                ("warned_at", models.DateTimeField("warned that the draft expires", blank=True, null=True)),
                ("submitted_at", models.DateTimeField("submitted", blank=True, null=True)),
                ("publish_at", models.DateTimeField("to be published", blank=True, null=True)),
                (
                    "is_material",
                    models.BooleanField(
                        "a material change",
                        db_default=False,
                        default=False,
                        help_text="Once it is published on its date, subscribers hear of it.",
                    ),
                ),
                ("decided_at", models.DateTimeField("decided", blank=True, null=True)),
            ],
            options={
                "verbose_name": "submission",
                "verbose_name_plural": "submissions",
                "ordering": ["submitted_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(state__in=[state for state, _label in STATES]),
                        name="submission_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=~models.Q(state="published") | models.Q(decided_at__isnull=False),
                        name="published_submission_has_its_instant",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(state__in=["draft", "withdrawn", "spam"])
                        | models.Q(submitted_at__isnull=False),
                        name="submitted_submission_has_its_instant",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(publish_at__isnull=False, state="scheduled")
                        | (~models.Q(state="scheduled") & models.Q(publish_at=None)),
                        name="scheduled_submission_alone_has_its_date",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ModerationEvent",
            fields=[
                ("id", models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False)),
                (
                    "submission",
                    models.ForeignKey(
                        "practices.submission", models.CASCADE, blank=True, null=True, related_name="events"
                    ),
                ),
                (
                    "practice",
                    models.ForeignKey(
                        "practices.practice", models.CASCADE, blank=True, null=True, related_name="events"
                    ),
                ),
                (
                    "act",
                    models.CharField(
                        "what",
                        choices=[
                            ("step", "step"),
                            ("assigned", "assigned"),
                            ("approved", "approved"),
                            ("conflict", "conflict of interest declared"),
                            ("corrected", "corrected"),
                            ("caught_up", "brought up to the newest revision"),
                            ("merged", "merged"),
                        ],
                        db_default="step",
                        default="step",
                        max_length=20,
                    ),
                ),
                ("from_state", models.CharField("from", choices=STATES, max_length=20)),
                ("to_state", models.CharField("to", choices=STATES, max_length=20)),
                (
                    "by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.SET_NULL,
                        blank=True,
                        null=True,
                        related_name="+",
                        verbose_name="by",
                    ),
                ),
                ("reason", models.TextField("reason", blank=True, help_text="The submitter reads this.")),
                (
                    "field_reasons",
                    models.JSONField(
                        "reasons by field",
                        blank=True,
                        db_default=models.Value({}, models.JSONField()),
                        default=dict,
                        help_text="Field of the form → what should change there. The submitter reads this.",
                    ),
                ),
                (
                    "changes",
                    models.JSONField(
                        "what a moderator corrected",
                        blank=True,
                        db_default=models.Value({}, models.JSONField()),
                        default=dict,
                        help_text="Field of the document → its value before and after.",
                    ),
                ),
                (
                    "internal_note",
                    models.TextField("internal note", blank=True, help_text="Only moderators read this."),
                ),
                ("at", models.DateTimeField("when")),
            ],
            options={
                "verbose_name": "moderation event",
                "verbose_name_plural": "moderation events",
                "ordering": ["at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(submission__isnull=False) | models.Q(practice__isnull=False),
                        name="event_is_about_something",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ThreadMessage",
            fields=[
                ("id", models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False)),
                (
                    "submission",
                    models.ForeignKey("practices.submission", models.CASCADE, related_name="thread"),
                ),
                (
                    "by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.SET_NULL,
                        blank=True,
                        null=True,
                        related_name="+",
                        verbose_name="by",
                    ),
                ),
                ("from_staff", models.BooleanField("from a moderator", help_text="Else from the submitter.")),
                ("text", models.TextField("text")),
                ("at", models.DateTimeField("when")),
            ],
            options={
                "verbose_name": "message of a thread",
                "verbose_name_plural": "messages of threads",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False)),
                (
                    "submission",
                    models.ForeignKey(
                        "practices.submission",
                        models.CASCADE,
                        related_name="attachments",
                        verbose_name="submission",
                    ),
                ),
                (
                    "practice",
                    models.ForeignKey(
                        "practices.practice",
                        models.SET_NULL,
                        blank=True,
                        null=True,
                        related_name="attachments",
                        verbose_name="practice",
                    ),
                ),
                ("file", models.FileField("file", max_length=200, upload_to="")),
                ("name", models.CharField("name", max_length=80)),
                ("description", models.CharField("description", max_length=200)),
                ("content_type", models.CharField("content type", max_length=100)),
                ("size", models.PositiveIntegerField("bytes")),
                ("sha256", models.CharField("SHA-256", max_length=64)),
                ("position", models.PositiveSmallIntegerField("position")),
            ],
            options={
                "verbose_name": "attachment",
                "verbose_name_plural": "attachments",
                "ordering": ["position", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=~models.Q(description=""), name="attachment_says_what_it_is"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Check",
            fields=[
                ("id", models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False)),
                ("practice", models.ForeignKey("practices.practice", models.CASCADE, related_name="checks")),
                (
                    "submission",
                    models.ForeignKey("practices.submission", models.CASCADE, related_name="checks"),
                ),
                ("year", models.PositiveSmallIntegerField("year")),
                ("token", models.CharField("private token", editable=False, max_length=40, unique=True)),
                ("asked_at", models.DateTimeField("asked", default=timezone.now)),
                (
                    "answer",
                    models.CharField(
                        "answer",
                        blank=True,
                        choices=[("yes", "yes"), ("update", "to be updated"), ("ended", "ended")],
                        max_length=10,
                    ),
                ),
                ("answered_at", models.DateTimeField("answered", blank=True, null=True)),
            ],
            options={
                "verbose_name": "check",
                "verbose_name_plural": "checks",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("practice", "year"), name="practice_is_asked_about_once_a_year"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(answer="", answered_at=None)
                        | models.Q(answer__in=["yes", "update", "ended"], answered_at__isnull=False),
                        name="answer_has_its_instant",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LimitBucket",
            fields=[
                ("id", models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=64, unique=True)),
                ("count", models.PositiveIntegerField(default=0)),
                ("expires_at", models.DateTimeField(db_index=True)),
            ],
        ),
    ]
