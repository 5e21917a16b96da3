"""Questions that an address has asked or answers, as its pages list them."""

from practices.documents import load_local


def listed(held):
    """Return the context: questions `asked`, those `answered`, and practices that it answers for (`contacts`)."""
    rows = {
        "asked": list(held.asked.select_related("practice").order_by("asked_at", "pk")),
        "answered": list(held.answered.select_related("practice").order_by("asked_at", "pk")),
        "contacts": list(held.contacts.select_related("practice").order_by("practice")),
    }
    load_local(row.practice for found in rows.values() for row in found)
    return rows
