"""Checks of uploaded files: accepted types, and what is stored of them."""

import io
import zipfile

import pytest
from PIL import Image

from practices.core import upload_checks
from practices.core.upload_checks import DOCX, ODT, XLSX, Refused
from tests.support.hostile_files import picture

pytestmark = pytest.mark.usefixtures("no_sandbox")

PDF = b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\n%%EOF"


def archive(parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return file.getvalue()


def office(*parts, types=""):
    return archive({"[Content_Types].xml": f"<Types>{types}</Types>"} | dict.fromkeys(parts, "<x/>"))


def phone_picture():
    """Return a JPEG with a second picture behind it, as many phones take them."""
    file = io.BytesIO()
    second = Image.new("RGB", (4, 3), "red")
    Image.new("RGB", (4, 3), "teal").save(file, "MPO", save_all=True, append_images=[second])
    return file.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
WORD_ONLINE = (
    '<Types><Override PartName="/word/document2.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
OPEN_DOCUMENT = archive({"mimetype": ODT, "content.xml": "<x/>"})


def checked(content, name="file"):
    return upload_checks.validate(io.BytesIO(content), name=name)


@pytest.mark.parametrize(
    ("name", "content", "content_type", "kept_as"),
    [
        ("Report of 2022.PDF", PDF, "application/pdf", "report-of-2022.pdf"),
        ("map.png", picture("PNG"), "image/png", "map.png"),
        ("photo.jpeg", picture("JPEG"), "image/jpeg", "photo.jpg"),
        ("photo.webp", picture("WEBP"), "image/webp", "photo.webp"),
        ("a.docx", office("word/document.xml"), DOCX, "a.docx"),
        ("a.xlsx", office("xl/workbook.xml"), XLSX, "a.xlsx"),
        ("a.odt", OPEN_DOCUMENT, ODT, "a.odt"),
        ("Evaluation v1.2", PDF, "application/pdf", "evaluation-v12.pdf"),
        ("photo.jfif", picture("JPEG"), "image/jpeg", "photo.jpg"),
        ("photo.jpg", phone_picture(), "image/jpeg", "photo.jpg"),
        ("bom.pdf", b"\xef\xbb\xbf" + PDF, "application/pdf", "bom.pdf"),
        ("download.pdf", b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n" + PDF, "application/pdf", "download.pdf"),
        (
            "web.docx",
            archive({"[Content_Types].xml": WORD_ONLINE, "word/document2.xml": "x"}),
            DOCX,
            "web.docx",
        ),
        ("b.docx", archive({"[content_types].xml": "<Types/>", "Word/Document.xml": "x"}), DOCX, "b.docx"),
        ("c.docx", archive({"[Content_Types].xml": "<Types/>", "word\\document.xml": "x"}), DOCX, "c.docx"),
        ("../../etc/passwd", PDF, "application/pdf", "passwd.pdf"),
        ("تقرير.pdf", PDF, "application/pdf", "file.pdf"),
    ],
)
def test_file_is_known_by_its_content_and_named_safely(name, content, content_type, kept_as):
    upload = checked(content, name)

    assert (upload.content_type, upload.name) == (content_type, kept_as)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("lie.pdf", picture("PNG")),
        ("lie.png", PDF),
        ("lie.jpg", picture("PNG")),
        ("lie.docx", office("xl/workbook.xml")),
        ("lie.pdf", b"MZ\x90\x00"),
        ("lie.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("lie.jpg", b"\xff\xd8\xff\xe0" + b"<script>alert(1)</script>"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("a.html", b"<!doctype html><script>alert(1)</script>"),
        ("a.gif", picture("GIF")),
        ("a.zip", archive({"a.txt": "x"})),
        ("a.docx", archive({"word/document.xml": "x"})),
        ("a.docx", office("word/document.xml", "word/vbaProject.bin")),
        ("a.docx", office("word/document.xml", types="application/vnd.ms-word.document.macroEnabled.main+xml")),
        ("a.docx", office("word/document.xml", "word/embeddings/oleObject1.bin")),
        ("a.docx", office("word/document.xml", "word\\embeddings\\oleObject1.bin")),
        ("a.xlsx", office("xl/workbook.xml", "xl/activeX/activeX1.xml")),
        ("a.odt", archive({"mimetype": ODT, "Basic/Standard/Module1.xml": "x"})),
        ("a.docx", b"PK\x03\x04" + b"\x00" * 100),
        ("a.pdf", PDF.replace(b"/Catalog", b"/Catalog /OpenAction <</S /JavaScript /JS (x)>>")),
        ("a.pdf", PDF.replace(b"/Catalog", b"/Catalog /EmbeddedFiles 2 0 R")),
        ("a.txt", b"text"),
        ("a.pdf", b"\x00" * 100),
    ],
)  # fmt: skip
def test_file_that_is_something_else_is_refused(name, content):
    with pytest.raises(Refused):
        checked(content, name)


def test_picture_loses_its_metadata():
    exif = Image.Exif()
    exif[0x9286] = "taken at the shelter"
    exif[0x0112] = 6  # orientation: rotated by 90 degrees
    content = picture("JPEG", exif=exif.tobytes()) + b"<script>"

    kept = Image.open(io.BytesIO(checked(content, "a.jpg").content))

    assert (dict(kept.getexif()), kept.size, kept.info.get("exif")) == ({}, (3, 4), None)


def test_picture_of_a_phone_is_kept_without_the_one_behind_it():
    kept = Image.open(io.BytesIO(checked(phone_picture(), "a.jpg").content))

    red, _green, blue = kept.getpixel((0, 0))
    assert (kept.format, getattr(kept, "n_frames", 1), red < blue) == ("JPEG", 1, True)


@pytest.mark.filterwarnings("ignore:.*EXIF.*:UserWarning")  # as in the sandbox
def test_picture_with_damaged_metadata_is_kept_without_them():
    exif = Image.Exif()
    exif[0x0112] = 6
    damaged = exif.tobytes()[:12] + b"\xff" * 20
    content = picture("JPEG", exif=damaged)

    kept = Image.open(io.BytesIO(checked(content, "a.jpg").content))

    assert (kept.size, kept.info.get("exif")) == ((4, 3), None)


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf\r\n", b"<html><script>alert(1)</script>", b"\0" * 128])
def test_bytes_before_a_pdf_are_not_kept(before):
    assert checked(before + PDF, "a.pdf").content == PDF


def test_pdf_that_begins_where_no_reader_looks_for_it_is_refused():
    with pytest.raises(Refused):
        checked(b"x" * 1025 + PDF, "a.pdf")


DAMAGED = "This picture is damaged or incomplete. Please open it and save it again, or choose another one."


def test_jpeg_whose_metadata_lie_about_their_length_is_called_damaged():
    content = bytearray(picture("JPEG", exif=Image.Exif().tobytes()))
    at = content.index(b"\xff\xe1") + 2
    content[at : at + 2] = b"\x10\x00"

    with pytest.raises(Refused) as refused:
        checked(bytes(content), "a.jpg")

    assert str(refused.value) == DAMAGED


def test_png_with_a_damaged_chunk_before_its_pixels_is_called_damaged():
    content = picture("PNG")
    text = b"\0\0\0\3tEXta\0b" + b"\0\0\0\0"  # a wrong checksum

    with pytest.raises(Refused) as refused:
        checked(content[:33] + text + content[33:], "a.png")

    assert str(refused.value) == DAMAGED


def test_document_that_is_cut_off_is_called_unreadable():
    with pytest.raises(Refused) as refused:
        checked(office("word/document.xml")[:-30], "a.docx")

    assert str(refused.value) == "This file cannot be read. Please save it again, or as a PDF."


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            PDF + b"trailer <</Encrypt 5 0 R>>",
            ("This PDF is protected by a password, even if it opens without one. "
            "Please save it without protection, or print it to a new PDF."),
        ),
        (
            office("word/document.xml", "word/charts/chart1.xml", "word/embeddings/Microsoft_Excel_Sheet.xlsx"),
            ("This document has a chart or table from Excel that contains its whole workbook, which readers could "
            "open. Please paste it as a picture, or save the document as a PDF."),
        ),
        (
            archive(
                {
                    "[Content_Types].xml": "<Types/>",
                    "word/document.xml": "<x/>",
                    "word/embeddings/Sheet1.xlsx": archive({"xl/workbook.xml": "<x/>"}),
                }
            ),
            ("This document has a chart or table from Excel that contains its whole workbook, which readers could "
            "open. Please paste it as a picture, or save the document as a PDF."),
        ),
        (
            office("xl/workbook.xml", "xl/externalLinks/externalLink1.xml"),
            "This workbook takes values from other files. Please break these links in Excel, or save it as a PDF.",
        ),
        (
            office("word/document.xml", "word/media/image2.svg"),
            ("This document contains macros or other files (“image2.svg”). "
            "Please save it without them, or as a PDF."),
        ),
        (
            office("ppt/presentation.xml"),
            "Presentations are not accepted as they are. Please save yours as a PDF.",
        ),
        (
            OLE + b"\0" * 600,
            ("This is a file of an older version of Office (DOC, XLS or PPT). "
            "Please save it as DOCX, XLSX or PDF."),
        ),
        (
            OLE + "EncryptedPackage".encode("utf-16-le"),
            "This file has a password. Please save it without one.",
        ),
        (
            b"\0\0\0\x18ftypheic",
            "This picture is in the format HEIC or AVIF. Please save it as JPEG or PNG.",
        ),
        (
            picture("JPEG", size=(200, 200))[:700],
            "This picture is damaged or incomplete. Please open it and save it again, or choose another one.",
        ),
        (
            b"text",
            ("This type of file is not accepted. Please save it as one of these: "
            "PDF, PNG, JPEG, WebP, DOCX, XLSX, ODT."),
        ),
    ],
    ids=[
        "owner password", "chart", "chart with its workbook", "linked workbook", "SVG", "presentation", "DOC", "password",
        "HEIC", "cut off", "text",
    ],
)  # fmt: skip
def test_file_that_is_refused_says_how_to_mend_it(content, message):
    with pytest.raises(Refused) as refused:
        checked(content)

    assert str(refused.value) == message


def test_name_of_another_type_is_refused_with_the_right_one():
    with pytest.raises(Refused) as refused:
        checked(PDF, "report.docx")

    assert str(refused.value) == (
        "This file's name ends in “.docx”, but it is a PDF file. Please change the end of its name to “.pdf”."
    )


def test_picture_that_unpacks_to_too_much_is_refused_unseen(settings):
    settings.PICTURE_MEGAPIXELS = 1
    content = picture("PNG", size=(1_000, 1_001))

    with pytest.raises(Refused, match="million pixels"):
        checked(content, "a.png")


def test_document_that_unpacks_to_too_much_is_refused_unpacked(settings):
    settings.DOCUMENT_UNPACKED_MB = 1
    content = archive({"[Content_Types].xml": "<Types/>", "word/document.xml": b"\x00" * 1024 * 1024})

    with pytest.raises(Refused, match="too complex"):
        checked(content, "a.docx")


def test_document_whose_parts_do_not_unpack_is_refused():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as whole:
        whole.writestr("[Content_Types].xml", "<Types/>" * 100)
    content = bytearray(packed.getvalue())
    start = 30 + len("[Content_Types].xml")  # after the header of the first part
    content[start : start + 8] = b"\xff" * 8

    with pytest.raises(Refused):
        checked(bytes(content), "a.docx")


def test_file_that_is_too_large_is_refused(settings):
    settings.ATTACHMENT_MB = 1

    with pytest.raises(Refused, match="larger than 1 MB"):
        checked(PDF + b" " * 1024 * 1024, "a.pdf")


def test_browsers_offer_pictures_under_all_their_extensions():
    assert {"jpg", "jpeg", "jfif", "png"} <= set(upload_checks.EXTENSIONS)
