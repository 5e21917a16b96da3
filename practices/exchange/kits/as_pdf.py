"""A kit as a tagged PDF document (PDF/UA, ISO 14289-1): a cover, contents with page numbers, each practice whole."""

from django.template.loader import render_to_string

from practices.core import cache, html_to_pdf, sandbox
from practices.exchange.kits.kit import Kit

KEPT_SECONDS = 24 * 3600


def is_available() -> bool:
    return html_to_pdf.is_available()


def write(kit: Kit) -> bytes:
    """Return the document; one of the same content is made once a day. Raises sandbox.Busy and sandbox.Rejected."""
    html = render_to_string("kits/document.html", {"kit": kit})
    # The HTML says all that the document depends on, such as the revisions and the language of the practices.
    key = cache.hashed("kit.pdf", html_to_pdf.VARIANT, html)
    if (kept := cache.get_many([key]).get(key)) is not None:
        return kept
    _missing, made = sandbox.run(html_to_pdf.make, html.encode(), work=sandbox.PDF)
    cache.set_many({key: made}, seconds=KEPT_SECONDS)
    return made
