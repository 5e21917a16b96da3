"""Plain words: terms and sentences that are on no page, in no e-mail, no message and no document."""

import ast
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings
from django.template.base import Lexer, TokenType
from django.urls import reverse

from practices.choices import Kind
from tests.support.pages import read

ROOT = settings.BASE_DIR

LEFT_OUT = {
    r"\bleaving takes\b": "Unsubscribe at any time.",
    r"\byou have left\b": "You have unsubscribed.",
    r"\bunfollow": "unsubscribe",
    r"\bcadence\b": "how often",
    r"\bnews of\b": "e-mail updates on",
    r"\bhow often we write\b": "how often",
    r"\bwho runs it\b|\brun by\b": "implementing organisation",
    r"\bkinds? of bod(y|ies)\b": "type of organisation",
    r"\bwhat came of it\b": "results",
    r"\ba must\b": "required",
    r"\bnot taken\b|\btaken into the catalogue\b": "not accepted",
    r"\bpile\b": "queue, list",
    r"\bthe way through\b": "what happens next",
    r"\byours alone\b": "This page is private.",
    r"\berase what is held\b|\bheld on (me|you|this address)\b": "delete my personal data",
    r"\btake(s|n)? away\b|\btook away\b": "remove, clear",
    r"\bhow many are known\b": "number of practices",
    r"\bsecond factors?\b|\bsecurity keys?\b": "two-factor authentication, passkey",
    r"\bform of address\b": "Title (Ms., Dr., …)",
    r"(?<!global )\bcompact\b": "Global Compact for Migration (GCM)",
    r"\ban e-mail for what is new\b": "We'll e-mail you when a practice is published.",
    r"\blook into your (e-mail|mailbox)\b": "Check your e-mail",
    r"\bwe hope you\b": "You (or someone using your address)",
    r"\bhas told of\b": "where there are gaps",
    r"\bnought\b": "empty cell",
    r"\bin the totals alone\b": "They count only in the totals.",
    r"\bthe stronger the colour\b": "darker = more",
    r"\bcount some of the practices\b": "Filter the practices shown",
    r"\bno statement of ours\b": "do not imply official endorsement",
    r"\bsense alone\b": "can be understood on its own",
    r"\bone a line\b": "One per line",
    r"\bsay it at single\b": "Comment on individual fields",
    r"\bdecide later\b": "Send a message",
    r"\bkeep my ticks\b": "Save checklist",
    r"\blay it on top\b": "Update to revision 3",
    r"\bit lacks\b|\bso it cannot be published\b": "Cannot be published yet. Missing: …",
    r"\bi am reading it\b": "Start review",
    r"\byours to read\b": "Assigned to you",
    r"\ba question about:": "Changes requested: …",
    r"\bhalf of the last decisions\b": "Most recent submissions were decided within …",
    r"\ba little too often\b": "Too many requests from your network.",
    r"\bsave the form first\b": "Save your draft before adding files.",
    r"\btravels? furthest\b": "allows the widest reuse",
    r"\bthese practices as\b": "Download: CSV, Excel, JSON",
    r"\bnobody but you\b": "Only people with this link",
    r"\bgo(es)? on with (it|your)\b": "continue",
    r"\bstands? below\b": "is below",
    r"\bsays its submitter\b": "according to the submitter",
    r"\bis (no|none of the) practice of\b": "is not a practice",
    r"\bmend(s|ed|ing)?\b": "correct, fix",
    r"\btold of\b": "submitted",
    r"\banew\b": "again",
    r"\bwithdraw it for good\b": "Withdraw",
    r"\bhear of (it|them)\b|\bhears of it\b": "are told",
}
"""Pattern, in lower case → what is said instead."""

PROSE = [
    path
    for pattern in ("*.md", "docs/*.md", "docs/deploy/**/*.md")
    for path in sorted(ROOT.glob(pattern))
    if path.name != "CHANGELOG.md"  # says what older releases said
]
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in (".html", ".txt"))
MODULES = [
    path
    for room in ("practices", "catalogue")
    for path in sorted((ROOT / room).rglob("*.py"))
    if path.parent.name != "migrations"
]
SCRIPTS = sorted((ROOT / "static").rglob("*.js"))


def _of_template(source: str) -> str:
    """Return all that a template says: its text, then the literals in its tags. Comments say nothing."""
    text, literals = [], []
    for token in Lexer(source).tokenize():
        if token.token_type is TokenType.TEXT:
            text.append(token.contents)
        elif token.token_type is TokenType.VAR:
            text.append("…")
        elif token.token_type is TokenType.BLOCK:
            literals += re.findall(r'"([^"]* [^"]*)"', token.contents)
    page = re.sub(r"<!--.*?-->|</?[a-z][^>]*>", " ", "".join(text), flags=re.DOTALL)
    return "\n".join([unescape(page), *literals])


def _of_module(source: str) -> Iterator[str]:
    """Yield the strings of several words in a module, but no docstrings."""
    tree = ast.parse(source)
    documentation = {
        id(node.value)
        for parent in ast.walk(tree)
        if isinstance(parent, ast.Module | ast.ClassDef | ast.FunctionDef)
        for node in parent.body
        if isinstance(node, ast.Expr)
    }
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and " " in node.value and id(node) not in documentation:
            yield node.value


def _of_document(source: str) -> str:
    """Return the prose of a document, without code."""
    return re.sub(r"```.*?```|`[^`]*`", "…", source, flags=re.DOTALL)


def _of_script(source: str) -> Iterator[str]:
    """Yield the strings of several words in a script."""
    for literal in re.findall(r'"([^"\n]* [^"\n]*)"|`([^`]* [^`]*)`', source):
        yield "".join(literal)


def said_in(path: Path) -> str:
    """Return what people read of a file, in lower case and with white space collapsed."""
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        said = "\n".join(_of_module(source))
    elif path.suffix == ".js":
        said = "\n".join(_of_script(source))
    elif path.suffix == ".md":
        said = _of_document(source)
    else:
        said = _of_template(source)
    return re.sub(r"[^\S\n]+|\s*\n\s*(?=\S)", " ", said).casefold()


def found(paths: list[Path]) -> list[str]:
    """Return “file: words in their sentence” for each place that has left-out words."""
    return sorted(place for path in paths for place in found_in(said_in(path), name=path.relative_to(ROOT)))


def found_in(said: str, *, name: object) -> Iterator[str]:
    for pattern, better in LEFT_OUT.items():
        for match in re.finditer(pattern, said):
            around = said[max(0, match.start() - 40) : match.end() + 40]
            yield f"{name}: …{around}…: say “{better}”"


def test_left_out_words_are_on_no_page_and_in_no_email():
    assert found(TEMPLATES) == []


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["mfa_index", "mfa_list_webauthn", "usersessions_list", "account_logout"])
def test_left_out_words_are_on_no_page_that_a_package_brings(client, moderator, name):
    client.force_login(moderator)

    page = read(client.get(reverse(name), follow=True)).one("body")

    assert list(found_in(page.text.casefold(), name=name)) == []


@pytest.mark.django_db
def test_left_out_words_are_not_on_the_page_to_sign_in(client):
    page = read(client.get(reverse("account_login"))).one("body")

    assert list(found_in(page.text.casefold(), name="account_login")) == []


def test_left_out_words_are_in_no_message_label_or_help():
    assert found([*MODULES, *SCRIPTS]) == []


def test_left_out_words_are_in_no_document():
    assert found(PROSE) == []


def test_words_of_templates_modules_and_emails_are_read():
    """A reader that finds nothing would let everything pass."""
    emails = {path.parent.name for path in TEMPLATES if path.is_relative_to(ROOT / "templates/emails")}

    template = '<p title="{% translate "A hint" %}">{% blocktranslate %}Two &amp;\n{{ n }}{% endblocktranslate %}</p>'

    assert _of_template(template).split() == ["Two", "&", "…", "A", "hint"]
    assert list(_of_module('"""Not this."""\nlabel = _("One label")\nname = "one"')) == ["One label"]
    assert {kind.value for kind in Kind} <= emails
