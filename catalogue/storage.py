"""Static files as production serves them: hashed names, compressed, a stylesheet in one piece."""

import posixpath
import re

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

ENTRIES = [
    "css/site.css", "css/admin/site.css", "css/admin/review.css", "css/web/partners.css", "css/web/submit.css",
    "css/web/practice.css",
]  # fmt: skip
"""Stylesheets that pages link to."""

_IMPORT = re.compile(r'^@import url\("(?P<path>[^"]+)"\)(?: layer\((?P<layer>[\w-]+)\))?;$', re.MULTILINE)


class OneStylesheetStorage(CompressedManifestStaticFilesStorage):
    """Puts what a stylesheet imports in its place when files are collected, so that a page loads one file.

    While developing, the browser follows the imports itself and nothing has to be built.
    """

    support_js_module_import_aggregation = True  # scripts import one another under their hashed names

    def post_process(self, paths, dry_run=False, **options):
        if not dry_run:
            for name in ENTRIES:
                whole = ContentFile(in_one_piece(name, paths).encode())
                self.delete(name)
                self._save(name, whole)
                paths[name] = (self, name)
        yield from super().post_process(paths, dry_run=dry_run, **options)


def in_one_piece(name: str, paths: dict) -> str:
    """The stylesheet `name` with what it imports in its place. `paths`: name → (storage, path), as Django collects."""
    storage, path = paths[name]
    with storage.open(path) as source:
        text = source.read().decode()

    def imported(match):
        inner = in_one_piece(
            posixpath.normpath(posixpath.join(posixpath.dirname(name), match["path"])), paths
        )
        return f"@layer {match['layer']} {{\n{inner}}}" if match["layer"] else inner

    return _IMPORT.sub(imported, text)
