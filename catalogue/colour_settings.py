"""The setting COLOURS: colours that take the place of those in static/css/tokens.css."""

import re
from collections.abc import Mapping

from django.core.exceptions import ImproperlyConfigured

NAMES = (
    "accent", "accent-ink", "accent-soft", "band", "band-line", "on-band", "on-band-soft", "glow", "on-glow", "dot",
    "warm", "warm-soft",
)  # fmt: skip
"""Colours that make the look of a catalogue. Paper, ink, and the colours of errors and success are those of all."""
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")

type Colours = dict[str, tuple[str, str]]
"""Name → colours of the light and of the dark scheme."""


def read(given: Mapping[str, str]) -> Colours:
    """Return the colours of “name=light dark” or “name=both”. Raises ImproperlyConfigured."""
    return {name.strip(): _pair(name.strip(), value.split()) for name, value in given.items()}


def _pair(name: str, colours: list[str]) -> tuple[str, str]:
    if name not in NAMES:
        raise ImproperlyConfigured(f"COLOURS has no “{name}”. Its names are {', '.join(NAMES)}.")
    if len(colours) not in (1, 2) or not all(map(_COLOUR.fullmatch, colours)):
        raise ImproperlyConfigured(
            f"COLOURS needs one colour such as #0b4a63 for {name}, or one for light and one for dark pages with a space "
            f"between them, not “{' '.join(colours)}”."
        )
    return colours[0].lower(), colours[-1].lower()


def rules(colours: Colours) -> str:
    """Return the style sheet of these colours, empty without any. Printed pages keep their own colours."""
    lines = [f"--{name}:light-dark({light},{dark})" for name, (light, dark) in sorted(colours.items())]
    return f"@media screen{{:root{{{';'.join(lines)}}}}}" if lines else ""
