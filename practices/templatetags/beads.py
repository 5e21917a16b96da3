"""Tags that draw the objectives and the evidence of a practice; the words stand beside them."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from practices.choices import EvidenceLevel

register = template.Library()

STEP, MAIN_RADIUS, RADIUS = 6, 5, 3
OBJECTIVES = 23


@register.simple_tag
def beads(numbers):
    """Draw the 23 objectives as a line of dots in which those with these numbers are filled, the first one largest."""
    filled = format_html_join(
        "",
        '<circle cx="{}" cy="6" r="{}"/>',
        (
            (number * STEP - STEP // 2, RADIUS if place else MAIN_RADIUS)
            for place, number in enumerate(numbers)
        ),
    )
    return format_html(
        '<svg class="beads" viewBox="0 0 {0} 12" aria-hidden="true" focusable="false"><path d="M3 6H{0}"/>{1}</svg>',
        OBJECTIVES * STEP,
        filled,
    )


@register.simple_tag
def evidence_dots(level):
    """Draw a level of evidence as up to three filled dots; nothing for “none stated”."""
    levels = list(EvidenceLevel)
    reached = levels.index(EvidenceLevel(level)) if level else 0
    if not reached:
        return ""
    dots = "●" * reached + "○" * (len(levels) - 1 - reached)
    return mark_safe(f'<span class="evidence-dots" aria-hidden="true">{dots}</span>')  # noqa: S308
