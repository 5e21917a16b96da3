"""Publication through the workflow, as by a moderator. Sets up Django, so it is imported where the settings are."""

import django
from django.db import Error, connection

django.setup()

from benchmarks import synthetic  # noqa: E402 - it needs Django
from practices import workflow  # noqa: E402


def publish(title):
    """Publish a practice that all subscribers follow. Returns whether the database has stored it."""
    document = synthetic.document(1) | {
        "title": title,
        "source_url": "",
        "objectives": [21],
        "countries": ["PH"],
    }
    connection.close_if_unusable_or_obsolete()
    try:
        workflow.publish_document(document)
    except Error:
        connection.close()
        return False
    return True
