"""The source of the templates."""

import re

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


GLUED = re.compile(r"(?:\}\}|%\}|</(?:a|b|bdi|span|strong)>|:</strong>)[.,:;](?=\s|<|$)|\((?:\{\{|<bdi>)")
"""A sign of English beside a value; `comma`, `colon`, `bracketed` and `sentence` have those of the language."""
TRANSLATED = re.compile(r"\{% blocktranslate.*?\{% endblocktranslate %\}", re.DOTALL)
STYLE = re.compile(r"<style.*?</style>", re.DOTALL)
IN_ONE_LANGUAGE = {
    "web/site/styleguide.html",
    "web/site/mail_previews.html",
    "web/site/mailbox.html",
    "components/mailbox_hint.html",
}
"""Pages for developers."""


def test_templates_have_no_punctuation_of_english_beside_values():
    found = {
        name: GLUED.findall(STYLE.sub("", TRANSLATED.sub("", (FOLDER / name).read_text(encoding="utf-8"))))
        for name in TEMPLATES
        if name not in IN_ONE_LANGUAGE
    }

    assert {name: signs for name, signs in found.items() if signs} == {}
