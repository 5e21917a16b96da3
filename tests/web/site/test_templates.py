"""The source of the templates."""

import pytest
from django.conf import settings

FOLDER = settings.BASE_DIR / "templates"
TEMPLATES = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*") if path.is_file())
LONGEST_LINE = 120
"""Characters."""


@pytest.mark.parametrize("name", TEMPLATES)
def test_template_has_short_lines(name):
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()

    too_long = [number for number, line in enumerate(lines, start=1) if len(line) > LONGEST_LINE]

    assert too_long == []
