"""Values and fragments of pages that are kept while the published catalogue stays as it is.

`cached_per_version` keeps what a function returns; the template tag `{% fragment %}` keeps what a part of a template
renders. An entry's key holds the arguments, the version of the catalogue, the language and the release, so no entry is
ever stale and none has to be deleted. With DEBUG nothing is kept, as code and templates change under a running server.

Nobody may change a value that comes from here: with `in_process=True` all callers share one object.
"""

import hashlib
import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date, datetime
from functools import partial, wraps
from typing import Any, overload

from django.conf import settings
from django.core.cache import cache
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.utils.translation import get_language

from practices.core import catalogue_version

MAX_IN_PROCESS = 100
"""Values kept in one process; when there are more, the one that was not used for longest is dropped."""
BRIEF_SECONDS = 60
"""Lifetime of an answer that says that there is nothing, so that asking again costs little."""

_in_process: OrderedDict[tuple[str, str | None, str, str], Any] = OrderedDict()
_log = logging.getLogger(__name__)


def _always(value: Any) -> bool:
    return True


@overload
def cached_per_version[**P, R](function: Callable[P, R]) -> Callable[P, R]: ...
@overload
def cached_per_version[**P, R](
    *, across_publications: bool = False, in_process: bool = False, lasts_if: Callable[[Any], object] = ...
) -> Callable[[Callable[P, R]], Callable[P, R]]: ...
def cached_per_version(function=None, *, across_publications=False, in_process=False, lasts_if=_always):
    """Call the decorated function once for each version of the catalogue and each set of arguments.

    `across_publications`: keep values until a name of the reference data changes, whatever is published. The arguments
    must then say all that a value depends on, such as the number of a revision.
    `in_process`: keep values in this process instead of the cache that processes share. For a few small values that
    almost every request needs, as it takes no copy of them.
    `lasts_if`: keep a value for BRIEF_SECONDS only, unless this returns true of it. What visitors make up, such as words
    that no practice has, is then soon gone.

    Raises TypeError for arguments that have no key (see `key_of`).
    """
    if function is None:
        return partial(
            cached_per_version,
            across_publications=across_publications,
            in_process=in_process,
            lasts_if=lasts_if,
        )
    name = f"{function.__module__}.{function.__qualname__}"

    @wraps(function)
    def cached(*args, **kwargs):
        make = partial(function, *args, **kwargs)
        if settings.DEBUG:
            return make()
        arguments = (args, tuple(sorted(kwargs.items())))
        if in_process:
            state = _state(across_publications=across_publications)
            return _kept_in_process((state, get_language(), name, key_of(arguments)), make)
        key = entry_key(name, arguments, across_publications=across_publications)
        found = get_many([key])
        if key not in found:
            found = {key: make()}
            set_many(found, brief=not lasts_if(found[key]))
        return found[key]

    return cached


@overload
def cached_each_per_version[Key, R](
    function: Callable[[list[Key]], dict[Key, R]],
) -> Callable[[Iterable[Key]], dict[Key, R]]: ...
@overload
def cached_each_per_version[Key, R](
    *, across_publications: bool = False, lasts_if: Callable[[Any], object] = ...
) -> Callable[[Callable[[list[Key]], dict[Key, R]]], Callable[[Iterable[Key]], dict[Key, R]]]: ...
def cached_each_per_version(function=None, *, across_publications=False, lasts_if=_always):
    """Cache each value of a function that takes a list of keys and returns a dictionary.

    As `cached_per_version`, but several values cost one look-up, and the function is called with those keys alone
    that have no entry. It may leave out keys that have no value.
    """
    if function is None:
        return partial(cached_each_per_version, across_publications=across_publications, lasts_if=lasts_if)
    name = f"{function.__module__}.{function.__qualname__}"

    @wraps(function)
    def cached(keys):
        keys = list(dict.fromkeys(keys))
        if settings.DEBUG:
            return function(keys)
        entries = {key: entry_key(name, key, across_publications=across_publications) for key in keys}
        kept = get_many(entries.values())
        found = {key: kept[entry] for key, entry in entries.items() if entry in kept}
        if missing := [key for key in keys if key not in found]:
            made = function(missing)
            for brief in (False, True):
                set_many(
                    {entries[key]: value for key, value in made.items() if brief != bool(lasts_if(value))},
                    brief=brief,
                )
            found |= made
        return found

    return cached


def _kept_in_process(key: tuple[str, str | None, str, str], make: Callable[[], Any]) -> Any:
    with suppress(KeyError):  # another thread may drop it at any time
        _in_process.move_to_end(key)
        return _in_process[key]
    value = _in_process[key] = make()
    while len(_in_process) > MAX_IN_PROCESS:
        _in_process.popitem(last=False)
    return value


# Keys ---------------------------------------------------------------------------------------

PLAIN = frozenset([str, int, bool, type(None), date, datetime])


def entry_key(*parts: Any, across_publications: bool = False) -> str:
    """Return the key of an entry that `parts` name, for the present version, language and release."""
    state = _state(across_publications=across_publications)
    return hashed(state, get_language(), catalogue_version.release(), *parts)


def _state(*, across_publications: bool) -> str:
    return catalogue_version.names_version() if across_publications else catalogue_version.current()


def hashed(*parts: Any) -> str:
    """Return a short key of any parts that `key_of` takes."""
    return hashlib.blake2b(key_of(parts).encode(), digest_size=16).hexdigest()


def key_of(value: Any) -> str:
    """Return a text that stands for `value` and for no other, the same in every process.

    Takes None, booleans, integers, texts, dates, classes, and tuples and frozen dataclasses of them. Raises
    TypeError for anything else: a row or a QuerySet would look the same when its content has changed.
    """
    kind = type(value)
    if kind in PLAIN:
        return repr(value)
    if kind is tuple:
        return f"({','.join([key_of(each) for each in value])},)"
    if getattr(getattr(kind, "__dataclass_params__", None), "frozen", False):
        values = tuple(getattr(value, name) for name in kind.__dataclass_fields__)
        return f"{_path_of(kind)}{key_of(values)}"
    if isinstance(value, type):
        return _path_of(value)
    if isinstance(value, str):  # such as SafeString or a choice
        return repr(str(value))
    raise TypeError(f"{kind.__name__} cannot be part of a cache key")


def _path_of(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


# The cache itself ---------------------------------------------------------------------------


def get_many(keys: Iterable[str]) -> dict[str, Any]:
    """Return the entries that are there. A cache that does not answer counts as empty."""
    try:
        return cache.get_many(keys)
    except Exception as error:
        _log.warning("The cache does not answer: %s", error)
        return {}


def set_many(entries: dict[str, Any], *, brief: bool = False, seconds: float | None = None) -> None:
    """Keep entries, for `seconds` or, if `brief`, for BRIEF_SECONDS. A cache that does not answer keeps none."""
    if not entries:
        return
    try:
        cache.set_many(entries, BRIEF_SECONDS if brief else seconds or DEFAULT_TIMEOUT)
    except Exception as error:
        _log.warning("The cache does not take anything: %s", error)
