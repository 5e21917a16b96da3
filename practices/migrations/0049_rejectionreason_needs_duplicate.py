"""Let a reason not to accept require the duplicate, as the one of that sense, if nobody has renamed it, does at once."""

from django.db import migrations, models

TITLE = "Already in the catalogue"


def require_duplicate(apps, schema_editor):
    apps.get_model("practices", "RejectionReason").objects.filter(title=TITLE).update(needs_duplicate=True)


class Migration(migrations.Migration):
    dependencies = [("practices", "0048_dismissed_duplicate")]

    operations = [
        migrations.AddField(
            "rejectionreason",
            "needs_duplicate",
            models.BooleanField(
                db_default=False,
                default=False,
                help_text=(
                    "The moderator has to name the practice, or the other submission, that is the same. Where it is "
                    "another submission, the e-mail says so instead of the text."
                ),
                verbose_name="needs a duplicate",
            ),
        ),
        migrations.RunPython(require_duplicate, migrations.RunPython.noop),
    ]
