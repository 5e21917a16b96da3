"""News that is ready to be sent."""

from practices.choices import NEWS
from practices.models import OutboxMessage
from practices.notifications import sender
from practices.notifications.outbox import news


def due_now():
    """Return (kind, address, titles, filters of the first) of each news message that would be sent now."""
    sender.fan_out_all()
    messages = list(
        OutboxMessage.objects.waiting().filter(kind__in=NEWS).select_related("subscriber").order_by("pk")
    )
    news.attach(messages)
    return [
        (
            message.kind,
            message.address,
            [item.broadcast.practice.title for item in message.news.items],
            message.news.items[0].queries,
        )
        for message in messages
        if message.news
    ]
