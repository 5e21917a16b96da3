"""Checks of the sender, of nightly jobs and the backup, and of the errors that they and the web server have logged."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from practices import clock
from practices.core import faults, job_runs
from practices.core.findings import Finding, fault, ok, warning
from practices.models import JobRun


def sender() -> Finding:
    name, now = _("Sender"), clock.now()
    age = job_runs.heartbeat_age(now=now)
    if age is not None and job_runs.has_sender(now=now):
        seconds = max(0, int(age.total_seconds()))
        sentence = ngettext(
            "It was last seen %(count)s second ago.", "It was last seen %(count)s seconds ago.", seconds
        )
        return ok(name, sentence % {"count": seconds})
    if age is None:
        sentence = _("It has never run: no e-mail is sent, and nothing is published on schedule.")
    else:
        minutes = int(age.total_seconds() // 60)
        sentence = ngettext(
            "It was last seen %(count)s minute ago: no e-mail is sent.",
            "It was last seen %(count)s minutes ago: no e-mail is sent.",
            minutes,
        ) % {"count": minutes}
    return fault(name, sentence, _("Start “manage.py send_outbox --forever” as a service, and see its log."))


def nightly_jobs() -> Finding:
    name = _("Nightly jobs")
    if not settings.JOBS_EXPECTED:
        return ok(name, _("None is expected (JOBS_EXPECTED)."))
    late = job_runs.late(now=clock.now())
    if not late:
        return ok(name, _("None is late."))
    return fault(
        name,
        _("Late: %(jobs)s.") % {"jobs": ", ".join(run.name for run in late)},
        _(
            "Run “manage.py run_jobs” and “manage.py backup” every night, for example by their systemd timers, and see "
            "the log of the last run."
        ),
    )


def backup() -> Finding:
    name = _("Backup")
    run = JobRun.objects.filter(name="backup").first()
    last = f"{run.succeeded_at:%Y-%m-%d %H:%M} UTC" if run and run.succeeded_at else ""
    if run and run.has_failed:
        sentence = _("The last one failed. The one before is of %(day)s.") % {"day": last}
        return fault(
            name,
            sentence if last else _("It has failed, and never succeeded."),
            _("See the log of its last run, and repeat it."),
        )
    if not last:
        return warning(
            name,
            _("None has been made with “manage.py backup”."),
            _("Make one every night, unless the database has a backup of its own."),
        )
    return ok(name, _("The last one is of %(day)s.") % {"day": last})


def errors() -> Finding:
    name = _("Errors")
    kinds = faults.of_last_day(now=clock.now()).count()
    if not kinds:
        return ok(name, _("None since yesterday."))
    sentence = ngettext(
        "%(count)s kind of error since yesterday.", "%(count)s kinds of error since yesterday.", kinds
    )
    return warning(
        name,
        sentence % {"count": kinds},
        _("Open the list of errors in the admin, and look for the request in the log."),
    )
