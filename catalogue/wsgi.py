"""The WSGI application. Served this way the catalogue is in production unless DEBUG says otherwise."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from catalogue.chunked_bodies import ChunkedBodies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "catalogue.settings")
os.environ.setdefault("DEBUG", "false")
# Readers wait for this thread; commands take their time.
os.environ.setdefault("DATABASE_STATEMENT_SECONDS", "15")
os.environ.setdefault("DATABASE_LOCK_SECONDS", "1")

application = get_wsgi_application()

from catalogue.request_log import RequestLog  # noqa: E402 - it needs all that Django has just loaded

if settings.PAGE_CACHE and not settings.DEBUG:
    from catalogue.page_cache import PageCache

    application = PageCache(application)
application = RequestLog(ChunkedBodies(application))
