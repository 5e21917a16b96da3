"""A kit as a Word document (Office Open XML, ISO/IEC 29500), in any script and direction."""

import re
from io import BytesIO
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from docx import Document
from docx.document import Document as Docx
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

from practices.core.punctuation import sentence
from practices.documents.presentation import Fact
from practices.exchange.kits.kit import Entry, Kit
from practices.models import text_direction

INK = RGBColor(0x12, 0x23, 0x2E)
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML document may contain."""


def write(kit: Kit) -> bytes:
    docx = Document()
    docx.core_properties.title = _plain(kit.title)
    docx.core_properties.language = kit.language
    docx.core_properties.author = ""
    _set_styles(docx)
    _write_cover(docx, kit)
    for entry in kit.entries:
        _write_entry(docx, entry, kit)
    made = BytesIO()
    docx.save(made)
    return made.getvalue()


def _set_styles(docx: Docx) -> None:
    styles: Any = docx.styles
    styles["Normal"].font.size = Pt(11)
    for name in ("Title", "Heading 1", "Heading 2"):
        styles[name].font.color.rgb = INK


def _write_cover(docx: Docx, kit: Kit) -> None:
    _add(docx, kit.title, kit.language, style="Title")
    for line in kit.note.split("\n") if kit.note else []:
        _add(docx, line, kit.language)
    number = len(kit.entries)
    said = ngettext("%(count)s practice", "%(count)s practices", number) % {"count": number}
    _add(docx, f"{said} · {date_format(kit.made_on, 'DATE_FORMAT')}", kit.language)
    _add(docx, kit.address, "en")
    _add(docx, _("Contents"), kit.language, style="Heading 2")
    for entry in kit.entries:
        _add(docx, entry.reading.title, entry.reading.language, style="List Number")


def _write_entry(docx: Docx, entry: Entry, kit: Kit) -> None:
    docx.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    reading = entry.reading
    _add(docx, reading.title, reading.language, style="Heading 1")
    _add(docx, reading.summary, reading.language)
    if reading.translation:
        _add(docx, sentence(reading.translation.made_by), kit.language)
    objectives = "; ".join(str(objective) for objective in reading.objectives)
    rows = [(_("Objectives"), objectives, kit.language)]
    rows += [(fact.label, _said(fact), _language(fact, kit)) for fact in reading.facts]
    table = docx.add_table(rows=0, cols=2)
    for label, text, language in rows:
        cells = table.add_row().cells
        _fill(cells[0].paragraphs[0], label, kit.language, is_bold=True)
        _fill(cells[1].paragraphs[0], text, language)
    parts = [*reading.results_parts, *reading.sections]
    for part in parts:
        _add(docx, part.label, kit.language, style="Heading 2")
        for item in part.items or []:
            text = f"{item.text} ({item.url})" if item.host else item.text
            for line in filter(None, (line.strip() for line in text.split("\n"))):
                _add(docx, line, part.language)
        if part.name == "evidence" and reading.evidence_reason:
            _add(docx, reading.evidence_reason, part.language)
    _add(docx, _("Cite as"), kit.language, style="Heading 2")
    _add(docx, str(entry.reference), reading.language)


def _said(fact: Fact) -> str:
    """Return a fact in words, with the address of a page after its name."""
    addresses = [item.url for item in fact.items if item.host]
    return " ".join([fact.text, *(url for url in addresses if url not in fact.text)])


def _language(fact: Fact, kit: Kit) -> str:
    return fact.language if fact.is_free_text else kit.language


def _add(docx: Docx, text: str, language: str, *, style: str | None = None) -> None:
    _fill(docx.add_paragraph(style=style), text, language)


def _fill(paragraph: Any, text: str, language: str, *, is_bold: bool = False) -> None:
    """Add a run of text in a language, which says how it is spelled and, from right to left, how it is set."""
    run = paragraph.add_run(_plain(text))
    run.bold = is_bold or None
    properties = run._r.get_or_add_rPr()
    mark = OxmlElement("w:lang")
    is_rtl = text_direction(language) == "rtl"
    mark.set(qn("w:bidi" if is_rtl else "w:val"), language)
    if is_rtl:
        run.font.rtl = True
        paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))
    properties.append(mark)


def _plain(text: str) -> str:
    return NOT_IN_XML.sub("", str(text))
