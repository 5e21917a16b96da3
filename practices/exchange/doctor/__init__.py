"""Checks of an installation, each of which returns one finding in plain words, with what to do about it.

`manage.py doctor` shows the findings of ALL. Those AT_A_GLANCE write nothing and connect to nothing but the database, so
that a page may show them too.
"""

import logging
from collections.abc import Callable, Iterator, Sequence

from django.utils.translation import gettext as _

from practices.exchange.doctor import configuration, connections, data, folders, work
from practices.exchange.doctor.finding import Finding, State, fault

type Check = Callable[[], Finding]

WITHOUT_DATABASE: Sequence[Check] = (
    configuration.mode,
    configuration.publisher,
    work.maintenance,
    folders.disk,
    folders.static_files,
)
WITH_DATABASE: Sequence[Check] = (
    data.migrations,
    configuration.deployment,
    data.machine_clock,
    data.reference_data,
    data.search_index,
    data.search_by_meaning,
    work.moderators,
    work.sending,
    work.nightly_jobs,
)
AT_A_GLANCE: Sequence[Check] = (*WITHOUT_DATABASE, data.database, *WITH_DATABASE)
BEFORE_START: Sequence[Check] = (*AT_A_GLANCE, folders.uploads, connections.shared_cache, connections.mail)
"""Checks that a catalogue passes before its web server runs. The last ones write a trial, or ask another server."""
ALL: Sequence[Check] = (*BEFORE_START, connections.public_address)

_log = logging.getLogger(__name__)

__all__ = ["ALL", "AT_A_GLANCE", "BEFORE_START", "Finding", "State", "examine"]


def examine(checks: Sequence[Check]) -> Iterator[Finding]:
    """Yield the finding of each check. Those that need the database are left out if it is away or not migrated."""
    has_database = True
    for check in checks:
        if check in WITH_DATABASE and not has_database:
            continue
        finding = _run(check)
        if check in (data.database, data.migrations) and finding.state is State.FAULT:
            has_database = False
        yield finding


def _run(check: Check) -> Finding:
    try:
        return check()
    except Exception as error:
        _log.debug("The check %s failed", check.__name__, exc_info=True)
        return fault(
            check.__name__.replace("_", " ").capitalize(),
            _("The check itself failed: %(error)s") % {"error": f"{type(error).__name__}: {error}"},
            _("The log at level DEBUG has the details."),
        )
