"""All checks of an installation, and which of them are asked where. `manage.py doctor` shows the findings of ALL."""

from collections.abc import Iterator, Sequence

from practices import discovery, workflow
from practices.core import findings
from practices.core.findings import Check, Finding, Severity
from practices.core.health import configuration, connections, database, documents, folders, jobs
from practices.notifications import health as notifications

WITHOUT_DATABASE: Sequence[Check] = (
    configuration.mode,
    configuration.publisher,
    configuration.maintenance,
    folders.disk,
)
CONTENT: Sequence[Check] = (
    database.migrations,
    database.machine_clock,
    database.replica,
    discovery.health.reference_data,
    discovery.health.search_index,
    discovery.health.search_by_meaning,
    workflow.has_moderators,
    notifications.sending,
)
RUNNING: Sequence[Check] = (jobs.sender, jobs.nightly_jobs, jobs.backup, jobs.errors)
"""Checks of what has to run beside the web server."""
WITH_DATABASE: Sequence[Check] = (*CONTENT, configuration.deployment, *RUNNING)

AT_A_GLANCE: Sequence[Check] = (
    *WITHOUT_DATABASE,
    database.answers,
    connections.cache,
    folders.storage,
    *CONTENT,
    *RUNNING,
)
"""Checks that a page may wait for: they leave nothing behind and their time is bounded."""
BEFORE_START: Sequence[Check] = (
    *WITHOUT_DATABASE,
    folders.static_files,
    database.answers,
    *CONTENT,
    configuration.deployment,
    folders.uploads,
    connections.cache,
    connections.translation_service,
    documents.pdf_documents,
    notifications.mail_server,
)
"""Checks that a catalogue passes before its services run. Some write a trial, or ask another server."""
ALL: Sequence[Check] = (*BEFORE_START, connections.public_address, *RUNNING)


def examine(checks: Sequence[Check]) -> Iterator[Finding]:
    """Yield the finding of each check. Those that need the database are left out if it is away or not migrated."""
    has_database = True
    for check in checks:
        if check in WITH_DATABASE and not has_database:
            continue
        finding = findings.run(check)
        if check in (database.answers, database.migrations) and finding.state is Severity.FAULT:
            has_database = False
        yield finding
