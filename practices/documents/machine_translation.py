"""Texts of documents as a service of machine translation translates them: what a person has to check."""

from dataclasses import dataclass, field
from typing import Any

from practices.core import machine_translation
from practices.core.machine_translation import NotTranslated

type Texts = dict[str, Any]
"""Field of the document → its text, or its key figures."""


@dataclass
class MachineTranslation:
    """The texts that a service has translated, and why it has not translated the others, if so."""

    texts: Texts = field(default_factory=dict)
    error: NotTranslated | None = None

    @property
    def is_refunded(self) -> bool:
        """Return whether it counts against no limit, as the service had no time for any of the texts."""
        return self.error is not None and self.error.is_for_now and not self.texts


def translate(texts: Texts, *, source: str, target: str) -> MachineTranslation:
    """Have texts translated. Waits for another server: call it outside of transactions."""
    made = machine_translation.translate(_flat(texts), source=source, target=target)
    return MachineTranslation(_folded(texts, made.texts), made.error)


def remembered(texts: Texts, *, source: str, target: str) -> Texts:
    """Return the translation of texts if somebody had all of them translated a while ago; otherwise nothing."""
    return _folded(texts, machine_translation.remembered(_flat(texts), source=source, target=target))


def _flat(texts: Texts) -> dict[str, str]:
    """Return the texts by names; of key figures, what they count. Numbers and sources stay as they are."""
    flat = {}
    for name, text in texts.items():
        if isinstance(text, str):
            flat[name] = text
        else:
            flat |= {f"{name} {place}": figure["meaning"] for place, figure in enumerate(text)}
    return flat


def _folded(texts: Texts, flat: dict[str, str]) -> Texts:
    """Return the texts that are translated as a whole."""
    folded: Texts = {}
    for name, text in texts.items():
        if isinstance(text, str):
            if name in flat:
                folded[name] = flat[name]
        elif all(f"{name} {place}" in flat for place in range(len(text))):
            folded[name] = [
                {**figure, "meaning": flat[f"{name} {place}"]} for place, figure in enumerate(text)
            ]
    return folded
