"""The WSGI application. Served this way the catalogue is in production unless DEBUG says otherwise."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "catalogue.settings")
os.environ.setdefault("DEBUG", "false")

application = get_wsgi_application()
