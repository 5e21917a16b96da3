"""Numbers that arrive as text, in a query string or a form."""

MAX_KEY = 2**63 - 1
"""The largest primary key."""


def whole_number(text: str | None, *, most: int = MAX_KEY) -> int | None:
    """Return the whole number that `text` states in ASCII digits, but at most `most`; None for anything else.

    Signs, spaces, underscores and the digits of other scripts are refused, as is “²”, which `str.isdigit` accepts.
    A text of any length is safe: it is converted only where it has no more digits than `most`.
    """
    if not (text and text.isascii() and text.isdigit()):
        return None
    digits = text.lstrip("0") or "0"
    return most if len(digits) > len(str(most)) else min(int(digits), most)
