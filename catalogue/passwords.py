"""Passwords that people who know this catalogue would try first."""

import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

HOUSE_WORDS = (
    "administrator", "admin", "catalogue", "catalog", "compact", "gcm", "global", "good", "iom", "login", "migration",
    "migrant", "moderator", "moderation", "nations", "network", "objective", "password", "practices", "practice",
    "repository", "staff", "united", "welcome",
)  # fmt: skip
"""Words of the catalogue and its staff; docs/security.md refers to this list. The names of our host are added."""
LETTERS_LEFT = 6
"""Letters that a password with such words needs besides them."""


class HouseWordsValidator:
    """Refuse a password that hardly has more in it than words of this catalogue, such as MigrationPractices2026!."""

    def validate(self, password: str, user: object = None) -> None:
        words = sorted({*HOUSE_WORDS, *settings.SITE_HOST.split(".")}, key=len, reverse=True)
        known = "|".join(re.escape(word) for word in words if len(word) > 2)
        others = re.sub(known, "", password.casefold())
        if others == password.casefold():
            return
        if len(re.findall(r"[^\W\d_]", others)) < LETTERS_LEFT:
            raise ValidationError(
                _("This password consists of words of this catalogue. Choose one with other words."),
                code="password_of_house_words",
            )

    def get_help_text(self) -> str:
        return _("Your password can’t consist of words of this catalogue only.")
