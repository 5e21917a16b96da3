"""Results -> tables, beside what was to be reached."""

import statistics

from benchmarks import report

BEGIN, END = "<!-- e-mail: written by make benchmark-mail -->\n", "<!-- the end of e-mail -->\n"
OF_BARE_AT_LEAST, OF_DJANGO_AT_LEAST, PUBLISH_AT_MOST = 0.55, 3, 1


def tables(results):
    parts = [part(results[name]) for name, part in PARTS.items() if name in results]
    taken = f"Taken {results['at']}, {results['cores']} cores under a load of {results['load']:.1f}."
    return "\n\n".join([*parts, taken]) + "\n"


def record(path, text):
    report.record(path, text, begin=BEGIN, end=END)


def fault(found):
    expected = found["subscribers"] * found["practices"]
    rows = [
        row("messages to confirmed subscribers", f"{expected:,}", f"{found['arrived']:,}", found["arrived"] == expected),
        row(
            "subscribers who got every practice",
            f"{found['subscribers']:,}",
            f"{found['complete']:,}",
            found["complete"] == found["subscribers"],
        ),
        row("copies beyond the first", f"at most {found['kills']}", found["copies"], found["copies"] <= found["kills"]),
        row("messages to the unconfirmed or departed", 0, found["unwanted"], not found["unwanted"]),
        row("seconds until all was sent", "–", f"{found['seconds']:.0f}"),
        row("most memory of a sender, MiB", "–", found["MiB"]),
    ]  # fmt: skip
    said = (
        f"Under fault: {found['subscribers']:,} subscribers, {found['others']:,} addresses that never confirmed,"
        f" {found['others']:,} that left; {found['practices']} practices; {found['senders']} senders, one of which"
        f" was killed {found['kills']} times."
    )
    return f"{said}\n\n{table(['under fault', 'to be', 'found'], rows)}"


def speed(found):
    of_bare, of_django = statistics.median(found["of bare"]), statistics.median(found["of django"])
    low, high = found["of bare"][0], found["of bare"][-1]
    ratio = mark(f"{of_bare:.2f}", of_bare >= OF_BARE_AT_LEAST)
    django = found["django"]
    rows = [
        row("smtplib alone: ready bytes over one connection", f"{found['bare']:.0f}", "1"),
        row(
            "one sender: claim, find out what for, build, send, record",
            f"{found['sender']:.0f}",
            f"{ratio} ({low:.2f} to {high:.2f}; at least {OF_BARE_AT_LEAST})",
        ),
        row("Django's `send_messages`, each composed", f"{django:.0f}", f"{django / found['bare']:.2f}"),
    ]
    fast = mark(f"{of_django:.0f}", of_django >= OF_DJANGO_AT_LEAST)
    return (
        f"{table(['at speed', 'messages a second', 'of the bare loop'], rows)}\n\n"
        f"Medians of {found['rounds']} rounds of {found['messages']:,} messages. The sender is {fast} times as fast as"
        f" `send_messages` (at least {OF_DJANGO_AT_LEAST})."
    )


def scale(found):
    figures = found.values()
    rows = [
        row(
            f"publishing, seconds (at most {PUBLISH_AT_MOST})",
            *(mark(f"{each['seconds']:.3f}", each["seconds"] <= PUBLISH_AT_MOST) for each in figures),
        ),
        row("most memory of a sender, MiB", *(each["MiB"] for each in figures)),
    ]
    return table(["at scale", *(f"{number:,} subscribers" for number in found)], rows)


PARTS = {"fault": fault, "speed": speed, "scale": scale}


def row(*cells):
    """A row of a table; a truth after the cells says whether the last is as it should be."""
    if isinstance(cells[-1], bool):
        *cells, right = cells
        cells[-1] = mark(cells[-1], right)
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def mark(figure, right):
    return figure if right else f"**{figure}**"


def table(head, rows):
    return "\n".join([row(*head), row(*("---" for _cell in head)), *rows])
