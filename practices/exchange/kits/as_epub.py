"""A kit as an e-book (EPUB 3.3, W3C Recommendation): a cover, contents, and a chapter for each practice.

Written here, as EbookLib is under the AGPL, which operators of the catalogue would have to pass on.
"""

import uuid
import zipfile
from datetime import UTC, datetime, time
from io import BytesIO

from django.template.loader import render_to_string

from practices.core.reproducible_zip import part
from practices.exchange.kits.kit import Kit

CONTAINER = """<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
  <rootfiles><rootfile full-path="kit/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""


def write(kit: Kit) -> bytes:
    made = BytesIO()
    chapters = [(f"practice-{entry.practice.pk}", entry) for entry in kit.entries]
    context = {
        "kit": kit,
        "chapters": chapters,
        "identifier": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, kit.address)}",
        "modified": datetime.combine(kit.made_on, time(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    with zipfile.ZipFile(made, "w") as book:
        first = part("mimetype")
        first.compress_type = zipfile.ZIP_STORED  # so that readers find the type at a fixed place
        book.writestr(first, "application/epub+zip")
        book.writestr(part("META-INF/container.xml"), CONTAINER)
        for name in ("package.opf", "contents.xhtml", "cover.xhtml", "kit.css"):
            book.writestr(part(f"kit/{name}"), _rendered(name, context))
        for name, entry in chapters:
            chapter = {"kit": kit, "entry": entry, "reading": entry.reading}
            book.writestr(part(f"kit/{name}.xhtml"), _rendered("practice.xhtml", chapter))
    return made.getvalue()


def _rendered(name: str, context: dict[str, object]) -> str:
    return render_to_string(f"kits/{name}", context).strip() + "\n"
