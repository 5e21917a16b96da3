"""Cache backend: a cache in the memory of a process, bounded in bytes."""

import contextlib
import pickle
import threading
from time import monotonic

from cachetools import LRUCache
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache

ENTRY_OVERHEAD = 700
"""Bytes of objects around one entry: its key, its place in the order of use, its expiry."""

_in_process: dict[str, tuple[LRUCache, threading.RLock]] = {}


def _size(entry):
    _expires_at, content = entry
    return len(content) + ENTRY_OVERHEAD


class BoundedCache(BaseCache):
    """Cache in the memory of one process. Drops what was used least recently when there are more than MAX_BYTES.

    Django's LocMemCache counts entries, of which one can have any size. Values are pickled, as it does.
    LOCATION names the memory, which all threads share.
    """

    def __init__(self, name, params):
        super().__init__(params)
        most = params.get("OPTIONS", {}).get("MAX_BYTES", 64 * 1024 * 1024)
        self._entries, self._lock = _in_process.setdefault(name, (LRUCache(most, _size), threading.RLock()))

    def add(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        with self._lock:
            if self.has_key(key, version):
                return False
            self.set(key, value, timeout, version)
            return True

    def get(self, key, default=None, version=None):
        key = self.make_and_validate_key(key, version=version)
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return default
            expires_at, content = entry
            if expires_at is not None and expires_at <= monotonic():
                del self._entries[key]
                return default
        return pickle.loads(content)  # nosec B301 # noqa: S301 - pickled here

    def set(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        key = self.make_and_validate_key(key, version=version)
        self._keep(key, pickle.dumps(value, pickle.HIGHEST_PROTOCOL), self._expires_at(timeout))

    def touch(self, key, timeout=DEFAULT_TIMEOUT, version=None):
        with self._lock:
            if not self.has_key(key, version):
                return False
            key = self.make_and_validate_key(key, version=version)
            _expires_at, content = self._entries[key]
            self._keep(key, content, self._expires_at(timeout))
            return True

    def incr(self, key, delta=1, version=None):
        with self._lock:
            value = self.get(key, version=version)
            if value is None:
                raise ValueError(f"Key “{key}” not found")
            key = self.make_and_validate_key(key, version=version)
            expires_at, _content = self._entries[key]
            self._keep(key, pickle.dumps(value + delta, pickle.HIGHEST_PROTOCOL), expires_at)
            return value + delta

    def delete(self, key, version=None):
        key = self.make_and_validate_key(key, version=version)
        with self._lock:
            return self._entries.pop(key, None) is not None

    def clear(self):
        with self._lock:
            self._entries.clear()

    def _keep(self, key, content, expires_at):
        with self._lock, contextlib.suppress(ValueError):  # a value larger than the whole cache is not kept
            self._entries.pop(key, None)
            self._entries[key] = expires_at, content

    def _expires_at(self, timeout):
        """Return the expiry as `time.monotonic` counts; None for never."""
        seconds = self.default_timeout if timeout == DEFAULT_TIMEOUT else timeout
        return None if seconds is None else monotonic() + seconds
