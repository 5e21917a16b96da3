"""Kits as PDF documents: whole, tagged, in every script, made within limits, and a sentence where one is not made."""

import fcntl
import os
import re

import pytest

from practices.choices import State
from practices.core import html_to_pdf, sandbox
from practices.core.http.languages import path_in
from practices.exchange.kits import as_pdf
from tests.support import readers
from tests.support.documents import FULL
from tests.support.factories import FRENCH, make_practice, send_translation
from tests.support.pages import read
from tests.support.pdf import info_of, need_pdf, objects_of, text_of, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def pdf():
    need_pdf()


@pytest.fixture
def pdf_turn_taken():
    lock = os.open(sandbox.PDF.turn, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    yield
    os.close(lock)


@pytest.fixture
def pretended_pdf(monkeypatch):
    """Offer PDF documents wherever the tests run, and return the list of HTML documents that were to be made."""
    asked = []

    def run(function, content, **options):
        asked.append(content.decode())
        return [], b"%PDF-1.7"

    monkeypatch.setattr(html_to_pdf, "is_available", lambda: True)
    monkeypatch.setattr(sandbox, "run", run)
    return asked


def pdf_of(client, query, language="en"):
    response = client.get(path_in(language, "/kit/practices.pdf") + f"?{query}")
    assert response.headers["Content-Type"] == "application/pdf"
    return response.content


def in_one_line(text):
    return " ".join(text.split())


def test_document_has_cover_contents_and_each_practice_whole(client, pdf):
    practice = make_practice(**FULL | {"language": "en"})
    other = make_practice(title="Mobile clinics")

    made = pdf_of(client, f"ids={practice.pk},{other.pk}&title=For+Geneva&note=Read+me")

    text = in_one_line(text_of(made))
    parts = ["For Geneva", "Read me", "2 practices", "Contents", FULL["title"], "Mobile clinics"]
    assert [
        part for part in [*parts, FULL["lessons"], "City of Manila", "Cite as:"] if part not in text
    ] == []
    assert text.count("Mobile clinics") >= 2


def test_contents_have_the_numbers_of_pages(client, pdf):
    first, second = make_practice(title="Ports"), make_practice(title="Desks")

    made = pdf_of(client, f"ids={first.pk},{second.pk}")

    contents = text_of(made, "-layout", "-f", "2", "-l", "2")
    pages = {title: int(page) for title, page in re.findall(r"(Ports|Desks)[ .]+(\d+)", contents)}
    assert set(pages) == {"Ports", "Desks"}
    for title, page in pages.items():
        assert title in text_of(made, "-f", str(page), "-l", str(page))


def test_document_is_tagged_and_says_its_title_and_language(client, pdf):
    practice = make_practice()

    made = pdf_of(client, f"ids={practice.pk}&title=Pour+la+r%C3%A9union", "fr")

    said = dict(line.split(":", 1) for line in info_of(made).splitlines())
    assert (said["Title"].strip(), said["Tagged"].strip()) == ("Pour la réunion", "yes")
    assert 'pdfuaid:part="1"' in info_of(made, "-meta")
    catalogue = objects_of(made)
    assert b"/Lang (fr)" in catalogue
    assert b"/Outlines" in catalogue
    structure = info_of(made, "-struct")
    assert [tag for tag in ("H1", "H2", "Table", "TH", "L", "Link", "Figure") if tag not in structure] == []


def test_numbers_of_arabic_contents_stand_beside_the_titles(client, pdf):
    practice = make_practice(title="Ports", language="en")

    made = pdf_of(client, f"ids={practice.pk}", "ar")

    words = words_of(made, 2)
    number, title, page = words[".1"], words["Ports"], words["3"]
    assert page["xMax"] < title["xMin"] < title["xMax"] < number["xMin"]


def test_reference_in_latin_letters_reads_from_left_to_right_in_an_arabic_document(client, pretended_pdf):
    practice = make_practice(title="Ports", language="en", implementers=["City of Manila"])

    client.get(path_in("ar", "/kit/practices.pdf") + f"?ids={practice.pk}")

    assert '<bdi dir="ltr">City of Manila' in pretended_pdf[0]


@pytest.mark.parametrize(
    ("language", "title"), [("ar", "عيادات متنقلة"), ("zh-hans", "流动诊所"), ("ru", "Мобильные клиники")]
)
def test_document_is_set_in_every_script(client, pdf, language, title):
    practice = make_practice(title=title, language=language.partition("-")[0])

    made = pdf_of(client, f"ids={practice.pk}", language)

    assert title in in_one_line(text_of(made)).translate(dict.fromkeys(range(0x202A, 0x202F)))


def test_letters_that_no_typeface_has_are_told(pdf):
    missing, made = sandbox.run(
        html_to_pdf.make,
        '<html lang="en"><title>T</title><style>b{display:none}[data-lacks-signs] b{display:block}</style>'
        "<b>Some are missing.</b><p>\U000e1234</p></html>".encode(),
        work=sandbox.PDF,
    )

    assert missing == ["\U000e1234"]
    assert "Some are missing." in text_of(made)


def test_nothing_is_fetched(pdf, tmp_path):
    secret = tmp_path / "secret.css"
    secret.write_text("p::after { content: 'fetched' }")

    _missing, made = sandbox.run(
        html_to_pdf.make,
        f'<html lang="en"><title>T</title><link rel="stylesheet" href="file://{secret}"><p>Text</p></html>'.encode(),
        work=sandbox.PDF,
    )

    assert text_of(made).strip() == "Text"


def test_document_is_in_the_language_of_the_page(client, pretended_pdf):
    practice = make_practice()
    send_translation(State.PUBLISHED, of=practice)

    pdf_of(client, f"ids={practice.pk}", "fr")

    assert FRENCH["title"] in pretended_pdf[0]


def test_same_document_is_made_once(client, pretended_pdf):
    practice = make_practice()

    for _time in range(2):
        pdf_of(client, f"ids={practice.pk}")

    assert len(pretended_pdf) == 1


def test_markup_in_what_people_typed_stays_text(client, pretended_pdf):
    practice = make_practice(title="<img src=x>")

    pdf_of(client, f"ids={practice.pk}&title=%3Cscript%3E&note=%3Cb%3E")

    assert not re.search(r"<(script|img|b)\b", pretended_pdf[0])


def test_page_offers_pdf_only_where_it_can_be_made(client, monkeypatch):
    practice = make_practice()
    monkeypatch.setattr(html_to_pdf, "is_available", lambda: False)

    page = read(client.get(f"/kit/?ids={practice.pk}"))

    assert page.one("div", "kit-bar").texts("a") == ["Word (DOCX)", "E-book (EPUB)"]
    assert client.get(f"/kit/practices.pdf?ids={practice.pk}").status_code == 404


def test_reader_who_waited_in_vain_may_try_again(client, pdf_turn_taken, monkeypatch, settings):
    settings.PDF_WAIT_SECONDS = 0.1
    monkeypatch.setattr(html_to_pdf, "is_available", lambda: True)
    practice = make_practice()

    response = client.get(f"/kit/practices.pdf?ids={practice.pk}")

    page = read(response)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "10")
    assert "no-store" in response.headers["Cache-Control"]
    assert dict(page.links())["Try again"] == f"/kit/practices.pdf?ids={practice.pk}"
    assert "Word (DOCX)" in dict(page.links())


def test_kit_that_is_too_much_work_is_refused_in_words(client, monkeypatch, settings):
    settings.PDF_SECONDS = 1
    monkeypatch.setattr(html_to_pdf, "is_available", lambda: True)
    monkeypatch.setattr(as_pdf.html_to_pdf, "make", readers.spin)
    practice = make_practice()

    response = client.get(f"/kit/practices.pdf?ids={practice.pk}")

    assert response.status_code == 422
    assert "Remove a few practices" in read(response).text


def test_documents_leave_threads_and_uploads_alone(pdf_turn_taken):
    assert sandbox.run(readers.count, b"a") == (1, b"A")
