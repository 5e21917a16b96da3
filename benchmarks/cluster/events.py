"""Events of a run, one after the other. Each has some seconds of trouble, then some to recover."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.cluster.machines import Cluster


def nothing(cluster: Cluster) -> None:
    pass


@dataclass(frozen=True)
class Event:
    name: str
    begin: Callable[[Cluster], None]
    end: Callable[[Cluster], None] = nothing

    def happen(self, cluster, *, trouble, rest):
        """Returns the instants at which it began and at which its rest was over."""
        begun = time.monotonic()
        self.begin(cluster)
        time.sleep(max(0, begun + trouble - time.monotonic()))
        self.end(cluster)
        time.sleep(rest)
        return begun, time.monotonic()


def kill(host: str) -> Event:
    return Event(
        f"{host} killed, then started again",
        lambda cluster: cluster.programs[host].kill(),
        lambda cluster: cluster.again(host),
    )


def cut(host: str, what: str = "") -> Event:
    return Event(
        f"link of {what or host} cut",
        lambda cluster: cluster.network.cut(host),
        lambda cluster: cluster.network.mend(host),
    )


def freeze(host: str, what: str = "") -> Event:
    return Event(
        f"{what or host} frozen",
        lambda cluster: cluster.programs[host].freeze(),
        lambda cluster: cluster.programs[host].thaw(),
    )


CALM = Event("nothing", nothing)
FAILOVER = Event(
    "primary killed; then the replica is promoted",
    lambda cluster: cluster.programs["first"].kill(),
    lambda cluster: cluster.programs["second"].promote(),
)
FAILOVER_BY_LINK = Event(
    "link of the primary cut for good; then the replica is promoted",
    lambda cluster: cluster.network.cut("first"),
    lambda cluster: cluster.programs["second"].promote(),
)
SHORT = [
    CALM,
    kill("web1"),
    cut("web2"),
    kill("sender1"),
    freeze("redis"),
    cut("second", "the replica"),
    freeze("first", "the primary"),
]
LONG = [
    *SHORT,
    freeze("web1"),
    freeze("sender2"),
    cut("sender1"),
    kill("mail"),
    cut("mail"),
    kill("redis"),
    cut("redis"),
    freeze("second", "the replica"),
    cut("first", "the primary"),
]
FAILOVERS = {"kill": FAILOVER, "cut": FAILOVER_BY_LINK}
