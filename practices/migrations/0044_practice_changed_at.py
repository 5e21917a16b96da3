"""Add the instant of the last change to a practice's public record."""

from django.db import migrations, models
from django.db.models import Case, F, When
from django.db.models.functions import Now


def date_changes(apps, schema_editor):
    """Take the later of the last revision and the withdrawal; when a practice was restored is not on its row."""
    practices = apps.get_model("practices", "Practice").objects.using(schema_editor.connection.alias)
    is_withdrawn_later = When(withdrawn_at__gt=F("revised_at"), then=F("withdrawn_at"))
    practices.update(changed_at=Case(is_withdrawn_later, default=F("revised_at")))


class Migration(migrations.Migration):
    dependencies = [("practices", "0043_submission_returned_at")]

    operations = [
        migrations.AddField("practice", "changed_at", models.DateTimeField(db_default=Now(), editable=False)),
        migrations.RunPython(date_changes, migrations.RunPython.noop),
    ]
