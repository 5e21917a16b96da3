"""Checks of sending: whether e-mail goes out, and whether the mail server accepts it."""

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from practices import clock
from practices.core.findings import Finding, fault, ok, warning
from practices.models import OutboxMessage
from practices.notifications import hold, mail_setup, outbox

LATE = timedelta(minutes=10)


def sending() -> Finding:
    """Say why nothing is sent, what is overdue, or what has failed."""
    name = _("E-mail")
    if reasons := list(hold.reasons()):
        return warning(
            name,
            " ".join(str(reason.sentence) for reason in reasons),
            " ".join(str(reason.remedy) for reason in reasons),
        )
    age = outbox.oldest_due_age(clock.now())
    if age and age > LATE:
        minutes = round(age.total_seconds() / 60)
        sentence = ngettext(
            "A message has been due for %(count)s minute.",
            "A message has been due for %(count)s minutes.",
            minutes,
        )
        return fault(
            name,
            sentence % {"count": minutes},
            _("See the log of the sender, and whether the mail server answers."),
        )
    if failed := OutboxMessage.objects.given_up().count():
        sentence = ngettext("%(count)s e-mail failed.", "%(count)s e-mails failed.", failed)
        return warning(
            name, sentence % {"count": failed}, _("See the reasons in the outbox, and send them again.")
        )
    return ok(name, _("Nothing is overdue, and nothing has failed."))


def mail_server() -> Finding:
    """Check the settings of e-mail, and ask the mail server whether it accepts ours."""
    name = _("Mail server")
    if settings.STAGING:
        return ok(name, _("None is asked: this is a copy for trials (STAGING)."))
    failed = [check for check in mail_setup.checks(connect=True) if not check.holds]
    if failed:
        objections = (
            _("Not the case: %(what)s. %(why)s") % {"what": each.what, "why": each.otherwise}
            for each in failed
        )
        return fault(
            name,
            " ".join(objections),
            _(
                "Correct the MAIL_… settings; “manage.py check_mail --connect” checks them, docs/mail.md explains them."
            ),
        )
    return ok(
        name,
        _("The mail server accepts our e-mail. “manage.py check_mail” lists what to look up in the DNS."),
    )
