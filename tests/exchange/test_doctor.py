"""Findings of the doctor."""

import http.server
import threading
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core import checks
from django.core.files.storage import InMemoryStorage
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from practices import clock as database_time
from practices import discovery, workflow
from practices.core import html_to_pdf, job_runs, sandbox
from practices.core.findings import Severity
from practices.core.health import configuration, connections, database, documents, folders, jobs
from practices.core.machine_translation.services import SERVICES
from practices.exchange import doctor
from practices.models import Concept, Fault, IndexedPractice, JobRun
from practices.notifications import health as notifications
from practices.notifications.watch import watch
from practices.web.site import pages
from tests.support import translator as translator_support
from tests.support.factories import make_message, make_moderator, make_practice
from tests.support.mail_server import free_port, mailers
from tests.support.translator import running_translator

pytestmark = pytest.mark.django_db


def states(checks):
    return {finding.name: finding.state for finding in doctor.examine(checks)}


@pytest.fixture
def thesaurus():
    Concept.objects.create(slug="remittances")


@pytest.fixture
def production(settings, tmp_path):
    settings.DEBUG = False
    settings.STAFF_SECOND_FACTOR = True
    settings.PUBLISHER = "Office for Migration"
    settings.DATA_DIR = tmp_path
    settings.MAINTENANCE_FILE = tmp_path / "maintenance"


def test_sound_installation_has_no_objection(production, thesaurus, monkeypatch):
    make_moderator()
    make_practice()
    with job_runs.recorded("backup"):
        watch()
    monkeypatch.setattr(configuration.checks, "run_checks", lambda **options: [])
    monkeypatch.setattr(folders.shutil, "disk_usage", lambda folder: _Usage(10 * folders.LITTLE_SPACE))

    found = list(doctor.examine(doctor.AT_A_GLANCE))

    assert [finding for finding in found if finding.state is not Severity.OK or finding.remedy] == []


def test_glance_writes_nothing(django_assert_max_num_queries, thesaurus):
    make_moderator()
    make_practice()

    with django_assert_max_num_queries(60) as captured:
        list(doctor.examine(doctor.AT_A_GLANCE))

    writing = ("INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "ALTER")
    assert [query["sql"] for query in captured if query["sql"].startswith(writing)] == []


def test_every_objection_says_what_to_do(settings, tmp_path):
    settings.DEBUG = True
    settings.MAINTENANCE = True
    settings.MAILERS = mailers(free_port())

    objections = [each for each in doctor.examine(doctor.ALL) if each.state is not Severity.OK]

    assert len(objections) > 3
    assert [each.name for each in objections if not each.remedy] == []


def test_development_mode_is_a_fault(settings):
    settings.DEBUG = True

    assert configuration.mode().state is Severity.FAULT


def test_password_alone_is_a_warning(production, settings):
    settings.STAFF_SECOND_FACTOR = False

    assert configuration.mode().state is Severity.WARNING


@pytest.mark.parametrize(
    ("kind", "state"), [(checks.Warning, Severity.WARNING), (checks.Error, Severity.FAULT)]
)
def test_objection_of_the_system_checks_is_told(kind, state, monkeypatch):
    objection = kind("The key is short.", hint="Make a longer one.")
    monkeypatch.setattr(configuration.checks, "run_checks", lambda **options: [objection])

    finding = configuration.deployment()

    assert (finding.state, finding.sentence, finding.remedy) == (
        state,
        "The key is short.",
        "Make a longer one.",
    )


def test_database_that_is_away_is_said_once(monkeypatch):
    def refuse():
        raise OperationalError("connection refused")

    monkeypatch.setattr(connection, "cursor", refuse)

    assert states([database.answers, *doctor.WITH_DATABASE]) == {"Database": Severity.FAULT}


def test_migration_to_run_is_a_fault_and_ends_the_questions_to_the_database():
    [(app, newest)] = MigrationLoader(connection).graph.leaf_nodes("practices")
    MigrationRecorder.Migration.objects.filter(app=app, name=newest).delete()

    assert states([database.answers, *doctor.WITH_DATABASE]) == {
        "Database": Severity.OK,
        "Migrations": Severity.FAULT,
    }


def test_empty_database_is_told_from_one_that_lacks_migrations():
    MigrationRecorder.Migration.objects.all().delete()

    [finding] = doctor.examine([database.answers, *doctor.WITH_DATABASE])

    assert (finding.state, "is empty" in finding.sentence) == (Severity.FAULT, True)
    assert all(command in finding.remedy for command in ("manage.py restore FILE", "manage.py set_up"))


def test_migration_of_a_newer_release_is_a_warning():
    MigrationRecorder.Migration.objects.create(app="practices", name="9999_later")

    assert database.migrations().state is Severity.WARNING


def test_clock_that_differs_from_that_of_the_database_is_a_warning(database_clock, clock):
    database_time.now()
    clock.shift(timedelta(hours=1))

    finding = database.machine_clock()
    assert (finding.state, "1:00:00 ahead" in finding.sentence) == (Severity.WARNING, True)


@pytest.mark.parametrize("read_only", ["catalogue.sqlite3", "catalogue.sqlite3-wal", "."])
def test_sqlite_that_cannot_be_written_to_is_a_fault(tmp_path, monkeypatch, read_only):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has a server")
    for name in ("catalogue.sqlite3", "catalogue.sqlite3-wal"):
        (tmp_path / name).touch()
    monkeypatch.setitem(connection.settings_dict, "NAME", tmp_path / "catalogue.sqlite3")
    before = database.answers().state
    monkeypatch.setattr("os.access", lambda path, mode: path != str(tmp_path / read_only))

    assert (before, database.answers().state) == (Severity.OK, Severity.FAULT)


def test_practice_outside_the_index_is_a_fault():
    make_practice()
    IndexedPractice.objects.all().delete()

    assert discovery.health.search_index().state is Severity.FAULT


def test_missing_thesaurus_is_a_fault():
    Concept.objects.all().delete()

    assert discovery.health.reference_data().state is Severity.FAULT


@pytest.mark.parametrize(
    ("free", "state"), [(10, Severity.FAULT), (1024**3, Severity.WARNING), (1024**4, Severity.OK)]
)
def test_disk_is_judged_by_what_is_free(free, state, settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(folders.shutil, "disk_usage", lambda folder: _Usage(free))

    assert folders.disk().state is state


class _Usage:
    def __init__(self, free):
        self.free, self.total = free, 2 * free


def test_storage_that_takes_nothing_is_a_fault(monkeypatch):
    def refuse(*args, **options):
        raise PermissionError("no")

    monkeypatch.setattr(InMemoryStorage, "_save", refuse)

    finding = folders.uploads()

    assert (finding.state, "PermissionError: no" in finding.sentence) == (Severity.FAULT, True)


def test_nothing_is_left_in_the_storage():
    finding = folders.uploads()

    assert (finding.state, folders.default_storage.exists(folders.PROBE)) == (Severity.OK, False)


def test_static_files_that_were_not_collected_are_a_fault(settings, tmp_path):
    settings.STATIC_ROOT = str(tmp_path)
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "catalogue.storage.OneStylesheetStorage"}
    }

    assert folders.static_files().state is Severity.FAULT


def test_catalogue_without_moderators_is_a_fault():
    assert workflow.has_moderators().state is Severity.FAULT


def test_message_that_waits_for_a_sender_is_a_fault():
    make_message(due_at=database_time.now() - timedelta(minutes=11))

    assert notifications.sending().state is Severity.FAULT


def test_failed_messages_are_a_warning():
    make_message(failed_at=database_time.now())

    assert notifications.sending().state is Severity.WARNING


def test_sender_is_judged_by_its_heartbeat(settings, clock):
    settings.SENDER_LATE_SECONDS = 300
    before = jobs.sender().state
    watch()
    running = jobs.sender().state
    clock.shift(timedelta(seconds=301))

    assert (before, running, jobs.sender().state) == (Severity.FAULT, Severity.OK, Severity.FAULT)


def test_age_of_the_heartbeat_is_told_and_no_more_is_claimed(settings, clock):
    settings.SENDER_LATE_SECONDS = 300
    watch()
    clock.shift(timedelta(seconds=200))

    assert "last seen 200 seconds ago" in jobs.sender().sentence


def test_late_job_is_a_fault(settings, clock):
    settings.JOBS_EXPECTED = {"expire_drafts": 26}
    with job_runs.recorded("expire_drafts"):
        pass
    fresh = jobs.nightly_jobs().state
    clock.shift(timedelta(hours=27))

    assert (fresh, jobs.nightly_jobs().state) == (Severity.OK, Severity.FAULT)


def test_backup_is_judged_by_its_last_run(clock):
    none = jobs.backup().state
    JobRun.objects.create(name="backup", failed_at=database_time.now())
    failed = jobs.backup().state
    clock.shift(timedelta(hours=1))
    with job_runs.recorded("backup"):
        pass

    assert (none, failed, jobs.backup().state) == (Severity.WARNING, Severity.FAULT, Severity.OK)


def test_errors_since_yesterday_are_a_warning():
    Fault.objects.create(fingerprint="1", what="ValueError", place="practices/a.py:1, page")

    assert jobs.errors().state is Severity.WARNING


def test_maintenance_is_a_warning(settings):
    settings.MAINTENANCE = True

    assert configuration.maintenance().state is Severity.WARNING


def test_mail_server_that_accepts_our_mail_is_right(mail_server, settings):
    settings.SITE_HOST, settings.DEFAULT_FROM_EMAIL = "practices.example.org", "news@example.org"

    assert notifications.mail_server().state is Severity.OK
    assert mail_server.received == []


def test_mail_server_that_is_away_is_a_fault(settings):
    settings.MAILERS = mailers(free_port())

    assert notifications.mail_server().state is Severity.FAULT


def test_cache_that_is_away_is_a_fault(settings):
    settings.CACHE_URL = f"redis://127.0.0.1:{free_port()}/0"
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
        "counts": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
    }

    assert connections.cache().state is Severity.FAULT


# The public address -------------------------------------------------------------------------


@pytest.fixture
def public_site(settings):
    """Function public_site(code) that starts a site which answers everything with this code."""
    servers = []

    def start(code, unavailable=""):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(code)
                self.send_header("Location", settings.SITE_URL + "/")
                if unavailable:
                    self.send_header("X-Unavailable", unavailable)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args):
                pass

        server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        settings.SITE_URL = f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("code", "state", "remedy"),
    [
        (200, Severity.OK, ""),
        (301, Severity.FAULT, "TRUSTED_PROXIES"),
        (400, Severity.FAULT, "Host"),
        (502, Severity.FAULT, "web server"),
        (404, Severity.WARNING, "log"),
    ],
)
def test_answer_of_the_public_address_is_explained(code, state, remedy, production, public_site):
    public_site(code)

    finding = connections.public_address()

    assert (finding.state, remedy in finding.remedy) == (state, True)


@pytest.mark.parametrize(
    ("unavailable", "state", "remedy"),
    [
        ("maintenance", Severity.WARNING, "maintenance"),
        ("database", Severity.FAULT, "what else is found"),
        ("", Severity.FAULT, "Start the web server"),
    ],
)
def test_503_of_ours_is_told_from_one_of_the_proxy(unavailable, state, remedy, production, public_site):
    public_site(503, unavailable)

    finding = connections.public_address()

    assert (finding.state, remedy in finding.remedy) == (state, True)
    assert ("behind the proxy" in finding.sentence) == (not unavailable)


def test_our_pages_with_503_say_that_they_are_ours(client, rf, settings):
    settings.MAINTENANCE = True
    under_maintenance = client.get("/")
    settings.MAINTENANCE = False
    try:
        raise OperationalError("away")
    except OperationalError:
        without_database = pages.server_error(rf.get("/"))

    assert [(each.status_code, each["X-Unavailable"]) for each in (under_maintenance, without_database)] == [
        (503, "maintenance"),
        (503, "database"),
    ]


def test_public_address_without_an_answer_is_a_fault(production, settings):
    settings.SITE_URL = f"http://127.0.0.1:{free_port()}"

    finding = connections.public_address()

    assert (finding.state, urlsplit(settings.SITE_URL).netloc in finding.sentence) == (Severity.FAULT, True)


def test_check_that_fails_keeps_no_other(monkeypatch):
    def broken():
        raise ValueError("oh")

    found = list(doctor.examine([broken, configuration.maintenance]))

    assert [finding.state for finding in found] == [Severity.FAULT, Severity.OK]
    assert "ValueError: oh" in found[0].sentence


# Machine translation ---------------------------------------------------------------


def test_machine_translation_may_be_off(settings):
    settings.MACHINE_TRANSLATION = ""

    assert connections.translation_service().state is Severity.OK


@pytest.mark.parametrize("form", SERVICES)
def test_service_that_translates_all_languages_is_fine(settings, form):
    with running_translator(settings, form) as translator:
        finding = connections.translation_service()

    assert (finding.state, translator.sent) == (Severity.OK, [])


def test_language_without_a_translation_is_named(settings, monkeypatch):
    monkeypatch.setattr(translator_support, "LANGUAGES", ["en", "fr", "es", "ar", "zh-Hans"])
    with running_translator(settings):
        finding = connections.translation_service()

    assert finding.state is Severity.WARNING
    assert "русский (Russian)" in finding.sentence


def test_service_that_refuses_the_key_is_explained(settings):
    with running_translator(settings, "deepl"):
        settings.MACHINE_TRANSLATION_KEY = "wrong"
        finding = connections.translation_service()

    assert "DeepL does not accept our requests." in finding.sentence
    assert "MACHINE_TRANSLATION_KEY" in finding.remedy


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("http://translate.example.org", True),
        ("http://8.8.8.8:5000", True),
        ("https://translate.example.org", False),
        ("http://127.0.0.1:5000", False),
        ("http://10.0.0.7:5000", False),
        ("http://[::1]:5000", False),
        ("http://libretranslate:5000", False),
        ("http://translate.internal", False),
    ],
)
def test_texts_without_encryption_are_a_warning(settings, monkeypatch, address, says):
    settings.MACHINE_TRANSLATION, settings.MACHINE_TRANSLATION_URL = "libretranslate", address
    monkeypatch.setattr(
        connections.machine_translation,
        "pairs",
        lambda within: dict.fromkeys(["en", "fr", "es", "ar", "zh", "ru"]),
    )

    finding = connections.translation_service()

    assert ("without encryption" in finding.sentence) == says


# PDF documents ---------------------------------------------------------------------


def test_catalogue_without_the_extra_for_pdf_is_fine(monkeypatch):
    monkeypatch.setattr(html_to_pdf, "is_installed", lambda: False)

    assert documents.pdf_documents().state is Severity.OK


def test_extra_without_its_libraries_is_a_warning(monkeypatch):
    monkeypatch.setattr(html_to_pdf, "is_installed", lambda: True)
    monkeypatch.setattr(html_to_pdf, "is_available", lambda: False)

    finding = documents.pdf_documents()

    assert finding.state is Severity.WARNING
    assert "libpangoft2-1.0-0" in finding.remedy


@pytest.mark.parametrize(
    ("missing", "state"), [([], Severity.OK), (["中", "文"], Severity.WARNING)], ids=["all", "no Chinese"]
)
def test_trial_document_names_letters_that_are_missing(monkeypatch, missing, state):
    monkeypatch.setattr(html_to_pdf, "is_installed", lambda: True)
    monkeypatch.setattr(html_to_pdf, "is_available", lambda: True)
    monkeypatch.setattr(sandbox, "run", lambda *_arguments, **_options: (missing, b"%PDF-1.7"))

    finding = documents.pdf_documents()

    assert finding.state is state
    assert all(sign in finding.sentence for sign in missing)


def test_trial_document_that_fails_is_a_warning(monkeypatch):
    def run(*_arguments, **_options):
        raise sandbox.Rejected("unreadable")

    monkeypatch.setattr(html_to_pdf, "is_installed", lambda: True)
    monkeypatch.setattr(html_to_pdf, "is_available", lambda: True)
    monkeypatch.setattr(sandbox, "run", run)

    assert documents.pdf_documents().state is Severity.WARNING
