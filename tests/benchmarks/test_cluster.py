"""The benchmark of several hosts: its network, its load balancer and its tables."""

import os
import subprocess

import pytest

from benchmarks.cluster import network, report
from benchmarks.cluster.load import Balancer, hidden_values
from benchmarks.cluster.network import CannotRun, Network, namespace


@pytest.fixture
def hosts(monkeypatch, tmp_path):
    """Make a network of two hosts beside any other. Skips where there can be none."""
    prefix = f"test-{os.getpid()}-catalogue-"
    monkeypatch.setattr(network, "PREFIX", prefix)
    monkeypatch.setattr(network, "SWITCH", f"{prefix}switch")
    monkeypatch.setattr(network, "LOCK", tmp_path / "lock")
    try:
        made = Network()
    except CannotRun as reason:
        pytest.skip(str(reason))
    made.add("one", 101)
    yield made, made.add("two", 102)
    made.close()


def reaches(address):
    """Return whether the first host gets a refusal, and so an answer, from an address."""
    ask = f"import socket; s = socket.socket(); s.settimeout(1); print(s.connect_ex(('{address}', 9)))"
    command = ["ip", "netns", "exec", namespace("one"), "python3", "-c", ask]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.strip() == "111"  # ECONNREFUSED


def test_host_is_reached_unless_its_link_is_cut(hosts):
    made, address = hosts
    found = [reaches(address)]
    made.cut("two")
    found.append(reaches(address))
    made.mend("two")
    found.append(reaches(address))

    assert found == [True, False, True]


def test_nothing_is_left_of_a_network(hosts):
    made, _address = hosts
    made.close()

    spaces = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True, check=True).stdout
    assert network.PREFIX not in spaces


def test_second_run_is_refused(hosts):
    with pytest.raises(CannotRun, match="Another run is going on"):
        Network()


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("os.geteuid", lambda: 1000, "Only root may create network namespaces"),
        ("shutil.which", lambda program: None, "The program ip is missing"),
        ("sys.platform", "darwin", "Network namespaces are a part of Linux"),
    ],
)
def test_machine_without_a_network_of_its_own_is_told_why(monkeypatch, name, value, reason):
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr(name, value)

    with pytest.raises(CannotRun, match=reason):
        Network()


class Servers(Balancer):
    """Load balancer before servers that answer as said, where None is no answer."""

    def __init__(self, **answers):
        super().__init__(list(answers))
        self.answers, self.asked = answers, []

    def _ask(self, address, method, path, body):
        self.asked.append(address)
        status = self.answers[address]
        return status and type("Answer", (), {"status": status})


@pytest.mark.parametrize("ill", [None, 503])
def test_page_is_asked_for_at_the_next_server_and_a_form_is_not(ill):
    servers = Servers(first=ill, second=200)

    page = servers.ask("GET", "/")
    servers.asked.clear()
    servers.ask("GET", "/")
    servers.asked.clear()
    servers.ask("POST", "/submit/", "title=Desk")

    assert (page.status, servers.asked) == (200, ["first"])


def test_hidden_values_are_those_of_the_form():
    page = (
        '<input type="hidden" name="stamp" value="a&amp;b"><input name="title" value="Desk">'
        '<input type="hidden" name="x">'
    )

    assert hidden_values(page) == {"stamp": "a&b", "x": ""}


def test_tables_mark_what_should_not_have_happened():
    entries = [
        {"kind": "reading", "begun": 1.0, "seconds": 0.5, "ok": False},
        {"kind": "reading", "begun": 2.0, "seconds": 1.5, "ok": True},
        {"kind": "submission", "begun": 2.0, "seconds": 3.0, "ok": True, "tries": 5},
        {"kind": "look", "begun": 3.0, "seconds": 0.1, "ok": False},
        {"kind": "look", "begun": 4.0, "seconds": 0.1, "ok": True},
        {"kind": "reading", "begun": 9.0, "seconds": 9.0, "ok": True},
    ]
    found = {
        "submissions": (4, 3, 0), "publications": (2, 2, 0), "confirmations": (4, 4), "news": (10, 10),
        "copies": 1, "waiting": 0, "looks": (5, 0),
    }  # fmt: skip

    text = report.tables([("web1 killed", 0.0, 5.0)], entries, found, load=3)

    assert "| web1 killed | 2 | **1** | 1.00 | 1.5 | 1 | 3 | 3.0 | 0 | 0 | – | 2 | 1 |" in text
    assert "| submissions that were acknowledged and are stored | 4 | **3** |" in text
    assert "| e-mails that arrived twice | – | 1 |" in text
