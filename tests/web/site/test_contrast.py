"""Contrast of the colours in tokens.css: 7:1 for text (WCAG 1.4.6, AAA), 4.5:1 for other meaningful colours (AA)."""

import re

import pytest
from django.conf import settings

TOKENS = (settings.BASE_DIR / "static/css/tokens.css").read_text()
COLOURS = {
    name: (light, dark or light)
    for name, light, dark in re.findall(r"--([\w-]+): (?:light-dark\()?(#\w{6})(?:, (#\w{6})\))?;", TOKENS)
}
SCHEMES = ["light", "dark"]

TEXT = [
    *((ink, ground) for ink in ("ink", "ink-soft") for ground in ("paper", "surface", "sunken")),
    *(("ink", f"{name}-soft") for name in ("accent", "warm", "good", "bad")),
    *(("accent", ground) for ground in ("paper", "surface", "sunken")),
    ("accent-ink", "accent"),
    *((ink, "band") for ink in ("on-band", "on-band-soft", "glow")),
    ("on-glow", "glow"),
    *(("warm", ground) for ground in ("paper", "surface", "sunken", "warm-soft")),
]
MEANING = [
    *((name, ground) for name in ("warm", "bad", "good") for ground in ("paper", "surface")),
    *((name, f"{name}-soft") for name in ("accent", "warm", "bad", "good")),
]
EDGES = [(edge, ground) for edge in ("line-strong", "dot") for ground in ("paper", "surface", "sunken")]


def luminance(colour):
    """Relative luminance of #rrggbb, 0 to 1 (WCAG 2.2, "relative luminance")."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(scheme, one, other):
    """Contrast ratio, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    which = SCHEMES.index(scheme)
    lights = sorted(luminance(COLOURS[name][which]) for name in (one, other))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_has_a_contrast_of_7(scheme, ink, ground):
    assert contrast(scheme, ink, ground) >= 7


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("colour", "ground"), MEANING)
def test_meaningful_colour_has_a_contrast_of_4_5(scheme, colour, ground):
    assert contrast(scheme, colour, ground) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edge_or_dot_has_a_contrast_of_3(scheme, edge, ground):
    assert contrast(scheme, edge, ground) >= 3
