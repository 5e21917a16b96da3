"""Messages for translation can be gathered: xgettext reads strings of Python as they are written."""

import ast

from django.conf import settings

GETTEXT = {
    "_",
    "gettext",
    "gettext_lazy",
    "ngettext",
    "ngettext_lazy",
    "pgettext",
    "pgettext_lazy",
    "npgettext",
}
MODULES = sorted(
    path for room in ("practices", "catalogue") for path in (settings.BASE_DIR / room).rglob("*.py")
)


ESCAPES = (r"\u", r"\x", r"\N")


def escaped_messages(source):
    """Return messages written with \\u, \\x or \\N, whose entry in a message file would never be found."""
    if not any(escape in source for escape in ESCAPES):
        return []
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    messages = (
        ast.get_source_segment(source, argument)
        for call in calls
        if getattr(call.func, "id", None) in GETTEXT
        for argument in call.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    )
    return [text for text in messages if any(escape in text for escape in ESCAPES)]


def test_a_message_with_an_escape_is_found():
    assert escaped_messages(r'_("e\u2011mail")') == [r'"e\u2011mail"']


def test_messages_are_written_without_escapes():
    found = {str(path): escaped_messages(path.read_text()) for path in MODULES}
    assert not {path: messages for path, messages in found.items() if messages}
