"""What each practice's latest revision is numbered, and what its title is sorted by."""

import unicodedata

from django.db import migrations


def fill(apps, schema_editor):
    practices = apps.get_model("practices", "Practice").objects
    revisions = apps.get_model("practices", "Revision").objects
    numbers = dict(revisions.order_by("practice", "number").values_list("practice", "number"))
    batch = []
    for practice in practices.only("title").iterator(chunk_size=1000):
        practice.revision_number = numbers.get(practice.pk, 0)
        practice.sort_title = folded(practice.title)[:250]
        batch.append(practice)
        if len(batch) == 1000:
            practices.bulk_update(batch, ["revision_number", "sort_title"])
            batch = []
    practices.bulk_update(batch, ["revision_number", "sort_title"])


def folded(title):
    decomposed = unicodedata.normalize("NFKD", title.casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


class Migration(migrations.Migration):

    dependencies = [("practices", "0023_search_index")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
