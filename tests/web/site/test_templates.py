"""The source of the templates."""

from django.conf import settings

FOLDER = settings.BASE_DIR / "templates"
MARKDOWN = {"web/site/llms.txt"}
"""Templates whose format has one line for each item or paragraph."""
TEMPLATES = sorted(
    str(path.relative_to(FOLDER))
    for path in FOLDER.rglob("*")
    if path.is_file() and str(path.relative_to(FOLDER)) not in MARKDOWN
)
LONGEST_LINE = 120
"""Characters."""


def test_templates_have_short_lines():
    too_long = [
        f"{name}:{number}"
        for name in TEMPLATES
        for number, line in enumerate((FOLDER / name).read_text(encoding="utf-8").splitlines(), start=1)
        if len(line) > LONGEST_LINE
    ]

    assert too_long == []
