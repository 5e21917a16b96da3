"""WebSub: pings that tell hubs that feeds have changed, and the HTTP client that sends them."""

from practices.notifications.websub.pings import deliver_due, enqueue

__all__ = ["deliver_due", "enqueue"]
