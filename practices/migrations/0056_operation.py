"""Record how the catalogue runs: jobs, errors, and the audit log."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("practices", "0055_request_ids")]

    operations = [
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(db_index=True, verbose_name="time")),
                ("act", models.CharField(max_length=40, verbose_name="act")),
                ("by", models.CharField(blank=True, max_length=150, verbose_name="account")),
                (
                    "subject",
                    models.CharField(blank=True, max_length=64, verbose_name="keyed hash of the address"),
                ),
                ("what", models.CharField(blank=True, max_length=200, verbose_name="details")),
                ("request_id", models.CharField(blank=True, max_length=16, verbose_name="request")),
            ],
            options={
                "verbose_name": "audit event",
                "verbose_name_plural": "audit events",
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Fault",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("fingerprint", models.CharField(max_length=32, unique=True)),
                ("what", models.CharField(max_length=100, verbose_name="error")),
                ("place", models.CharField(max_length=300, verbose_name="place in the code")),
                ("route", models.CharField(blank=True, max_length=300, verbose_name="page or command")),
                (
                    "request_id",
                    models.CharField(blank=True, max_length=16, verbose_name="last request or run"),
                ),
                ("count", models.PositiveIntegerField(default=1, verbose_name="times")),
                ("first_at", models.DateTimeField(verbose_name="first time")),
                ("last_at", models.DateTimeField(verbose_name="last time")),
                ("reported_at", models.DateTimeField(blank=True, null=True, verbose_name="reported")),
            ],
            options={
                "verbose_name": "error",
                "verbose_name_plural": "errors",
                "ordering": ["-last_at"],
            },
        ),
        migrations.CreateModel(
            name="JobRun",
            fields=[
                (
                    "name",
                    models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="job"),
                ),
                ("expected_since", models.DateTimeField(verbose_name="expected since")),
                ("started_at", models.DateTimeField(blank=True, null=True, verbose_name="last start")),
                ("succeeded_at", models.DateTimeField(blank=True, null=True, verbose_name="last success")),
                ("failed_at", models.DateTimeField(blank=True, null=True, verbose_name="last failure")),
                (
                    "request_id",
                    models.CharField(
                        blank=True, db_default="", default="", max_length=16, verbose_name="run"
                    ),
                ),
                ("reported_at", models.DateTimeField(blank=True, null=True, verbose_name="reported as late")),
            ],
            options={
                "verbose_name": "job",
                "verbose_name_plural": "jobs",
                "ordering": ["name"],
            },
        ),
    ]
