"""Tell moderators of answers to submissions assigned to them unless they turn that off."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("practices", "0041_moderationevent_files")]

    operations = [
        migrations.AlterField(
            "staffprofile",
            "answers",
            models.BooleanField(
                "answers from submitters",
                db_default=True,
                default=True,
                help_text=(
                    "An e-mail when the submitter of a submission assigned to you writes or resubmits. If you turn it "
                    "off, moderators who want the nightly summary get it instead, or all moderators if nobody wants "
                    "the summary."
                ),
            ),
        ),
    ]
