"""DATABASES, from DATABASE_URL, REPLICA_DATABASE_URL and the waits of each database in the environment."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from environs import Env

POSTGRESQL, SQLITE = "django.db.backends.postgresql", "django.db.backends.sqlite3"


def read(env: Env, folder: Path) -> dict[str, dict[str, Any]]:
    """Return DATABASES. Without DATABASE_URL it is SQLite, in `folder`. Raises ImproperlyConfigured."""
    address, replica = env.str("DATABASE_URL", ""), env.str("REPLICA_DATABASE_URL", "")
    if address and urlsplit(address).scheme not in ("postgresql", "postgres", "sqlite"):
        raise ImproperlyConfigured(
            "DATABASE_URL must begin with postgresql:// or sqlite://. No other database is supported."
        )
    default = (
        dj_database_url.parse(address, conn_max_age=0)
        if address
        else {"ENGINE": SQLITE, "NAME": folder / "catalogue.sqlite3"}
    )
    if default["ENGINE"] == SQLITE:
        if replica:
            raise ImproperlyConfigured(
                "REPLICA_DATABASE_URL is for PostgreSQL: DATABASE_URL must begin with postgresql:// too."
            )
        return {"default": default | _sqlite(env)}
    databases = {"default": _postgresql(default, env)}
    if replica:
        databases["replica"] = _replica(replica, env)
    return databases


def _sqlite(env: Env) -> dict[str, Any]:
    return {
        "CONN_MAX_AGE": None,  # opening the file again costs more than most pages
        "OPTIONS": {
            # SQLite cannot wait for a lock when a read transaction turns into a write; IMMEDIATE locks at the start.
            "transaction_mode": "IMMEDIATE",
            "timeout": env.float("DATABASE_LOCK_SECONDS", 10),  # to wait for another writer
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON",
        },
    }


def _postgresql(database: dict[str, Any], env: Env) -> dict[str, Any]:
    options = database.get("OPTIONS", {})
    # Our queries take milliseconds, while JIT compilation takes about 100 ms each and keeps LLVM in memory.
    for_server = f"{options.get('options', '')} -c jit=off".strip()
    if seconds := env.float("DATABASE_STATEMENT_SECONDS", 0):
        for_server += f" -c statement_timeout={round(seconds * 1000)}"
    options |= {"options": for_server}
    if database["ENGINE"] == POSTGRESQL:
        database |= {
            "ENGINE": "catalogue.postgresql",
            # Each thread keeps its connection, and checks at the start of a request whether the server has ended it.
            "CONN_MAX_AGE": env.int("DATABASE_MAX_AGE_SECONDS", 600),
            "CONN_HEALTH_CHECKS": True,
        }
        options |= {
            "suspect_after": env.float("DATABASE_SUSPECT_SECONDS", 0.5),
            "answer_within": env.float("DATABASE_ANSWER_SECONDS", 1),
            "break_seconds": env.float("DATABASE_BREAK_SECONDS", 2),
        }
        # A connection that a firewall has forgotten ends after 10 s of silence instead of some 15 minutes.
        options.setdefault("tcp_user_timeout", 10_000)  # milliseconds
        options.setdefault("keepalives_idle", 30)  # seconds
        options.setdefault("connect_timeout", 2)  # seconds
    return database | {"OPTIONS": options}


def _replica(address: str, env: Env) -> dict[str, Any]:
    if urlsplit(address).scheme not in ("postgresql", "postgres"):
        raise ImproperlyConfigured("REPLICA_DATABASE_URL must begin with postgresql://.")
    replica = _postgresql(dj_database_url.parse(address, conn_max_age=0), env)
    # Once promoted it would take changes, which are for the database of DATABASE_URL alone.
    replica["OPTIONS"]["options"] += " -c default_transaction_read_only=on"
    replica["OPTIONS"]["takes_changes"] = False
    return replica
