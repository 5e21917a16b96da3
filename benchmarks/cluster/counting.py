"""Compare what was acknowledged with what is stored and what has arrived. Needs Django to be set up."""

import re
from collections import Counter

from benchmarks.cluster.report import read_load
from practices.models import Broadcast, OutboxMessage, Practice, Submission

_NUMBER = re.compile(r"\d+")


def waiting():
    """Return the number of messages and broadcasts that are yet to be sent."""
    return OutboxMessage.objects.waiting().count() + Broadcast.objects.awaiting_fan_out().count()


def outcome(load, arrivals, subscribers):
    entries = read_load(load)
    sent = {entry["number"] for entry in entries if entry["kind"] == "submission" and entry["ok"]}
    stored = _numbered(each.title for each in Submission.objects.all())
    published = {entry["number"] for entry in entries if entry["kind"] == "publication" and entry["ok"]}
    public = _numbered(
        Practice.objects.filter(title__startswith="Published while").values_list("title", flat=True)
    )
    kind_of = dict(OutboxMessage.objects.values_list("pk", "practice_id"))
    arrived = Counter(tuple(line.split()) for line in arrivals.read_text().splitlines())
    asked = Counter(address for address, _key in arrived if address.startswith("submitter"))
    news = Counter(
        (address, kind_of.get(int(key))) for address, key in arrived if address.startswith("reader")
    )
    return {
        "submissions": (len(sent), len(sent & stored.keys()), _doubled(stored)),
        "confirmations": (len(sent), sum(f"submitter{number}@example.org" in asked for number in sent)),
        "publications": (len(published), len(published & public.keys()), _doubled(public)),
        "news": (len(public) * subscribers, len([pair for pair in news if pair[1] is not None])),
        "copies": arrived.total() - len(arrived) + news.total() - len(news),
        "waiting": waiting(),
        "looks": _looks(entries),
    }


def _numbered(titles):
    return Counter(int(_NUMBER.search(title)[0]) for title in titles)


def _doubled(numbers):
    return sum(number - 1 for number in numbers.values())


def _looks(entries):
    looks = [entry["ok"] for entry in entries if entry["kind"] == "look"]
    return len(looks), looks.count(False)
