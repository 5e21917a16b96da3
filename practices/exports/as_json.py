"""JSON: the documents themselves, in the format that import reads."""

import json

from django.db.models import QuerySet

from practices.exports.documents import latest_documents
from practices.models import Practice


def write(practices: QuerySet[Practice]) -> str:
    documents = [document for _practice, document in latest_documents(practices)]
    return json.dumps({"practices": documents}, ensure_ascii=False, indent=1)
