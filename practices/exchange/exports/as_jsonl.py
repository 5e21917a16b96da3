"""JSON Lines: the practices of the JSON export, one per line, for programs that read line by line."""

import json
from collections.abc import Iterator

from django.db.models import QuerySet

from practices.exchange.exports.columns import item
from practices.exchange.exports.records import records
from practices.models import Practice


def write(practices: QuerySet[Practice]) -> Iterator[str]:
    for record in records(practices):
        yield json.dumps(item(record), ensure_ascii=False) + "\n"
