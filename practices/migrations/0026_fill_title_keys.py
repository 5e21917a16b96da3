"""Keys of the titles there are already, by which likely duplicates are found."""

from itertools import batched

from django.db import migrations

from practices.core.titles import title_key


def fill(apps, schema_editor):
    Practice = apps.get_model("practices", "Practice")
    practices = Practice.objects.filter(title_key="").only("title").order_by("pk")
    for some in batched(practices.iterator(chunk_size=1000), 1000):
        for practice in some:
            practice.title_key = title_key(practice.title)
        Practice.objects.bulk_update(some, ["title_key"])


class Migration(migrations.Migration):
    dependencies = [("practices", "0025_practice_title_key")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
