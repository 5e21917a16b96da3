"""Findings of the doctor as lines of text."""

from collections import Counter
from collections.abc import Iterable

from django.core.management.base import OutputWrapper

from practices.core.findings import Finding, State

MARKS = {State.OK: "ok     ", State.WARNING: "warning", State.FAULT: "FAULT  "}


def write(findings: Iterable[Finding], stdout: OutputWrapper) -> int:
    """Write each finding as soon as it is there, then how many there are; return the number of faults."""
    states: Counter[State] = Counter()
    for finding in findings:
        states[finding.state] += 1
        stdout.write(f"{MARKS[finding.state]}  {finding.name}: {finding.sentence}")
        if finding.remedy:
            stdout.write(f"         → {finding.remedy}")
        stdout.flush()
    stdout.write(f"Faults: {states[State.FAULT]}. Warnings: {states[State.WARNING]}.")
    return states[State.FAULT]
