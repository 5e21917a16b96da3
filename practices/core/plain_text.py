"""Plain text, as everything that people type is kept and as everything that is not HTML shows it.

Characters that nobody sees can make a text ill-formed (control characters in XML, NUL in PostgreSQL), turn what follows
round (U+202E), or make two texts that look the same differ. They are left out, but for those that a script needs to be
written: joiners of Arabic and Indic letters and of emoji, marks of direction among right-to-left letters, and
variation selectors of emoji, ideographs and Mongolian. (Unicode Standard Annex 9 §2, Technical Report 36 §2.)

Office programs leave characters of their own in what is copied from them: line ends (U+000B), bullets of symbol fonts
in the private use area, places of pictures (U+FFFC), quotation marks of Windows-1252 as control characters. Each
becomes the character that its author saw. Letters with marks are composed (NFC, Unicode Standard Annex 15).
"""

import re
import unicodedata
from typing import Any

_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")

_SYMBOLS = dict(
    zip(
        "\uf02d\uf06c\uf06e\uf06f\uf071\uf076\uf0a3\uf0a7\uf0a8\uf0ae\uf0b0\uf0b1\uf0b3\uf0b4\uf0b7\uf0b9\uf0bb\uf0d8\uf0e0"
        "\uf0e8\uf0fb\uf0fc\uf0fd\uf0fe",
        "−●■□❑❖≤▪◻→°±≥×•≠≈➢→➔✗✓☒☑",
        strict=True,
    )
)
"""Signs of the fonts Symbol and Wingdings at U+F000 and their code, as Word writes them, that are common in texts."""
_OTHER_BULLET = re.compile("^([ \t]*)[\uf020-\uf0ff]", re.MULTILINE)
"""Any other sign of a symbol font at the start of a line, which is its bullet."""
_WINDOWS_1252 = {
    chr(code): bytes([code]).decode("cp1252")
    for code in range(0x80, 0xA0)
    if code not in (0x81, 0x85, 0x8D, 0x8F, 0x90, 0x9D)  # U+0085 is a line end; the others are not assigned
}
_MENDED = str.maketrans(_SYMBOLS | _WINDOWS_1252 | {"\x1e": "-", "\ufffc": ""})
"""Replacements of characters that office programs leave. U+001E is the non-breaking hyphen of Word."""
_OFFICE = re.compile("[\x1e\x80-\x9f\uf020-\uf0ff\ufffc]")

_RTL = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
"""Blocks of scripts that are written from right to left."""
_CURSIVE = (
    "\u0620-\u06ff\u0710-\u074f\u0750-\u077f\u07ca-\u07ff\u0840-\u08ff\ufb50-\ufdff\ufe70-\ufefc"
    "\u1820-\u18aa\U0001e900-\U0001e95f"
)
"""Scripts whose letters join: Arabic, Syriac, N'Ko, Mandaic, Mongolian, Adlam."""
_INDIC = "\u0900-\u0dff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\ua8e0-\ua8ff\uaa60-\uaa7f\U00011000-\U000114ff"
_MONGOLIAN = "\u1820-\u18aa"
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_PICTURES = "\u00a9\u00ae\u203c\u2049\u2100-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
_EMOJI = f"#*0-9{_PICTURES}"
_FLAGS = "|".join(
    "".join(chr(0xE0000 + ord(letter)) for letter in code) + "\U000e007f"
    for code in ("gbeng", "gbsct", "gbwls")
)
"""Tags that make a black flag that of England, Scotland or Wales."""

_KEPT = "|".join(
    [
        rf"(?<=[{_CURSIVE}])[\u200c\u200d](?=[{_CURSIVE}])",
        "(?<=\u0647)\u200d(?![\u200c\u200d])",  # the initial heh that stands for the Hijri year
        rf"(?<=[{_INDIC}])[\u200c\u200d](?![\u200c\u200d])",
        rf"(?:(?<=[{_PICTURES}])|(?<=[{_PICTURES}]\ufe0f))\u200d(?=[{_PICTURES}])",
        rf"(?<=[{_EMOJI}])[\ufe0e\ufe0f]",
        rf"(?<=[{_MONGOLIAN}])[\u180b-\u180f]",
        rf"(?<=[{_HAN}])[\U000e0100-\U000e01ef]",
        f"(?<=\U0001f3f4)(?:{_FLAGS})",
    ]
)
"""Invisible characters where a script has a use for them."""

_DIRECTION_MARKS = "\u200e\u200f\u061c"
_INVISIBLE = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # control characters, which XML 1.0 refuses
    "\ud800-\udfff\ufdd0-\ufdef"  # surrogates and noncharacters
    + "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(17))
    + "\u202a-\u202e\u2066-\u2069"  # embeddings, overrides and isolates
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\u206a-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)  # from U+00AD on: Default_Ignorable_Code_Point, without the marks of direction, and annotations

_ANY = re.compile(rf"[{_INVISIBLE}{_DIRECTION_MARKS}]")
_FOUND = re.compile(rf"({_KEPT})|[{_INVISIBLE}]")
_MARKS = re.compile(f"[{_DIRECTION_MARKS}]")
_HAS_RTL = re.compile(f"(?![{_DIRECTION_MARKS}])[{_RTL}]")


def plain(text: str) -> str:
    """Return `text` as its author saw it, without invisible characters that no script needs, in NFC. Idempotent.

    Its line end is `\\n`.
    """
    if text.isascii() and text.isprintable():  # most titles, of which a page has many
        return text
    text = _LINE_ENDS.sub("\n", text)
    if _OFFICE.search(text):
        text = text.translate(_MENDED)
    text = unicodedata.normalize("NFC", text)
    if not _ANY.search(text):
        return _OTHER_BULLET.sub(r"\1•", text)
    text = _OTHER_BULLET.sub(r"\1•", _FOUND.sub(lambda found: found[1] or "", text))
    return unicodedata.normalize("NFC", text if _HAS_RTL.search(text) else _MARKS.sub("", text))


def has_words(text: str) -> bool:
    """Return whether `text` has a letter or a digit."""
    return any(character.isalnum() for character in text)


def direction_of(text: str) -> str:
    """Return "rtl" or "ltr": the direction of the first letter that has one, as `dir="auto"` of HTML has it."""
    first = next((way for way in map(unicodedata.bidirectional, text) if way in ("L", "R", "AL")), "L")
    return "ltr" if first == "L" else "rtl"


def plain_values(value: Any) -> Any:
    """Return a JSON value whose texts are plain."""
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, dict):
        return {name: plain_values(part) for name, part in value.items()}
    return [plain_values(part) for part in value] if isinstance(value, list) else value
