"""The documents of the repository name files that exist."""

import re

import pytest
from django.conf import settings

DOCUMENTS = ["README.md", "CONTRIBUTING.md", "docs/architecture.md"]
FILE = re.compile(r"`((?:practices|catalogue|templates|tests|docs|static|fixtures)/[a-z0-9_/.]*)`")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_files_that_a_document_names_exist(name):
    named = FILE.findall((settings.BASE_DIR / name).read_text(encoding="utf-8"))

    assert [path for path in named if not (settings.BASE_DIR / path).exists()] == []
