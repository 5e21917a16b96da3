"""Give every address its canonical spelling, and make one subscriber of those that share a mailbox.

Domains beyond ASCII are encoded as the sender did until now (IDNA 2003), so that nobody else's mailbox is written to.
Backwards nothing changes: the earlier code reads canonical addresses as well.
"""

import contextlib
import re
import unicodedata

from django.db import migrations

IGNORABLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


def folded(text):
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower()).strip()


def canonical(address):
    local, at, domain = folded(IGNORABLE.sub("", folded(address))).rpartition("@")
    domain = domain.rstrip(".。")
    with contextlib.suppress(UnicodeError):
        domain = domain.encode("idna").decode().lower()
    return f"{local}{at}{domain}"


def canonicalise(apps, schema_editor):
    for model, column in (("Submitter", "email"), ("OutboxMessage", "address")):
        rows = apps.get_model("practices", model).objects.all()
        for key, address in rows.exclude(**{column: ""}).values_list("pk", column).iterator():
            if canonical(address) != address:
                rows.filter(pk=key).update(**{column: canonical(address)})
    subscribers = apps.get_model("practices", "Subscriber").objects
    spellings = {}
    for key, address in subscribers.values_list("pk", "address").iterator():
        if canonical(address) != address:
            spellings.setdefault(canonical(address), []).append(key)
    for mailbox, keys in spellings.items():
        kept = merge([*subscribers.filter(pk__in=keys), *subscribers.filter(address=mailbox)])
        subscribers.filter(pk=kept.pk).update(address=mailbox)


def merge(subscribers):
    """Return the subscriber who confirmed first, or else asked first, with what the others have."""
    kept, *others = sorted(
        subscribers, key=lambda one: (not one.confirmed_at, one.confirmed_at or one.created_at)
    )
    suspended = [one for one in subscribers if one.suspended_at]
    # A complaint outweighs e-mail that came back, which a later delivery could have disproved.
    for one in sorted(suspended, key=lambda one: (one.suspended_because != "complaint", one.suspended_at))[
        :1
    ]:
        kept.suspended_at, kept.suspended_because = one.suspended_at, one.suspended_because
    kept.bounces = max(one.bounces for one in subscribers)
    kept.save()
    for other in others:
        for subscription in other.subscriptions.all():
            same = kept.subscriptions.filter(query=subscription.query).first()
            if same is None:
                type(subscription).objects.filter(pk=subscription.pk).update(subscriber=kept)
            elif subscription.confirmed_at and not same.confirmed_at:
                same.delete()
                type(subscription).objects.filter(pk=subscription.pk).update(subscriber=kept)
        told = kept.announcements.values_list("broadcast", flat=True)
        other.announcements.exclude(broadcast__in=list(told)).update(subscriber=kept)
        other.messages.update(subscriber=kept)
        other.delete()
    return kept


class Migration(migrations.Migration):
    dependencies = [("practices", "0009_instants_of_the_databases_clock")]

    operations = [migrations.RunPython(canonicalise, migrations.RunPython.noop)]
