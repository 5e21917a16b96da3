"""JSON: all practices in one document, in the format that import reads."""

import json
from collections.abc import Iterable, Iterator

from django.db.models import QuerySet

from practices.exchange.exports.columns import item
from practices.exchange.exports.records import Record, records
from practices.models import Practice


def write(practices: QuerySet[Practice]) -> Iterator[str]:
    return pieces(records(practices))


def pieces(records: Iterable[Record]) -> Iterator[str]:
    yield '{\n "practices": ['
    before = "\n"
    for record in records:
        lines = json.dumps(item(record), ensure_ascii=False, indent=1).split("\n")  # never within a text
        yield before + "\n".join(f"  {line}" for line in lines)
        before = ",\n"
    yield "]\n}" if before == "\n" else "\n ]\n}"
