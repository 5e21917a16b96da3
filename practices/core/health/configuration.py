"""Checks of the settings."""

from django.conf import settings
from django.core import checks
from django.utils.translation import gettext as _

from practices.core.findings import Finding, fault, ok, warning
from practices.core.maintenance import REMEDY, is_on


def mode() -> Finding:
    name = _("Mode")
    if settings.DEBUG:
        return fault(
            name,
            _("The catalogue runs in development mode: errors show its source, and e-mail goes into files."),
            _("Set SECRET_KEY, SITE_URL and MAIL_HOST, and remove DEBUG; docs/settings.md explains them."),
        )
    if not settings.STAFF_SECOND_FACTOR:
        return warning(
            name,
            _("Production, but a password alone opens the admin."),
            _("Remove STAFF_SECOND_FACTOR=false."),
        )
    return ok(name, _("Production, release %(version)s, at %(site)s.") % _release())


def _release() -> dict[str, str]:
    return {"version": settings.VERSION, "site": settings.SITE_URL}


def publisher() -> Finding:
    name = _("Publisher")
    if settings.PUBLISHER:
        return ok(name, _("%(publisher)s is named in the imprint.") % {"publisher": settings.PUBLISHER})
    return warning(
        name,
        _("The imprint names nobody as the publisher."),
        _("Set PUBLISHER and PUBLISHER_ADDRESS."),
    )


def deployment() -> Finding:
    """Run the system checks, those for production included."""
    name = _("Settings")
    found = checks.run_checks(include_deployment_checks=not settings.DEBUG, databases=["default"])
    messages = [message for message in found if not message.is_silenced()]
    if not messages:
        return ok(name, _("“manage.py check --deploy” has no objection."))
    sentence = " ".join(str(message.msg) for message in messages)
    remedy = " ".join(str(message.hint) for message in messages if message.hint)
    is_serious = any(message.is_serious() for message in messages)
    return (fault if is_serious else warning)(
        name, sentence, remedy or _("Run “manage.py check --deploy” for the details.")
    )


def maintenance() -> Finding:
    name = _("Maintenance")
    if is_on():
        return warning(name, _("Every page says that the catalogue will be back."), str(REMEDY))
    return ok(name, _("The catalogue is open."))
