"""A kit as a Word document (Office Open XML, ISO/IEC 29500), in any script and direction."""

from html import unescape
from io import BytesIO
from typing import Any

from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from docx import Document
from docx.document import Document as Docx
from docx.shared import Mm

from practices.core.plain_text import direction_of
from practices.core.punctuation import listed_apart, sentence
from practices.documents import Reading
from practices.documents.kinds import Item
from practices.documents.presentation import Fact
from practices.exchange.kits import docx_parts, qr
from practices.exchange.kits.docx_parts import (
    add_line,
    add_link,
    add_row,
    add_table,
    add_text,
    plain,
    set_direction,
)
from practices.exchange.kits.kit import Answered, Entry, Kit
from practices.models import Adaptation


def write(kit: Kit) -> bytes:
    docx = Document()
    docx.core_properties.title = plain(kit.title)
    docx.core_properties.language = kit.language
    docx.core_properties.author = ""
    docx_parts.set_look(docx)
    _write_cover(docx, kit)
    for number, entry in enumerate(kit.entries):
        _write_entry(docx, entry, kit, number)
    _write_footer(docx, kit)
    made = BytesIO()
    docx.save(made)
    return made.getvalue()


def _write_cover(docx: Docx, kit: Kit) -> None:
    _add(docx, kit.title, _language_of(kit.title, kit), style="Title")
    for line in kit.note.split("\n") if kit.note else []:
        language = _language_of(line, kit)
        add_line(_paragraph(docx, language), line, language)
    number = len(kit.entries)
    said = ngettext("%(count)s practice", "%(count)s practices", number) % {"count": number}
    _add(docx, f"{said} · {date_format(kit.made_on, 'DATE_FORMAT')}", kit.language)
    code = _paragraph(docx, kit.language)
    docx_parts.add_picture(code, qr.png(kit.code_address), title=kit.code_title, width=Mm(32))
    _add(docx, _("The live kit, with each practice as it is today:"), kit.language, style="Small")
    add_link(_paragraph(docx, "en", style="Small"), kit.address, kit.address, "en")
    _add(docx, _("Contents"), kit.language, style="Heading 2")
    for place, entry in enumerate(kit.entries):
        line = _paragraph(docx, kit.language, style="List Number")
        docx_parts.add_inner_link(line, entry.reading.title, _bookmark(place), entry.reading.language)


def _write_entry(docx: Docx, entry: Entry, kit: Kit, place: int) -> None:
    reading = entry.reading
    heading = _add(docx, reading.title, reading.language, style="Heading 1")
    docx_parts.add_bookmark(heading, _bookmark(place), place)
    _add(docx, _credit(reading), kit.language, style="Small")
    if reading.translation:
        _add(docx, sentence(reading.translation.made_by), kit.language, style="Small")
    _add(docx, reading.summary, reading.language, style="Summary")
    _write_facts(docx, reading, kit)
    if reading.results_parts:
        _add(docx, reading.outline[0][1], kit.language, style="Heading 2")
    for part in reading.results_parts:
        _write_result(docx, part, reading, kit)
    for text in reading.sections:
        _add(docx, text.label, kit.language, style="Heading 2")
        _write_text(docx, text)
    if entry.adaptations:
        _add(docx, _("Used by"), kit.language, style="Heading 2")
    for adaptation in entry.adaptations:
        _write_adaptation(docx, adaptation, kit)
    if entry.questions:
        _add(docx, _("Questions and answers"), kit.language, style="Heading 2")
    for answered in entry.questions:
        _write_question(docx, answered, kit)
    _add(docx, _("Cite as"), kit.language, style="Heading 2")
    reference = entry.reference
    citation = _paragraph(docx, reading.language)
    add_text(citation, reference.before, reading.language)
    title = add_text(citation, reference.title, reading.language)
    title.font.italic = title.font.cs_italic = True
    add_text(citation, f"{reference.after} ", reading.language)
    add_link(citation, reference.address, reference.address, "en")


def _credit(reading: Reading) -> str:
    context = {"credit": reading.credit, "submitted_on": reading.submitted_on}
    return " ".join(unescape(strip_tags(render_to_string("components/credit.html", context))).split())


def _write_facts(docx: Docx, reading: Reading, kit: Kit) -> None:
    table = add_table(docx, kit.language)
    name, value = add_row(table)
    _fill(name, _("Objectives"), kit.language)
    for place, objective in enumerate(reading.objectives):
        _fill(_next(value, place), str(objective), kit.language)
    for fact in reading.facts:
        name, value = add_row(table)
        _fill(name, fact.label, kit.language)
        _write_fact(value, fact, kit)


def _write_fact(value: Any, fact: Fact, kit: Kit) -> None:
    line = _styled(value, kit.language, "Cell")
    for place, item in enumerate(fact.items):
        if place and fact.layout == "line":
            add_text(line, _(", "), kit.language)
        elif place:
            line = _styled(_next(value, place), kit.language, "Cell")
        _write_item(line, item, item.language or kit.language)
    if fact.note:
        _fill(_next(value, 1), fact.note, kit.language, style="Small")


def _write_item(paragraph: Any, item: Item, language: str) -> None:
    if not item.host:
        add_text(paragraph, item.text, language)
        return
    add_link(paragraph, item.text, item.url, language)
    if item.host != item.text:
        add_text(paragraph, f" {item.host}", "en", style="Host")


def _write_result(docx: Docx, part: Fact, reading: Reading, kit: Kit) -> None:
    if part.layout == "figures":
        table = add_table(docx, part.language)
        for figure in reading.figures:
            number, meaning = add_row(table)
            _fill(number, figure["number"], part.language, style="Figure")
            _fill(meaning, figure["meaning"], part.language)
            if source := figure.get("source"):
                line = _styled(_next(meaning, 1), part.language, "Small")
                add_line(line, source, part.language, names=reading.page_names)
    elif part.layout == "level":
        for item in part.items:
            line = _paragraph(docx, kit.language)
            add_text(line, sentence(item.text), kit.language, is_bold=True)
            if reading.evidence_reason:
                _add(docx, reading.evidence_reason, part.language)
            if item.host:
                line = _paragraph(docx, kit.language)
                add_link(line, _("See the evidence"), item.url, kit.language)
                add_text(line, f" {item.host}", "en", style="Host")
    else:
        _write_text(docx, part)


def _write_text(docx: Docx, text: Fact) -> None:
    for item in text.items:
        for line in filter(None, (line.strip() for line in item.text.split("\n"))):
            add_line(_paragraph(docx, text.language), line, text.language)


def _write_adaptation(docx: Docx, adaptation: Adaptation, kit: Kit) -> None:
    place = " · ".join(filter(None, [adaptation.place, adaptation.years]))
    add_text(_paragraph(docx, kit.language), place, kit.language, is_bold=True)
    _add(docx, listed_apart(adaptation.organisations), kit.language)
    for label, text in (
        (_("What was changed"), adaptation.changes),
        (_("Results"), adaptation.results),
        (_("What did not work"), adaptation.failures),
    ):
        if text:
            add_text(_paragraph(docx, kit.language), label, kit.language, is_bold=True)
        for line in filter(None, (line.strip() for line in text.split("\n"))):
            add_line(_paragraph(docx, adaptation.language), line, adaptation.language)
    source = _paragraph(docx, kit.language, style="Small")
    by = adaptation.credit
    said = strip_tags(_("Reported by <bdi>%(who)s</bdi>")) % {"who": by} if by else _("Reported anonymously")
    add_text(source, f"{said} · {date_format(adaptation.published_at, 'DATE_FORMAT')}", kit.language)
    if adaptation.link:
        add_text(source, " · ", kit.language)
        add_link(source, adaptation.link_host, adaptation.link, "en")


def _write_question(docx: Docx, answered: Answered, kit: Kit) -> None:
    language = _language_of(answered.question, kit)
    for line in filter(None, (line.strip() for line in answered.question.split("\n"))):
        add_text(_paragraph(docx, language), line, language, is_bold=True)
    language = _language_of(answered.answer, kit)
    for line in filter(None, (line.strip() for line in answered.answer.split("\n"))):
        add_line(_paragraph(docx, language), line, language)
    said = _("Answered on %(day)s") % {"day": date_format(answered.answered_at, "DATE_FORMAT")}
    _add(docx, said, kit.language, style="Small")


def _write_footer(docx: Docx, kit: Kit) -> None:
    footer = docx.sections[0].footer.paragraphs[0]
    footer.style = "Small"
    set_direction(footer, kit.language)
    add_text(footer, f"{kit.title} · ", kit.language)
    docx_parts.add_page_number(footer)


def _language_of(text: str, kit: Kit) -> str:
    """Return the language of what a reader typed: that of the kit, or another one in the direction of the text."""
    if not text.strip() or (direction := direction_of(text)) == kit.direction:
        return kit.language
    return "ar" if direction == "rtl" else "en"


def _bookmark(place: int) -> str:
    return f"practice_{place + 1}"


def _add(docx: Docx, text: object, language: str, *, style: str | None = None) -> Any:
    paragraph = _paragraph(docx, language, style=style)
    add_text(paragraph, text, language)
    return paragraph


def _paragraph(docx: Docx, language: str, *, style: str | None = None) -> Any:
    return set_direction(docx.add_paragraph(style=style), language)


def _styled(paragraph: Any, language: str, style: str) -> Any:
    paragraph.style = style
    return set_direction(paragraph, language)


def _fill(paragraph: Any, text: object, language: str, *, style: str = "Cell") -> None:
    add_text(_styled(paragraph, language, style), text, language)


def _next(paragraph: Any, place: int) -> Any:
    """Return a paragraph of a cell for what stands at a place in it: its first, or one more."""
    return paragraph._parent.add_paragraph() if place else paragraph
