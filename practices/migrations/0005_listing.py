"""Index tables that lists, counts and suggestions are read from."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("practices", "0022_listing"),
        ("practices", "0038_filings"),
    ]

    dependencies = [("practices", "0004_subscriptions")]

    operations = [
        migrations.CreateModel(
            name="FacetKey",
            fields=[
                ("id", models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=120, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="Filing",
            fields=[
                (
                    "practice",
                    models.OneToOneField(
                        "practices.practice", models.CASCADE, primary_key=True, serialize=False
                    ),
                ),
                ("published_at", models.DateTimeField()),
                ("revision", models.PositiveIntegerField()),
                ("start_year", models.PositiveSmallIntegerField(null=True)),
                ("end_year", models.PositiveSmallIntegerField(null=True)),
                ("submitter", models.CharField(max_length=16)),
                ("signs", models.TextField()),
            ],
            options={"indexes": [models.Index(fields=["published_at", "practice"], name="filing_in_order")]},
        ),
        migrations.CreateModel(
            name="FacetEntry",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "key",
                        "published_at",
                        "practice",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "practice",
                    models.ForeignKey(
                        "practices.filing",
                        models.DO_NOTHING,
                        db_constraint=False,
                        db_index=False,
                        related_name="+",
                    ),
                ),
                ("key", models.CharField(max_length=120)),
                ("published_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("id", models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False)),
                ("scope", models.CharField(max_length=60)),
                ("facet", models.CharField(max_length=20)),
                ("key", models.CharField(max_length=120)),
                ("count", models.IntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["scope", "facet"], name="tally_by_scope_and_facet")],
                "constraints": [models.UniqueConstraint(fields=("scope", "key"), name="tally_is_kept_once")],
            },
        ),
        migrations.CreateModel(
            name="Word",
            fields=[
                ("word", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("initial", models.CharField(max_length=1)),
                ("length", models.PositiveSmallIntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["initial", "length"], name="word_by_initial_and_length")]
            },
        ),
    ]
