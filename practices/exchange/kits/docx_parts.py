"""Parts of a Word document (Office Open XML, ISO/IEC 29500) that python-docx has no words for.

Links, bookmarks, fields, and texts in a language, which says how they are spelled and, from right to left, how they are
set. Elements stand in the order of the schema, as Word refuses some documents in which they do not.
"""

import re
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from docx.document import Document as Docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_DIRECTION
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from practices.core.sources import host_of, name_of_page, named_address
from practices.core.web_addresses import pieces
from practices.models import text_direction

INK, SOFT, ACCENT = (RGBColor.from_string(colour) for colour in ("14212B", "41505C", "0B4A63"))
LINE = "DED6C6"
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML document may contain."""
LATIN, ARABIC, CHINESE = "Cambria", "Times New Roman", "SimSun"
"""Typefaces that every Word has; other programs take those of their own in their place."""
COLUMNS = (Mm(42), Mm(124))
LOOKS = {
    "Normal": (10.5, INK, False),
    "List Number": (10.5, INK, False),
    "Title": (28, INK, True),
    "Heading 1": (20, INK, True),
    "Heading 2": (13, ACCENT, True),
    "Summary": (12, INK, False),
    "Figure": (14, ACCENT, True),
    "Small": (9, SOFT, False),
    "Cell": (10.5, INK, False),
}
"""Size in points, colour, and whether it is bold."""
STYLES = {*LOOKS, "Hyperlink", "Host"}
SPACES = {
    "Normal": (1, 1.5),
    "List Number": (0, 1),
    "Title": (30, 6),
    "Heading 1": (0, 2),
    "Heading 2": (6, 2),
    "Summary": (3, 4),
    "Figure": (0.6, 0.6),
    "Small": (0, 1),
    "Cell": (0.6, 0.6),
}
"""Millimetres before and after a paragraph."""
_AFTER_BIDI = (
    "w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:contextualSpacing", "w:mirrorIndents",
    "w:suppressOverlap", "w:jc", "w:textDirection", "w:textAlignment", "w:textboxTightWrap", "w:outlineLvl",
    "w:divId", "w:cnfStyle", "w:rPr", "w:sectPr", "w:pPrChange",
)  # fmt: skip


def plain(text: object) -> str:
    return NOT_IN_XML.sub("", str(text))


# Texts and links -----------------------------------------------------------------------------


def set_direction(paragraph: Any, language: str) -> Any:
    """Set a paragraph in the direction of a language, and return it."""
    if text_direction(language) == "rtl":
        paragraph._p.get_or_add_pPr().insert_element_before(OxmlElement("w:bidi"), *_AFTER_BIDI)
    return paragraph


def add_text(
    paragraph: Any, text: object, language: str, *, is_bold: bool = False, style: str | None = None
) -> Any:
    """Add a run of text in a language, and return it."""
    run = paragraph.add_run(plain(text), style)
    if is_bold:
        run.font.bold = run.font.cs_bold = True
    mark = OxmlElement("w:lang")
    if text_direction(language) == "rtl":
        run.font.rtl = True
        mark.set(qn("w:bidi"), language)
    elif language.startswith("zh"):
        mark.set(qn("w:eastAsia"), "zh-CN")
    else:
        mark.set(qn("w:val"), language)
    run._r.get_or_add_rPr().append(mark)
    return run


def add_link(paragraph: Any, text: object, address: str, language: str) -> None:
    """Add a text that leads to a web address."""
    link = OxmlElement("w:hyperlink")
    relation = paragraph.part.relate_to(plain(address), RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link.set(qn("r:id"), relation)
    _add_to_link(link, paragraph, text, language)


def add_inner_link(paragraph: Any, text: object, bookmark: str, language: str) -> None:
    """Add a text that leads to a bookmark of the document."""
    link = OxmlElement("w:hyperlink")
    link.set(qn("w:anchor"), bookmark)
    _add_to_link(link, paragraph, text, language)


def _add_to_link(link: Any, paragraph: Any, text: object, language: str) -> None:
    link.append(add_text(paragraph, text, language, style="Hyperlink")._r)
    paragraph._p.append(link)


def add_line(paragraph: Any, line: str, language: str, *, names: Mapping[str, str] | None = None) -> None:
    """Add a line that somebody typed, with its web addresses as links; of “Name: address”, the name is the link.

    With `names` of pages, other links show what they lead to.
    """
    if named := named_address(line):
        name, address = named
        add_link(paragraph, name, address, language)
        add_text(paragraph, f" {host_of(address)}", "en", style="Host")
        return
    for piece, address in pieces(line):
        if address:
            name = piece if names is None else name_of_page(address, names)
            add_link(paragraph, name, address, language)
        else:
            add_text(paragraph, piece, language)


def add_bookmark(paragraph: Any, name: str, number: int) -> None:
    """Make a paragraph a place that links lead to. `number`: one of its own for each bookmark of the document."""
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    start.set(qn("w:id"), str(number))
    start.set(qn("w:name"), name)
    end.set(qn("w:id"), str(number))
    paragraph._p.get_or_add_pPr().addnext(start)
    paragraph._p.append(end)


def add_page_number(paragraph: Any) -> None:
    for kind, text in (("begin", ""), ("", " PAGE "), ("end", "")):
        run = paragraph.add_run()._r
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        run.append(part)


def add_picture(paragraph: Any, content: bytes, *, title: str, width: Any) -> None:
    """Add a picture with the text that screen readers read in its place."""
    shape = paragraph.add_run().add_picture(BytesIO(content), width=width)
    shape._inline.docPr.set("descr", title)


# Tables --------------------------------------------------------------------------------------


def add_table(docx: Docx, language: str) -> Any:
    """Add a table of two columns, names and values, with a hairline between its rows."""
    table = docx.add_table(rows=0, cols=2)
    table.autofit = False
    properties = table._tbl.tblPr
    if text_direction(language) == "rtl":
        table.table_direction = WD_TABLE_DIRECTION.RTL
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", LINE)):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    properties.insert_element_before(borders, "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook")
    for column, width in zip(table.columns, COLUMNS, strict=True):
        column.width = width
    return table


def add_row(table: Any) -> list[Any]:
    """Add a row, and return the first paragraphs of its two cells."""
    row = table.add_row()
    # It stays on one page.
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for cell, width in zip(row.cells, COLUMNS, strict=True):
        cell.width = width
    return [cell.paragraphs[0] for cell in row.cells]


# The look ------------------------------------------------------------------------------------


def set_look(docx: Docx) -> None:
    """Set the page, the typefaces and the styles of a document."""
    section = docx.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(22)
    section.top_margin, section.bottom_margin = Mm(20), Mm(22)
    styles: Any = docx.styles
    for name in ("Cell", "Figure", "Small", "Summary"):
        styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
    for name, (size, colour, is_bold) in LOOKS.items():
        _set_font(styles[name], size, colour, is_bold=is_bold)
    for name, (before, after) in SPACES.items():
        styles[name].paragraph_format.space_before, styles[name].paragraph_format.space_after = (
            Mm(before),
            Mm(after),
        )
    title = styles["Title"].element.pPr
    title.remove(title.find(qn("w:pBdr")))
    styles["Heading 1"].paragraph_format.page_break_before = True
    for name, colour in (("Hyperlink", ACCENT), ("Host", SOFT)):
        style = styles.add_style(name, WD_STYLE_TYPE.CHARACTER)
        style.font.color.rgb = colour
        style.font.underline = name == "Hyperlink" or None
    _drop_others(styles)


def _drop_others(styles: Any) -> None:
    """Delete the styles of the template that no text has: each text looks for its own among all of them."""
    elements = {each.get(qn("w:styleId")): each for each in styles.element.findall(qn("w:style"))}
    wanted = [each.style_id for each in styles if each.name in STYLES]
    wanted += [key for key, each in elements.items() if each.get(qn("w:default")) == "1"]
    kept: set[str] = set()
    while wanted:
        kept.add(key := wanted.pop())
        named = (elements[key].find(qn(f"w:{name}")) for name in ("basedOn", "next", "link"))
        wanted += {each.get(qn("w:val")) for each in named if each is not None} - kept
    for key in elements.keys() - kept:
        styles.element.remove(elements[key])


def _set_font(style: Any, size: float, colour: RGBColor, *, is_bold: bool) -> None:
    """Set the font of a style, for Latin, Chinese and, with attributes of their own, Arabic letters."""
    font = style.font
    font.name, font.size, font.color.rgb = LATIN, Pt(size), colour
    font.bold = font.cs_bold = is_bold
    fonts = style.element.rPr.rFonts
    for name in [name for name in fonts.attrib if name.endswith("Theme")]:
        del fonts.attrib[name]
    fonts.set(qn("w:cs"), ARABIC)
    fonts.set(qn("w:eastAsia"), CHINESE)
    of_arabic = OxmlElement("w:szCs")
    of_arabic.set(qn("w:val"), str(round(2 * size)))
    for old in style.element.rPr.findall(qn("w:szCs")):
        style.element.rPr.remove(old)
    style.element.rPr.find(qn("w:sz")).addnext(of_arabic)
