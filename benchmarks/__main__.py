"""`python -m benchmarks`: make catalogues, measure them, write the tables. README.md says how to read them."""

import argparse
import contextlib
import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from benchmarks import measuring, report
from benchmarks.client import SITE
from benchmarks.servers import Gunicorn, Postgres, stop_on_signals

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
KEPT = ["objective page", "listing, three facets", "practice page"]
"""Pages measured with the cache of whole pages as well."""
MADE_FROM = ["believable.py", "words.py", "catalogue.py"]


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
    tables = report.tables(folder / "results")
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
    parser.add_argument("--pages", type=listed, help="only pages whose name contains one of these")
    parser.add_argument("--folder", default=ROOT / "var" / "benchmarks", help="where everything is kept")
    parser.add_argument("--remake", action="store_true", help="make catalogues anew that are there already")
    parser.add_argument("--make-only", action="store_true")
    parser.add_argument("--report-only", action="store_true", help="write the tables of earlier runs again")
    parser.add_argument("--record", action="store_true", help="put the tables into benchmarks/README.md")
    return parser.parse_args()


def tell(text):
    print(time.strftime("%H:%M:%S"), text, file=sys.stderr, flush=True)


class Catalogue:
    """A catalogue of one size on one database."""

    def __init__(self, database, size, folder, postgres):
        self.name = f"{database}-{size}"
        self.database, self.size, self.postgres = database, size, postgres
        self.data = folder / self.name
        self.data.mkdir(exist_ok=True)
        self.results = folder / "results" / f"{self.name}.json"
        self.environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
            "SECRET_KEY": "a key for measuring alone " * 3,
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
        tell(f"{self.name}: making what is missing")
        made_in = self.make(remake=options.remake)
        if options.make_only:
            return
        self.manage("collectstatic", "--noinput", "--verbosity=0")
        results = self.measure(options)
        if made_in:
            results["made in seconds"] = made_in
        self.results.parent.mkdir(exist_ok=True)
        self.results.write_text(json.dumps(results, indent=1))

    def make(self, *, remake):
        """Make the catalogue unless it is there and up to date. Seconds it took; None when it was there."""
        mark = self.data / "made-from"
        recipe = self.recipe()
        if not remake and mark.exists() and mark.read_text() == recipe:
            return None
        mark.unlink(missing_ok=True)
        if self.database == "postgresql":
            self.postgres.recreate(f"catalogue_{self.size}")
        else:
            for path in self.data.glob("catalogue.sqlite3*"):
                path.unlink()
        begun = time.monotonic()
        self.inside("make", self.size)
        mark.write_text(recipe)
        return time.monotonic() - begun

    def recipe(self):
        """Changes whenever a catalogue made earlier is no longer what would be made now."""
        digest = hashlib.sha256()
        migrations = sorted((ROOT / "practices" / "migrations").glob("0*.py"))
        for path in [*(HERE / name for name in MADE_FROM), *migrations]:
            digest.update(path.read_bytes())
        return digest.hexdigest()

    def measure(self, options):
        addresses = self.inside("addresses", self.size)
        with contextlib.ExitStack() as stack:
            ours = self.serve("catalogue.wsgi", stack)
            ceiling = self.serve("benchmarks.ceiling.wsgi", stack)
            families = [ours.family] + ([self.postgres.family] if self.database == "postgresql" else [])
            measuring.ask_once(ours.port, addresses)
            idle = sum(family.memory() for family in families)
            pages, depths = measuring.requests_of(addresses, ours.port)
            pages, missing = measuring.leave_out_missing(pages, ours.port)
            if options.pages:
                pages = {
                    name: some for name, some in pages.items() if any(part in name for part in options.pages)
                }
            meter, ceiling_meter = measuring.Meter(*families), measuring.Meter(ceiling.family)
            found = measuring.compare(
                ours, meter, ceiling, ceiling_meter, pages, rounds=options.rounds,
                tell=lambda text: tell(f"{self.name}: {text}"),
            )  # fmt: skip
            visits = measuring.first_visits(ours.port, addresses)
            used = meter.memory()
        kept = self.measure_kept(options, {name: pages[name] for name in KEPT if name in pages})
        counted = self.inside("queries", {name: some[:6] for name, some in pages.items()})
        for name, (first, again) in counted.items():
            found[name] |= {"queries at first": first, "queries": again}
        tell(f"{self.name}: publishing")
        return {
            "database": self.database,
            "size": self.size,
            "pages": found,
            "missing": missing,
            "depths": depths,
            "publish ms": self.inside("publish", self.size, 30),
            "first visits": visits,
            "kept whole": kept,
            "idle bytes": idle,
            "used bytes": used,
            "at": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
            "commit": _git("rev-parse", "--short", "HEAD"),
        }

    def measure_kept(self, options, pages):
        """Page → its cost where whole pages are kept, and every address has been asked for before."""
        with contextlib.ExitStack() as stack:
            ours = self.serve("catalogue.wsgi", stack, PAGE_CACHE="true")
            ceiling = self.serve("benchmarks.ceiling.wsgi", stack)
            families = [ours.family] + ([self.postgres.family] if self.database == "postgresql" else [])
            meter, ceiling_meter = measuring.Meter(*families), measuring.Meter(ceiling.family)
            found = measuring.compare(
                ours, meter, ceiling, ceiling_meter, pages, rounds=min(3, options.rounds),
                tell=lambda text: tell(f"{self.name}, pages kept whole: {text}"),
            )  # fmt: skip
        return {name: figures["cost"] for name, figures in found.items()}

    def serve(self, application, stack, **environment):
        server = Gunicorn(
            application, environment=self.environment | environment, log=self.data / f"{application}.log"
        )
        stack.callback(server.stop)
        return server

    def inside(self, step, *arguments):
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.inside", step, json.dumps(arguments)],
            env=self.environment, cwd=ROOT, stdout=subprocess.PIPE, check=True,
        )  # fmt: skip
        return json.loads(done.stdout)

    def manage(self, *arguments):
        subprocess.run([sys.executable, "manage.py", *arguments], env=self.environment, cwd=ROOT, check=True)


def _git(*arguments):
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


if __name__ == "__main__":
    main()
