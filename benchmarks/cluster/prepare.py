"""Fill an empty database: `python -m benchmarks.cluster.prepare PRACTICES SUBSCRIBERS`."""

import sys

import django

django.setup()

from benchmarks import catalogue  # noqa: E402 - it needs Django
from benchmarks.mail.data import make_subscribers  # noqa: E402

catalogue.make(int(sys.argv[1]), processes=1)
make_subscribers(int(sys.argv[2]), "reader")
