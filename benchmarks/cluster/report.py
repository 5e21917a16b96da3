"""Tables of what readers and writers saw in each phase, and of what became of all that was acknowledged."""

import json
import os
import statistics
import time

from benchmarks.mail.report import mark, row, table

BEGIN, END = "<!-- several hosts: written by benchmarks.cluster -->\n", "<!-- the end of several hosts -->\n"


def read_load(path):
    return [json.loads(line) for line in path.read_text().splitlines() if line.endswith("}")]


def tables(phases, entries, found, *, load):
    head = [
        "event", "pages read", "failed", "median, s", "longest, s", "forms sent", "sent again", "longest, s",
        "publications", "refused", "longest, s", "lists looked at", "older than these",
    ]  # fmt: skip
    taken = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())
    return (
        f"{table(head, [_phase(*phase, entries) for phase in phases])}\n\n{_outcome(found)}\n\n"
        f"Measured {taken}, {os.cpu_count()} cores under a load of {load:.1f}.\n"
    )


def _phase(name, begun, over, entries):
    of = {
        kind: [entry for entry in entries if entry["kind"] == kind and begun <= entry["begun"] < over]
        for kind in ("reading", "submission", "publication", "look")
    }
    failed = sum(not entry["ok"] for entry in of["reading"])
    seconds = [entry["seconds"] for entry in of["reading"]]
    return row(
        name,
        len(seconds),
        mark(failed, not failed),
        f"{statistics.median(seconds):.2f}" if seconds else "–",
        _longest(of["reading"]),
        len(of["submission"]),
        sum(max(0, entry["tries"] - 2) for entry in of["submission"]),
        _longest(of["submission"]),
        len(of["publication"]),
        sum(not entry["ok"] for entry in of["publication"]),
        _longest(of["publication"]),
        len(of["look"]),
        sum(not entry["ok"] for entry in of["look"]),
    )


def _longest(entries):
    return f"{max(entry['seconds'] for entry in entries):.1f}" if entries else "–"


def _outcome(found):
    rows = []
    for what, name in (("submissions", "submissions"), ("publications", "publications")):
        acknowledged, stored, doubled = found[name]
        rows += [
            row(
                f"{what} that were acknowledged and are stored", acknowledged, stored, acknowledged == stored
            ),
            row(f"{what} stored twice", 0, doubled, not doubled),
        ]
    for name, what in (
        ("confirmations", "submitters of these who got their e-mail"),
        ("news", "e-mails of what was published"),
    ):
        expected, arrived = found[name]
        rows.append(row(what, expected, arrived, expected == arrived))
    looks, old = found["looks"]
    rows += [
        row("e-mails that arrived twice", "–", found["copies"]),
        row("e-mails still waiting", 0, found["waiting"], not found["waiting"]),
        row(f"lists older than the last publication, of {looks:,}", 0, old, not old),
    ]
    return table(["in the end", "expected", "found"], rows)
