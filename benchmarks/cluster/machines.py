"""The cluster: its hosts, their programs, and what they are told in the environment."""

import os

from benchmarks.client import SITE
from benchmarks.cluster import hosts
from benchmarks.cluster.hosts import PORTS, Postgres
from benchmarks.cluster.network import SUBNET

NUMBERS = {
    "client": 1, "web1": 11, "web2": 12, "sender1": 21, "sender2": 22, "first": 31, "second": 32, "redis": 41, "mail": 51,
}  # fmt: skip
"""Host → last part of its address."""
DATABASE = "catalogue"


class Cluster:
    """Two web servers, two senders, PostgreSQL with a replica, Redis and a mail server, once `start` has run."""

    def __init__(self, network, folder, stack):
        self.network, self.folder, self._stack = network, folder, stack
        self.address = {name: network.add(name, number) for name, number in NUMBERS.items()}
        self.arrivals = folder / "arrivals"
        self.arrivals.touch()
        self.programs = {}

    def start(self, *, practices, subscribers):
        environment = self._environment()
        first, second = Postgres("first", self.folder), Postgres("second", self.folder)
        first.create(SUBNET)
        self._add(first)
        first.create_database(DATABASE)
        self._add(hosts.redis("redis", self.folder))
        for arguments in (
            ["manage.py", "collectstatic", "--no-input", "-v0"],
            ["-m", "benchmarks.cluster.prepare", practices, subscribers],
        ):
            hosts.python("client", self.folder, environment, *arguments).run()
        second.follow(self.address["first"])
        self._add(second)
        self._add(hosts.mail_server("mail", self.folder, self.arrivals))
        for name in ("web1", "web2"):
            self._add(hosts.web_server(name, self.folder, environment))
        for name in ("sender1", "sender2"):
            self._add(hosts.python(name, self.folder, environment, "manage.py", "send_outbox", "--forever"))
        webs = [self.address["web1"], self.address["web2"]]
        self._add(
            hosts.python(
                "client", self.folder, environment, "-m", "benchmarks.cluster.load", self.folder, *webs
            )
        )

    def _add(self, program):
        self.programs[program.host] = program
        self._stack.callback(program.stop)
        program.start()
        if program.port:
            program.wait_until_it_answers()

    def again(self, name):
        """Start a program again that was killed."""
        program = self.programs[name].start()
        if program.port:
            program.wait_until_it_answers()

    def stop(self, name):
        self.programs[name].stop()

    def read_here(self, name):
        """Let this process, which is outside the network, read the database of a host through its Unix socket."""
        socket = str(self.programs[name].sockets).replace("/", "%2F")
        os.environ.update(
            self._environment() | {"DATABASE_URL": f"postgresql://postgres@{socket}/{DATABASE}"}
        )
        del os.environ["REPLICA_DATABASE_URL"]

    def _environment(self):
        first, second = self.address["first"], self.address["second"]
        return {
            "CACHE_URL": f"redis://{self.address['redis']}:{PORTS['redis']}/0",
            "DATABASE_URL": f"postgresql://postgres@{first},{second}/{DATABASE}?target_session_attrs=read-write",
            "DATA_DIR": str(self.folder / "data"),
            "DEBUG": "false",
            "DJANGO_SETTINGS_MODULE": "catalogue.settings",
            "FORM_MINIMUM_SECONDS": "0",
            "LOG_LEVEL": "WARNING",
            "MAIL_HOST": self.address["mail"],
            "MAIL_PORT": str(PORTS["mail"]),
            "MAIL_TIMEOUT_SECONDS": "3",
            "MAIL_USE_TLS": "false",
            "OUTBOX_FIRST_WAIT_SECONDS": "1",
            "OUTBOX_LEASE_SECONDS": "10",
            "OUTBOX_LONGEST_WAIT_SECONDS": "5",
            "OUTBOX_POLL_SECONDS": "0.5",
            "REPLICA_DATABASE_URL": f"postgresql://postgres@{second}/{DATABASE}",
            "SECRET_KEY": "benchmark" * 8,
            "SEMANTIC_SEARCH": "false",
            "SITE_URL": f"https://{SITE}",
            "SPAM_REPEATS": "100000",
            "TRUSTED_PROXIES": "1",
            **{
                f"{limit}_PER_HOUR": "1000000"
                for limit in ("SUBMISSIONS", "FORMS", "LINK_REQUESTS", "DRAFT_SAVES", "MESSAGES")
            },
        }
