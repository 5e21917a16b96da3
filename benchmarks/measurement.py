"""Measurement of the catalogue relative to the ceiling, in alternating rounds."""

import statistics
import time
from itertools import batched, cycle

from benchmarks.client import Burst, Visitor, deep_address, first_visit

SECONDS = 0.5
"""Duration of a burst of requests."""
FIRST_SECONDS = 60
"""Limit for requesting all addresses of a page once."""
CONNECTIONS = 4
COLD_BATCH = 25
"""Addresses requested between two bursts of the ceiling."""
DEEP_PAGE = 100
FIRST_VISITS = ["home", "objective page", "listing", "practice page"]


class Meter:
    """Processor time and memory of a server (several process trees), less what it uses when idle."""

    def __init__(self, *trees):
        self.trees = trees
        before, begun = self.total(), time.monotonic()
        time.sleep(3)
        self.idle = (self.total() - before) / (time.monotonic() - begun)

    def total(self):
        return sum(tree.processor_seconds() for tree in self.trees)

    def measure(self, port, requests, **options):
        before, begun = self.total(), time.monotonic()
        burst = Burst(port, requests, **options)
        burst.processor_seconds = max(0, self.total() - before - self.idle * (time.monotonic() - begun))
        return burst

    def memory(self):
        return sum(tree.memory() for tree in self.trees)


def build_requests(addresses, port):
    """Return (page → [(address, headers), …], page → depth), adding deep pages and conditional requests."""
    pages = {name: [(address, {}) for address in some] for name, some in addresses.items()}
    depths = {}
    for name in ["objective page", "listing, three facets"]:
        deep = [deep_address(port, address, DEEP_PAGE) for address in addresses[name][:3]]
        depths[name] = min(number for _address, number in deep)
        pages[f"{name}: page {DEEP_PAGE}"] = [(address, {}) for address, _number in deep]
    visitor = Visitor(port)
    pages["feed, not modified"] = []
    for address, _headers in pages["feed"]:
        etag = visitor.get(address).headers["ETag"]
        pages["feed, not modified"].append((address, {"If-None-Match": etag}))
    visitor.close()
    return pages, depths


def warm_up(port, addresses):
    """Request the first address of each page, so that the server has loaded its code."""
    visitor = Visitor(port)
    for some in addresses.values():
        visitor.get(some[0])
    visitor.close()


def split_missing(pages, port):
    """Return (pages that answer 200 or 304, names of the others)."""
    visitor = Visitor(port)
    found = {
        name: some
        for name, some in pages.items()
        if visitor.get(some[0][0], **some[0][1]).status in (200, 304)
    }
    visitor.close()
    return found, sorted(set(pages) - set(found))


def compare(catalogue, meter, ceiling, ceiling_meter, pages, *, rounds, log):
    """Return page → figures. In every round each page is requested right after the ceiling."""
    turns = {name: cycle(some) for name, some in pages.items()}
    Burst(ceiling.port, [("/", {})], seconds=SECONDS)
    # Request every address once, both to fill the caches and to measure first requests.
    first = {
        name: meter.measure(catalogue.port, some, seconds=FIRST_SECONDS, most=len(some))
        for name, some in pages.items()
    }
    taken = {name: {"page": [], "ceiling": [], "crowd": []} for name in pages}
    for number in range(1, rounds + 1):
        log(f"round {number} of {rounds}")
        for name, turn in turns.items():
            taken[name]["ceiling"].append(ceiling_meter.measure(ceiling.port, [("/", {})], seconds=SECONDS))
            taken[name]["page"].append(meter.measure(catalogue.port, turn, seconds=SECONDS))
            taken[name]["crowd"].append(
                meter.measure(catalogue.port, turn, seconds=SECONDS, connections=CONNECTIONS)
            )
    found = {name: figures(**bursts) for name, bursts in taken.items()}
    for name, burst in first.items():
        ceiling_cost = cost_per_request(taken[name]["ceiling"])
        found[name]["cost of first request"] = cost_per_request([burst]) / ceiling_cost
    return found


def figures_when_cold(catalogue, meter, ceiling, ceiling_meter, addresses):
    """Return the figures of addresses that are requested once, with the ceiling before each batch of them."""
    Burst(ceiling.port, [("/", {})], seconds=SECONDS)
    page, between = [], []
    for batch in batched([(address, {}) for address in addresses], COLD_BATCH, strict=False):
        between.append(ceiling_meter.measure(ceiling.port, [("/", {})], seconds=SECONDS))
        page.append(meter.measure(catalogue.port, list(batch), seconds=FIRST_SECONDS, most=len(batch)))
    return figures(page=page, ceiling=between)


def figures(*, page, ceiling, crowd=()):
    """Summarise the bursts of a page over one connection and over several, and those of the ceiling between them."""
    latencies = sorted(latency * 1000 for burst in page for latency in burst.latencies)
    found = {
        "cost": cost_per_request(page) / cost_per_request(ceiling),
        "processor ms": cost_per_request(page) * 1000,
        "ceiling ms": cost_per_request(ceiling) * 1000,
        "p50 ms": statistics.median(latencies),
        "p99 ms": percentile(latencies, 99),
        "bytes": statistics.mean(size for burst in page for size in burst.sizes),
        "requests": len(latencies),
        "statuses": sorted({status for burst in [*page, *crowd] for status in burst.statuses}),
    }
    if crowd:
        found["requests a second"] = sum(burst.count for burst in crowd) / sum(
            burst.seconds for burst in crowd
        )
    return found


def cost_per_request(bursts):
    """Return seconds of processor time per request."""
    return sum(burst.processor_seconds for burst in bursts) / sum(burst.count for burst in bursts)


def percentile(ordered, share):
    """Return the percentile `share` of ordered values."""
    return ordered[min(len(ordered) - 1, len(ordered) * share // 100)]


def first_visits(port, addresses):
    """Return page → (requests, bytes) of a first visit."""
    known = {"home": "/", "listing": "/practices/"}
    return {name: first_visit(port, known.get(name) or addresses[name][0]) for name in FIRST_VISITS}
