"""Documents that tests of several rooms share, and what a moderator ticks for them."""

from practices.documents.criteria import CRITERIA

FULL = {
    "title": "Pension desks in two ports",
    "summary": "Desks in two ports help returning workers claim their pensions.\nThey are free.",
    "objectives": [22, 3, 21],
    "countries": ["PH", "GE"],
    "area": "Manila and Batumi",
    "type": "service",
    "implementers": ["City of Manila", "Port of Batumi"],
    "implementer_kinds": ["local-or-regional-government", "employer-or-private-sector"],
    "partners": ["Seafarers' union"],
    "start_year": 2016,
    "end_year": 2020,
    "context": "Pensions were lost.",
    "beneficiaries": "Seafarers.",
    "activities": "Two desks.",
    "results": "4,000 claims.",
    "figures": [
        {
            "number": "4,000",
            "meaning": "pensions claimed, 2016–2020",
            "source": "https://example.org/evaluation",
        },
        {"number": "5 → 1", "meaning": "trips to claim one", "source": "Survey of 2019, page 3"},
    ],
    "evidence_level": "evaluated",
    "evidence_reason": "A survey in 2019.",
    "evidence_url": "https://example.org/evaluation",
    "innovation": "A desk in a port.",
    "lessons": "Open on Sundays.",
    "hindsight": "Begin with the banks.",
    "replication": "An agreement between the funds.",
    "resources": "The forms of the desks: https://desks.example/forms",
    "cost_band": "50k_500k",
    "principles": ["a", "j"],
    "sdgs": [10, 8],
    "tags": ["pensions", "ports"],
    "language": "ar",
    "licence": "CC-BY-4.0",
    "source_url": "https://example.org/desks",
    "credit": "Port of Batumi",
    "submitted_on": "2026-11-02",
}
"""A document with every field filled in."""

REQUIRED_CRITERIA = [criterion.slug for criterion in CRITERIA if criterion.essential]
"""Criteria that moderators tick before a practice is published."""
FACTS = {"start_year": 2016, "implementers": ["City of Manila"], "area": "Manila"}
"""Facts without which they cannot be ticked, beside those that every test document has."""
JUDGED = {
    "criteria": REQUIRED_CRITERIA,
    "waive_tried": "It is known.",
    "waive_whom-to-ask": "It is known.",
}
"""Part of the form of a decision that settles the required criteria, whatever the facts."""
