"""Words that no line may break, though they have a hyphen."""

import re

NON_BREAKING_HYPHEN = "\u2011"
_E_MAIL = re.compile(r"(?<![\w@/.-])([Ee])-(?=mail(?:s|ed|ing)?(?![\w@/-]))")
_AS_TYPED = ("textarea", "script", "pre", "code")
"""Elements whose text is data, or is copied."""


def unbroken(html: str) -> str:
    """Return `html` with “e-mail” kept in one line: a browser would break it after the “e-”.

    Attributes stay as they are, as does what people type or copy.
    """
    return _E_MAIL.sub(lambda found: _unbroken(html, found), html)


def _unbroken(html: str, found: re.Match[str]) -> str:
    start = found.start()
    is_text = html.rfind("<", 0, start) <= html.rfind(">", 0, start) and not any(
        html.rfind(f"<{name}", 0, start) > html.rfind(f"</{name}", 0, start) for name in _AS_TYPED
    )
    return f"{found[1]}{NON_BREAKING_HYPHEN}" if is_text else found[0]
