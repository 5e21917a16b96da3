"""Results -> tables, beside what was to be reached."""

import json
import statistics

BEGIN, END = "<!-- the tables: written by make benchmark -->\n", "<!-- the end of the tables -->\n"

COST_AT_MOST = {
    "objective page": 0.5,
    "search, two facets": 0.7,
    "practice page": 0.35,
    "feed": 0.5,
    "feed, not modified": 0.2,
}
"""On PostgreSQL; on SQLite twice that."""
DEEP_AT_MOST = 1.1
"""Times the first page."""
PUBLISH_AT_MOST, IDLE_AT_MOST = 15, 200
"""Milliseconds; MiB."""
KEPT_AT_MOST = 0.12
FIRST_VISIT_AT_MOST = 4, 20
"""Requests; KB."""
DATABASES = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}


def growth_at_most(name, size):
    """How many times its cost at the smallest size a page may cost at `size`."""
    words = name.startswith("search")
    return (2.0 if words else 1.5) if size > 50_000 else (1.5 if words else 1.15)


def cost_at_most(name, database):
    bar = COST_AT_MOST.get(name)
    return bar and (bar * 2 if database == "sqlite" else bar)


def tables(folder):
    """All results there are, in Markdown."""
    results = sorted(
        (json.loads(path.read_text()) for path in folder.glob("*.json")),
        key=lambda result: (result["database"], result["size"]),
    )
    parts = []
    for database, title in DATABASES.items():
        runs = [result for result in results if result["database"] == database]
        if runs:
            parts.append(_pages_table(runs, title) + "\n" + _whole_table(runs))
    return "\n".join(parts)


def _pages_table(runs, title):
    sizes = [run["size"] for run in runs]
    names = list(dict.fromkeys(name for run in runs for name in run["pages"]))
    head = [
        title, *(f"cost at {size:,}" for size in sizes), "at most", *(f"growth to {size:,}" for size in sizes[1:]),
        "at first", "req/s", "p50 ms", "p99 ms", "queries", "KB",
    ]  # fmt: skip
    rows = [[_label(name, runs), *_page_cells(name, runs)] for name in names]
    taken = "; ".join(f"{run['size']:,}: {run['at']}, {run['commit']}" for run in runs)
    ceiling = statistics.mean(page["ceiling ms"] for run in runs for page in run["pages"].values())
    note = (
        "“At first” is the cost of an address that nobody has asked for since a publication; that and what follows"
        f" is at {sizes[-1]:,}. Queries are those of a first visit and of a later one."
        f" The ceiling took {ceiling:.1f} ms of processor time. Taken at {taken}.\n"
    )
    return f"{_markdown(head, rows)}\n{note}"


def _label(name, runs):
    parent, separator, _page = name.partition(": page ")
    depth = runs[-1]["depths"].get(parent)
    return f"{parent}: page {depth}" if separator else name


def _page_cells(name, runs):
    costs = [run["pages"].get(name, {}).get("cost") for run in runs]
    last = runs[-1]["pages"].get(name)
    cells = [_marked(cost, _bar(name, run)) for cost, run in zip(costs, runs, strict=True)]
    bar = _bar(name, runs[-1])
    cells.append(f"{bar:.2f}" if bar else "–")
    for cost, run in zip(costs[1:], runs[1:], strict=True):
        grown = cost / costs[0] if cost and costs[0] else None
        # Where one costs next to nothing, the clock's ticks and not the catalogue make the difference.
        cells.append(_marked(grown, growth_at_most(name, run["size"]), unit="×"))
    if last is None:
        return cells + ["–"] * 6
    return [
        *cells, f"{last['cost at first']:.2f}", f"{last['requests a second']:.0f}", f"{last['p50 ms']:.1f}",
        f"{last['p99 ms']:.1f}",
        f"{last['queries at first']}, {last['queries']}", f"{last['bytes'] / 1000:.1f}",
    ]  # fmt: skip


def _bar(name, run):
    parent, separator, _page = name.partition(": page ")
    if separator:
        first = run["pages"].get(parent)
        return first and first["cost"] * DEEP_AT_MOST
    return cost_at_most(name, run["database"])


def _marked(value, bar, *, unit=""):
    """A figure; in bold when it is over what it may be."""
    if value is None:
        return "–"
    text = f"{value:.2f}{unit}"
    return f"**{text}**" if bar and value > bar * 1.005 else text


def _whole_table(runs):
    head = ["the whole", *(f"at {run['size']:,}" for run in runs), "at most"]
    publish = [statistics.median(run["publish ms"]) for run in runs]
    rows = [
        [
            "publish one practice, ms",
            *(_marked(value, PUBLISH_AT_MOST) for value in publish),
            PUBLISH_AT_MOST,
        ],
        [
            "whole server, idle, MiB",
            *(_marked(run["idle bytes"] / 2**20, IDLE_AT_MOST) for run in runs),
            IDLE_AT_MOST,
        ],
        ["the same after all requests, MiB", *(f"{run['used bytes'] / 2**20:.2f}" for run in runs), "–"],
    ]
    most_requests, most_kb = FIRST_VISIT_AT_MOST
    for name in runs[-1]["first visits"]:
        visits = [run["first visits"][name] for run in runs]
        cells = [
            f"{_marked(requests, most_requests).replace('.00', '')}, {_marked(size / 1000, most_kb)}"
            for requests, size in visits
        ]
        rows.append([f"first visit, {name}: requests, KB", *cells, f"{most_requests}, {most_kb}"])
    for name in runs[-1]["kept whole"]:
        costs = [_marked(run["kept whole"].get(name), KEPT_AT_MOST) for run in runs]
        rows.append([f"cost of a page kept whole: {name}", *costs, KEPT_AT_MOST])
    made = [run.get("made in seconds") for run in runs]
    if any(made):
        rows.append(["making the catalogue, s", *(f"{value:.0f}" if value else "–" for value in made), "–"])
    return _markdown(head, rows)


def _markdown(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(str(cell) for cell in line)} |\n" for line in lines)


def record(path, tables, *, begin=BEGIN, end=END):
    """Put the tables in their place, between two marks, in a Markdown file."""
    before, _begin, rest = path.read_text().partition(begin)
    _old, _end, after = rest.partition(end)
    path.write_text(f"{before}{begin}\n{tables}\n{end}{after}")
