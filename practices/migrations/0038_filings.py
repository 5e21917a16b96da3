"""What lists are answered from, in a narrow row for each practice; the entries of keys lose their second index."""

import secrets

import django.db.models.deletion
from django.db import migrations, models

# The character of the key with this number, as `practices.signs` has it: after "`", without surrogates.
SIGN = "{character}(CAST(k.id + CASE WHEN k.id + 96 < 55296 THEN 96 ELSE 2144 END AS integer))"

FILE = [
    "INSERT INTO practices_facetkey (key) SELECT DISTINCT key FROM practices_facetentry "
    "WHERE key <> 'all' AND key NOT LIKE 'submitter:%' ORDER BY key",
    "INSERT INTO practices_filing (practice_id, published_at, revision, start_year, end_year, submitter, signs) "
    "SELECT p.id, p.published_at, p.revision_number, p.start_year, p.end_year, "
    "COALESCE(MAX(CASE WHEN e.key LIKE 'submitter:%' THEN substr(e.key, 11) END), ''), "
    "COALESCE({join}({sign}, '') FILTER (WHERE k.id IS NOT NULL), '') "
    "FROM practices_facetentry e JOIN practices_practice p ON p.id = e.practice_id "
    "LEFT JOIN practices_facetkey k ON k.key = e.key GROUP BY p.id",
]
ENTER = [
    "INSERT INTO practices_facetentry (key, published_at, practice_id) "
    "SELECT k.key, f.published_at, f.practice_id "
    "FROM practices_filing f JOIN practices_facetkey k ON {position}(f.signs, {sign}) > 0",
]
ENTER_AS_BEFORE = [
    *ENTER,
    "INSERT INTO practices_facetentry (key, published_at, practice_id) "
    "SELECT 'all', published_at, practice_id FROM practices_filing",
    "INSERT INTO practices_facetentry (key, published_at, practice_id) "
    "SELECT 'submitter:' || submitter, published_at, practice_id FROM practices_filing WHERE submitter <> ''",
]
WORDS = {
    "postgresql": {"{character}": "chr", "{join}": "string_agg", "{position}": "strpos"},
    "sqlite": {"{character}": "char", "{join}": "group_concat", "{position}": "instr"},
}


def run(statements):
    def execute(apps, schema_editor):
        for statement in statements:
            text = statement.replace("{sign}", SIGN)
            for word, here in WORDS[schema_editor.connection.vendor].items():
                text = text.replace(word, here)
            schema_editor.execute(text, None)
        # Whatever is kept under the version may know other signs.
        version = "UPDATE practices_catalogueversion SET token = %s"
        schema_editor.execute(version, [secrets.token_hex(8)])

    return execute


class Migration(migrations.Migration):

    dependencies = [
        ("practices", "0037_tallies_without_index_of_counts"),
    ]

    operations = [
        migrations.CreateModel(
            name="FacetKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=120, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="Filing",
            fields=[
                ("practice", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to="practices.practice")),
                ("published_at", models.DateTimeField()),
                ("revision", models.PositiveIntegerField()),
                ("start_year", models.PositiveSmallIntegerField(null=True)),
                ("end_year", models.PositiveSmallIntegerField(null=True)),
                ("submitter", models.CharField(max_length=16)),
                ("signs", models.TextField()),
            ],
            options={
                "indexes": [models.Index(fields=["published_at", "practice"], name="filing_in_order")],
            },
        ),
        migrations.RunPython(run(FILE), run(ENTER_AS_BEFORE)),
        migrations.DeleteModel("FacetEntry"),
        migrations.CreateModel(
            name="FacetEntry",
            fields=[
                ("pk", models.CompositePrimaryKey("key", "published_at", "practice", blank=True, editable=False, primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=120)),
                ("published_at", models.DateTimeField()),
                ("practice", models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="practices.filing")),
            ],
        ),
        migrations.RunPython(run(ENTER), migrations.RunPython.noop),
    ]
