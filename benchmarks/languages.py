"""Cost of the main pages in each language: `python -m benchmarks.languages`. Prints a table for README.md.

It uses the catalogue of DATABASE_URL, or that of `make run`, in one process without a server.
"""

import argparse
import os
import statistics
import time

import django
from django.core.management import call_command

WORDS = {"fr": "migrantes", "es": "mujeres", "ru": "женщины", "ar": "النساء", "zh-hans": "妇女"}
"""Language → a word to search for; English has one below."""


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.languages", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    # The caches of production: while developing, nothing is kept.
    os.environ |= {
        "SECRET_KEY": "a key for benchmarks only " * 3,
        "SITE_URL": "http://localhost",
        "MAIL_HOST": "localhost",
        "DEBUG": "false",
        "DJANGO_SETTINGS_MODULE": "catalogue.settings",
    }
    django.setup()
    call_command("collectstatic", interactive=False, verbosity=0)
    print(table(measured(options.rounds)))


def measured(rounds):
    """Return (page, language) → [cold queries, warm queries, cold milliseconds, warm milliseconds], medians of rounds.

    Languages take turns within a round, so that what else the machine does meets all of them. Before a cold request all
    that is kept of the published catalogue is dropped; message files and templates stay, as they are read once.
    """
    from django.conf import settings
    from django.core.cache import cache
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from practices.core import cache as kept

    client = Client(headers={"host": settings.SITE_HOST, "accept-encoding": "br"})

    def cost(address):
        with CaptureQueriesContext(connection) as captured:
            begun = time.process_time()
            response = client.get(address)
            spent = time.process_time() - begun
        if response.status_code != 200:
            raise ValueError(f"{address}: {response.status_code}")
        return len(captured), spent * 1000

    def forget():
        cache.clear()
        kept._in_process.clear()

    found, pages = {}, addresses()
    for number in range(rounds + 1):
        for page, path in pages.items():
            # Each language comes first in turn, as the first request may fill what all share.
            languages = [code for code, _name in settings.LANGUAGES]
            for language in languages[number % len(languages) :] + languages[: number % len(languages)]:
                address = localised(path, language)
                forget()
                cold, warm = cost(address), cost(address)
                if number:  # the first round reads files
                    found.setdefault((page, language), []).append((cold[0], warm[0], cold[1], warm[1]))
    return {
        key: [statistics.median(figures) for figures in zip(*costs, strict=True)]
        for key, costs in found.items()
    }


def localised(path, language):
    from django.conf import settings

    word = WORDS.get(language, "women")
    prefix = "" if language == settings.LANGUAGE_CODE else f"/{language}"
    return f"{prefix}{path.replace('WORD', word)}"


def addresses():
    """Return page → its path in English. Searches are for a word of the language."""
    from practices.models import Practice

    practice = max(Practice.objects.published(), key=lambda each: len(each.summary) + len(each.results))
    return {
        "home": "/",
        "objective": "/objectives/21/",
        "listing": "/practices/?objective=21&country=ph",
        "search": "/practices/?q=WORD",
        "search, the same word": "/practices/?q=women",
        "practice": practice.get_absolute_url(),
        "feed": "/practices/feed.atom",
    }


def table(costs):
    """Return the costs as a table in Markdown: a row for each page and kind of cost, a column for each language."""
    from django.conf import settings

    languages = [code for code, _name in settings.LANGUAGES]
    pages = list(dict.fromkeys(page for page, _language in costs))
    lines = [f"| | {' | '.join(languages)} |", f"| --- |{' --- |' * len(languages)}"]
    for page in pages:
        rows = [costs[page, language] for language in languages]
        lines += [
            f"| {page}: queries, cold and warm | {' | '.join(f'{row[0]:.0f}, {row[1]:.0f}' for row in rows)} |",
            f"| {page}: ms, cold and warm | {' | '.join(f'{row[2]:.1f}, {row[3]:.1f}' for row in rows)} |",
        ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
