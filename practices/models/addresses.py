"""The canonical form of an e-mail address, and the column that stores it."""

import re
import unicodedata

import idna
from django.db import models

from practices.models.fields import RuntimeOptions

MAX_LENGTH = 1_000
"""Characters beyond which a text is not parsed as an address. RFC 5321 §4.5.3.1.3 allows 254 octets."""

# Default_Ignorable_Code_Point of Unicode 17 (DerivedCoreProperties.txt), which `unicodedata` does not have.
_IGNORABLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


def canonical(address: str) -> str:
    """Return the one spelling of an address, by which mailboxes are stored and compared. Idempotent.

    NFKC without default-ignorable code points, in lower case, and the domain as A-labels (RFC 5891) without a final
    dot. Whatever is not an address is folded in the same way and not refused here.
    """
    text = _folded(_IGNORABLE.sub("", _folded(address)))
    local, at, domain = text.rpartition("@")
    return f"{local}{at}{_ascii_domain(domain)}" if at and len(text) <= MAX_LENGTH else text


def readable(address: str) -> str:
    """Return a canonical address as people write it: the domain in the letters of its language."""
    local, at, domain = address.rpartition("@")
    try:
        return f"{local}{at}{idna.decode(domain)}"
    except UnicodeError:
        return address


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower()).strip()


def _ascii_domain(domain: str) -> str:
    domain = domain.rstrip(".。")
    if domain.isascii() and "xn--" not in domain:
        return domain
    try:
        return idna.encode(domain, uts46=True, std3_rules=True).decode()
    except UnicodeError:  # such as an emoji, which IDNA 2008 does not allow; one spelling nevertheless
        return ".".join(_ascii_label(label) for label in re.split("[.。]", domain))


def _ascii_label(label: str) -> str:
    return label if label.isascii() else f"xn--{label.encode('punycode').decode()}"


class AddressField(RuntimeOptions, models.EmailField):
    """An e-mail address, stored and looked up in its canonical form whatever spelling it is given in."""

    def get_prep_value(self, value):
        prepared = super().get_prep_value(value)
        return canonical(prepared) if isinstance(prepared, str) else prepared

    def pre_save(self, model_instance, add):
        """Let the saved object have the value of its row."""
        value = super().pre_save(model_instance, add)
        if isinstance(value, str):
            value = canonical(value)
            setattr(model_instance, self.attname, value)
        return value

    def deconstruct(self):
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.EmailField", args, options
