"""Cache backends: Redis behind a breaker. Nobody waits for a server that accepts and does not answer."""

import contextlib
import functools
from time import monotonic
from urllib.parse import urlsplit

from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import MaxConnectionsError, RedisError
from redis.retry import Retry

from catalogue.caches import BoundedCache
from practices.core.breaker import Breaker

_breakers: dict[str, Breaker] = {}


class CacheAway(ConnectionError):
    """Redis is known not to answer, so it was not asked."""


def _behind_breaker(operation):
    """Decorate an operation of RedisCache: refused while the breaker is open, which it opens by failing or dawdling."""

    @functools.wraps(operation)
    def guarded(self, *args, **kwargs):
        if not self.breaker.allows():
            raise CacheAway(f"{self.breaker.name} did not answer lately")
        started_at = monotonic()
        try:
            result = operation(self, *args, **kwargs)
        except MaxConnectionsError:
            raise  # which says nothing about the server
        except (RedisError, OSError) as error:
            self.breaker.failed(error)
            raise
        if monotonic() - started_at > self.patience:
            self.breaker.failed(f"an answer took more than {self.patience:g} s")
        else:
            self.breaker.succeeded()
        return result

    return guarded


class CountingCache(RedisCache):
    """Redis for counters that all processes share. Raises an error, at once, while Redis is known to be away.

    OPTIONS: `break_seconds`, for how long Redis is left alone once it has not answered; the rest is for redis-py. All
    caches of one LOCATION in this process share one breaker, so time-outs do not add up.
    """

    def __init__(self, server, params):
        super().__init__(server, params)
        options = {"retry": Retry(NoBackoff(), 0), "max_connections": 8, **params.get("OPTIONS", {})}
        break_seconds = options.pop("break_seconds", 30)
        self.patience = 2 * (options.get("socket_timeout") or 30)
        self._options = options
        name = "Redis at " + urlsplit(self._servers[0]).netloc.rpartition("@")[2]
        self.breaker = _breakers.setdefault(str(server), Breaker(name, seconds=break_seconds))

    add = _behind_breaker(RedisCache.add)
    get = _behind_breaker(RedisCache.get)
    set = _behind_breaker(RedisCache.set)
    touch = _behind_breaker(RedisCache.touch)
    delete = _behind_breaker(RedisCache.delete)
    get_many = _behind_breaker(RedisCache.get_many)
    has_key = _behind_breaker(RedisCache.has_key)
    incr = _behind_breaker(RedisCache.incr)
    set_many = _behind_breaker(RedisCache.set_many)
    delete_many = _behind_breaker(RedisCache.delete_many)
    clear = _behind_breaker(RedisCache.clear)


def _or_in_process(name):
    """Return the operation `name` of CountingCache, done by the cache of this process while Redis is away."""
    operation = getattr(CountingCache, name)

    @functools.wraps(operation)
    def either(self, *args, **kwargs):
        try:
            return operation(self, *args, **kwargs)
        except (RedisError, OSError):
            return getattr(self.in_process, name)(*args, **kwargs)

    return either


class SharedCache(CountingCache):
    """Redis for values that can be made again. While it is away, each process keeps its own.

    OPTIONS, beside those of CountingCache: `MAX_BYTES` of the cache in the process.
    """

    def __init__(self, server, params):
        options = dict(params.get("OPTIONS", {}))
        bounded = {"MAX_BYTES": most} if (most := options.pop("MAX_BYTES", None)) else {}
        super().__init__(server, params | {"OPTIONS": options})
        self.in_process = BoundedCache(f"instead of {server}", params | {"OPTIONS": bounded})

    add = _or_in_process("add")
    get = _or_in_process("get")
    set = _or_in_process("set")
    touch = _or_in_process("touch")
    delete = _or_in_process("delete")
    get_many = _or_in_process("get_many")
    has_key = _or_in_process("has_key")
    incr = _or_in_process("incr")
    set_many = _or_in_process("set_many")
    delete_many = _or_in_process("delete_many")

    def clear(self):
        self.in_process.clear()
        with contextlib.suppress(RedisError, OSError):
            super().clear()
