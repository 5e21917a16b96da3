"""Tables of results in Markdown, with the limit of each figure."""

import json
import statistics

from benchmarks.measurement import percentile

BEGIN, END = "<!-- the tables: written by make benchmark -->\n", "<!-- the end of the tables -->\n"

COST_LIMITS = {
    "objective page": 0.5,
    "search, two facets": 0.7,
    "practice page": 0.35,
    "feed": 0.5,
    "feed, not modified": 0.2,
}
"""Cost relative to the ceiling, on PostgreSQL; twice that on SQLite."""
COLD_LIMITS = {
    "practice page": 1.7,
    "listing, one facet": 3,
    "listing, three facets": 5,
    "search, common words": 8,
}
"""Cost of an address requested once, relative to the ceiling, on either database."""
SPREAD_LIMIT = 5
"""Milliseconds of the 99th percentile of such requests, relative to the median."""
DEEP_PAGE_LIMIT = 1.1
"""Cost relative to the first page."""
PUBLISH_LIMIT, IDLE_LIMIT = 15, 200
"""Milliseconds; MiB."""
PAGE_CACHE_LIMIT = 0.12
"""Cost relative to the ceiling."""
FIRST_VISIT_LIMITS = 4, 20
"""Requests; KB."""
IMPORT_WAIT_LIMIT = 1_000
"""Milliseconds that a publication may take while practices are imported."""
DATABASES = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}


def growth_limit(name, size):
    """Return how many times its cost at the smallest size a page may cost at `size`."""
    is_search = name.startswith("search")
    return (2.0 if is_search else 1.5) if size > 50_000 else (1.5 if is_search else 1.15)


def cost_limit(name, database):
    limit = COST_LIMITS.get(name)
    return limit and (limit * 2 if database == "sqlite" else limit)


def tables(folder, cold_folder, export_folder, import_folder):
    """Return the tables of all results in these folders: pages, addresses requested once, exports, and imports."""
    parts = []
    for database, title in DATABASES.items():
        if runs := _runs(folder, database):
            parts += [_pages_table(runs, title), _server_table(runs)]
        if runs := _runs(cold_folder, database):
            parts.append(_cold_table(runs, title))
        if runs := _runs(export_folder, database):
            parts.append(_export_table(runs, title))
        if runs := _runs(import_folder, database):
            parts.append(_import_table(runs, title))
    return "\n".join(parts)


def _runs(folder, database):
    """Return the results of a database, smallest catalogue first."""
    found = [json.loads(path.read_text()) for path in folder.glob(f"{database}-*.json")]
    return sorted(found, key=lambda run: run["size"])


def _export_table(runs, title):
    head = [f"{title}, exports"]
    for run in runs:
        head += [f"seconds at {run['size']:,}", "MB", "MiB of memory"]
    names = list(dict.fromkeys(name for run in runs for name in run["costs"]))
    rows = [
        [name, *(cell for run in runs for cell in _export_cells(run["costs"].get(name)))] for name in names
    ]
    notes = [_note_on_the_way_back(runs), _note_on_copies(runs), f"Measured at {_origin(runs)}."]
    return f"{_markdown(head, rows)}\n{' '.join(filter(None, notes))}\n"


def _note_on_the_way_back(runs):
    same = [
        f"{run['size']:,} practices: {'identical' if run['comes back identical'] else 'DIFFERENT'}"
        for run in runs
        if "comes back identical" in run
    ]
    return same and f"The export after the import, compared with that before: {', '.join(same)}."


def _note_on_copies(runs):
    copies = [(run["size"], run["costs"]["frozen copy"]) for run in runs if "frozen copy" in run["costs"]]
    sizes = [f"{copy['files']:,} files for {size:,} practices" for size, copy in copies]
    return sizes and f"The frozen copy has {', '.join(sizes)}."


def _import_table(runs, title):
    head = [f"{title}, imports", *(f"at {run['size']:,}" for run in runs), "limit"]
    rows = [
        ["practices a second", *(f"{run['size'] / run['import']['seconds']:.1f}" for run in runs), "–"],
        [
            "processor time of a practice, ms",
            *(f"{1000 * run['import']['processor seconds'] / run['size']:.1f}" for run in runs),
            "–",
        ],
    ]
    for label, name, limit in (
        ("a reader waits", "read ms", None),
        ("a publication waits", "publish ms", IMPORT_WAIT_LIMIT),
    ):
        waits = [sorted(run[name]) for run in runs]
        rows.append(
            [
                f"{label}: p50, p99, longest, ms",
                *(
                    f"{statistics.median(each):.0f}, {percentile(each, 99):.0f}, {_figure(each[-1], limit, digits=0)}"
                    for each in waits
                ),
                limit or "–",
            ]
        )
    return f"{_markdown(head, rows)}\nMeasured at {_origin(runs)}.\n"


def _export_cells(cost):
    if cost is None:
        return ["–"] * 3
    return [f"{cost['seconds']:.1f}", f"{cost['bytes'] / 1e6:.1f}", f"{cost['growth'] / 2**20:.0f}"]


def _cold_table(runs, title):
    head = [f"{title}, requested once"]
    for run in runs:
        head += [f"cost at {run['size']:,}", "p50 ms", "p99 ms"]
    names = list(dict.fromkeys(name for run in runs for name in run["pages"]))
    rows = [
        [name, *(cell for run in runs for cell in _cold_cells(name, run)), COLD_LIMITS[name]]
        for name in names
    ]
    ceiling = statistics.mean(page["ceiling ms"] for run in runs for page in run["pages"].values())
    note = f"The ceiling took {ceiling:.1f} ms of processor time. Measured at {_origin(runs)}.\n"
    return f"{_markdown([*head, 'limit of cost'], rows)}\n{note}"


def _cold_cells(name, run):
    page = run["pages"].get(name)
    if page is None:
        return ["–"] * 3
    return [
        _figure(page["cost"], COLD_LIMITS[name]), f"{page['p50 ms']:.1f}",
        _figure(page["p99 ms"], page["p50 ms"] * SPREAD_LIMIT, digits=1),
    ]  # fmt: skip


def _origin(runs):
    """Return when and from which commits results were measured."""
    return "; ".join(f"{run['size']:,}: {run['at']}, {run['commit']}" for run in runs)


def _pages_table(runs, title):
    sizes = [run["size"] for run in runs]
    names = list(dict.fromkeys(name for run in runs for name in run["pages"]))
    head = [
        title, *(f"cost at {size:,}" for size in sizes), "limit", *(f"growth to {size:,}" for size in sizes[1:]),
        "first request", "req/s", "p50 ms", "p99 ms", "queries", "KB",
    ]  # fmt: skip
    rows = [[_label(name, runs), *_page_cells(name, runs)] for name in names]
    ceiling = statistics.mean(page["ceiling ms"] for run in runs for page in run["pages"].values())
    note = (
        "“First request” is the cost of an address not requested since the last publication. It and the columns"
        f" after it are at {sizes[-1]:,}. Queries are those of a first request and of a repeated one."
        f" The ceiling took {ceiling:.1f} ms of processor time. Measured at {_origin(runs)}.\n"
    )
    return f"{_markdown(head, rows)}\n{note}"


def _label(name, runs):
    parent, separator, _page = name.partition(": page ")
    depth = runs[-1]["depths"].get(parent)
    return f"{parent}: page {depth}" if separator else name


def _page_cells(name, runs):
    costs = [run["pages"].get(name, {}).get("cost") for run in runs]
    last = runs[-1]["pages"].get(name)
    cells = [_figure(cost, _limit(name, run)) for cost, run in zip(costs, runs, strict=True)]
    limit = _limit(name, runs[-1])
    cells.append(f"{limit:.2f}" if limit else "–")
    for cost, run in zip(costs[1:], runs[1:], strict=True):
        growth = cost / costs[0] if cost and costs[0] else None
        cells.append(_figure(growth, growth_limit(name, run["size"]), unit="×"))
    if last is None:
        return cells + ["–"] * 6
    return [
        *cells, f"{last['cost of first request']:.2f}", f"{last['requests a second']:.0f}", f"{last['p50 ms']:.1f}",
        f"{last['p99 ms']:.1f}",
        f"{last['queries of first request']}, {last['queries']}", f"{last['bytes'] / 1000:.1f}",
    ]  # fmt: skip


def _limit(name, run):
    parent, separator, _page = name.partition(": page ")
    if separator:
        first = run["pages"].get(parent)
        return first and first["cost"] * DEEP_PAGE_LIMIT
    return cost_limit(name, run["database"])


def _figure(value, limit, *, unit="", digits=2):
    """Format a figure, in bold when it exceeds its limit."""
    if value is None:
        return "–"
    text = f"{value:.{digits}f}{unit}"
    return f"**{text}**" if limit and value > limit * 1.005 else text


def _server_table(runs):
    head = ["server", *(f"at {run['size']:,}" for run in runs), "limit"]
    publish = [statistics.median(run["publish ms"]) for run in runs]
    rows = [
        [
            "publish one practice, ms",
            *(_figure(value, PUBLISH_LIMIT) for value in publish),
            PUBLISH_LIMIT,
        ],
        [
            "idle memory, MiB",
            *(_figure(run["idle bytes"] / 2**20, IDLE_LIMIT) for run in runs),
            IDLE_LIMIT,
        ],
        ["memory after all requests, MiB", *(f"{run['used bytes'] / 2**20:.2f}" for run in runs), "–"],
    ]
    most_requests, most_kb = FIRST_VISIT_LIMITS
    for name in runs[-1]["first visits"]:
        visits = [run["first visits"][name] for run in runs]
        cells = [
            f"{_figure(requests, most_requests).replace('.00', '')}, {_figure(size / 1000, most_kb)}"
            for requests, size in visits
        ]
        rows.append([f"first visit, {name}: requests, KB", *cells, f"{most_requests}, {most_kb}"])
    for name in runs[-1]["page cache"]:
        costs = [_figure(run["page cache"].get(name), PAGE_CACHE_LIMIT) for run in runs]
        rows.append([f"cost from the page cache: {name}", *costs, PAGE_CACHE_LIMIT])
    build = [run.get("build seconds") for run in runs]
    if any(build):
        rows.append(
            ["building the catalogue, s", *(f"{value:.0f}" if value else "–" for value in build), "–"]
        )
    return _markdown(head, rows)


def _markdown(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(str(cell) for cell in line)} |\n" for line in lines)


def record(path, tables, *, begin=BEGIN, end=END):
    """Replace the text between two markers in a Markdown file."""
    before, _begin, rest = path.read_text().partition(begin)
    _old, _end, after = rest.partition(end)
    path.write_text(f"{before}{begin}\n{tables}\n{end}{after}")
