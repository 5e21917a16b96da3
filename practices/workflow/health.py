"""The check that somebody can review what is submitted."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from practices.core.findings import Finding, fault, ok
from practices.workflow.moderators import moderators


def has_moderators() -> Finding:
    """Count moderators. `practices.W001`, of the system checks, says when several have to approve and too few can."""
    name = _("Moderators")
    number = moderators().count()
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
