"""Build catalogues, measure them and write the tables: `python -m benchmarks`. See README.md."""

import argparse
import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from benchmarks import measurement, report
from benchmarks.client import SITE, Visitor
from benchmarks.servers import Gunicorn, Postgres, stop_on_signals

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PAGES_WITH_CACHE = ["objective page", "listing, three facets", "practice page"]
"""Pages also measured with PAGE_CACHE."""
PARTS = ["pages", "cold"]
"""Pages requested again and again, and addresses requested once."""
FURTHER_PARTS = ["exports", "round trip", "freeze", "imports"]
"""Exports; a dump and its import into an empty catalogue; a frozen copy; and an import while people read and publish."""
READ_MEANWHILE = "/practices/"
BETWEEN_READINGS = 0.1  # seconds
GENERATOR = ["synthetic.py", "word_lists.py", "catalogue.py"]


def main():
    options = parse()
    stop_on_signals()
    folder = Path(options.folder).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    if not options.report_only:
        with contextlib.ExitStack() as stack:
            postgres = None
            if "postgresql" in options.databases:
                postgres = Postgres(folder / "postgresql")
                stack.callback(postgres.stop)
            for database in options.databases:
                for size in options.sizes:
                    Catalogue(database, size, folder, postgres).run(options)
    tables = report.tables(
        folder / "results", folder / "cold results", folder / "export results", folder / "import results"
    )
    print(tables)
    if options.record:
        report.record(HERE / "README.md", tables)


def parse():
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    listed = lambda text: [part.strip() for part in text.split(",") if part.strip()]  # noqa: E731
    parser.add_argument(
        "--sizes",
        type=lambda text: [int(part.replace("_", "")) for part in listed(text)],
        default=[1_000, 50_000],
    )
    parser.add_argument("--databases", type=listed, default=["postgresql", "sqlite"])
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument(
        "--parts", type=listed, default=PARTS, help=f"some of: {', '.join(PARTS + FURTHER_PARTS)}"
    )
    parser.add_argument("--pages", type=listed, help="only pages whose name contains one of these")
    parser.add_argument(
        "--folder", default=ROOT / "var" / "benchmarks", help="where databases and results are stored"
    )
    parser.add_argument("--remake", action="store_true", help="rebuild existing catalogues")
    parser.add_argument("--make-only", action="store_true")
    parser.add_argument("--report-only", action="store_true", help="print the tables of earlier runs")
    parser.add_argument("--record", action="store_true", help="write the tables into benchmarks/README.md")
    return parser.parse_args()


def log(text):
    print(time.strftime("%H:%M:%S"), text, file=sys.stderr, flush=True)


class Catalogue:
    """A catalogue of one size on one database."""

    def __init__(self, database, size, folder, postgres):
        self.name = f"{database}-{size}"
        self.database, self.size, self.postgres = database, size, postgres
        self.data = folder / self.name
        self.data.mkdir(exist_ok=True)
        self.folder = folder
        self.environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
            "SECRET_KEY": "a key for benchmarks only " * 3,
            "SITE_URL": f"https://{SITE}",
            "MAIL_HOST": "localhost",
            "TRUSTED_PROXIES": "1",
            "DATA_DIR": str(self.data),
            "DEBUG": "false",
        }
        if postgres:
            self.environment["DATABASE_URL"] = postgres.address(f"catalogue_{size}")
        if database == "sqlite":
            self.environment.pop("DATABASE_URL", None)

    def run(self, options):
        if options.parts == ["imports"]:  # needs no catalogue
            self.write("import results", self.measure_imports())
            return
        log(f"{self.name}: building")
        seconds = self.make(remake=options.remake)
        if options.make_only:
            return
        self.manage("collectstatic", "--noinput", "--verbosity=0")
        if "pages" in options.parts:
            results = self.measure(options)
            if seconds:
                results["build seconds"] = seconds
            self.write("results", results)
        if "cold" in options.parts:
            self.write("cold results", self.measure_cold(options))
        if costs := self.measure_ways_out(options.parts):
            self.write("export results", costs)
        if "imports" in options.parts:
            self.write("import results", self.measure_imports())

    def write(self, kind, results):
        """Write results, and where they come from, for the tables."""
        origin = {
            "database": self.database,
            "size": self.size,
            "at": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
            "commit": _git("rev-parse", "--short", "HEAD"),
        }
        path = self.folder / kind / f"{self.name}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(origin | results, indent=1))

    def make(self, *, remake):
        """Build the catalogue unless it is up to date. Returns seconds, or None if it was."""
        marker = self.data / "generator-hash"
        generator_hash = self.generator_hash()
        if not remake and marker.exists() and marker.read_text() == generator_hash:
            return None
        marker.unlink(missing_ok=True)
        if self.database == "postgresql":
            self.postgres.recreate(f"catalogue_{self.size}")
        else:
            for path in self.data.glob("catalogue.sqlite3*"):
                path.unlink()
        begun = time.monotonic()
        self.run_in_worker("make", self.size)
        marker.write_text(generator_hash)
        return time.monotonic() - begun

    def generator_hash(self):
        """Return a hash of the generator and migrations; a catalogue built from others is out of date."""
        digest = hashlib.sha256()
        migrations = sorted((ROOT / "practices" / "migrations").glob("0*.py"))
        for path in [*(HERE / name for name in GENERATOR), *migrations]:
            digest.update(path.read_bytes())
        return digest.hexdigest()

    def measure(self, options):
        addresses = self.run_in_worker("addresses", self.size)
        with contextlib.ExitStack() as stack:
            ours = self.serve("catalogue.wsgi", stack)
            ceiling = self.serve("benchmarks.ceiling.wsgi", stack)
            trees = [ours.processes] + ([self.postgres.processes] if self.database == "postgresql" else [])
            measurement.warm_up(ours.port, addresses)
            idle = sum(tree.memory() for tree in trees)
            pages, depths = measurement.build_requests(addresses, ours.port)
            pages, missing = measurement.split_missing(pages, ours.port)
            pages = _chosen(pages, options)
            meter, ceiling_meter = measurement.Meter(*trees), measurement.Meter(ceiling.processes)
            found = measurement.compare(
                ours, meter, ceiling, ceiling_meter, pages, rounds=options.rounds,
                log=lambda text: log(f"{self.name}: {text}"),
            )  # fmt: skip
            visits = measurement.first_visits(ours.port, addresses)
            used = meter.memory()
        cached = self.measure_page_cache(
            options, {name: pages[name] for name in PAGES_WITH_CACHE if name in pages}
        )
        query_counts = self.run_in_worker("queries", {name: some[:6] for name, some in pages.items()})
        for name, (first, again) in query_counts.items():
            found[name] |= {"queries of first request": first, "queries": again}
        log(f"{self.name}: publishing")
        return {
            "pages": found,
            "missing": missing,
            "depths": depths,
            "publish ms": self.run_in_worker("publish", self.size, 30),
            "first visits": visits,
            "page cache": cached,
            "idle bytes": idle,
            "used bytes": used,
        }

    def measure_cold(self, options):
        """Measure addresses that are requested once, each kind from a server that has just started."""
        found = {}
        for name, addresses in _chosen(self.run_in_worker("cold_addresses", self.size), options).items():
            log(f"{self.name}: {name}, requested once")
            with contextlib.ExitStack() as stack:
                ours = self.serve("catalogue.wsgi", stack)
                ceiling = self.serve("benchmarks.ceiling.wsgi", stack)
                measurement.warm_up(ours.port, {name: addresses[:1]})
                meter, ceiling_meter = self.meter(ours), measurement.Meter(ceiling.processes)
                found[name] = measurement.figures_when_cold(
                    ours, meter, ceiling, ceiling_meter, addresses[1:]
                )
        return {"pages": found}

    def measure_ways_out(self, parts):
        """Measure exports, each in a process of its own, a dump with its way back, and a frozen copy."""
        measured = self.earlier("export results")
        if "exports" in parts:
            for extension in self.run_in_worker("formats"):
                measured["costs"][f"export.{extension}"] = self.timed("export", extension)
        if "freeze" in parts:
            folder = self.data / "copy"
            shutil.rmtree(folder, ignore_errors=True)
            measured["costs"]["frozen copy"] = self.timed("freeze", str(folder))
        if "round trip" in parts:
            path = self.data / "dump.zip"
            dump = measured["costs"]["dump"] = self.timed("dump", str(path))
            back = measured["costs"]["import of the dump"] = self.empty_twin().timed("restore", str(path))
            measured["comes back identical"] = dump["sha256"] == back["sha256"]
        return measured if {"exports", "freeze", "round trip"} & set(parts) else None

    def earlier(self, kind):
        """Return what earlier runs have measured of the ways out, which are often run one by one."""
        path = self.folder / kind / f"{self.name}.json"
        found = json.loads(path.read_text()) if path.exists() else {}
        return {"costs": {}} | {
            name: found[name] for name in ("costs", "comes back identical") if name in found
        }

    def timed(self, step, argument):
        log(f"{self.name}: {step} {argument}")
        return self.run_in_worker(step, argument)

    def measure_imports(self):
        """Import as many practices into an empty catalogue while somebody reads its list and another publishes."""
        log(f"{self.name}: import while people read and publish")
        twin = self.empty_twin("imported")
        twin.run_in_worker("prepare_import")
        twin.manage("collectstatic", "--noinput", "--verbosity=0")
        running = twin.data / "import-is-running"
        running.touch()
        with contextlib.ExitStack() as stack:
            server = twin.serve("catalogue.wsgi", stack)
            publisher = twin.start_worker("publish_while", str(running))
            importer = twin.start_worker("run_import", self.size)
            reader, read = Visitor(server.port), []
            while importer.poll() is None:
                begun = time.perf_counter()
                reader.get(READ_MEANWHILE)
                read.append((time.perf_counter() - begun) * 1000)
                time.sleep(BETWEEN_READINGS)
            running.unlink()
            cost, published = finished(importer), finished(publisher)
        return {"import": cost, "read ms": read[1:], "publish ms": published}

    def empty_twin(self, purpose="restored"):
        """Return a catalogue on the same database system without practices."""
        twin = Catalogue(self.database, f"{self.size}_{purpose}", self.folder, self.postgres)
        if self.database == "postgresql":
            self.postgres.recreate(f"catalogue_{twin.size}")
        for file in twin.data.glob("catalogue.sqlite3*"):
            file.unlink()
        return twin

    def meter(self, server):
        """Return the meter of a server of the catalogue and its database."""
        trees = [server.processes] + ([self.postgres.processes] if self.database == "postgresql" else [])
        return measurement.Meter(*trees)

    def measure_page_cache(self, options, pages):
        """Return page → cost with PAGE_CACHE when every address is in the cache."""
        with contextlib.ExitStack() as stack:
            ours = self.serve("catalogue.wsgi", stack, PAGE_CACHE="true")
            ceiling = self.serve("benchmarks.ceiling.wsgi", stack)
            meter, ceiling_meter = self.meter(ours), measurement.Meter(ceiling.processes)
            found = measurement.compare(
                ours, meter, ceiling, ceiling_meter, pages, rounds=min(3, options.rounds),
                log=lambda text: log(f"{self.name}, page cache: {text}"),
            )  # fmt: skip
        return {name: figures["cost"] for name, figures in found.items()}

    def serve(self, application, stack, **environment):
        server = Gunicorn(
            application, environment=self.environment | environment, log=self.data / f"{application}.log"
        )
        stack.callback(server.stop)
        return server

    def run_in_worker(self, step, *arguments):
        return finished(self.start_worker(step, *arguments))

    def start_worker(self, step, *arguments):
        return subprocess.Popen(
            [sys.executable, "-m", "benchmarks.worker", step, json.dumps(arguments)],
            env=self.environment, cwd=ROOT, stdout=subprocess.PIPE,
        )  # fmt: skip

    def manage(self, *arguments):
        subprocess.run([sys.executable, "manage.py", *arguments], env=self.environment, cwd=ROOT, check=True)


def finished(worker):
    """Wait for a worker to end, and return its result."""
    output, _error = worker.communicate()
    if worker.returncode:
        raise subprocess.CalledProcessError(worker.returncode, worker.args)
    return json.loads(output)


def _chosen(pages, options):
    """Return the pages that the options ask for."""
    return {
        name: some
        for name, some in pages.items()
        if not options.pages or any(part in name for part in options.pages)
    }


def _git(*arguments):
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


if __name__ == "__main__":
    main()
