"""Files that are small to send and cost much to read, and broken ones. Each generator returns the bytes of one."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

from openpyxl import Workbook
from PIL import Image

ODT = "application/vnd.oasis.opendocument.text"
MEGABYTE = 1024 * 1024


def archive(parts: dict[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return file.getvalue()


def workbook(*rows, title="Practice") -> bytes:
    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def with_parts(content: bytes, changes: dict[str, Callable[[bytes], bytes]]) -> bytes:
    """Return an archive with each named part changed, or added to if it is not there."""
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    return archive({**parts, **{name: change(parts.get(name, b"")) for name, change in changes.items()}})


ROWS = [["field", "question", "your answer"], ["title", "Title", "Pension desks"]]
SHEET = "xl/worksheets/sheet1.xml"


# Workbooks ------------------------------------------------------------------------


def xlsx_with_styles(count=250_000) -> bytes:
    """Cell formats without end."""

    def change(styles):
        formats = b'<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>' * count
        return styles.replace(b"</cellXfs>", formats + b"</cellXfs>")

    return with_parts(workbook(*ROWS), {"xl/styles.xml": change})


def xlsx_with_named_styles(count=20_000) -> bytes:
    """Named styles without end: openpyxl compares each with all before it."""

    def change(styles):
        named = b"".join(b'<cellStyle name="n%d" xfId="0"/>' % number for number in range(count))
        return styles.replace(b"</cellStyles>", named + b"</cellStyles>")

    return with_parts(workbook(*ROWS), {"xl/styles.xml": change})


def xlsx_with_long_format(length=190_000) -> bytes:
    """A long number format, in which a regular expression of openpyxl looks for letters of dates."""

    def change(styles):
        code = b"[" * length
        styles = styles.replace(b'<numFmts count="0" />', b"").replace(
            b'<xf numFmtId="0"', b'<xf numFmtId="170"'
        )
        formats = b'<numFmts count="1"><numFmt numFmtId="170" formatCode="%s"/></numFmts><fonts' % code
        return styles.replace(b"<fonts", formats, 1)

    return with_parts(workbook([*ROWS[0], 1], *ROWS[1:]), {"xl/styles.xml": change})


def xlsx_with_shared_strings(count=500_000) -> bytes:
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    strings = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">%s</sst>'
    return with_parts(
        workbook(*ROWS),
        {
            "xl/sharedStrings.xml": lambda part: strings % (b"<si><t>x</t></si>" * count),
            "[Content_Types].xml": lambda part: part.replace(
                b"</Types>",
                b'<Override PartName="/xl/sharedStrings.xml" ContentType="' + kind + b'"/></Types>',
            ),
        },
    )


def xlsx_with_defined_names(count=100_000) -> bytes:
    names = b"".join(
        b'<definedName name="n%d">Practice!$A$1</definedName>' % number for number in range(count)
    )
    return with_parts(
        workbook(*ROWS),
        {
            "xl/workbook.xml": lambda part: part.replace(b"<definedNames />", b"").replace(
                b"<calcPr", b"<definedNames>" + names + b"</definedNames><calcPr"
            )
        },
    )


def xlsx_with_many_columns(count=300_000) -> bytes:
    cells = b"<c><v>1</v></c>" * count
    return with_parts(
        workbook(*ROWS),
        {SHEET: lambda part: part.replace(b"</sheetData>", b"<row>" + cells + b"</row></sheetData>")},
    )


def xlsx_with_sheet_of_another_name(count=300_000) -> bytes:
    """Cells without end in a part whose name does not say that it is XML."""
    with zipfile.ZipFile(io.BytesIO(xlsx_with_many_columns(count))) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    parts["xl/worksheets/sheet1.bin"] = parts.pop(SHEET)
    for name in ("[Content_Types].xml", "xl/_rels/workbook.xml.rels"):
        parts[name] = parts[name].replace(b"sheet1.xml", b"sheet1.bin")
    return archive(parts)


def xlsx_with_far_cell() -> bytes:
    """One cell in the last column and row that there can be."""
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    return with_parts(
        workbook(*ROWS), {SHEET: lambda part: part.replace(b"</sheetData>", far + b"</sheetData>")}
    )


def xlsx_with_false_dimension() -> bytes:
    return with_parts(
        workbook(*ROWS), {SHEET: lambda part: part.replace(b'ref="A1:C2"', b'ref="A1:XFD1048576"')}
    )


def xlsx_with_merged_cells(count=200_000) -> bytes:
    merged = b'<mergeCell ref="A1:XFD1048576"/>' * count
    return with_parts(
        workbook(*ROWS),
        {
            SHEET: lambda part: part.replace(
                b"</sheetData>", b"</sheetData><mergeCells>" + merged + b"</mergeCells>"
            )
        },
    )


def xlsx_with_many_sheets(count=12_000) -> bytes:
    sheets = b"".join(
        b'<sheet name="s%d" sheetId="%d" r:id="rId1" '
        b'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"/>' % (number, number)
        for number in range(2, count)
    )
    return with_parts(
        workbook(*ROWS), {"xl/workbook.xml": lambda part: part.replace(b"</sheets>", sheets + b"</sheets>")}
    )


LAUGHS = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY %c "%s">' % (letter + 1, b"&%c;" % letter * 10) for letter in range(ord("a"), ord("l"))
)


def xlsx_with_billion_laughs() -> bytes:
    def change(part):
        start = part.index(b"<worksheet")
        return LAUGHS + b"]>" + part[start:].replace(b"Pension desks", b"&l;")

    return with_parts(workbook(*ROWS), {SHEET: change})


def xlsx_with_external_entity() -> bytes:
    def change(part):
        start = part.index(b"<worksheet")
        return b'<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + part[start:]

    return with_parts(workbook(*ROWS), {SHEET: change})


def xlsx_with_deep_elements(count=100_000) -> bytes:
    deep = b"<is>" * count + b"</is>" * count
    return with_parts(
        workbook(*ROWS), {SHEET: lambda part: part.replace(b"</sheetData>", deep + b"</sheetData>")}
    )


def xlsx_with_huge_part() -> bytes:
    return with_parts(workbook(*ROWS), {"xl/media/x.bin": lambda part: b"\0" * 19 * MEGABYTE})


# Other office documents -----------------------------------------------------------


def docx(parts: dict[str, str | bytes] | None = None) -> bytes:
    return archive({"[Content_Types].xml": "<Types/>", "word/document.xml": "<x/>", **(parts or {})})


def docx_bomb(megabytes=199) -> bytes:
    """A list of types of 199 MB, which is read to know the kind of document."""
    return archive({"word/document.xml": "<x/>", "[Content_Types].xml": b" " * megabytes * MEGABYTE})


def docx_with_many_parts(count=10_000) -> bytes:
    return docx({f"word/{number}.xml": "" for number in range(count)})


def docx_with_nested_archive() -> bytes:
    return docx({"word/media/image1.png": archive({"a": b"\0" * MEGABYTE})})


def docx_with_overlapping_parts(count=1_000) -> bytes:
    """Many names for one compressed stream of a megabyte, as in the "better zip bomb" of D. Fifield (2019)."""
    content = docx({"word/media/0.bin": b"\0" * MEGABYTE})
    end = content.rindex(b"PK\x05\x06")
    size, start = struct.unpack("<II", content[end + 12 : end + 20])
    directory = content[start : start + size]
    last = directory[directory.rindex(b"PK\x01\x02") :]
    directory += last * count
    entries = 3 + count
    tail = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, entries, entries, len(directory), start, 0)
    return content[:start] + directory + tail


def docx_with_false_size(megabytes=100) -> bytes:
    """A part that says it has 10 bytes and unpacks to hundreds of megabytes."""
    content = bytearray(docx({"word/media/0.bin": b"\0" * megabytes * MEGABYTE}))
    entry = content.rindex(b"PK\x01\x02")
    content[entry + 24 : entry + 28] = struct.pack("<I", 10)
    return bytes(content)


def odt_with_laughs() -> bytes:
    return archive({"mimetype": ODT, "content.xml": LAUGHS + b"]><x>&l;</x>"})


# Pictures -------------------------------------------------------------------------


def picture(kind="PNG", size=(4, 3), mode="RGB", **options) -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, "teal").save(file, kind, **options)
    return file.getvalue()


def noise(width, height) -> Image.Image:
    """A picture in which no two neighbours are alike, which costs encoders most."""
    one = Image.effect_noise((512, 512), 100).convert("RGB")
    whole = Image.new("RGB", (width, height))
    for left in range(0, width, 512):
        for top in range(0, height, 512):
            whole.paste(one, (left, top))
    return whole


def webp_of(megapixels=40) -> bytes:
    return picture("WEBP", (1000 * megapixels // 8, 8000), quality=0, method=0)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_with(*chunks: tuple[bytes, bytes]) -> bytes:
    content = picture("PNG")
    start = 8 + 25  # after the signature and the header
    return content[:start] + b"".join(_chunk(*chunk) for chunk in chunks) + content[start:]


def png_with_text_bombs(count=60) -> bytes:
    packed = zlib.compress(b"\0" * 60 * MEGABYTE)
    return png_with(*((b"zTXt", b"k%d\0\0" % number + packed) for number in range(count)))


def png_with_false_size() -> bytes:
    """Says that it has 65,000 by 65,000 pixels."""
    content = picture("PNG")
    header = struct.pack(">IIBBBBB", 65_000, 65_000, 8, 2, 0, 0, 0)
    return content[:8] + _chunk(b"IHDR", header) + content[33:]


def png_truncated() -> bytes:
    file = io.BytesIO()
    noise(600, 600).save(file, "PNG")
    return file.getvalue()[:-5_000]


def png_animated(count=300) -> bytes:
    frames = [Image.new("RGB", (300, 300), (number % 256, 0, 0)) for number in range(count)]
    file = io.BytesIO()
    frames[0].save(file, "PNG", save_all=True, append_images=frames[1:])
    return file.getvalue()


def webp_animated(count=300) -> bytes:
    frames = [Image.new("RGB", (300, 300), (number % 256, 0, 0)) for number in range(count)]
    file = io.BytesIO()
    frames[0].save(file, "WEBP", save_all=True, append_images=frames[1:], method=0)
    return file.getvalue()


def jpeg_with_many_scans(count=5_000, size=(2_000, 2_000)) -> bytes:
    """A progressive picture whose last scan is repeated: each is a pass over all its pixels."""
    file = io.BytesIO()
    Image.new("RGB", size, "teal").save(file, "JPEG", progressive=True, quality=50)
    content = file.getvalue()
    last = content.rindex(b"\xff\xda")
    scan = content[last:-2]
    return content[:last] + scan * count + b"\xff\xd9"


# PDF and CSV ----------------------------------------------------------------------


def pdf_of_slashes(megabytes=9) -> bytes:
    return b"%PDF-1.7\n" + b"/JavaScrip/Embedded" * (megabytes * MEGABYTE // 19)


def csv_of_separators() -> bytes:
    return b"field,,your answer\n" + b"," * 1_000_000


def csv_of_quotes() -> bytes:
    return b"field,,your answer\n" + b'title,,"' + b'""' * 500_000


def csv_of_rows() -> bytes:
    return b"field,,your answer\n" + b"title,,x\n" * 110_000


UPLOADS: dict[str, Callable[[], bytes]] = {
    "x.docx": docx_bomb,
    "parts.docx": docx_with_many_parts,
    "nested.docx": docx_with_nested_archive,
    "overlapping.docx": docx_with_overlapping_parts,
    "false-size.docx": docx_with_false_size,
    "laughs.odt": odt_with_laughs,
    "large.webp": webp_of,
    "animated.webp": webp_animated,
    "text.png": png_with_text_bombs,
    "false-size.png": png_with_false_size,
    "truncated.png": png_truncated,
    "animated.png": png_animated,
    "scans.jpg": jpeg_with_many_scans,
    "slashes.pdf": pdf_of_slashes,
}
"""Files for the page of attachments, by name."""

SPREADSHEETS: dict[str, Callable[[], bytes]] = {
    "styles": xlsx_with_styles,
    "long format": xlsx_with_long_format,
    "named styles": xlsx_with_named_styles,
    "shared strings": xlsx_with_shared_strings,
    "defined names": xlsx_with_defined_names,
    "columns": xlsx_with_many_columns,
    "another name": xlsx_with_sheet_of_another_name,
    "far cell": xlsx_with_far_cell,
    "false dimension": xlsx_with_false_dimension,
    "merged cells": xlsx_with_merged_cells,
    "sheets": xlsx_with_many_sheets,
    "billion laughs": xlsx_with_billion_laughs,
    "external entity": xlsx_with_external_entity,
    "deep elements": xlsx_with_deep_elements,
    "huge part": xlsx_with_huge_part,
    "separators": csv_of_separators,
    "quotes": csv_of_quotes,
    "rows": csv_of_rows,
}
"""Files for the page that takes a filled-in template."""
