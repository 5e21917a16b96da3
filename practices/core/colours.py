"""Colours of the catalogue, as static/css/tokens.css and the setting COLOURS have them, and their contrast."""

import re
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core import checks

SCHEMES = ("light", "dark")
PAPERS = ("paper", "surface", "sunken")
_TOKEN = re.compile(r"--([\w-]+): (?:light-dark\()?(#\w{6})(?:, (#\w{6})\))?;")

TEXT = [
    *(("accent", ground) for ground in (*PAPERS, "accent-soft")),
    ("accent-ink", "accent"),
    ("ink", "accent-soft"),
    *((ink, ground) for ink in ("on-band", "on-band-soft") for ground in ("band", "band-line")),
    ("glow", "band"),
    ("on-glow", "glow"),
    *(("warm", ground) for ground in (*PAPERS, "warm-soft")),
    ("ink", "warm-soft"),
]
"""(text, ground) pairs of colours: 4.5 to 1 (WCAG 2.2, 1.4.3)."""
EDGES = [("dot", ground) for ground in PAPERS]
"""(graphic, ground) pairs of colours: 3 to 1 (WCAG 2.2, 1.4.11)."""


@cache
def _tokens() -> dict[str, tuple[str, str]]:
    text = (Path(settings.BASE_DIR) / "static/css/tokens.css").read_text(encoding="utf-8")
    return {name: (light, dark or light) for name, light, dark in _TOKEN.findall(text)}


def colour(name: str, scheme: str = "light") -> str:
    """Return a colour as #rrggbb. `scheme` is “light” or “dark”."""
    return (settings.COLOURS.get(name) or _tokens()[name])[SCHEMES.index(scheme)]


def luminance(of: str) -> float:
    """Return the relative luminance of #rrggbb, 0 to 1 (WCAG 2.2, “relative luminance”)."""
    channels = [int(of[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2, “contrast ratio”)."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def check_contrast(app_configs, **kwargs) -> list[checks.CheckMessage]:
    """Refuse colours of COLOURS that cannot be read on one another, and name one that can."""
    return [
        _fault(ink, ground, scheme, needed)
        for needed, pairs in ((4.5, TEXT), (3, EDGES))
        for ink, ground in pairs
        for scheme in SCHEMES
        if {ink, ground} & settings.COLOURS.keys()
        and contrast(colour(ink, scheme), colour(ground, scheme)) < needed
    ]


def _fault(ink: str, ground: str, scheme: str, needed: float) -> checks.Error:
    one, other = colour(ink, scheme), colour(ground, scheme)
    changed, kept = (ink, other) if ink in settings.COLOURS else (ground, one)
    return checks.Error(
        f"COLOURS: “{ink}” {one} on “{ground}” {other} ({scheme}) has a contrast of {contrast(one, other):.1f} to 1.",
        hint=f"It needs {needed} to 1 to be seen by everybody. For “{changed}” ({scheme}), "
        f"{readable(colour(changed, scheme), kept, needed)} would do.",
        id="practices.E002",
    )


def readable(wanted: str, beside: str, needed: float) -> str:
    """Return the colour nearest to `wanted`, darker or lighter, whose contrast to `beside` is enough."""
    for percent in range(101):
        for towards in (0, 255):
            mixed = _mixed(wanted, towards, percent)
            if contrast(mixed, beside) >= needed:
                return mixed
    raise ValueError(f"Neither black nor white has a contrast of {needed} to {beside}.")  # below 4.58


def _mixed(one: str, grey: int, percent: int) -> str:
    channels = [int(one[start : start + 2], 16) for start in (1, 3, 5)]
    return "#" + "".join(f"{round(c + (grey - c) * percent / 100):02x}" for c in channels)
