"""Circuit breaker: what is known to be away is not asked again for a while, so that nobody waits for it."""

import logging
import threading
from time import monotonic

_log = logging.getLogger(__name__)


class Breaker:
    """State of one dependency in this process, shared by all threads.

    After a failure the breaker is open for `seconds`: `allows` returns False, at once. Then one caller is allowed to
    probe while the others are refused for another `seconds`, until `succeeded` closes the breaker.
    """

    def __init__(self, name: str, *, seconds: float):
        self.name = name
        self.seconds = seconds
        self._lock = threading.Lock()
        self._is_closed = True
        self._next_probe_at = 0.0

    @property
    def is_open(self) -> bool:
        return not self._is_closed

    def allows(self) -> bool:
        """Return whether to try. While open, True for one caller in each span of `seconds`: its try is the probe."""
        if self._is_closed:
            return True
        with self._lock:
            if self._is_closed:
                return True
            now = monotonic()
            if now < self._next_probe_at:
                return False
            self._next_probe_at = now + self.seconds
            return True

    def failed(self, error: object) -> None:
        """Open the breaker, or keep it open for another span."""
        with self._lock:
            self._next_probe_at = monotonic() + self.seconds
            was_closed, self._is_closed = self._is_closed, False
        if was_closed:
            _log.warning(
                "%s does not answer and is left alone, but for a probe every %g s: %s",
                self.name,
                self.seconds,
                error,
            )

    def succeeded(self) -> None:
        """Close the breaker."""
        if self._is_closed:
            return
        with self._lock:
            was_closed, self._is_closed = self._is_closed, True
        if not was_closed:
            _log.warning("%s answers again.", self.name)
