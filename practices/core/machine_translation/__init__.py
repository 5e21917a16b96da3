"""Machine translation by a service over HTTP, if the operator has set one up (MACHINE_TRANSLATION).

Whoever calls `translate` waits for another server, so nobody may hold a lock or a transaction meanwhile. What a service
has translated is kept in the shared cache for MACHINE_TRANSLATION_KEPT_HOURS, under a hash of the text.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import chain

from django.conf import settings

from practices import clock
from practices.choices import LANGUAGES
from practices.core.breaker import Breaker
from practices.core.cache import get_many, hashed, set_many
from practices.core.http import outgoing
from practices.core.machine_translation import errors, lines, services
from practices.core.machine_translation.errors import NotTranslated
from practices.core.plain_text import plain

__all__ = [
    "NotTranslated",
    "Translated",
    "can_translate",
    "is_on",
    "pairs",
    "remembered",
    "spelling",
    "translate",
]

BREAK_SECONDS = 30
SPELLINGS = {
    "en": ("en-GB", "en"),
    "fil": ("fil", "tl"),
    "nb": ("nb", "no"),
    "pt": ("pt-PT", "pt"),
    "zh-hans": ("zh-Hans", "zh"),
    "zh-hant": ("zh-Hant", "zt"),
}
"""Our code of a language → how services spell it, the best one first. Others are spelt alike."""

_log = logging.getLogger(__name__)
_breaker = Breaker("The service of machine translation", seconds=BREAK_SECONDS)
_turns = threading.BoundedSemaphore(settings.MACHINE_TRANSLATION_AT_ONCE)


@dataclass
class Translated:
    """Texts by name, as far as the service has translated them, and why it has not translated the others."""

    texts: dict[str, str] = field(default_factory=dict)
    error: NotTranslated | None = None


def is_on() -> bool:
    """Return whether there is a service."""
    return bool(settings.MACHINE_TRANSLATION)


def can_translate(source: str, target: str) -> bool:
    """Return whether the service may translate between two languages. Asks the cache only, never the service."""
    if not is_on() or not source or source == target:
        return False
    known = get_many([key := _key("pairs")]).get(key)
    return known is None or _pair(known, source, target) is not None


def remembered(texts: Mapping[str, str], *, source: str, target: str) -> dict[str, str]:
    """Return the translations of texts that are all in the cache; none if one is missing. Asks no service."""
    parts = _parts(texts)
    made = _from_cache(_to_send(parts), source, target)
    found = _put_together(parts, made)
    return found if len(found) == len(texts) else {}


def translate(texts: Mapping[str, str], *, source: str, target: str) -> Translated:
    """Translate texts, within MACHINE_TRANSLATION_TIMEOUT_SECONDS altogether. Languages are our codes.

    What is ready when something fails is returned as well.
    """
    parts, result = _parts(texts), Translated()
    pending = _to_send(parts)
    made = _from_cache(pending, source, target)
    try:
        for translations in _ask(
            [piece for piece in pending if piece not in made], source=source, target=target
        ):
            made |= translations
    except NotTranslated as error:
        result.error = error
    result.texts = _put_together(parts, made)
    return result


def pairs(*, within: float) -> services.Pairs:
    """Ask the service between which languages it translates, and remember it. Raises NotTranslated."""
    return _guarded(lambda: _pairs(within))


def spelling(code: str, known: Iterable[str]) -> str | None:
    """Return how a service spells one of our languages, of those that it knows; None if it does not know it."""
    by_lower_case = {one.lower(): one for one in known}
    found = (by_lower_case.get(one.lower()) for one in SPELLINGS.get(code, (code,)))
    return next(filter(None, found), None)


def _ask(pending: list[str], *, source: str, target: str) -> Iterator[dict[str, str]]:
    """Yield the translations of pieces, request by request, and remember them."""
    if not pending:
        return
    ends_at = clock.seconds() + settings.MACHINE_TRANSLATION_TIMEOUT_SECONDS
    if not _turns.acquire(blocking=False):
        raise errors.Busy
    try:
        known = get_many([key := _key("pairs")]).get(key) or pairs(within=_left(ends_at))
        pair = _pair(known, source, target)
        if pair is None:
            names = dict(LANGUAGES)
            raise errors.NoSuchPair(source=names.get(source, source), target=names.get(target, target))
        for batch in _batches(pending):
            made = _guarded(partial(_translations, batch, pair, ends_at=ends_at))
            _remember({_key(source, target, piece): text for piece, text in made.items()})
            yield made
    finally:
        _turns.release()


def _guarded[Result](ask: Callable[[], Result]) -> Result:
    """Return what the service answers, unless it is left alone because it has not answered before."""
    if not _breaker.allows():
        raise errors.NoAnswerInTime
    try:
        answer = ask()
    except outgoing.NoAnswer as error:
        _breaker.failed(error)
        raise errors.NoAnswerInTime from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        _breaker.succeeded()
        _log.warning(
            "The service of machine translation gave an answer of another form: %s", type(error).__name__
        )
        raise errors.NotUnderstood from error
    except NotTranslated as error:
        _breaker.succeeded()
        _log.warning(
            "The service of machine translation refuses: %s (%s)", type(error).__name__, error.__cause__
        )
        raise
    _breaker.succeeded()
    return answer


def _pairs(within: float) -> services.Pairs:
    found = services.SERVICES[settings.MACHINE_TRANSLATION].pairs(within=within)
    if not found or not all(isinstance(code, str) for code in chain(found, *found.values())):
        raise ValueError("no languages")
    _remember({_key("pairs"): found})
    return found


def _translations(batch: list[str], pair: tuple[str, str], *, ends_at: float) -> dict[str, str]:
    source, target = pair
    service = services.SERVICES[settings.MACHINE_TRANSLATION]
    made = service.translate(batch, source=source, target=target, within=_left(ends_at))
    if len(made) != len(batch) or not all(isinstance(text, str) and text.strip() for text in made):
        raise ValueError("texts are missing")
    # A piece stands on one line, so its translation does too.
    return {piece: " ".join(plain(text).split()) for piece, text in zip(batch, made, strict=True)}


def _left(ends_at: float) -> float:
    """Return the seconds until an instant. Raises outgoing.NoAnswer when it has come."""
    left = ends_at - clock.seconds()
    if left <= 0:
        raise outgoing.NoAnswer(f"no answer within {settings.MACHINE_TRANSLATION_TIMEOUT_SECONDS:g} seconds")
    return left


def _batches(pending: list[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    for piece in pending:
        size = sum(map(len, batch)) + len(piece)
        if batch and (len(batch) == services.MOST_TEXTS or size > settings.MACHINE_TRANSLATION_CHARACTERS):
            yield batch
            batch = []
        batch.append(piece)
    yield batch


def _parts(texts: Mapping[str, str]) -> dict[str, list]:
    most = settings.MACHINE_TRANSLATION_CHARACTERS
    return {name: lines.pieces(text, most=most) for name, text in texts.items()}


def _to_send(parts: Mapping[str, list]) -> list[str]:
    found = chain.from_iterable(parts.values())
    return list(dict.fromkeys(str(part) for part in found if isinstance(part, lines.Piece)))


def _put_together(parts: Mapping[str, list], made: Mapping[str, str]) -> dict[str, str]:
    joined = {name: lines.joined(each, made) for name, each in parts.items()}
    return {name: text for name, text in joined.items() if text is not None}


def _pair(known: services.Pairs, source: str, target: str) -> tuple[str, str] | None:
    # Services that write one Chinese read both.
    from_ = spelling(source, known) or spelling(source.partition("-")[0], known)
    into = from_ and spelling(target, known[from_])
    return (from_, into) if from_ and into else None


def _from_cache(wanted: Iterable[str], source: str, target: str) -> dict[str, str]:
    keys = {_key(source, target, piece): piece for piece in wanted}
    return {keys[key]: text for key, text in get_many(keys).items()} if keys else {}


def _remember(entries: dict) -> None:
    if settings.MACHINE_TRANSLATION_KEPT_HOURS:
        set_many(entries, seconds=settings.MACHINE_TRANSLATION_KEPT_HOURS * 3600)


def _key(*parts: str) -> str:
    """Return the key of an entry of this service in the cache."""
    return hashed(
        "machine translation", settings.MACHINE_TRANSLATION, settings.MACHINE_TRANSLATION_URL, *parts
    )
