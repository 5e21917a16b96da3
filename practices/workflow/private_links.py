"""Private links that their submitter has lost, mailed to the address given with them and shown to nobody."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from practices import clock
from practices.choices import CONCEALED, UNDECIDED, Kind, State
from practices.core import rate_limits
from practices.core.addresses import canonical
from practices.models import Submission
from practices.notifications import outbox

MOST_LINKS = 50
"""Links in one e-mail. Those with a confirmed address come first, so that drafts of strangers crowd none of them out."""


@transaction.atomic
def mail_links(address: str, *, language: str, asked_from: str = "", now: datetime | None = None) -> None:
    """Mail the private links of what was submitted with an address. Behaves alike for every address.

    At most LINK_MAILS_PER_DAY of these e-mails go to an address for each network that asks (rate_limits.count_mail).
    """
    now = now or clock.now()
    address = canonical(address)
    try:
        rate_limits.count_mail(
            "link mail", address, asked_from=asked_from, per_day=settings.LINK_MAILS_PER_DAY, now=now
        )
    except rate_limits.LimitReached:
        return
    with translation.override(language):
        links = [_link(submission) for submission in _of_address(address)]
    if links:
        outbox.enqueue(
            Kind.SUBMISSION_LINKS,
            address=address,
            language=language,
            context={"newest": links[0], "others": links[1:]},
        )


def _of_address(address: str) -> list[Submission]:
    """Return submissions that are open or published, newest first. To its submitter, spam looks open."""
    believed_open = Q(state__in=CONCEALED) & ~Q(submitted_at=None)
    open_or_published = Q(state__in=[*UNDECIDED, State.PUBLISHED]) | believed_open
    rows = Submission.objects.select_related("submitter").filter(open_or_published, submitter__email=address)
    confirmed_first = F("submitter__verified_at").desc(nulls_last=True)
    most = rows.order_by(confirmed_first, "-created_at", "-pk")[:MOST_LINKS]
    return sorted(most, key=lambda submission: (submission.created_at, submission.pk), reverse=True)


def _link(submission: Submission) -> dict[str, str]:
    """Return the path of a private page, its state, when it was begun, and its title if the address is confirmed.

    Until then a stranger may have typed the title, and would write to the owner of the address through us. An update has
    the title of its practice, so the state says that it is one.
    """
    state = str(State(submission.state).for_submitter.label)
    if submission.is_translation:
        state = _("translation, %(state)s") % {"state": state}
    elif submission.is_adaptation:
        state = _("use elsewhere, %(state)s") % {"state": state}
    elif submission.is_change:
        state = _("update, %(state)s") % {"state": state}
    return {
        "title": submission.title if submission.submitter.verified_at else "",
        "path": submission.get_private_url(),
        "state": state,
        "day": formats.date_format(timezone.localtime(submission.created_at), "DATETIME_FORMAT"),
    }
