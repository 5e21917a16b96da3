"""Findings of the doctor as lines of text."""

from collections import Counter
from collections.abc import Iterable

from django.core.management.base import OutputWrapper

from practices.core.findings import Finding, Severity

MARKS = {Severity.OK: "ok     ", Severity.WARNING: "warning", Severity.FAULT: "FAULT  "}


def write(findings: Iterable[Finding], stdout: OutputWrapper) -> int:
    """Write each finding as soon as it is there, then how many there are; return the number of faults."""
    states: Counter[Severity] = Counter()
    for finding in findings:
        states[finding.state] += 1
        stdout.write(f"{MARKS[finding.state]}  {finding.name}: {finding.sentence}")
        if finding.remedy:
            stdout.write(f"         → {finding.remedy}")
        stdout.flush()
    stdout.write(f"Faults: {states[Severity.FAULT]}. Warnings: {states[Severity.WARNING]}.")
    return states[Severity.FAULT]
