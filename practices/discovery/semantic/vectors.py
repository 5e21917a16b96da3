"""Vectors of the published practices: in the database, and in short in the memory of a process.

A process keeps one bit for each component of a vector, its sign: 64 bytes a practice. Vectors with most signs in common
are the candidates, and their cosine similarity is computed from the whole vectors in the database.
"""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from itertools import batched
from threading import Lock
from typing import Any

import numpy as np
from django.db.models import QuerySet

from practices.core import catalogue_version
from practices.core.prepared import prepared
from practices.models import PracticeVector

type Vector = np.ndarray[Any, np.dtype[np.float32]]
"""512 components, of length 1."""

MAX_KEPT = 100_000
"""The newest vectors that a process keeps the signs of, so that its memory does not grow with the catalogue."""
BATCH = 1_000
"""Vectors read at once."""
_STORED = np.dtype("<f2")


def _rows(model: Any) -> QuerySet[PracticeVector]:
    """Return the vectors of indexed practices: an earlier release, while it still runs, leaves those it withdraws."""
    return PracticeVector.objects.filter(model=model, practice__index_row__isnull=False)


@prepared
def _vectors(model: Any, practices: Any) -> QuerySet[PracticeVector, Any]:
    return _rows(model).filter(practice__in=practices).values_list("practice_id", "vector")


def _signs(vectors: np.ndarray[Any, Any]) -> np.ndarray[Any, np.dtype[np.uint64]]:
    """Return the signs of vectors, which are rows of a matrix, in one column for each vector."""
    return np.packbits(vectors > 0, axis=-1).view(np.uint64).T


@dataclasses.dataclass(frozen=True)
class _Kept:
    """Vectors as a process keeps them: primary keys of practices, and the signs of their vectors in the same order."""

    version: str
    """The version of the catalogue that it belongs to."""
    last_row: int
    """The highest key of a row that was read."""
    practices: np.ndarray[Any, np.dtype[np.int64]]
    signs: np.ndarray[Any, np.dtype[np.uint64]]
    """A column for each vector, as numpy adds up rows several times as fast."""


class Vectors:
    """The vectors of one model. Any number of threads may use them."""

    def __init__(self, model: str) -> None:
        self._model = model
        self._lock = Lock()
        self._kept = _Kept("", 0, np.empty(0, np.int64), np.empty((8, 0), np.uint64))

    @staticmethod
    def pack(vector: Vector) -> bytes:
        return vector.astype(_STORED).tobytes()

    @staticmethod
    def unpack(stored: Iterable[Any]) -> np.ndarray[Any, np.dtype[np.float32]]:
        """Return stored vectors, at least one, as the rows of a matrix."""
        parts = list(stored)
        return np.frombuffer(b"".join(parts), _STORED).reshape(len(parts), -1).astype(np.float32)

    def nearest(
        self, vector: Vector, *, candidates: int, limit: int, at_least: float
    ) -> list[tuple[int, float]]:
        """Return (primary key, cosine similarity) of the nearest practices, nearest first."""
        [near] = self.nearest_to_each([vector], candidates=candidates, limit=limit, at_least=at_least)
        return near

    def nearest_to_each(
        self, vectors: Sequence[Vector], *, candidates: int, limit: int, at_least: float
    ) -> list[list[tuple[int, float]]]:
        """Return the nearest practices of each vector. One query for the vectors of all candidates."""
        compared = [self._with_most_signs_in_common(vector, candidates) for vector in vectors]
        rows = dict(_vectors(self._model, sorted(set().union(*compared))))
        return [
            self._nearest_of([key for key in keys if key in rows], rows, vector, limit, at_least)
            for vector, keys in zip(vectors, compared, strict=True)
        ]

    def _nearest_of(
        self, keys: list[int], rows: Mapping[int, Any], vector: Vector, limit: int, at_least: float
    ) -> list[tuple[int, float]]:
        if not keys:
            return []
        similarities = self.unpack(rows[key] for key in keys) @ vector
        near = [
            (key, float(similarity))
            for key, similarity in zip(keys, similarities, strict=True)
            if similarity >= at_least
        ]
        return sorted(near, key=lambda each: (-each[1], -each[0]))[:limit]

    def _with_most_signs_in_common(self, vector: Vector, number: int) -> list[int]:
        kept = self._refresh()
        differing = np.bitwise_count(kept.signs ^ _signs(vector[np.newaxis])).sum(axis=0, dtype=np.uint16)
        if len(differing) > number:
            return kept.practices[np.argpartition(differing, number)[:number]].tolist()
        return kept.practices.tolist()

    def _refresh(self) -> _Kept:
        """Return what is kept, after reading the rows that were added since. Two queries, or none.

        Rows of practices that were withdrawn since stay, as the database will not have their vectors.
        """
        version = catalogue_version.current()
        if self._kept.version == version:
            return self._kept
        with self._lock:
            kept = self._kept
            if kept.version != version:
                self._kept = kept = self._read(version, kept)
            return kept

    def _read(self, version: str, kept: _Kept) -> _Kept:
        rows = _rows(self._model).filter(pk__gt=kept.last_row).order_by("-pk")[:MAX_KEPT]
        last_row, practices, signs = kept.last_row, [], []
        found = rows.values_list("pk", "practice_id", "vector").iterator(chunk_size=BATCH)
        for batch in batched(found, BATCH, strict=False):
            last_row = max(last_row, batch[0][0])
            practices += [practice for _row, practice, _stored in batch]
            signs.append(_signs(self.unpack(stored for _row, _practice, stored in batch)))
        if not practices:
            return dataclasses.replace(kept, version=version)
        added = np.array(practices, np.int64)
        stays = ~np.isin(kept.practices, added)
        return _Kept(
            version,
            last_row,
            np.concatenate([added, kept.practices[stays]])[:MAX_KEPT],
            np.ascontiguousarray(np.concatenate([*signs, kept.signs[:, stays]], axis=1)[:, :MAX_KEPT]),
        )
