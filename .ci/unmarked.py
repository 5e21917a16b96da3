"""Texts that are not marked for translation: "python .ci/unmarked.py FOLDER…" lists them, and fails if there are any.

Of a template, texts and the attributes that are shown or read out count; abbreviations do not, and names and codes stand
in <bdi>, <cite>, <code> or an element with `lang`. Of Python, names and help of fields, errors of forms and messages to
the user count. What only the page knows is found by tests/catalogue/test_pseudo_languages.py.
"""

import ast
import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from django.template.base import Lexer, Token, TokenType

DEVELOPMENT = {"mailbox.html", "mailbox_hint.html", "pseudo.py", "styleguide.html"}
"""Files of pages and languages that only a development machine has."""
NAMES = {"OpenAPI", "Optional"}
"""A name, and the heading that llmstxt.org prescribes."""
WORD = re.compile(r"[^\W\d_]{2,}")
CODE = re.compile(r"""[\w-]+=("[^"]*"|\w+)""")
"""An attribute that a partial writes into a tag, or a parameter of an address."""


def unmarked(path: Path) -> Iterator[str]:
    """Return the texts of a file that pass by gettext."""
    return unmarked_in_code(path) if path.suffix == ".py" else unmarked_in_template(path)


def _has_words(text: str) -> bool:
    return any(not word.isupper() for word in WORD.findall(CODE.sub("", text)) if word not in NAMES)


# Python -----------------------------------------------------------------------

SHOWN_ARGUMENTS = {
    "label",
    "help_text",
    "verbose_name",
    "verbose_name_plural",
    "empty_label",
    "short_description",
}
LEVELS = {"success", "info", "warning", "error"}
PLACES = {"ValidationError": 0, "add_error": 1, **dict.fromkeys(LEVELS, 1)}
"""Function → place of the argument that people read. LEVELS are those of django.contrib.messages."""


def unmarked_in_code(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield from filter(_has_words, map(_literal, _shown_arguments(node)))
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name | ast.Attribute):
            target = node.targets[0]
            name = target.id if isinstance(target, ast.Name) else target.attr
            if name in SHOWN_ARGUMENTS:
                yield from filter(_has_words, [_literal(node.value)])


def _shown_arguments(call: ast.Call) -> Iterator[ast.expr]:
    yield from (keyword.value for keyword in call.keywords if keyword.arg in SHOWN_ARGUMENTS)
    function = call.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if name in LEVELS and not (isinstance(function, ast.Attribute) and _is_named(function.value, "messages")):
        return
    if name in PLACES and len(call.args) > PLACES[name]:
        yield call.args[PLACES[name]]


def _is_named(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _literal(node: ast.expr) -> str:
    """Return the text that a node writes out, or an empty one."""
    if isinstance(node, ast.JoinedStr):
        return "".join(map(_literal, node.values))
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


# Templates --------------------------------------------------------------------

CODE_BLOCKS = {"bodyclass", "coltype", "section"}
"""Blocks of templates that are filled with codes, not with texts."""
NO_TEXT = {"comment", "blocktranslate", "blocktrans"}
HIDDEN = {"bdi", "cite", "code", "script", "style", "svg"}
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
SPOKEN = {"alt", "aria-label", "label", "placeholder", "title"}
SHOWN_META = {"description", "og:title", "og:description", "og:site_name", "og:image:alt"}
GAP = "X"
"""Stands for a tag or variable: like an abbreviation, but a word with letters that are glued to it."""
LITERAL = re.compile(r"""(_\()?(["'])(.*?)\2""")
SENTENCE = re.compile(r"[A-Z][a-z]|.*[a-z] [a-z]")
"""Beginning of a text in quotation marks that is no code: with a capital, or with several words."""


def unmarked_in_template(path: Path) -> Iterator[str]:
    tokens = list(without_code(Lexer(path.read_text(encoding="utf-8")).tokenize()))
    for token in tokens:
        if token.token_type in (TokenType.BLOCK, TokenType.VAR) and _name(token) not in {
            "translate",
            "trans",
        }:
            yield from (
                text
                for marked, _quote, text in LITERAL.findall(token.contents)
                if not marked and SENTENCE.match(text)
            )
    source = "".join(token.contents if token.token_type == TokenType.TEXT else GAP for token in tokens)
    if path.suffix == ".html":
        page = _Page()
        page.feed(source)
        page.close()
        yield from filter(_has_words, page.texts)
    else:
        yield from filter(_has_words, source.splitlines())


def without_code(tokens: list[Token]) -> Iterator[Token]:
    """Leave out comments, what is marked, and blocks that are filled with codes."""
    end = ""
    for token in tokens:
        name = _name(token) if token.token_type == TokenType.BLOCK else ""
        if end:
            end = "" if name == end else end
        elif name in NO_TEXT:
            end = f"end{name}"
        elif name == "block" and token.contents.split()[1] in CODE_BLOCKS:
            end = "endblock"
        elif token.token_type != TokenType.COMMENT:
            yield token


def _name(token: Token) -> str:
    return token.contents.split(maxsplit=1)[0]


class _Page(HTMLParser):
    """Collects the texts of a page, and of the attributes that are shown or read out."""

    def __init__(self):
        super().__init__()
        self.texts: list[str] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        shown = SPOKEN
        if tag == "meta" and SHOWN_META & {values.get("name"), values.get("property")}:
            shown = {"content"}
        self.texts += [value for name, value in attrs if name in shown and value]
        if tag not in VOID:
            self._open.append((tag, tag in HIDDEN or ("lang" in values and tag != "html")))

    def handle_endtag(self, tag):
        places = [place for place, (name, _hidden) in enumerate(self._open) if name == tag]
        if places:
            del self._open[places[-1] :]

    def handle_data(self, data):
        if not any(hidden for _tag, hidden in self._open):
            self.texts.append(" ".join(data.split()))


SUFFIXES = {".html", ".txt", ".py"}


def main(folders: list[str]) -> int:
    paths = [
        path for folder in folders for path in sorted(Path(folder).rglob("*")) if path.suffix in SUFFIXES
    ]
    found = [
        f"{path}: not marked for translation: {text}"
        for path in paths
        if path.name not in DEVELOPMENT and "migrations" not in path.parts
        for text in unmarked(path)
    ]
    print("\n".join(found), file=sys.stderr)  # noqa: T201 - what this command is for
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
