"""Keep the slugs of tags that are merged into others."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("practices", "0046_dump"),
        ("taggit", "0006_rename_taggeditem_content_type_object_id_taggit_tagg_content_8fc721_idx"),
    ]

    operations = [
        migrations.CreateModel(
            "FormerTag",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(allow_unicode=True, max_length=100, unique=True)),
                (
                    "tag",
                    models.ForeignKey(
                        on_delete=models.deletion.CASCADE, related_name="former_tags", to="taggit.tag"
                    ),
                ),
            ],
        ),
    ]
