"""Checks of the work that people, the sender and nightly jobs do."""

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from practices import clock, workflow
from practices.exchange.doctor.finding import Finding, fault, ok, warning
from practices.models import Dump, Practice
from practices.notifications import hold, outbox

SENDER_LATE = timedelta(minutes=10)
JOBS_LATE = timedelta(days=2)


def moderators() -> Finding:
    """Count moderators. `practices.W001`, of the system checks, says when several have to approve and too few can."""
    name = _("Moderators")
    number = workflow.moderators().count()
    if not number:
        return fault(
            name,
            _("Nobody can review what is submitted."),
            _("Run “manage.py set_up”, or add an account to the group “Moderators” in the admin."),
        )
    sentence = ngettext(
        "%(count)s account can review what is submitted.",
        "%(count)s accounts can review what is submitted.",
        number,
    )
    return ok(name, sentence % {"count": number})


def sending() -> Finding:
    name = _("Sender")
    if hold.is_held():
        return warning(
            name,
            _("Sending is held: by OUTBOX_HELD, or since a restore."),
            _("Decide with “manage.py held_mail”, or remove OUTBOX_HELD."),
        )
    age = outbox.oldest_due_age(clock.now())
    if age and age > SENDER_LATE:
        return fault(
            name,
            _("A message has been due for %(minutes)s minutes.")
            % {"minutes": round(age.total_seconds() / 60)},
            _("Start “manage.py send_outbox --forever” as a service, and see its log."),
        )
    return ok(name, _("Nothing is overdue."))


def nightly_jobs() -> Finding:
    """Judge by the newest dump, which is the last of the nightly jobs, when they last ran."""
    name = _("Nightly jobs")
    if not Practice.objects.published().exists():
        return ok(name, _("Nothing is published yet, so there is nothing to judge them by."))
    newest = Dump.objects.complete().first()
    if newest and clock.now() - newest.made_at <= JOBS_LATE:
        return ok(name, _("They last ended on %(day)s.") % {"day": f"{newest.made_at:%Y-%m-%d}"})
    return warning(
        name,
        _("They have not ended in the last two days, or never."),
        _("Run “manage.py run_jobs” every night, for example by its systemd timer, and see its log."),
    )


def maintenance() -> Finding:
    name = _("Maintenance")
    if settings.MAINTENANCE or settings.MAINTENANCE_FILE.exists():
        return warning(
            name,
            _("Every page says that the catalogue will be back."),
            _("Remove %(file)s, or MAINTENANCE=true, to open it.") % {"file": settings.MAINTENANCE_FILE},
        )
    return ok(name, _("The catalogue is open."))
