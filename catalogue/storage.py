"""Storage of static files in production: hashed names, compression, bundled stylesheets."""

import posixpath
import re

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

ENTRIES = [
    "css/site.css", "css/admin/site.css", "css/admin/review.css", "css/web/api.css", "css/web/browse.css",
    "css/web/compare.css", "css/web/explore.css", "css/web/feeds.css", "css/web/home.css", "css/web/objective.css",
    "css/web/partners.css", "css/web/practice.css", "css/web/styleguide.css", "css/web/submission.css",
    "css/web/submit.css",
]  # fmt: skip
"""Stylesheets that pages link to."""

_IMPORT = re.compile(r'^@import url\("(?P<path>[^"]+)"\)(?: layer\((?P<layer>[\w-]+)\))?;$', re.MULTILINE)
_NOT_NEEDED = re.compile(r"/\*.*?\*/|^[ \t]+|\n+(?=\n)", re.MULTILINE | re.DOTALL)
"""Comments, indentation and empty lines: a sixth of what a reader would load."""
_LINE_ENDS = re.compile(r"(?<=[{};,])\n|(?<=[\w-]) (?=\{\n)")
"""Ends of lines within rules and the space before a brace."""


class OneStylesheetStorage(CompressedManifestStaticFilesStorage):
    """Storage that inlines the imports of stylesheets in collectstatic, so that a page loads one file.

    In development the browser follows the imports, so there is no build step.
    """

    support_js_module_import_aggregation = True  # hash the names in imports between scripts

    def post_process(self, paths, dry_run=False, **options):
        if not dry_run:
            for name in ENTRIES:
                whole = ContentFile(in_one_piece(name, paths).encode())
                self.delete(name)
                self._save(name, whole)
                paths[name] = (self, name)
        yield from super().post_process(paths, dry_run=dry_run, **options)


def in_one_piece(name: str, paths: dict) -> str:
    """Return the stylesheet `name` with its imports inlined, without comments and indentation.

    `paths` is collectstatic's name → (storage, path).
    """
    storage, path = paths[name]
    with storage.open(path) as source:
        text = source.read().decode()

    def imported(match):
        inner = in_one_piece(
            posixpath.normpath(posixpath.join(posixpath.dirname(name), match["path"])), paths
        )
        return f"@layer {match['layer']} {{\n{inner}}}" if match["layer"] else inner

    return _LINE_ENDS.sub("", _IMPORT.sub(imported, _NOT_NEEDED.sub("", text)))
