"""Settings of the catalogue, all read from the environment.

Without any variables, the catalogue runs in development mode: SQLite, debug pages, e-mail written to files. It
runs in production mode once SECRET_KEY is set or DEBUG is false, and then refuses to start if a required value
is missing. NAME_FILE, the path of a file with the value, may be set instead of any variable NAME, as for
container secrets. docs/settings.md lists all variables.
"""

import base64
import hashlib
import os
import re
import tomllib
from email.headerregistry import Address
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from django.conf import global_settings
from django.conf.locale import LANG_INFO
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP
from django.utils.text import capfirst
from environs import FileAwareEnv

from catalogue import bounce_settings, colour_settings, database_settings, sentry

env = FileAwareEnv(strip_whitespace=True)


def names(variable: str, default: list[str]) -> list[str]:
    """Return the items of a comma-separated list. Spaces around the items are ignored."""
    return [name.strip() for name in env.list(variable, default)]


BASE_DIR = Path(__file__).resolve().parent.parent

VERSION = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]["version"]
"""Version of the catalogue, shown in the footer of the admin."""

DATA_DIR = env.path("DATA_DIR", BASE_DIR / "var")
"""Folder of the SQLite database, development e-mail, uploaded files and collected static files."""
DATA_DIR.mkdir(parents=True, exist_ok=True)

OVERRIDES_DIR = env.path("OVERRIDES_DIR", DATA_DIR / "overrides")
"""Folder whose `templates`, `static` and `locale` are searched before those of the checkout."""

SECRET_KEY = env.str("SECRET_KEY", "").strip()
DEBUG = env.bool("DEBUG", default=not SECRET_KEY)


def required(name: str, what: str) -> str:
    """Return the variable `name`. Raises ImproperlyConfigured if it is missing or empty."""
    value = env.str(name, "").strip()
    if not value:
        raise ImproperlyConfigured(f"Production needs {name}: {what}.")
    return value


if DEBUG:
    SECRET_KEY = SECRET_KEY or "development-only: links signed with it are only valid on this machine"
    SITE_URL = env.str("SITE_URL", "http://127.0.0.1:8000")
else:
    SECRET_KEY = required("SECRET_KEY", "at least 50 random characters that sign links and sessions")
    SITE_URL = required("SITE_URL", "the public address, such as https://practices.example.org")

SITE_URL = SITE_URL.rstrip("/")
"""Scheme and host of all absolute URLs. The Host header of a request is never used to build one."""
SITE_HOST = urlsplit(SITE_URL).hostname or ""
if not SITE_HOST:
    raise ImproperlyConfigured(
        f"SITE_URL must be a full address such as https://example.org, not “{SITE_URL}”."
    )
FIRST_SITE_URL = env.str("FIRST_SITE_URL", "").rstrip("/")
"""Address before the catalogue moved. Ids of feeds, entries and records keep it. Empty if it has never moved."""
if FIRST_SITE_URL and not urlsplit(FIRST_SITE_URL).hostname:
    raise ImproperlyConfigured(
        f"FIRST_SITE_URL must be a full address such as https://example.org, not “{FIRST_SITE_URL}”."
    )
STAGING = env.bool("STAGING", False)
"""True on a copy for trials: nothing is sent to anybody, search engines are kept out, and every page says so."""
SECRET_KEY_FALLBACKS = names("SECRET_KEY_FALLBACKS", [])
ALLOWED_HOSTS = names("ALLOWED_HOSTS", [SITE_HOST] + (["localhost", "127.0.0.1", "[::1]"] if DEBUG else []))

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",  # used by templates of allauth
    "django.forms",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "taggit",
    "practices",
]

MIDDLEWARE = [
    "catalogue.request_log.Routes",
    "django.middleware.security.SecurityMiddleware",
    "catalogue.middleware.Staging",
    "catalogue.middleware.Methods",
    "catalogue.middleware.Health",
    "catalogue.middleware.StaticFiles",
    "catalogue.middleware.Maintenance",
    "catalogue.middleware.NotModified",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "catalogue.middleware.Compression",
    "catalogue.middleware.ConditionalGet",
    "catalogue.middleware.Sessions",
    "catalogue.middleware.LanguageByPath",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "catalogue.middleware.Authentication",
    "catalogue.middleware.MaintenanceForStaff",
    "catalogue.middleware.Messages",
    "allauth.account.middleware.AccountMiddleware",
    "catalogue.sign_in.RequireSecondFactor",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "catalogue.middleware.FormerAddresses",
]

ROOT_URLCONF = "catalogue.urls"
WSGI_APPLICATION = "catalogue.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [OVERRIDES_DIR / "templates", BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": [
                "practices.templatetags.beads",
                "practices.templatetags.canonical",
                "practices.templatetags.crawlers",
                "practices.templatetags.fragments",
                "practices.templatetags.frame",
                "practices.templatetags.languages",
                "practices.templatetags.links",
                "practices.templatetags.pictures",
                "practices.templatetags.plain_text",
                "practices.templatetags.prose",
                "practices.templatetags.punctuation",
                "practices.templatetags.site",
            ],
            "libraries": {"landing_page": "practices.admin.landing_page", "cells": "practices.admin.cells"},
        },
    }
]

# Lets templates/ override the templates of widgets and fields.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Databases --------------------------------------------------------------------

DATABASES = database_settings.read(env, DATA_DIR)
DATABASE_ROUTERS = ["practices.core.replica.Router"] if "replica" in DATABASES else []

MIGRATION_LOCK_SECONDS = env.float("MIGRATION_LOCK_SECONDS", 2)
"""Seconds that `migrate` waits for a table in use, on PostgreSQL. Everybody else who wants the table waits behind it."""

CLOCK_MAX_AGE_SECONDS = env.float("CLOCK_MAX_AGE_SECONDS", 10)
"""Seconds after which a process reads the database's clock again. All machines go by that clock."""

# Caches -----------------------------------------------------------------------

CACHE_URL = env.str("CACHE_URL", "")
CACHE_MB = env.int("CACHE_MB", 64)
"""MB that one process caches at most: everything without CACHE_URL, and with it what Redis, while away, cannot keep."""
CACHE_TIMEOUT_SECONDS = env.float("CACHE_TIMEOUT_SECONDS", 0.25)
"""Seconds that Redis may take over an answer."""
CACHE_BREAK_SECONDS = env.float("CACHE_BREAK_SECONDS", 30)
"""Seconds for which a process leaves Redis alone once it has not answered. Then one request tries it again."""
_cached = {"TIMEOUT": 24 * 3600}  # seconds; keys contain the version, so old entries are unused, never stale
if CACHE_URL:
    _redis = {
        "socket_timeout": CACHE_TIMEOUT_SECONDS,
        "socket_connect_timeout": CACHE_TIMEOUT_SECONDS,
        "break_seconds": CACHE_BREAK_SECONDS,
    }
    _shared = {"LOCATION": CACHE_URL, "KEY_PREFIX": "catalogue"}
    CACHES = {
        "default": {
            **_cached,
            **_shared,
            "BACKEND": "catalogue.redis_caches.SharedCache",
            "OPTIONS": {**_redis, "MAX_BYTES": CACHE_MB * 1024 * 1024},
        },
        # Counts of rate limits go to the database, not to a cache of each process, while Redis is away.
        "counts": {
            **_cached,
            **_shared,
            "BACKEND": "catalogue.redis_caches.CountingCache",
            "OPTIONS": _redis,
        },
    }
else:
    CACHES = {
        "default": {
            **_cached,
            "BACKEND": "catalogue.caches.BoundedCache",
            "LOCATION": "default",
            "OPTIONS": {"MAX_BYTES": CACHE_MB * 1024 * 1024},
        }
    }
PAGE_CACHE = env.bool("PAGE_CACHE", False)
"""True to cache whole pages as well."""
PAGE_MAX_AGE_SECONDS = env.int("PAGE_MAX_AGE_SECONDS", 0)
"""Seconds that browsers and CDNs may reuse a page without revalidating it. With 0, changes show immediately."""
PAGE_STALE_SECONDS = env.int("PAGE_STALE_SECONDS", 0)
"""Seconds after that during which a CDN may still serve the page while it revalidates it."""

# Name and look --------------------------------------------------------------------

SITE_NAME = " ".join(env.str("SITE_NAME", "Migration Good Practices").split())
"""Name of the catalogue in pages, e-mails, feeds, citations and metadata, the same in every language."""
if not SITE_NAME:
    raise ImproperlyConfigured(
        "SITE_NAME must not be empty: it is the name on every page and in every e-mail."
    )
SITE_SHORT_NAME = env.str("SITE_SHORT_NAME", SITE_NAME)
"""Name below the icon on the home screen of a phone, where about twelve characters have room."""
TAGLINE = " ".join(env.str("TAGLINE", "").split())
"""Headline of the home page, in one sentence. Shown in the footer and by search engines too."""
LOGO = env.str("LOGO", "")
"""Path of the logo below the static files of OVERRIDES_DIR, such as logo.svg."""
COLOURS = colour_settings.read(env.dict("COLOURS", {}))
"""Name of a colour in static/css/tokens.css → those of the light and the dark scheme that take its place."""
COLOUR_RULES = colour_settings.rules(COLOURS)

# E-mail ---------------------------------------------------------------------

DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", str(Address(SITE_NAME, "practices", SITE_HOST)))
SERVER_EMAIL = DEFAULT_FROM_EMAIL
CONTACT_ADDRESS = env.str("CONTACT_ADDRESS", f"practices@{SITE_HOST}")
"""E-mail address for help and for questions about personal data. Shown on public pages."""
PUBLISHER = env.str("PUBLISHER", "")
"""Name of the organisation that publishes this copy of the catalogue. Shown in the imprint."""
PUBLISHER_ADDRESS = env.str("PUBLISHER_ADDRESS", "").replace("\\n", "\n")
"""Its postal address, of one or more lines."""
CONTROLLER = env.str("CONTROLLER", "").replace("\\n", "\n") or "\n".join(
    filter(None, [PUBLISHER, PUBLISHER_ADDRESS])
)
"""Name and address of who is responsible for personal data, of one or more lines. Shown on the page on privacy."""
MAIL_FOLDER = DATA_DIR / "mail"
MAIL_HOST = (
    env.str("MAIL_HOST", "")
    if DEBUG or STAGING
    else required("MAIL_HOST", "the SMTP server that sends our e-mail")
)
MAIL_TIMEOUT_SECONDS = env.float("MAIL_TIMEOUT_SECONDS", 30)
"""Seconds for handing over one message: look-up, connection, TLS, signing in, every answer. At most half a lease."""
MAIL_PORT = env.int("MAIL_PORT", 587)
MAIL_USE_SSL = env.bool("MAIL_USE_SSL", MAIL_PORT == 465)
"""True for TLS from the first byte (RFC 8314 §3.3), in place of STARTTLS."""
MAIL_USE_TLS = env.bool("MAIL_USE_TLS", not MAIL_USE_SSL)
if MAIL_USE_SSL and MAIL_USE_TLS:
    raise ImproperlyConfigured(
        "Either MAIL_USE_TLS (STARTTLS) or MAIL_USE_SSL (TLS from the first byte) can be true, not both."
    )
if STAGING:
    MAILERS = {"default": {"BACKEND": "catalogue.no_mail.NoMail"}}
elif MAIL_HOST:
    MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {
                "host": MAIL_HOST,
                "port": MAIL_PORT,
                "username": env.str("MAIL_USERNAME", ""),
                "password": env.str("MAIL_PASSWORD", ""),
                "use_tls": MAIL_USE_TLS,
                "use_ssl": MAIL_USE_SSL,
                "timeout": MAIL_TIMEOUT_SECONDS,
            },
        }
    }
else:
    MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "OPTIONS": {"file_path": MAIL_FOLDER},
        }
    }

# API --------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "practices.exchange.api.schemas.Operations",
    "UNAUTHENTICATED_USER": None,  # nobody signs in to the API
}
SPECTACULAR_SETTINGS = {
    "OAS_VERSION": "3.1.1",
    "TITLE": SITE_NAME,
    "DESCRIPTION": "Read what the catalogue publishes: practices, their revisions, and what they are filtered by.",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": [],  # the default one names enumerations, which ours have no use for
}

# Limits and retention ---------------------------------------------------------

PRACTICES_PER_PAGE = env.int("PRACTICES_PER_PAGE", 20)
SEMANTIC_SEARCH = env.bool("SEMANTIC_SEARCH", True)
"""True to search by meaning too, where the extra `semantic` is installed."""
FEED_LENGTH = env.int("FEED_LENGTH", 50)
WEBSUB_HUBS = [] if STAGING else names("WEBSUB_HUBS", [])
"""URLs of the WebSub hubs that feeds link to and that are pinged when something is published."""
if wrong := [hub for hub in WEBSUB_HUBS if not hub.startswith(("https://", "http://"))]:
    raise ImproperlyConfigured(f"WEBSUB_HUBS must be full addresses, not “{wrong[0]}”.")
WEBSUB_TIMEOUT_SECONDS = env.float("WEBSUB_TIMEOUT_SECONDS", 10)
"""Seconds for telling one hub, from the look-up of its name to its answer. At most half a lease."""
DATACITE_PREFIX = env.str("DATACITE_PREFIX", "")
"""Prefix of the DOIs that practices get, such as 10.5072. Without one, practices get none."""
DATACITE_REPOSITORY = env.str("DATACITE_REPOSITORY", "")
"""Name of the repository at DataCite that the prefix belongs to."""
DATACITE_PASSWORD = env.str("DATACITE_PASSWORD", "")
DATACITE_URL = env.str("DATACITE_URL", "https://api.datacite.org").rstrip("/")
"""The API of DataCite; https://api.test.datacite.org is for trials."""
DATACITE_TIMEOUT_SECONDS = env.float("DATACITE_TIMEOUT_SECONDS", 9)
"""Seconds for one registration, from the look-up of the name to the answer."""
if DATACITE_PREFIX:
    if not re.fullmatch(r"10\.\d{4,9}", DATACITE_PREFIX):
        raise ImproperlyConfigured(f"DATACITE_PREFIX must look like 10.5072, not “{DATACITE_PREFIX}”.")
    if not (DATACITE_REPOSITORY and DATACITE_PASSWORD):
        raise ImproperlyConfigured("DATACITE_PREFIX needs DATACITE_REPOSITORY and DATACITE_PASSWORD too.")
    if not DATACITE_URL.startswith(("https://", "http://")):
        raise ImproperlyConfigured(f"DATACITE_URL must be a full address, not “{DATACITE_URL}”.")
MACHINE_TRANSLATION = "" if STAGING else env.str("MACHINE_TRANSLATION", "").lower()
"""Form of the API of the service that translates: libretranslate or deepl. Without one, no text is sent anywhere."""
MACHINE_TRANSLATION_KEY = env.str("MACHINE_TRANSLATION_KEY", "")
"""Key for the service. That of a free account of DeepL ends with :fx."""
_translation_url = ""
if MACHINE_TRANSLATION == "deepl":
    _translation_url = f"https://api{'-free' * MACHINE_TRANSLATION_KEY.endswith(':fx')}.deepl.com"
MACHINE_TRANSLATION_URL = env.str("MACHINE_TRANSLATION_URL", _translation_url).rstrip("/")
"""Address of the service, such as http://127.0.0.1:5000."""
_translation_names = {"libretranslate": "LibreTranslate", "deepl": "DeepL"}
MACHINE_TRANSLATION_NAME = env.str(
    "MACHINE_TRANSLATION_NAME", _translation_names.get(MACHINE_TRANSLATION, "")
)
"""Name of the service that readers see beside what it has translated."""
MACHINE_TRANSLATION_TIMEOUT_SECONDS = env.float("MACHINE_TRANSLATION_TIMEOUT_SECONDS", 20)
"""Seconds for the translation of all texts of one form."""
MACHINE_TRANSLATION_AT_ONCE = env.int("MACHINE_TRANSLATION_AT_ONCE", 1)
"""Number of forms whose texts a process has translated at the same time. Each keeps a thread waiting."""
MACHINE_TRANSLATION_CHARACTERS = env.int("MACHINE_TRANSLATION_CHARACTERS", 2_000)
"""Number of characters in one request to the service, unless a single sentence is longer."""
MACHINE_TRANSLATION_KEPT_HOURS = env.int("MACHINE_TRANSLATION_KEPT_HOURS", 24)
"""Hours for which the cache keeps what the service has translated. With 0, nothing is kept."""
MACHINE_TRANSLATIONS_PER_HOUR = env.int("MACHINE_TRANSLATIONS_PER_HOUR", 20)
"""Number of times per hour that one visitor, or one moderator, may have texts translated."""
MACHINE_TRANSLATIONS_PER_DAY = env.int("MACHINE_TRANSLATIONS_PER_DAY", 300)
"""Number of times per day that all visitors together may have texts translated. Moderators do not count."""
MACHINE_TRANSLATION_FOR_MODERATORS = env.bool("MACHINE_TRANSLATION_FOR_MODERATORS", True)
"""True if moderators may have submissions translated, which are not public, so that the service gets their texts."""
if MACHINE_TRANSLATION:
    if MACHINE_TRANSLATION not in _translation_names:
        raise ImproperlyConfigured(
            f"MACHINE_TRANSLATION must be {' or '.join(_translation_names)}, not “{MACHINE_TRANSLATION}”."
        )
    if not MACHINE_TRANSLATION_URL.startswith(("https://", "http://")):
        raise ImproperlyConfigured(
            f"MACHINE_TRANSLATION_URL must be a full address, not “{MACHINE_TRANSLATION_URL}”."
        )
    if MACHINE_TRANSLATION == "deepl" and not MACHINE_TRANSLATION_KEY:
        raise ImproperlyConfigured("MACHINE_TRANSLATION=deepl needs MACHINE_TRANSLATION_KEY too.")
    if not 0 < len(MACHINE_TRANSLATION_NAME) <= 100:
        raise ImproperlyConfigured("MACHINE_TRANSLATION_NAME must have from 1 to 100 characters.")
    if (
        min(MACHINE_TRANSLATION_TIMEOUT_SECONDS, MACHINE_TRANSLATION_AT_ONCE, MACHINE_TRANSLATION_CHARACTERS)
        <= 0
    ):
        raise ImproperlyConfigured(
            "MACHINE_TRANSLATION_TIMEOUT_SECONDS, MACHINE_TRANSLATION_AT_ONCE and MACHINE_TRANSLATION_CHARACTERS "
            "must be more than 0."
        )
LEGACY_PATHS = env.dict("LEGACY_PATHS", {})
"""Old path → new path, such as taxonomy/term/21/feed → /objectives/21/feed.rss. Redirects are permanent."""
SITEMAP_LENGTH = env.int("SITEMAP_LENGTH", 10_000)
"""Most practices in one part of the sitemap; sitemaps.org allows 50,000 and 50 MB."""
if not 0 < SITEMAP_LENGTH <= 50_000:
    raise ImproperlyConfigured(f"SITEMAP_LENGTH must be from 1 to 50000, not {SITEMAP_LENGTH}.")
EMBED_LENGTH = env.int("EMBED_LENGTH", 10)
OAI_PAGE_LENGTH = env.int("OAI_PAGE_LENGTH", 100)
"""Number of records in one part of a list of OAI-PMH."""
API_REQUESTS_PER_MINUTE = env.int("API_REQUESTS_PER_MINUTE", 300)
"""Number of answers of the API per minute and visitor, without those that a cache has or that have not changed."""
IMPORT_PROCESSES = env.int("IMPORT_PROCESSES", min((os.process_cpu_count() or 1) - 1, 8))
"""Number of processes that read the words and compute the vectors of a large import, beside the one that publishes."""
if IMPORT_PROCESSES < 0:
    raise ImproperlyConfigured(f"IMPORT_PROCESSES must be 0 or more, not {IMPORT_PROCESSES}.")
FORM_MINIMUM_SECONDS = env.int("FORM_MINIMUM_SECONDS", 3)
"""Seconds within which only a bot can have filled in a form."""
FORM_MB = env.int("FORM_MB", 2)
"""Maximum size of what a form sends, in MB, without attached files."""
SUBMISSIONS_PER_HOUR = env.int("SUBMISSIONS_PER_HOUR", 10)
"""Number of submissions per hour and person: an e-mail address typed from one network address."""
FORMS_PER_HOUR = env.int("FORMS_PER_HOUR", 100)
"""Number of times per hour and person that the form, or a filled-in spreadsheet, may be sent to begin a draft."""
DUPLICATE_CHECKS_PER_HOUR = env.int("DUPLICATE_CHECKS_PER_HOUR", 600)
"""Number of times per hour and person that the form may look for likely duplicates of what is typed."""
DRAFT_SAVES_PER_HOUR = env.int("DRAFT_SAVES_PER_HOUR", 1_000)
"""Number of saves per hour of one draft, whose open page saves itself a few times a minute."""
UPLOADS_PER_HOUR = env.int("UPLOADS_PER_HOUR", 60)
"""Number of files, added or removed, per hour and draft."""
MESSAGES_PER_HOUR = env.int("MESSAGES_PER_HOUR", 20)
"""Number of messages to the moderators per hour and submission."""
LINK_REQUESTS_PER_HOUR = env.int("LINK_REQUESTS_PER_HOUR", 10)
"""Number of requests per hour and person for the private links of an address."""
LINK_MAILS_PER_DAY = env.int("LINK_MAILS_PER_DAY", 3)
"""Number of e-mails with private links per day to an address, for each network that asks."""
PEOPLE_PER_ADDRESS = env.int("PEOPLE_PER_ADDRESS", 30)
"""Number of people who may share a network address (IPv4) or /64 (IPv6): the factor of its limits over one person's."""
NETWORK_FACTOR = env.int("NETWORK_FACTOR", 10)
"""Factor of the limit of a network (/24, /48) over that of a network address in it, and of all networks over one."""
SUBMISSION_MAILS_PER_DAY = env.int("SUBMISSION_MAILS_PER_DAY", 20)
"""Number of e-mails per day to the address given in drafts, for each network that asks."""
APPROVALS_NEEDED = env.int("APPROVALS_NEEDED", 1)
"""Number of moderators from outside the submitter's organisation who must approve before publication."""
BLIND_APPROVALS = env.bool("BLIND_APPROVALS", True)
"""True to hide what others think of a submission from moderators who have yet to approve it."""
SPAM_SCORE = env.int("SPAM_SCORE", 4)
"""Sum of the weights of signs of spam from which on moderators find a submission among possible spam."""
SPAM_SCORE_KNOWN_ADDRESS = env.int("SPAM_SCORE_KNOWN_ADDRESS", 7)
"""The same for an address that has confirmed another submission, or has had one published."""
SPAM_REPEATS = env.int("SPAM_REPEATS", 2)
"""Number of times that the same summary may be submitted within 30 days before that is a sign of spam."""
ATTACHMENTS = env.int("ATTACHMENTS", 5)
"""Number of files allowed per practice."""
ATTACHMENT_MB = env.int("ATTACHMENT_MB", 10)
"""Maximum size of each file, in MB."""
FILE_CHECK_SECONDS = env.int("FILE_CHECK_SECONDS", 10)
"""Seconds of processor time, or three times as long by the clock, after which the check of an uploaded file is ended."""
FILE_CHECK_MEMORY_MB = env.int("FILE_CHECK_MEMORY_MB", 768)
"""Memory that the check of an uploaded file may use, in MB."""
FILE_CHECK_WAIT_SECONDS = env.float("FILE_CHECK_WAIT_SECONDS", 5)
"""Seconds that an upload waits for its turn, as one file is checked at a time, before it is answered 503."""
FILE_CHECKS_PER_PROCESS = env.int("FILE_CHECKS_PER_PROCESS", 2)
"""Number of uploads, checked or waiting, that may take up a thread of each web process."""
PDF_SECONDS = env.int("PDF_SECONDS", 20)
"""Seconds of processor time, or three times as long by the clock, after which the PDF document of a kit is given up."""
PDF_MEMORY_MB = env.int("PDF_MEMORY_MB", 1024)
"""Address space that this may use, in MB. Most of it are fonts that are mapped, not memory."""
PDF_WAIT_SECONDS = env.float("PDF_WAIT_SECONDS", 5)
"""Seconds that a PDF document waits for its turn, as one is made at a time, before its reader gets a 503."""
PDFS_PER_PROCESS = env.int("PDFS_PER_PROCESS", 1)
"""Number of PDF documents, made or waiting, that may take up a thread of each web process."""
PICTURE_MEGAPIXELS = env.int("PICTURE_MEGAPIXELS", 25)
"""Number of pixels allowed in an uploaded picture, in millions."""
DOCUMENT_PARTS = env.int("DOCUMENT_PARTS", 2_000)
"""Number of files allowed inside an office document, which is a ZIP archive."""
DOCUMENT_UNPACKED_MB = env.int("DOCUMENT_UNPACKED_MB", 100)
"""Size that an office document may unpack to, in MB."""
SPREADSHEET_ELEMENTS = env.int("SPREADSHEET_ELEMENTS", 40_000)
"""Number of XML elements allowed in an uploaded spreadsheet with a practice; the filled-in template has about 3,000."""
SENT_FORM_DAYS = env.int("SENT_FORM_DAYS", 7)
"""Days within which a form that is sent a second time is recognised. Only a hash is kept of it."""
FILES_GRACE_HOURS = env.int("FILES_GRACE_HOURS", 24)
"""Age in hours from which an uploaded file that no row names is deleted by `manage.py sweep_files`."""
DUMPS_KEPT = env.int("DUMPS_KEPT", 7)
"""Number of dumps that are kept: archives of the public catalogue, which `manage.py dump_data` makes every night."""
FILES_AT_ONCE = env.int("FILES_AT_ONCE", 2)
"""Threads of a process that may use the storage of files at a time: fewer than gunicorn has, as it may hang."""
FILES_WAIT_SECONDS = env.float("FILES_WAIT_SECONDS", 0.5)
"""Seconds that a request waits for its turn at the storage."""
DRAFT_DAYS = env.int("DRAFT_DAYS", 90)
"""Days that an unchanged draft is kept. Its submitter is warned two weeks before it is deleted."""
UNANSWERED_DAYS = env.int("UNANSWERED_DAYS", 180)
"""Days after which a submission is closed whose submitter does not answer a request for changes."""
SUBSCRIPTIONS_PER_HOUR = env.int("SUBSCRIPTIONS_PER_HOUR", 20)
"""Number of subscriptions per hour and person."""
SUBSCRIPTION_MAILS_PER_DAY = env.int("SUBSCRIPTION_MAILS_PER_DAY", 3)
"""Number of e-mails per day that requests on public pages can cause to one address."""
SUBSCRIPTIONS_PER_ADDRESS = env.int("SUBSCRIPTIONS_PER_ADDRESS", 300)
"""Number of subscriptions that one address may have. An unsubscribe link can name 300 of them."""
CONFIRMATION_DAYS = env.int("CONFIRMATION_DAYS", 7)
"""Days that the link to confirm a subscription is valid."""
PERSONAL_DATA_REQUESTS_PER_HOUR = env.int("PERSONAL_DATA_REQUESTS_PER_HOUR", 10)
"""Number of requests for the link to one's personal data per hour and person."""
PERSONAL_DATA_MAILS_PER_DAY = env.int("PERSONAL_DATA_MAILS_PER_DAY", 3)
"""Number of e-mails with that link per day to an address, for each network that asks."""
PERSONAL_DATA_LINK_DAYS = env.int("PERSONAL_DATA_LINK_DAYS", 2)
"""Days that the link to one's personal data is valid."""
CHECK_AFTER_DAYS = env.int("CHECK_AFTER_DAYS", 365)
"""Days after which a submitter is asked whether a practice is still up to date. 0 turns this off."""
QUESTIONS_PER_HOUR = env.int("QUESTIONS_PER_HOUR", 5)
"""Number of questions about practices per hour and person."""
QUESTION_MAILS_PER_DAY = env.int("QUESTION_MAILS_PER_DAY", 5)
"""Number of e-mails per day that ask an address to confirm a question, for each network that asks."""
QUESTIONS_TO_CONTACT_PER_DAY = env.int("QUESTIONS_TO_CONTACT_PER_DAY", 5)
"""Number of questions per day that go to one address by themselves. A moderator has to release others."""
QUESTIONS_HELD = env.bool("QUESTIONS_HELD", default=False)
"""True if a moderator has to release every question before it is sent."""
QUESTION_REMINDER_DAYS = env.int("QUESTION_REMINDER_DAYS", 14)
"""Days after which those who have not answered a question are reminded, once."""
QUESTION_DAYS = env.int("QUESTION_DAYS", 30)
"""Days after which the asker is told that nobody has answered."""
if not 0 < QUESTION_REMINDER_DAYS < QUESTION_DAYS:
    raise ImproperlyConfigured(
        f"QUESTION_DAYS must be more than QUESTION_REMINDER_DAYS, not {QUESTION_DAYS} and {QUESTION_REMINDER_DAYS}."
    )
RETENTION_QUESTION_DAYS = env.int("RETENTION_QUESTION_DAYS", 365)
"""Days that a question is kept after its end, or the address of the asker if it is published."""
RETENTION_REJECTED_DAYS = env.int("RETENTION_REJECTED_DAYS", 365)
"""Days that rejected, withdrawn and spam submissions are kept, once a moderator has checked the spam."""
RETENTION_UNCHECKED_SPAM_DAYS = env.int("RETENTION_UNCHECKED_SPAM_DAYS", 730)
"""Days that possible spam is kept that no moderator has checked."""
RETENTION_CONTACT_DAYS = env.int("RETENTION_CONTACT_DAYS", 730)
"""Days that a submitter's name and address are kept after the last decision."""
RETENTION_MESSAGE_TEXT_DAYS = env.int("RETENTION_MESSAGE_TEXT_DAYS", 7)
"""Days that the outbox keeps what a message said, private links included, after it was sent or cancelled."""
RETENTION_MESSAGE_DAYS = env.int("RETENTION_MESSAGE_DAYS", 90)
"""Days that the outbox keeps the recipient and content of a message."""
RETENTION_SIGN_IN_DAYS = env.int("RETENTION_SIGN_IN_DAYS", 1)
"""Days that the network and browser of a sign-in by staff are kept. Sessions end after 8 hours."""
RETENTION_FAULT_DAYS = env.int("RETENTION_FAULT_DAYS", 30)
"""Days that the count of an error is kept after it occurred last."""
RETENTION_AUDIT_DAYS = env.int("RETENTION_AUDIT_DAYS", 365)
"""Days that the audit log keeps an event."""
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 0)
"""Number of our own proxies. The visitor's address is that many places from the end of X-Forwarded-For."""
REQUEST_SECONDS = env.float("REQUEST_SECONDS", 10)
"""Seconds within which a request of up to 64 KB must arrive, and a piece of a larger one or of an answer must pass."""
UPLOAD_SECONDS = env.float("UPLOAD_SECONDS", 120)
"""Seconds within which a larger request must arrive, and its answer must be taken."""
OUTBOX_LEASE_SECONDS = env.int("OUTBOX_LEASE_SECONDS", 180)
"""Seconds of a sender's lease on a message, by the database's clock. Handing it over may take half of them."""
OUTBOX_STOP_SECONDS = env.float("OUTBOX_STOP_SECONDS", 8)
"""Seconds after SIGTERM within which a sender ends, whatever hangs; it cuts connections two seconds earlier."""
OUTBOX_GIVE_UP_HOURS = env.int("OUTBOX_GIVE_UP_HOURS", 72)
BOUNCES_BEFORE_SUSPENSION = env.int("BOUNCES_BEFORE_SUSPENSION", 3)
"""Number of days with permanent failures in a row after which an address is suspended until its owner lifts it."""
MAIL_MESSAGES_PER_CONNECTION = env.int("MAIL_MESSAGES_PER_CONNECTION", 500)
OUTBOX_FIRST_WAIT_SECONDS = env.float("OUTBOX_FIRST_WAIT_SECONDS", 30)
OUTBOX_LONGEST_WAIT_SECONDS = env.float("OUTBOX_LONGEST_WAIT_SECONDS", 6 * 3600)
OUTBOX_HELD = env.bool("OUTBOX_HELD", default=False)
"""True to send nothing, for example after restoring a backup, until it is known what was sent since."""
METRICS_TOKEN = env.str("METRICS_TOKEN", "")
ADMINS = names("ADMINS", [])
"""E-mail addresses that errors and late jobs are reported to."""
ADMIN_MAIL_MINUTES = env.int("ADMIN_MAIL_MINUTES", 15)
"""Minutes from one of these reports to the next."""
NIGHTLY_JOBS = (
    "expire_drafts",
    "close_unanswered",
    "ask_if_still_true",
    "follow_up_questions",
    "send_summaries",
    "apply_retention",
    "sweep_files",
    "dump_data",
)
"""Commands that run_jobs runs, in this order: those that end something first, so that what follows knows of it."""
JOBS_EXPECTED = env.dict(
    "JOBS_EXPECTED",
    {} if DEBUG else dict.fromkeys([*NIGHTLY_JOBS, "backup"], 26),
    subcast_values=float,
)
"""Job → hours within which it has to succeed again, before it counts as late."""
SENDER_LATE_SECONDS = env.float("SENDER_LATE_SECONDS", 300)
"""Seconds without a sign of life after which the sender counts as away. It gives one every 30 seconds."""
if SENDER_LATE_SECONDS < 60:
    raise ImproperlyConfigured(
        f"SENDER_LATE_SECONDS must be at least 60, twice the time between two signs of life, not {SENDER_LATE_SECONDS:g}."
    )
MAIL_WEBHOOKS = env.str("MAIL_WEBHOOKS", "")
"""Name in anymail of the e-mail provider that reports bounces and complaints. Empty turns the webhook off."""
ANYMAIL = {
    name.removeprefix("ANYMAIL_"): value for name, value in os.environ.items() if name.startswith("ANYMAIL_")
}
bounce_settings.check(MAIL_WEBHOOKS, ANYMAIL)
MAIL_NOTICE_DAYS = env.int("MAIL_NOTICE_DAYS", 30)
"""Days for which a notice of the e-mail provider is remembered, so that one that is delivered again counts once."""
OUTBOX_POLL_SECONDS = env.float("OUTBOX_POLL_SECONDS", 2.0)

MAINTENANCE = env.bool("MAINTENANCE", False)
"""True to show the maintenance page to everyone but staff, and send nothing. DATA_DIR/maintenance needs no restart."""
MAINTENANCE_FILE = DATA_DIR / "maintenance"
MAINTENANCE_SECONDS = env.int("MAINTENANCE_SECONDS", 600)
"""Seconds after which visitors and crawlers are asked to return (Retry-After)."""

# Languages and time -----------------------------------------------------------

LANGUAGE_CODE = "en"
_codes = names("LANGUAGES", ["en", "fr", "es", "ar", "zh-hans", "ru"])
_known = dict(global_settings.LANGUAGES)
if unknown := [code for code in _codes if code not in _known]:
    raise ImproperlyConfigured(f"LANGUAGES has codes such as en, fr and ar, not “{unknown[0]}”.")
if LANGUAGE_CODE not in _codes:
    raise ImproperlyConfigured(
        f"LANGUAGES must have {LANGUAGE_CODE}, the language of the addresses without a prefix."
    )
_own_names = {"ar": "العربية", "zh-hans": "中文"}
LANGUAGES = [(code, _own_names.get(code) or capfirst(LANG_INFO[code]["name_local"])) for code in _codes]
"""Codes of the languages of the pages, and the name of each in itself."""
if DEBUG and env.bool("PSEUDO_LANGUAGES", False):
    INSTALLED_APPS.append("catalogue.pseudo.PseudoLanguages")
    LANGUAGES += [("en-xa", "English, accented and longer"), ("ar-xb", "English, mirrored")]
LOCALE_PATHS = [OVERRIDES_DIR / "locale", BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["catalogue.formats"]
USE_I18N = True
TIME_ZONE = env.str("TIME_ZONE", "UTC")
"""IANA name of the time zone of times on pages, in e-mails and in the admin. Each time names its zone."""
if TIME_ZONE != "UTC" and TIME_ZONE not in available_timezones():
    raise ImproperlyConfigured(
        f"TIME_ZONE must be a zone of the IANA database, such as Europe/Zurich, not {TIME_ZONE}."
    )
USE_TZ = True

# Static files -----------------------------------------------------------------

MEDIA_ROOT = DATA_DIR / "files"
"""Folder of uploaded files, unless FILES_BACKEND is set. Never served directly: views check access."""
STATIC_URL = "static/"
STATICFILES_DIRS = [folder for folder in (OVERRIDES_DIR / "static", BASE_DIR / "static") if folder.is_dir()]
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {
        "BACKEND": env.str("FILES_BACKEND", "django.core.files.storage.FileSystemStorage"),
        "OPTIONS": env.json("FILES_OPTIONS", {}),
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "catalogue.storage.OneStylesheetStorage"
    },
}
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_USE_FINDERS = DEBUG

# Security ---------------------------------------------------------------------

HTTPS = SITE_URL.startswith("https://")
if not DEBUG and not HTTPS and SITE_HOST not in ("localhost", "127.0.0.1"):
    raise ImproperlyConfigured(
        f"Production is served over TLS: SITE_URL must begin with https://, not “{SITE_URL}”."
    )

SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "object-src": [CSP.NONE],
}
if COLOUR_RULES:
    _digest = base64.b64encode(hashlib.sha256(COLOUR_RULES.encode()).digest()).decode()
    SECURE_CSP["style-src"].append(f"'sha256-{_digest}'")
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", 31_536_000) if HTTPS else 0
"""Seconds for which browsers use TLS only. Short ones are for a trial: a long promise cannot be taken back."""
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_INCLUDE_SUBDOMAINS", False)
"""True to promise browsers TLS for all hosts below ours too, some of which may be somebody else's."""
SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", False)
"""True to let browsers ship that promise (https://hstspreload.org/), which takes months to withdraw."""
if SECURE_HSTS_PRELOAD and not SECURE_HSTS_INCLUDE_SUBDOMAINS:
    raise ImproperlyConfigured(
        "HSTS_PRELOAD needs HSTS_INCLUDE_SUBDOMAINS=true: browsers only preload a host together with its subdomains."
    )
if SECURE_HSTS_PRELOAD and HTTPS and SECURE_HSTS_SECONDS < 31_536_000:
    raise ImproperlyConfigured("HSTS_PRELOAD needs HSTS_SECONDS of at least a year, 31536000.")
# Whether the hosts below ours are all served over TLS is for their owner to say.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # no cookie besides these two
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 3600  # seconds: a moderator's working day
X_FRAME_OPTIONS = "DENY"
# Bytes. A practice document has about 200,000 characters at most, of which a form makes up to nine bytes each.
DATA_UPLOAD_MAX_MEMORY_SIZE = FORM_MB * 1024 * 1024
# Uploads are read in memory, so that a full disk stops none half-way and no temporary file is left behind.
FILE_UPLOAD_MAX_MEMORY_SIZE = (ATTACHMENT_MB + 1) * 1024 * 1024
# Any characters will do, as OWASP ASVS and NIST SP 800-63B ask for: length counts.
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "catalogue.passwords.HouseWordsValidator"},
]

# Sign-in (staff only) ------------------------------------------------------------

STAFF_SECOND_FACTOR = env.bool("STAFF_SECOND_FACTOR", not DEBUG)
"""True to require an authenticator app or a passkey of staff before they can use the admin."""
SIGN_IN_WINDOW_MINUTES = env.int("SIGN_IN_WINDOW_MINUTES", 15)
"""Minutes within which failures to sign in are counted."""
SIGN_IN_FAILURES = env.int("SIGN_IN_FAILURES", 5)
"""Number of failures per account and visitor (IPv4 address, IPv6 /64) within the window before the page is a 429."""
INVITATION_DAYS = env.int("INVITATION_DAYS", 3)
"""Days that the link works with which an invited moderator chooses a password. It works once."""
PASSWORD_RESET_TIMEOUT = INVITATION_DAYS * 24 * 3600
DEVICE_DAYS = env.int("DEVICE_DAYS", 90)
"""Days that a browser in which somebody signed in is not locked out by failures elsewhere."""
DEVICE_COOKIE_NAME = "__Host-device" if HTTPS else "device"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
LOGOUT_REDIRECT_URL = "admin:index"
ACCOUNT_ADAPTER = "catalogue.sign_in.StaffAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]  # required by allauth, although sign-up is closed
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True  # for ACCOUNT_SESSION_COOKIE_AGE
ACCOUNT_SESSION_COOKIE_AGE = SESSION_COOKIE_AGE
ACCOUNT_LOGOUT_ON_GET = False
# catalogue.sign_in counts failures across all processes instead; passkeys cannot be guessed.
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False
MFA_FORMS = {
    "authenticate": "catalogue.sign_in.CodeForm",
    "reauthenticate": "catalogue.sign_in.CodeAgainForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = SITE_NAME
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS  # browsers allow HTTP on localhost
USERSESSIONS_TRACK_ACTIVITY = False

TAGGIT_CASE_INSENSITIVE = True
FIXTURE_DIRS = [BASE_DIR / "fixtures"]

# Logs -------------------------------------------------------------------------

SENTRY_DSN = env.str("SENTRY_DSN", "")
"""Address of a project at Sentry, or of another service that understands its protocol, that errors are sent to."""
if SENTRY_DSN:
    sentry.start(SENTRY_DSN, release=VERSION)
LOGGING_CONFIG = "catalogue.logs.configure"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "catalogue.logs.RedactedFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s: %(message)s %(request_id)s",
        },
        "json": {"()": "catalogue.logs.RedactedJsonFormatter"},
    },
    "filters": {"with_traceback": {"()": "catalogue.logs.WithTraceback"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": env.str("LOG_FORMAT", "line" if DEBUG else "json"),
        },
        "errors": {"class": "catalogue.logs.ErrorCounter", "level": "ERROR"},
    },
    "root": {"handlers": ["stderr", "errors"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {
        "django": {"level": "INFO"},  # without Django's own handlers, which would quote whole requests
        # A line of catalogue.request_log has each request already: refused ones, and those of runserver.
        "django.request": {"level": "ERROR", "filters": ["with_traceback"]},
        "django.server": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
    },
}
