"""Check of the PDF documents of kits, which need libraries and typefaces of the system."""

from django.utils.translation import gettext as _

from practices.core import html_to_pdf, sandbox
from practices.core.findings import Finding, ok, warning

TRIAL = "<!DOCTYPE html><html lang='en'><title>Trial</title><p>Aé Жя عربي 中文→</p></html>"
"""Letters of all six languages."""


def pdf_documents() -> Finding:
    """Make a trial document with letters of all languages."""
    name = _("PDF documents")
    if not html_to_pdf.is_installed():
        return ok(
            name, _("The extra “pdf” is not installed, and optional: kits are Word documents and e-books.")
        )
    if not html_to_pdf.is_available():
        return warning(name, _("Kits are not offered as PDF, because Pango is missing."), _remedy())
    try:
        missing, _made = sandbox.run(html_to_pdf.make, TRIAL.encode(), work=sandbox.PDF)
    except sandbox.Busy:
        return ok(name, _("Documents for readers are being made."))
    except sandbox.Rejected:
        return warning(name, _("A trial document could not be made; the log says why."), _remedy())
    if missing:
        sentence = _("No typeface of this machine has these signs: %(signs)s") % {"signs": " ".join(missing)}
        return warning(name, sentence, _("Install typefaces, on Debian the package fonts-noto-cjk."))
    return ok(name, _("A trial document with letters of all languages was made."))


def _remedy() -> str:
    return _("On Debian, install libpango-1.0-0, libpangoft2-1.0-0 and libharfbuzz-subset0.")
