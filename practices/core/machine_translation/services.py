"""Forms of API that services of machine translation have: that of LibreTranslate, and that of DeepL."""

import json
import urllib.request
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from django.conf import settings

from practices.core.http import outgoing
from practices.core.machine_translation import errors

MOST_TEXTS = 50
"""Texts in one request, as DeepL allows."""
MOST_BYTES = 2 * 1024 * 1024
"""Bytes of an answer."""

type Pairs = dict[str, list[str]]
"""Language, as the service spells it → the languages into which it translates from that."""


class Service(Protocol):
    """A form of API. Its functions raise errors.NotTranslated, and outgoing.NoAnswer after `within` seconds."""

    def pairs(self, *, within: float) -> Pairs: ...

    def translate(self, texts: Sequence[str], *, source: str, target: str, within: float) -> list[str]: ...


class LibreTranslate:
    """LibreTranslate (https://docs.libretranslate.com/), version 1.3 or later."""

    def pairs(self, *, within):
        languages = _answer("/languages", within=within)
        return {one["code"]: [str(code) for code in one["targets"]] for one in languages}

    def translate(self, texts, *, source, target, within):
        asked = {"q": texts, "source": source, "target": target, "format": "text"}
        if settings.MACHINE_TRANSLATION_KEY:
            asked["api_key"] = settings.MACHINE_TRANSLATION_KEY
        return _answer("/translate", asked, within=within)["translatedText"]


class DeepL:
    """DeepL (https://developers.deepl.com/docs), version 2."""

    def pairs(self, *, within):
        sources, targets = (
            [
                one["language"]
                for one in _answer(f"/v2/languages?type={side}", headers=self._key(), within=within)
            ]
            for side in ("source", "target")
        )
        return dict.fromkeys(sources, targets)

    def translate(self, texts, *, source, target, within):
        asked = {"text": texts, "source_lang": source, "target_lang": target, "preserve_formatting": True}
        answer = _answer("/v2/translate", asked, headers=self._key(), within=within)
        return [one["text"] for one in answer["translations"]]

    @staticmethod
    def _key() -> dict[str, str]:
        return {"Authorization": f"DeepL-Auth-Key {settings.MACHINE_TRANSLATION_KEY}"}


SERVICES: dict[str, Service] = {"libretranslate": LibreTranslate(), "deepl": DeepL()}
"""Value of MACHINE_TRANSLATION → its form of API."""
_QUOTA_USED_UP = 456  # of DeepL
_NO_ACCESS = (401, 403)


def _answer(path: str, asked: Any = None, *, headers: Mapping[str, str] | None = None, within: float) -> Any:
    """Return what the service answers, from JSON. With `asked`, that is posted."""
    request = urllib.request.Request(  # noqa: S310 - checked in settings
        f"{settings.MACHINE_TRANSLATION_URL}{path}",
        data=None if asked is None else json.dumps(asked, ensure_ascii=False).encode(),
        headers={
            "Accept": "application/json",
            "Content-Type": "application/json",
            "User-Agent": f"migration-good-practices (mailto:{settings.CONTACT_ADDRESS})",
            **(headers or {}),
        },
    )
    try:
        return json.loads(outgoing.fetch(request, within=within, at_most=MOST_BYTES))
    except outgoing.Refused as refusal:
        if refusal.code == _QUOTA_USED_UP:
            raise errors.QuotaUsedUp from refusal
        if refusal.code == 429:
            raise errors.TooManyRequests from refusal
        if refusal.code in _NO_ACCESS or refusal.is_final:
            raise errors.NotAccepted from refusal
        raise outgoing.NoAnswer(str(refusal)) from refusal
