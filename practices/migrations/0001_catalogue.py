"""Reference data, practices with their revisions, and the version of the whole catalogue."""

from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Now
from django.utils import timezone
from taggit.managers import TaggableManager


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("practices", "0001_initial"),
        ("practices", "0003_practice_evidence_reason"),
        ("practices", "0017_practice_merged_into"),
        ("practices", "0021_catalogue_version"),
        ("practices", "0024_practice_revision_numbers"),
        ("practices", "0025_practice_title_key"),
        ("practices", "0026_fill_title_keys"),
        ("practices", "0032_catalogueversion_changed_at"),
        ("practices", "0036_practice_resources"),
    ]

    dependencies = [
        ("taggit", "0006_rename_taggeditem_content_type_object_id_taggit_tagg_content_8fc721_idx"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Objective",
            fields=[
                ("id", models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False)),
                ("number", models.PositiveSmallIntegerField("number", unique=True)),
                ("title", models.CharField("official title", max_length=200)),
                ("short_label", models.CharField("short label", max_length=60)),
                (
                    "meaning",
                    models.TextField("in plain words", help_text="Two sentences without terms of the trade."),
                ),
                ("gcm_paragraph", models.PositiveSmallIntegerField("paragraph of the Compact")),
            ],
            options={
                "verbose_name": "objective",
                "verbose_name_plural": "objectives",
                "ordering": ["number"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(number__range=(1, 23)), name="objective_number_is_1_to_23"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="GuidingPrinciple",
            fields=[
                ("id", models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False)),
                ("letter", models.CharField("letter", max_length=1, unique=True)),
                ("title", models.CharField("title", max_length=80)),
            ],
            options={
                "verbose_name": "guiding principle",
                "verbose_name_plural": "guiding principles",
                "ordering": ["letter"],
            },
        ),
        migrations.CreateModel(
            name="SustainableDevelopmentGoal",
            fields=[
                ("id", models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False)),
                ("number", models.PositiveSmallIntegerField("number", unique=True)),
                ("title", models.CharField("official title", max_length=250)),
                ("short_title", models.CharField("short title", max_length=80)),
            ],
            options={
                "verbose_name": "Sustainable Development Goal",
                "verbose_name_plural": "Sustainable Development Goals",
                "ordering": ["number"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(number__range=(1, 17)), name="sdg_number_is_1_to_17"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Region",
            fields=[
                ("id", models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False)),
                ("code", models.CharField("M49 code", max_length=3, unique=True)),
                ("slug", models.SlugField("slug", unique=True)),
                ("name", models.CharField("name", max_length=60)),
                (
                    "parent",
                    models.ForeignKey(
                        "practices.region",
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="subregions",
                        verbose_name="region",
                    ),
                ),
            ],
            options={"verbose_name": "region", "verbose_name_plural": "regions", "ordering": ["name"]},
        ),
        migrations.CreateModel(
            name="Country",
            fields=[
                ("id", models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False)),
                ("code", models.CharField("ISO 3166-1 alpha-2 code", max_length=2, unique=True)),
                ("alpha3", models.CharField("ISO 3166-1 alpha-3 code", max_length=3, unique=True)),
                ("m49", models.CharField("M49 code", blank=True, max_length=3)),
                ("name", models.CharField("name", max_length=80)),
                (
                    "subregion",
                    models.ForeignKey(
                        "practices.region",
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="countries",
                        verbose_name="sub-region",
                    ),
                ),
            ],
            options={"verbose_name": "country", "verbose_name_plural": "countries", "ordering": ["name"]},
        ),
        migrations.CreateModel(
            name="PracticeType",
            fields=[
                ("id", models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False)),
                ("slug", models.SlugField("slug", unique=True)),
                ("name", models.CharField("name", max_length=80)),
                ("position", models.PositiveSmallIntegerField("position")),
            ],
            options={
                "verbose_name": "practice type",
                "verbose_name_plural": "practice types",
                "ordering": ["position"],
            },
        ),
        migrations.CreateModel(
            name="ImplementerKind",
            fields=[
                ("id", models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False)),
                ("slug", models.SlugField("slug", unique=True)),
                ("name", models.CharField("name", max_length=80)),
                ("position", models.PositiveSmallIntegerField("position")),
            ],
            options={
                "verbose_name": "kind of implementer",
                "verbose_name_plural": "kinds of implementer",
                "ordering": ["position"],
            },
        ),
        migrations.CreateModel(
            name="Practice",
            fields=[
                ("id", models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False)),
                ("title", models.CharField("title", max_length=250)),
                ("sort_title", models.CharField(default="", editable=False, max_length=250)),
                (
                    "title_key",
                    models.CharField(
                        blank=True, db_default="", db_index=True, editable=False, max_length=200
                    ),
                ),
                ("summary", models.TextField("summary")),
                ("area", models.CharField("area", blank=True, max_length=200)),
                (
                    "type",
                    models.ForeignKey(
                        "practices.practicetype",
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="practices",
                        verbose_name="type",
                    ),
                ),
                ("implementers", models.JSONField("implementers", blank=True, default=list)),
                ("start_year", models.PositiveSmallIntegerField("start year", blank=True, null=True)),
                ("end_year", models.PositiveSmallIntegerField("end year", blank=True, null=True)),
                ("context", models.TextField("context and aim", blank=True)),
                ("beneficiaries", models.TextField("beneficiaries", blank=True)),
                ("activities", models.TextField("activities", blank=True)),
                ("results", models.TextField("results", blank=True)),
                (
                    "evidence_level",
                    models.CharField(
                        "evidence",
                        choices=[
                            ("none_stated", "None stated"),
                            ("monitored", "Monitored"),
                            ("evaluated", "Evaluated"),
                            ("independently_evaluated", "Independently evaluated"),
                        ],
                        default="none_stated",
                        max_length=30,
                    ),
                ),
                (
                    "evidence_reason",
                    models.TextField("reason of the evidence level", blank=True, db_default=""),
                ),
                ("evidence_url", models.URLField("evidence link", blank=True, max_length=500)),
                ("innovation", models.TextField("innovation", blank=True)),
                ("lessons", models.TextField("lessons", blank=True)),
                ("hindsight", models.TextField("what one would do differently", blank=True)),
                ("replication", models.TextField("conditions for replication", blank=True)),
                ("resources", models.TextField("resources and links", blank=True, db_default="")),
                (
                    "cost_band",
                    models.CharField(
                        "cost",
                        blank=True,
                        choices=[
                            ("under_50k", "Under 50,000 US dollars"),
                            ("50k_500k", "50,000 to 500,000 US dollars"),
                            ("500k_5m", "500,000 to 5 million US dollars"),
                            ("over_5m", "Over 5 million US dollars"),
                        ],
                        max_length=20,
                    ),
                ),
                ("language", models.CharField("language", default="en", max_length=10)),
                (
                    "licence",
                    models.CharField(
                        "licence",
                        blank=True,
                        choices=[
                            ("CC-BY-4.0", "CC BY 4.0: anyone may reuse it, naming the source"),
                            ("CC-BY-SA-4.0", "CC BY-SA 4.0: as above, shared alike"),
                            ("CC-BY-NC-4.0", "CC BY-NC 4.0: as CC BY, not commercially"),
                            ("CC0-1.0", "CC0 1.0: no rights reserved"),
                        ],
                        max_length=20,
                    ),
                ),
                ("source_url", models.URLField("source", blank=True, max_length=500)),
                (
                    "credit",
                    models.CharField(
                        "public credit", blank=True, help_text="Empty: submitted anonymously.", max_length=200
                    ),
                ),
                ("submitted_on", models.DateField("submitted on", blank=True, null=True)),
                ("published_at", models.DateTimeField("published", db_index=True)),
                ("revised_at", models.DateTimeField("last revised")),
                (
                    "checked_on",
                    models.DateField(
                        "checked on",
                        blank=True,
                        help_text="The day its submitter last said it is still true.",
                        null=True,
                    ),
                ),
                (
                    "revision_number",
                    models.PositiveIntegerField("latest revision", default=0, editable=False),
                ),
                ("withdrawn_at", models.DateTimeField("withdrawn", blank=True, null=True)),
                ("withdrawal_reason", models.TextField("reason of withdrawal", blank=True)),
                (
                    "merged_into",
                    models.ForeignKey(
                        "practices.practice",
                        models.PROTECT,
                        blank=True,
                        help_text="Its address leads there.",
                        null=True,
                        related_name="absorbed",
                        verbose_name="merged into",
                    ),
                ),
                (
                    "countries",
                    models.ManyToManyField(
                        "practices.country", blank=True, related_name="practices", verbose_name="countries"
                    ),
                ),
                (
                    "implementer_kinds",
                    models.ManyToManyField(
                        "practices.implementerkind",
                        blank=True,
                        related_name="practices",
                        verbose_name="kinds of implementer",
                    ),
                ),
                (
                    "principles",
                    models.ManyToManyField(
                        "practices.guidingprinciple",
                        blank=True,
                        related_name="practices",
                        verbose_name="guiding principles",
                    ),
                ),
                (
                    "sdgs",
                    models.ManyToManyField(
                        "practices.sustainabledevelopmentgoal",
                        blank=True,
                        related_name="practices",
                        verbose_name="Sustainable Development Goals",
                    ),
                ),
            ],
            options={
                "verbose_name": "practice",
                "verbose_name_plural": "practices",
                "ordering": ["-published_at", "-pk"],
                "indexes": [
                    models.Index(models.F("source_url"), name="practice_by_source_url"),
                    models.Index(fields=["sort_title", "id"], name="practice_by_title"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(revised_at__gte=models.F("published_at")),
                        name="practice_is_revised_after_it_is_published",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(end_year__isnull=True)
                        | models.Q(start_year__isnull=True)
                        | models.Q(end_year__gte=models.F("start_year")),
                        name="practice_ends_after_it_starts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(merged_into=None)
                        | (models.Q(withdrawn_at__isnull=False) & ~models.Q(merged_into=models.F("id"))),
                        name="merged_practice_is_withdrawn_and_leads_elsewhere",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Placement",
            fields=[
                ("id", models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False)),
                (
                    "practice",
                    models.ForeignKey("practices.practice", models.CASCADE, related_name="placements"),
                ),
                (
                    "objective",
                    models.ForeignKey("practices.objective", models.PROTECT, related_name="placements"),
                ),
                ("position", models.PositiveSmallIntegerField("position")),
            ],
            options={
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("practice", "objective"), name="practice_serves_an_objective_once"
                    ),
                    models.UniqueConstraint(
                        fields=("practice", "position"), name="practice_has_one_objective_a_position"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TaggedPractice",
            fields=[
                ("id", models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False)),
                (
                    "tag",
                    models.ForeignKey(
                        "taggit.tag", models.CASCADE, related_name="%(app_label)s_%(class)s_items"
                    ),
                ),
                (
                    "content_object",
                    models.ForeignKey("practices.practice", models.CASCADE, related_name="tagged_items"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("content_object", "tag"), name="practice_has_a_tag_once")
                ]
            },
        ),
        migrations.AddField(
            model_name="practice",
            name="objectives",
            field=models.ManyToManyField(
                "practices.objective",
                related_name="practices",
                through="practices.Placement",
                verbose_name="objectives",
            ),
        ),
        migrations.AddField(
            model_name="practice",
            name="tags",
            field=TaggableManager(
                blank=True,
                help_text="A comma-separated list of tags.",
                through="practices.TaggedPractice",
                to="taggit.Tag",
                verbose_name="tags",
            ),
        ),
        migrations.CreateModel(
            name="Revision",
            fields=[
                ("id", models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False)),
                (
                    "practice",
                    models.ForeignKey("practices.practice", models.CASCADE, related_name="revisions"),
                ),
                ("number", models.PositiveIntegerField("number")),
                ("document", models.JSONField("document")),
                ("note", models.CharField("what changed", blank=True, max_length=200)),
                ("published_at", models.DateTimeField("published")),
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
            ],
            options={
                "verbose_name": "revision",
                "verbose_name_plural": "revisions",
                "ordering": ["-number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("practice", "number"), name="revision_has_its_own_number"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(number__gte=1), name="revision_numbers_start_at_1"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CatalogueVersion",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("token", models.CharField(max_length=16)),
                ("wording", models.CharField(max_length=16)),
                ("changed_at", models.DateTimeField(db_default=Now(), default=timezone.now)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(pk=1), name="there_is_one_catalogue_version")
                ]
            },
        ),
    ]
