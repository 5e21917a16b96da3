"""Tables of results in Markdown, with the limit of each figure."""

import statistics

from benchmarks import report

BEGIN, END = "<!-- e-mail: written by make benchmark-mail -->\n", "<!-- the end of e-mail -->\n"
MIN_OF_BARE, MIN_OF_DJANGO, PUBLISH_LIMIT = 0.55, 3, 1
"""Speed relative to smtplib alone and to `send_messages`; seconds."""


def tables(results):
    parts = [part(results[name]) for name, part in PARTS.items() if name in results]
    taken = f"Measured {results['at']}, {results['cores']} cores under a load of {results['load']:.1f}."
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
        row("messages to unconfirmed or unsubscribed addresses", 0, found["unwanted"], not found["unwanted"]),
        row("seconds until all was sent", "–", f"{found['seconds']:.0f}"),
        row("peak memory of a sender, MiB", "–", found["MiB"]),
        row("requests to a feed hub that never answered", "–", found["hub"]),
    ]  # fmt: skip
    summary = (
        f"Under fault: {found['subscribers']:,} subscribers, {found['others']:,} addresses that never confirmed,"
        f" {found['others']:,} that unsubscribed; {found['practices']} practices; {found['senders']} senders, one of"
        f" which was killed {found['kills']} times; the clock of one sender was a day ahead, of another an hour behind."
    )
    return f"{summary}\n\n{table(['under fault', 'expected', 'found'], rows)}"


def speed(found):
    of_bare, of_django = statistics.median(found["of bare"]), statistics.median(found["of django"])
    low, high = found["of bare"][0], found["of bare"][-1]
    ratio = mark(f"{of_bare:.2f}", of_bare >= MIN_OF_BARE)
    django = found["django"]
    rows = [
        row("smtplib alone: ready bytes over one connection", f"{found['bare']:.0f}", "1"),
        row(
            "one sender: claim, find matches, build, send, record",
            f"{found['sender']:.0f}",
            f"{ratio} ({low:.2f} to {high:.2f}; at least {MIN_OF_BARE})",
        ),
        row("Django's `send_messages`, each composed", f"{django:.0f}", f"{django / found['bare']:.2f}"),
    ]
    fast = mark(f"{of_django:.0f}", of_django >= MIN_OF_DJANGO)
    return (
        f"{table(['at speed', 'messages a second', 'of the bare loop'], rows)}\n\n"
        f"Medians of {found['rounds']} rounds of {found['messages']:,} messages. The sender is {fast} times as fast as"
        f" `send_messages` (at least {MIN_OF_DJANGO})."
    )


def scale(found):
    figures = found.values()
    rows = [
        row(
            f"publishing, seconds (at most {PUBLISH_LIMIT})",
            *(mark(f"{each['seconds']:.3f}", each["seconds"] <= PUBLISH_LIMIT) for each in figures),
        ),
        row("peak memory of a sender, MiB", *(each["MiB"] for each in figures)),
    ]
    return table(["at scale", *(f"{number:,} subscribers" for number in found)], rows)


PARTS = {"fault": fault, "speed": speed, "scale": scale}


def row(*cells):
    """Build a row of a table. A boolean after the cells says whether the last figure is within its limit."""
    if isinstance(cells[-1], bool):
        *cells, is_ok = cells
        cells[-1] = mark(cells[-1], is_ok)
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def mark(figure, is_ok):
    """Format a figure, in bold when it is not within its limit."""
    return figure if is_ok else f"**{figure}**"


def table(head, rows):
    return "\n".join([row(*head), row(*("---" for _cell in head)), *rows])
