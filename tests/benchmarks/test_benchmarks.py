"""Benchmarks: the generator writes the same rows as publication, and figures are computed correctly."""

import json
from types import SimpleNamespace

import pytest

from benchmarks import catalogue, exports, measurement, pages, report, synthetic
from benchmarks.mail import report as mail_report
from practices.documents.files import of_practice
from practices.documents.form import checked, document_choices
from practices.models import Practice
from tests.support.factories import make_practice

SIZE = 20


@pytest.mark.django_db
def test_synthetic_documents_are_valid_and_reproducible():
    documents = [synthetic.document(number) for number in range(1, SIZE + 1)]

    again = [synthetic.document(number) for number in range(1, SIZE + 1)]

    choices = document_choices()
    assert documents == again
    assert [checked(document, choices=choices)[1] for document in documents] == [[]] * SIZE


@pytest.mark.django_db
def test_generated_rows_equal_published_rows():
    catalogue.prepare()

    _count, counts, lexemes = catalogue.make_batch((range(1, SIZE + 1), SIZE))
    catalogue.finish(counts, lexemes)

    assert Practice.objects.published().count() == SIZE
    assert catalogue.verify(SIZE, sample=4) == []


@pytest.mark.django_db
def test_difference_from_published_rows_is_found():
    catalogue.prepare()
    _count, counts, lexemes = catalogue.make_batch((range(1, SIZE + 1), SIZE))
    catalogue.finish(counts, lexemes)
    Practice.objects.get(pk=10).placements.all().delete()

    differing = catalogue.verify(SIZE, sample=4)

    assert differing == [10]


@pytest.mark.django_db
def test_copied_rows_equal_published_rows(monkeypatch):
    monkeypatch.setattr(synthetic, "DISTINCT", SIZE)
    catalogue.prepare()
    _count, counts, lexemes = catalogue.make_batch((range(1, SIZE + 1), SIZE * 2))

    catalogue._copy(1)
    catalogue.finish(counts + counts, lexemes)

    assert Practice.objects.count() == SIZE * 2
    assert catalogue.verify(SIZE * 2, sample=4) == []


def test_cost_is_processor_time_relative_to_the_ceiling():
    ceiling = [burst(processor_seconds=0.9, count=100), burst(processor_seconds=0.45, count=50)]
    page = [burst(processor_seconds=0.5, count=200), burst(processor_seconds=0.25, count=50)]
    crowd = [burst(processor_seconds=0, count=300, seconds=0.5)]

    figures = measurement.figures(page=page, ceiling=ceiling, crowd=crowd)

    assert figures == {
        "cost": pytest.approx(1 / 3),
        "processor ms": pytest.approx(3),
        "ceiling ms": pytest.approx(9),
        "requests a second": 600,
        "p50 ms": pytest.approx(2),
        "p99 ms": pytest.approx(2),
        "bytes": 1_000,
        "requests": 250,
        "statuses": [200],
    }


def test_cold_addresses_are_requested_once():
    found = pages.cold_addresses(1_000)

    assert {name: len(set(addresses)) for name, addresses in found.items()} == dict.fromkeys(
        report.COLD_LIMITS, pages.COLD + 1
    )


def test_cold_figures_beyond_their_limit_are_bold(tmp_path):
    found = {"cost": 9, "ceiling ms": 4, "p50 ms": 20, "p99 ms": 101}
    run = {"database": "sqlite", "size": 50_000, "at": "today", "commit": "abc"}
    quick = {"cost": 1.2, "ceiling ms": 4, "p50 ms": 5, "p99 ms": 25}
    run["pages"] = {"practice page": quick, "search, common words": found}
    (tmp_path / "sqlite-50000.json").write_text(json.dumps(run))

    lines = report.tables(tmp_path / "none", tmp_path, *[tmp_path / "none"] * 2).splitlines()

    assert lines[0] == "| SQLite, requested once | cost at 50,000 | p50 ms | p99 ms | limit of cost |"
    assert lines[2:4] == [
        "| practice page | 1.20 | 5.0 | 25.0 | 1.7 |",
        "| search, common words | **9.00** | 20.0 | **101.0** | 8 |",
    ]


def burst(*, processor_seconds, count, seconds=0.5):
    return SimpleNamespace(
        processor_seconds=processor_seconds,
        count=count,
        seconds=seconds,
        latencies=[0.002] * count,
        sizes=[1_000] * count,
        statuses={200},
    )


def test_publication_that_waits_too_long_for_an_import_is_bold(tmp_path):
    run = {
        "database": "sqlite", "size": 500, "at": "today", "commit": "abc",
        "import": {"seconds": 20, "processor seconds": 10}, "read ms": [40, 30], "publish ms": [1_100, 90, 100],
    }  # fmt: skip
    (tmp_path / "sqlite-500.json").write_text(json.dumps(run))

    table = report.tables(*[tmp_path / "none"] * 3, tmp_path).splitlines()

    assert table[2:6] == [
        "| practices a second | 25.0 | – |",
        "| processor time of a practice, ms | 20.0 | – |",
        "| a reader waits: p50, p99, longest, ms | 35, 40, 40 | – |",
        "| a publication waits: p50, p99, longest, ms | 100, 1100, **1100** | 1000 |",
    ]


def test_ways_out_that_were_measured_one_by_one_share_a_table(tmp_path):
    origin = {"database": "sqlite", "at": "today", "commit": "abc"}
    cost = {"seconds": 2, "bytes": 3_000_000, "growth": 2**20}
    small = {"export.csv": cost, "dump": cost}
    runs = [
        origin | {"size": 500, "costs": small, "comes back identical": False},
        origin | {"size": 5_000, "costs": {"frozen copy": cost | {"files": 41_000}}},
    ]
    for run in runs:
        (tmp_path / f"sqlite-{run['size']}.json").write_text(json.dumps(run))

    lines = report.tables(*[tmp_path / "none"] * 2, tmp_path, tmp_path / "none").splitlines()

    assert lines[2:5] == [
        "| export.csv | 2.0 | 3.0 | 1 | – | – | – |",
        "| dump | 2.0 | 3.0 | 1 | – | – | – |",
        "| frozen copy | – | – | – | 2.0 | 3.0 | 1 |",
    ]
    assert lines[-1] == (
        "The export after the import, compared with that before: 500 practices: DIFFERENT. The frozen copy has 41,000 "
        "files for 5,000 practices. Measured at 500: today, abc; 5,000: today, abc."
    )


@pytest.mark.django_db
def test_practices_of_a_dump_get_a_file_once():
    practice = make_practice()

    exports.add_files()
    exports.add_files()

    practice.refresh_from_db()
    assert ([file.name for file in of_practice(practice)], practice.revision_number) == (["annex.txt"], 2)


def test_lost_mail_is_bold_in_the_table():
    found = {
        "subscribers": 10, "others": 1, "practices": 2, "senders": 3, "kills": 4, "seconds": 9.6, "MiB": 100, "hub": 3,
        "arrived": 19, "complete": 9, "copies": 4, "unwanted": 0,
    }  # fmt: skip

    lines = mail_report.fault(found).splitlines()

    assert lines[4:8] == [
        "| messages to confirmed subscribers | 20 | **19** |",
        "| subscribers who got every practice | 10 | **9** |",
        "| copies beyond the first | at most 4 | 4 |",
        "| messages to unconfirmed or unsubscribed addresses | 0 | 0 |",
    ]
