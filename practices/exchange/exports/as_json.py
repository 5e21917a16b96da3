"""JSON: the documents, in the format that import reads."""

import json
from collections.abc import Iterator

from django.db.models import QuerySet

from practices.exchange.exports.source import latest_documents
from practices.models import Practice


def write(practices: QuerySet[Practice]) -> Iterator[str]:
    yield '{\n "practices": ['
    before = "\n"
    for _practice, document in latest_documents(practices):
        lines = json.dumps(document, ensure_ascii=False, indent=1).split("\n")  # never within a text
        yield before + "\n".join(f"  {line}" for line in lines)
        before = ",\n"
    yield "]\n}" if before == "\n" else "\n ]\n}"
