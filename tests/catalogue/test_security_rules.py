"""The rules of .ci/security-rules.yml find what they forbid, where it is forbidden."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

RULES = settings.BASE_DIR / ".ci/security-rules.yml"
BAD = {
    "markup-made-by-hand": (
        "practices/web/page.py",
        "from django.utils.safestring import mark_safe\nmark_safe(title)\n",
    ),
    "template-without-escaping": ("templates/web/page.html", "<h1>{{ practice.title|safe }}</h1>\n"),
    "script-writes-markup": ("static/js/page.js", "element.innerHTML = name;\n"),
    "sql-beside-the-orm": ("practices/web/lists.py", 'Practice.objects.raw("SELECT 1")\n'),
    "sql-with-values-in-its-text": (
        "practices/core/rows.py",
        "cursor.execute(\"SELECT 1 WHERE name = '%s'\" % name)\n",
    ),
    "request-to-another-server": (
        "practices/exchange/fetch.py",
        "import urllib.request\nurllib.request.urlopen(address)\n",
    ),
    "address-made-of-the-host-header": ("practices/web/link.py", 'link = request.build_absolute_uri("/")\n'),
    "redirect-to-what-a-request-says": ("practices/web/next.py", 'redirect(request.GET["next"])\n'),
    "request-changed": ("practices/web/change.py", 'request.GET["page"] = 1\n'),
    "file-opened-by-a-page": (
        "practices/web/file.py",
        'from pathlib import Path\nPath(folder, request.GET["name"]).read_bytes()\n',
    ),
    "page-without-the-csrf-check": (
        "practices/web/form.py",
        "from django.views.decorators.csrf import csrf_exempt\n@csrf_exempt\ndef form(request):\n    pass\n",
    ),
}
"""Rule → a file that breaks it, and nothing else in it."""
GOOD = {
    "practices/templatetags/tag.py": "from django.utils.safestring import mark_safe\nmark_safe(title)\n",
    "practices/core/table.py": 'cursor.execute("SELECT 1 WHERE name = %s", [name])\n',
    "practices/web/marks.py": (
        "from pathlib import Path\nfrom django.conf import settings\n"
        'Path(settings.BASE_DIR, "static/img/marks.svg").read_bytes()\n'
    ),
    "practices/web/after.py": "redirect(practice.get_absolute_url())\n",
}
"""Files with nothing that a rule forbids where they are."""


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Return (file, rule) of all findings in the good and bad files, by one run of semgrep, as it starts slowly."""
    folder = tmp_path_factory.mktemp("security_rules")
    for name, code in [*BAD.values(), *GOOD.items()]:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(code)
    programs = Path(sys.executable).parent
    run = subprocess.run(
        [
            programs / "semgrep", "scan", "--metrics=off", "--disable-version-check", "--no-git-ignore", "--json",
            "--config", RULES, ".",
        ],
        cwd=folder,
        env=os.environ | {"PATH": f"{programs}:{os.environ['PATH']}", "HOME": str(folder)},
        capture_output=True,
        check=True,
    )  # fmt: skip
    report = json.loads(run.stdout)
    assert report["errors"] == []
    return {(finding["path"], finding["check_id"].rpartition(".")[2]) for finding in report["results"]}


def test_each_rule_finds_its_bad_example_and_nothing_else(found):
    assert found == {(name, rule) for rule, (name, _code) in BAD.items()}


def test_every_rule_has_a_bad_example():
    lines = RULES.read_text(encoding="utf-8").splitlines()

    assert [line.removeprefix("  - id: ") for line in lines if line.startswith("  - id: ")] == list(BAD)


def test_bandit_finds_a_known_mistake(tmp_path):
    mistake = tmp_path / "mistake.py"
    mistake.write_text("import hashlib\nhashlib.md5(b'password')\n")

    run = subprocess.run(
        [Path(sys.executable).parent / "bandit", "-q", "-c", settings.BASE_DIR / "pyproject.toml", mistake],
        capture_output=True,
        check=False,
        text=True,
    )

    assert (run.returncode, "B324" in run.stdout) == (1, True)
