"""Give the latest revision of each practice the files it has now. Older revisions do not say which files they had."""

from django.db import migrations
from django.db.models import F

COLUMNS = ["file", "name", "description", "content_type", "size", "sha256"]


def record(apps, schema_editor):
    revisions = apps.get_model("practices", "Revision").objects
    row_of_file = apps.get_model("practices", "RevisionFile")
    attachments = apps.get_model("practices", "Attachment").objects
    latest = revisions.filter(number=F("practice__revision_number"), files_recorded=False)
    positions = {}
    rows = []
    attached = attachments.filter(practice__isnull=False).order_by("practice", "position", "pk")
    with_files = dict(latest.filter(practice__attachments__isnull=False).values_list("practice", "pk"))
    for attachment in attached.iterator():
        revision = with_files.get(attachment.practice_id)
        if revision is None:
            continue
        positions[revision] = positions.get(revision, 0) + 1
        columns = {name: getattr(attachment, name) for name in COLUMNS}
        rows.append(row_of_file(revision_id=revision, position=positions[revision], **columns))
    row_of_file.objects.bulk_create(rows, batch_size=500)
    latest.update(files_recorded=True)


class Migration(migrations.Migration):
    dependencies = [("practices", "0014_revision_files")]

    operations = [migrations.RunPython(record, migrations.RunPython.noop)]
