import base64
import hashlib
import os
import re
import runpy
import subprocess
import sys

import pytest
from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage

PRODUCTION = {
    "SECRET_KEY": "x1" * 10 + "-a key of fifty characters or more, as production has",
    "SITE_URL": "https://practices.example.org",
    "MAIL_HOST": "mail.example.org",
    "DATABASE_URL": "postgres://catalogue:secret@db.example.org:5432/catalogue",
}
TRANSLATOR = {"MACHINE_TRANSLATION": "deepl", "MACHINE_TRANSLATION_KEY": "secret"}
NEEDS = {
    "SECRET_KEY": "Production needs SECRET_KEY: at least 50 random characters that sign links and sessions.",
    "SITE_URL": "Production needs SITE_URL: the public address, such as https://practices.example.org.",
    "MAIL_HOST": "Production needs MAIL_HOST: the SMTP server that sends our e-mail.",
}


@pytest.fixture
def read(monkeypatch, tmp_path):
    """Factory read(NAME=value, …) of the settings with only these environment variables."""
    for name in list(os.environ):
        monkeypatch.delenv(name)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))

    def read_settings(**environment):
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(settings.BASE_DIR / "catalogue" / "settings.py"))

    return read_settings


def manage(*arguments, folder, **environment):
    return subprocess.run(
        [sys.executable, "-W", "error", "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env={"DATA_DIR": str(folder), "PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


# Development ----------------------------------------------------------------------


def test_fresh_clone_needs_no_variable(read, tmp_path):
    values = read()

    assert (values["DEBUG"], values["SITE_URL"]) == (True, "http://127.0.0.1:8000")
    assert values["DATABASES"]["default"]["NAME"] == tmp_path / "catalogue.sqlite3"
    assert values["MAILERS"]["default"] == {
        "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "OPTIONS": {"file_path": tmp_path / "mail"},
    }


def test_uploaded_files_go_where_the_environment_says(read):
    own = read()["STORAGES"]["default"]
    there = read(FILES_BACKEND="storages.backends.s3.S3Storage", FILES_OPTIONS='{"bucket_name": "x"}')

    assert own == {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {}}
    assert there["STORAGES"]["default"] == {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {"bucket_name": "x"},
    }


def test_sqlite_writers_wait_for_each_other(read):
    values = read(DATABASE_URL="sqlite:////srv/catalogue.sqlite3")

    assert values["DATABASES"]["default"]["OPTIONS"] == {
        "transaction_mode": "IMMEDIATE",
        "timeout": 10,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON",
    }


# Production -----------------------------------------------------------------------


@pytest.mark.parametrize(("name", "sentence"), NEEDS.items())
def test_production_names_missing_settings(read, name, sentence):
    environment = {other: value for other, value in PRODUCTION.items() if other != name}

    with pytest.raises(ImproperlyConfigured) as stop:
        read(**environment, DEBUG="false")

    assert str(stop.value) == sentence


@pytest.mark.parametrize(("name", "sentence"), NEEDS.items())
def test_empty_variable_is_as_good_as_none(read, name, sentence):
    with pytest.raises(ImproperlyConfigured) as stop:
        read(**PRODUCTION | {name: "", "DEBUG": "false"})

    assert str(stop.value) == sentence


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        (
            "practices.example.org",
            "SITE_URL must be a full address such as https://example.org, not “practices.example.org”.",
        ),
        (
            "http://practices.example.org",
            "Production is served over TLS: SITE_URL must begin with https://, not “http://practices.example.org”.",
        ),
    ],
)
def test_production_needs_a_whole_address_over_tls(read, address, sentence):
    with pytest.raises(ImproperlyConfigured) as stop:
        read(**PRODUCTION | {"SITE_URL": address})

    assert str(stop.value) == sentence


def test_secret_key_makes_it_production(read):
    values = read(**PRODUCTION)

    assert {
        name: values[name] for name in ("DEBUG", "SITE_HOST", "ALLOWED_HOSTS", "SECURE_SSL_REDIRECT")
    } == {
        "DEBUG": False,
        "SITE_HOST": "practices.example.org",
        "ALLOWED_HOSTS": ["practices.example.org"],
        "SECURE_SSL_REDIRECT": True,
    }


def test_cookies_of_production_are_bound_to_the_host(read):
    values = read(**PRODUCTION)

    names = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE")
    assert [values[name] for name in names] == ["__Host-session", "__Host-csrf", True, True]


def test_secret_may_be_in_a_file(read, tmp_path):
    (tmp_path / "key").write_text(PRODUCTION["SECRET_KEY"] + "\n")
    environment = {name: value for name, value in PRODUCTION.items() if name != "SECRET_KEY"}

    values = read(**environment, SECRET_KEY_FILE=str(tmp_path / "key"), DEBUG="false")

    assert values["SECRET_KEY"] == PRODUCTION["SECRET_KEY"]


def test_postgresql_is_reached_through_a_backend_that_gives_up_in_time(read):
    values = read(**PRODUCTION, DATABASE_STATEMENT_SECONDS="2.5", DATABASE_ANSWER_SECONDS="3")

    database = values["DATABASES"]["default"]
    assert database["ENGINE"] == "catalogue.postgresql"
    assert database["OPTIONS"] == {
        "options": "-c jit=off -c statement_timeout=2500",
        "suspect_after": 0.5,
        "answer_within": 3.0,
        "break_seconds": 2.0,
        "tcp_user_timeout": 10_000,
        "keepalives_idle": 30,
        "connect_timeout": 2,
    }


def test_replica_is_another_database_that_takes_no_changes(read):
    values = read(**PRODUCTION, REPLICA_DATABASE_URL="postgresql://reader@second.example.org/catalogue")

    first, second = values["DATABASES"]["default"], values["DATABASES"]["replica"]
    assert (first["HOST"], second["HOST"], second["ENGINE"]) == (
        "db.example.org",
        "second.example.org",
        "catalogue.postgresql",
    )
    assert second["OPTIONS"] == first["OPTIONS"] | {
        "options": "-c jit=off -c default_transaction_read_only=on",
        "takes_changes": False,
    }
    assert values["DATABASE_ROUTERS"] == ["practices.core.replica.Router"]


def test_without_a_replica_there_is_one_database_and_no_router(read):
    values = read(**PRODUCTION)

    assert (list(values["DATABASES"]), values["DATABASE_ROUTERS"]) == (["default"], [])


@pytest.mark.parametrize(
    ("given", "tls"),
    [
        ({}, (587, True, False)),
        ({"MAIL_PORT": "465"}, (465, False, True)),
        ({"MAIL_PORT": "465", "MAIL_USE_SSL": "false"}, (465, True, False)),
        ({"MAIL_PORT": "2465", "MAIL_USE_SSL": "true"}, (2465, False, True)),
        ({"MAIL_PORT": "25", "MAIL_USE_TLS": "false"}, (25, False, False)),
    ],
)
def test_mail_is_encrypted_as_its_port_asks(read, given, tls):
    options = read(**PRODUCTION, **given)["MAILERS"]["default"]["OPTIONS"]

    assert (options["port"], options["use_tls"], options["use_ssl"]) == tls


def test_mail_has_one_kind_of_tls(read):
    with pytest.raises(ImproperlyConfigured, match="Either MAIL_USE_TLS"):
        read(**PRODUCTION, MAIL_PORT="465", MAIL_USE_TLS="true")


def test_mail_goes_through_the_server_given(read):
    values = read(**PRODUCTION, MAIL_PORT="2525", MAIL_USE_TLS="false", MAIL_TIMEOUT_SECONDS="5")

    assert values["MAILERS"]["default"]["OPTIONS"] == {
        "host": "mail.example.org",
        "port": 2525,
        "username": "",
        "password": "",
        "use_tls": False,
        "use_ssl": False,
        "timeout": 5,
    }


def test_lease_outlasts_an_smtp_exchange(read):
    values = read(**PRODUCTION)

    assert values["OUTBOX_LEASE_SECONDS"] > 5 * values["MAILERS"]["default"]["OPTIONS"]["timeout"]


def test_deploy_check_of_production_is_clean(tmp_path):
    environment = PRODUCTION | {"DATABASE_URL": ""}

    checked = manage("check", "--deploy", "--fail-level", "DEBUG", folder=tmp_path, **environment)

    assert (checked.stderr, checked.stdout) == ("", "System check identified no issues (2 silenced).\n")


@pytest.mark.parametrize(
    ("asked", "promised"),
    [
        ({}, (365 * 24 * 3600, False, False)),
        ({"HSTS_INCLUDE_SUBDOMAINS": "true"}, (365 * 24 * 3600, True, False)),
        ({"HSTS_INCLUDE_SUBDOMAINS": "true", "HSTS_PRELOAD": "true"}, (365 * 24 * 3600, True, True)),
        ({"SITE_URL": "http://127.0.0.1"}, (0, False, False)),
    ],
)
def test_tls_is_promised_for_our_own_host_unless_asked_for_more(read, asked, promised):
    values = read(**PRODUCTION | asked)

    names = ("SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_HSTS_PRELOAD")
    assert tuple(values[name] for name in names) == promised


def test_promise_to_preload_needs_all_hosts(read):
    with pytest.raises(ImproperlyConfigured):
        read(**PRODUCTION | {"HSTS_PRELOAD": "true"})


@pytest.mark.parametrize(
    ("provider", "given", "wanted"),
    [
        ("postmark", {}, "ANYMAIL_WEBHOOK_SECRET"),
        ("postmark", {"ANYMAIL_POSTMARK_API_KEY": "k"}, "ANYMAIL_WEBHOOK_SECRET"),
        ("postmark", {"ANYMAIL_MAILGUN_WEBHOOK_SIGNING_KEY": "k"}, "ANYMAIL_WEBHOOK_SECRET"),
        ("postmark", {"ANYMAIL_WEBHOOK_SECRET": ""}, "user:password"),
        ("postmark", {"ANYMAIL_WEBHOOK_SECRET": "password"}, "user:password"),
        ("postmark", {"ANYMAIL_WEBHOOK_SECRET": "user:"}, "user:password"),
        ("mailgun", {"ANYMAIL_MAILGUN_API_KEY": "k"}, "ANYMAIL_MAILGUN_WEBHOOK_SIGNING_KEY"),
        ("mailgun", {"ANYMAIL_WEBHOOK_SECRET": "user:password"}, "ANYMAIL_MAILGUN_WEBHOOK_SIGNING_KEY"),
        ("mandrill", {"ANYMAIL_MANDRILL_API_KEY": "k"}, "ANYMAIL_MANDRILL_WEBHOOK_KEY"),
        ("sendgrid", {"ANYMAIL_SENDGRID_API_KEY": "k"}, "ANYMAIL_WEBHOOK_SECRET"),
        ("brevo", {"ANYMAIL_BREVO_API_KEY": "k"}, "ANYMAIL_WEBHOOK_SECRET"),
        ("unisender_go", {"ANYMAIL_UNISENDER_GO_API_KEY": "k"}, "ANYMAIL_WEBHOOK_SECRET"),
        ("unisender_go", {"ANYMAIL_WEBHOOK_SECRET": "user:password"}, "ANYMAIL_UNISENDER_GO_API_KEY"),
        ("resend", {"ANYMAIL_RESEND_SIGNING_SECRET": "whsec_x"}, "svix"),
        ("amazon_ses", {"ANYMAIL_WEBHOOK_SECRET": "user:password"}, "the providers are brevo, "),
        ("Postmark", {"ANYMAIL_WEBHOOK_SECRET": "user:password"}, "the providers are brevo, "),
        ("../admin", {"ANYMAIL_WEBHOOK_SECRET": "user:password"}, "the providers are brevo, "),
    ],
)
def test_webhook_needs_the_verification_of_its_provider(read, provider, given, wanted):
    with pytest.raises(ImproperlyConfigured) as stop:
        read(**PRODUCTION | {"MAIL_WEBHOOKS": provider} | given)

    assert wanted in str(stop.value)


@pytest.mark.parametrize(
    ("provider", "given"),
    [
        ("", {"ANYMAIL_POSTMARK_API_KEY": "k"}),
        ("postmark", {"ANYMAIL_WEBHOOK_SECRET": "user:password"}),
        ("mailgun", {"ANYMAIL_MAILGUN_WEBHOOK_SIGNING_KEY": "k"}),
        ("sendgrid", {"ANYMAIL_SENDGRID_TRACKING_WEBHOOK_VERIFICATION_KEY": "k"}),
        ("mailtrap", {"ANYMAIL_MAILTRAP_TRACKING_SECRET": "s"}),
    ],
)
def test_webhook_starts_with_the_verification_of_its_provider(read, provider, given):
    assert read(**PRODUCTION | {"MAIL_WEBHOOKS": provider} | given)["MAIL_WEBHOOKS"] == provider


def test_command_of_production_stops_with_a_sentence(tmp_path):
    stopped = manage("migrate", folder=tmp_path, DEBUG="false")

    assert stopped.returncode == 1
    assert (
        stopped.stderr.splitlines()[-1].removeprefix("django.core.exceptions.ImproperlyConfigured: ")
        == (NEEDS["SECRET_KEY"])
    )


# A catalogue of one's own -------------------------------------------------------------


def test_name_of_the_catalogue_is_that_of_its_sender(read):
    values = read(SITE_NAME="Atlas, of Return أطلس", SITE_URL="https://atlas.example.org")

    assert values["DEFAULT_FROM_EMAIL"] == '"Atlas, of Return أطلس" <practices@atlas.example.org>'
    assert {values[name] for name in ("SITE_NAME", "SITE_SHORT_NAME", "MFA_TOTP_ISSUER")} == {
        "Atlas, of Return أطلس"
    }
    assert values["SPECTACULAR_SETTINGS"]["TITLE"] == "Atlas, of Return أطلس"


def test_colours_become_rules_that_the_policy_allows(read):
    values = read(COLOURS="band=#102030 #000001, warm=#763804")

    assert values["COLOUR_RULES"] == (
        "@media screen{:root{--band:light-dark(#102030,#000001);--warm:light-dark(#763804,#763804)}}"
    )
    digest = base64.b64encode(hashlib.sha256(values["COLOUR_RULES"].encode()).digest()).decode()
    assert values["SECURE_CSP"]["style-src"] == ["'self'", f"'sha256-{digest}'"]


def test_nothing_of_the_checkout_is_allowed_inline(read):
    assert read()["SECURE_CSP"]["style-src"] == ["'self'"]


def test_overrides_are_found_first(read, tmp_path):
    (tmp_path / "own" / "static").mkdir(parents=True)

    values = read(OVERRIDES_DIR=str(tmp_path / "own"))

    firsts = [values["TEMPLATES"][0]["DIRS"][0], values["STATICFILES_DIRS"][0], values["LOCALE_PATHS"][0]]
    assert firsts == [tmp_path / "own" / name for name in ("templates", "static", "locale")]


def test_controller_is_the_publisher_unless_it_is_named(read):
    publisher = {"PUBLISHER": "Port of Batumi", "PUBLISHER_ADDRESS": r"Quay 1\nBatumi"}

    assert read(**publisher)["CONTROLLER"] == "Port of Batumi\nQuay 1\nBatumi"
    assert read(**publisher, CONTROLLER=r"Ministry\nTbilisi")["CONTROLLER"] == "Ministry\nTbilisi"


def test_languages_are_those_asked_for(read):
    assert [code for code, _name in read(LANGUAGES="en, fr,ar")["LANGUAGES"]] == ["en", "fr", "ar"]


def test_jobs_expected_are_the_nightly_ones_and_the_backup(read):
    values = read(**PRODUCTION)

    assert values["JOBS_EXPECTED"] == dict.fromkeys([*values["NIGHTLY_JOBS"], "backup"], 26)


def test_copy_for_trials_has_no_way_to_send(read):
    values = read(**{name: PRODUCTION[name] for name in ("SECRET_KEY", "SITE_URL")}, STAGING="true",
                  WEBSUB_HUBS="https://hub.example.org/", MACHINE_TRANSLATION="deepl")  # fmt: skip

    assert values["MAILERS"] == {"default": {"BACKEND": "catalogue.no_mail.NoMail"}}
    assert (values["WEBSUB_HUBS"], values["MACHINE_TRANSLATION"]) == ([], "")


def test_mailer_of_a_copy_for_trials_sends_nothing_and_passes_the_checks(read, settings):
    values = read(**{name: PRODUCTION[name] for name in ("SECRET_KEY", "SITE_URL")}, STAGING="true")
    settings.MAILERS = values["MAILERS"]

    found = checks.run_checks(tags=[checks.Tags.mail], include_deployment_checks=True)

    assert found == []
    assert EmailMessage("Subject", "Text", to=["anna@example.org"]).send() == 1


@pytest.mark.parametrize(
    ("key", "address"), [("abc:fx", "https://api-free.deepl.com"), ("abc", "https://api.deepl.com")]
)
def test_address_of_deepl_is_that_of_the_account(read, key, address):
    values = read(MACHINE_TRANSLATION="deepl", MACHINE_TRANSLATION_KEY=key)

    assert (values["MACHINE_TRANSLATION_URL"], values["MACHINE_TRANSLATION_NAME"]) == (address, "DeepL")


def test_promise_of_tls_can_be_short(read):
    assert read(**PRODUCTION, HSTS_SECONDS="3600")["SECURE_HSTS_SECONDS"] == 3600


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"SITE_NAME": " "}, "SITE_NAME must not be empty"),
        ({"COLOURS": "sky=#102030"}, "COLOURS has no “sky”. Its names are accent, "),
        ({"COLOURS": "band=navy"}, "COLOURS needs one colour such as #0b4a63 for band"),
        ({"FIRST_SITE_URL": "old.example.org"}, "FIRST_SITE_URL must be a full address"),
        ({"LANGUAGES": "en,klingon"}, "LANGUAGES has codes such as en, fr and ar, not “klingon”."),
        ({"LANGUAGES": "fr"}, "LANGUAGES must have en"),
        (
            {"MACHINE_TRANSLATION": "babel"},
            "MACHINE_TRANSLATION must be libretranslate or deepl, not “babel”.",
        ),
        (
            {"MACHINE_TRANSLATION": "libretranslate"},
            "MACHINE_TRANSLATION_URL must be a full address, not “”.",
        ),
        ({"MACHINE_TRANSLATION": "deepl"}, "MACHINE_TRANSLATION=deepl needs MACHINE_TRANSLATION_KEY too."),
        (
            {**TRANSLATOR, "MACHINE_TRANSLATION_NAME": "x" * 101},
            "MACHINE_TRANSLATION_NAME must have from 1 to 100 characters.",
        ),
        (
            {**TRANSLATOR, "MACHINE_TRANSLATION_AT_ONCE": "0"},
            "MACHINE_TRANSLATION_AT_ONCE and MACHINE_TRANSLATION_CHARACTERS must be more than 0.",
        ),
        ({"IMPORT_PROCESSES": "-1"}, "IMPORT_PROCESSES must be 0 or more, not -1."),
        ({"SENDER_LATE_SECONDS": "20"}, "SENDER_LATE_SECONDS must be at least 60"),
        (
            {"DATABASE_URL": "mysql://db.example.org/c"},
            "DATABASE_URL must begin with postgresql:// or sqlite://",
        ),
        (
            {"DATABASE_URL": "sqlite:////srv/c.sqlite3", "REPLICA_DATABASE_URL": "postgresql:///c"},
            "REPLICA_DATABASE_URL is for PostgreSQL",
        ),
        (
            {**PRODUCTION, "REPLICA_DATABASE_URL": "second"},
            "REPLICA_DATABASE_URL must begin with postgresql://",
        ),
        ({"DATABASE_URL": "catalogue.sqlite3"}, "DATABASE_URL must begin with postgresql:// or sqlite://"),
        (
            {**PRODUCTION, "HSTS_SECONDS": "60", "HSTS_INCLUDE_SUBDOMAINS": "true", "HSTS_PRELOAD": "true"},
            "HSTS_PRELOAD needs HSTS_SECONDS of at least a year, 31536000.",
        ),
    ],
)
def test_setting_that_cannot_be_meant_is_refused(read, given, said):
    with pytest.raises(ImproperlyConfigured, match=re.escape(said)):
        read(**given)
