"""Questions of readers, their contacts, and e-mails about them."""

import django.db.models.deletion
from django.db import migrations, models

GROUP = "Moderators"
PERMISSIONS = {"question": ["view", "change"], "questioncontact": ["view", "add", "change"]}


def permit(apps, schema_editor):
    """Let moderators decide on questions, and name contacts."""
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    group = apps.get_model("auth", "Group").objects.filter(name=GROUP).first()
    for model, actions in PERMISSIONS.items():
        # Django creates these rows only after all migrations, and keeps those that it finds.
        content_type, _created = ContentType.objects.get_or_create(app_label="practices", model=model)
        name = apps.get_model("practices", model)._meta.verbose_name
        for action in actions:
            permission, _created = Permission.objects.get_or_create(
                content_type=content_type,
                codename=f"{action}_{model}",
                defaults={"name": f"Can {action} {name}"},
            )
            if group:
                group.permissions.add(permission)


def forbid(apps, schema_editor):
    """Delete the permissions, with which nothing can be done any more."""
    Permission = apps.get_model("auth", "Permission")
    Permission.objects.filter(
        content_type__app_label="practices", content_type__model__in=PERMISSIONS
    ).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("practices", "0064_adaptations"),
    ]

    operations = [
        migrations.CreateModel(
            name="Question",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(editable=False, max_length=40, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "not confirmed yet"),
                            ("held", "held for a moderator"),
                            ("sent", "waiting for an answer"),
                            ("answered", "answered"),
                            ("published", "answered and published"),
                            ("private", "answered, not published"),
                            ("declined", "declined"),
                            ("stopped", "stopped by a moderator"),
                            ("expired", "not answered"),
                            ("closed", "closed"),
                        ],
                        db_default="asked",
                        db_index=True,
                        default="asked",
                        max_length=20,
                        verbose_name="status",
                    ),
                ),
                (
                    "end",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("withdrawn", "the practice was withdrawn"),
                            ("off", "the practice takes no more questions"),
                            ("nobody", "nobody can be asked any more"),
                            ("undelivered", "the e-mail could not be delivered"),
                        ],
                        db_default="",
                        max_length=20,
                        verbose_name="reason for its end",
                    ),
                ),
                (
                    "name",
                    models.CharField(blank=True, db_default="", max_length=200, verbose_name="asked by"),
                ),
                (
                    "address",
                    models.EmailField(
                        blank=True, db_default="", max_length=254, verbose_name="address of the asker"
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        db_default="en", default="en", max_length=10, verbose_name="language of e-mails"
                    ),
                ),
                ("text", models.TextField(verbose_name="question")),
                (
                    "asker_consents",
                    models.BooleanField(
                        db_default=False, default=False, verbose_name="the asker lets it be published"
                    ),
                ),
                (
                    "spam_signs",
                    models.JSONField(
                        blank=True,
                        db_default=models.Value([], models.JSONField()),
                        default=list,
                        verbose_name="reasons to hold it",
                    ),
                ),
                ("contact_key", models.CharField(blank=True, db_default="", editable=False, max_length=40)),
                ("answer", models.TextField(blank=True, db_default="", verbose_name="answer")),
                (
                    "contact_consents",
                    models.BooleanField(
                        db_default=False, default=False, verbose_name="the contact lets it be published"
                    ),
                ),
                (
                    "shown_text",
                    models.TextField(blank=True, db_default="", verbose_name="question as published"),
                ),
                (
                    "shown_answer",
                    models.TextField(blank=True, db_default="", verbose_name="answer as published"),
                ),
                ("asked_at", models.DateTimeField(verbose_name="asked")),
                (
                    "confirmed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="address confirmed"),
                ),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent")),
                ("reminded_at", models.DateTimeField(blank=True, null=True, verbose_name="reminded")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                ("published_at", models.DateTimeField(blank=True, null=True, verbose_name="published")),
                (
                    "moved_from",
                    models.ForeignKey(
                        blank=True,
                        help_text="The practice it was asked about, if that was merged with this one.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="practices.practice",
                        verbose_name="asked about",
                    ),
                ),
                (
                    "practice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="questions",
                        to="practices.practice",
                        verbose_name="practice",
                    ),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="questions",
                        to="practices.submission",
                        verbose_name="sent to the submitter of",
                    ),
                ),
            ],
            options={
                "verbose_name": "question",
                "verbose_name_plural": "questions",
                "ordering": ["-asked_at", "-pk"],
            },
        ),
        migrations.AddField(
            model_name="outboxmessage",
            name="question",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="messages",
                to="practices.question",
                verbose_name="question",
            ),
        ),
        migrations.CreateModel(
            name="QuestionContact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "is_off",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        help_text="As the submitter has chosen.",
                        verbose_name="takes no questions",
                    ),
                ),
                ("key", models.CharField(editable=False, max_length=40, unique=True)),
                (
                    "address",
                    models.EmailField(
                        blank=True, db_default="", max_length=254, verbose_name="e-mail address"
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        db_default="en", default="en", max_length=10, verbose_name="language of e-mails"
                    ),
                ),
                ("named_at", models.DateTimeField(blank=True, null=True, verbose_name="named")),
                (
                    "confirmed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="address confirmed"),
                ),
                (
                    "practice",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="question_contact",
                        to="practices.practice",
                        verbose_name="practice",
                    ),
                ),
            ],
            options={
                "verbose_name": "contact for questions",
                "verbose_name_plural": "contacts for questions",
                "ordering": ["practice"],
            },
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "asked",
                            "held",
                            "sent",
                            "answered",
                            "published",
                            "private",
                            "declined",
                            "stopped",
                            "expired",
                            "closed",
                        ],
                    )
                ),
                name="question_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "published"), _negated=True),
                    models.Q(
                        ("asker_consents", True), ("contact_consents", True), ("published_at__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="published_question_has_both_consents",
            ),
        ),
        migrations.RunPython(permit, forbid),
    ]
