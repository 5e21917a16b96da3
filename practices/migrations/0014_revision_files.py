"""Files belong to revisions: a table of the files of each revision, and a count of changes to those of a submission."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("practices", "0013_data_request")]

    operations = [
        migrations.AddField(
            "revision",
            "files_recorded",
            models.BooleanField(
                "files are recorded",
                default=False,
                db_default=False,
                help_text="Revisions of versions before 0.3.0 do not say which files they had.",
            ),
        ),
        migrations.AddField(
            "submission",
            "file_changes",
            models.PositiveIntegerField("changes of its files", default=0, db_default=0),
        ),
        migrations.AlterField(
            "attachment",
            "practice",
            models.ForeignKey(
                "practices.practice",
                models.SET_NULL,
                blank=True,
                null=True,
                related_name="attachments",
                verbose_name="practice",
                help_text="The practice whose latest revision has this file.",
            ),
        ),
        migrations.CreateModel(
            "RevisionFile",
            fields=[
                ("id", models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False)),
                ("file", models.FileField("file", max_length=200, upload_to="")),
                ("name", models.CharField("name", max_length=80)),
                ("description", models.CharField("description", max_length=200)),
                ("content_type", models.CharField("content type", max_length=100)),
                ("size", models.PositiveIntegerField("bytes")),
                ("sha256", models.CharField("SHA-256", max_length=64)),
                ("position", models.PositiveSmallIntegerField("position")),
                ("removed_at", models.DateTimeField("removed for good", null=True, blank=True)),
                (
                    "revision",
                    models.ForeignKey(
                        "practices.revision", models.CASCADE, related_name="files", verbose_name="revision"
                    ),
                ),
            ],
            options={
                "verbose_name": "file of a revision",
                "verbose_name_plural": "files of revisions",
                "ordering": ["position", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("revision", "position"), name="revision_has_one_file_a_position"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(removed_at=None) | models.Q(description="", file="", name=""),
                        name="file_removed_for_good_holds_nothing",
                    ),
                ],
            },
        ),
    ]
