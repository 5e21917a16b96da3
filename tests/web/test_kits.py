"""Kits: a page whose address has everything, and the same practices as a Word document and as an e-book."""

import io
import os
import re
import shutil
import subprocess
import zipfile

import pytest
from docx import Document
from docx.oxml.ns import qn
from lxml import etree
from PIL import Image

from practices import workflow
from practices.choices import QuestionState, State
from practices.core.http.languages import path_in
from practices.exchange.kits import as_pdf, qr
from practices.models import Practice, Question, QuestionContact
from tests.support.documents import FULL
from tests.support.factories import (
    FRENCH,
    USE,
    make_practice,
    make_question,
    send_adaptation,
    send_translation,
)
from tests.support.pages import read

pytestmark = pytest.mark.django_db

XHTML = "{http://www.w3.org/1999/xhtml}"


@pytest.fixture
def practices():
    return [make_practice(title=title, area="Batumi") for title in ("Ports", "Desks", "Funds")]


def titles(page):
    return page.texts("h2", "kit-title")


def docx_of(client, query):
    response = client.get(f"/kit/practices.docx?{query}")
    return Document(io.BytesIO(response.content))


def links_of(docx):
    """Return the web addresses that a document leads to."""
    return [relation.target_ref for relation in docx.part.rels.values() if relation.is_external]


def book_of(client, query):
    response = client.get(f"/kit/practices.epub?{query}")
    return zipfile.ZipFile(io.BytesIO(response.content))


def test_page_shows_the_practices_in_the_order_of_the_address(client, practices):
    first, second, third = (practice.pk for practice in practices)

    page = read(client.get(f"/kit/?ids={third},{first},{second}"))

    assert titles(page) == ["Funds", "Ports", "Desks"]


def test_practice_is_in_a_kit_once(client, practices):
    pk = practices[0].pk

    assert titles(read(client.get(f"/kit/?ids={pk},{pk}"))) == ["Ports"]


def test_empty_kit_says_how_to_begin(client):
    page = read(client.get("/kit/"))

    assert "choose “Add to kit” there" in page.text
    assert not page.all("a", download="")


def test_practice_is_moved_and_removed_by_links(client, practices):
    first, second, third = (practice.pk for practice in practices)
    page = read(client.get(f"/kit/?ids={first},{second},{third}&title=For+Geneva"))

    steps = page.one("ol", "kit-list").all("li")[1].links()
    addresses = {text.partition(":")[0]: address for text, address in steps}

    assert titles(read(client.get(addresses["Move up"]))) == ["Desks", "Ports", "Funds"]
    assert titles(read(client.get(addresses["Move down"]))) == ["Ports", "Funds", "Desks"]
    removed = read(client.get(addresses["Remove"]))
    assert (titles(removed), removed.one("h1").text) == (["Ports", "Funds"], "Kit: “For Geneva”")


def test_practice_is_added_from_a_search_on_the_page(client, practices):
    page = read(client.get(f"/kit/?ids={practices[0].pk}&q=funds"))

    [(title, address)] = page.one("ul", "kit-choice").links()
    assert title == "Funds"
    assert titles(read(client.get(address))) == ["Ports", "Funds"]


def test_practices_that_are_gone_are_named(client, practices, moderator):
    first, second, third = practices
    workflow.withdraw_practice(first, by=moderator, reason="Its source is gone.")
    workflow.merge(second, into=third, by=moderator)

    page = read(client.get(f"/kit/?ids={first.pk},{second.pk},{third.pk}"))

    assert titles(page) == ["Funds"]
    assert page.one(role="status").texts("li") == [
        f"Practice {first.pk} is not in the catalogue, so it is left out.",
        f"Practice {second.pk} was merged with practice {third.pk}, which is in this kit.",
    ]


def test_practice_merged_twice_leads_to_the_one_that_stays(client, practices, moderator):
    first, second, third = practices
    workflow.merge(second, into=third, by=moderator)
    workflow.merge(first, into=third, by=moderator)
    # Merges of earlier versions led to the next one only.
    Practice.objects.filter(pk=first.pk).update(merged_into=second)

    page = read(client.get(f"/kit/?ids={first.pk}"))

    said = f"Practice {first.pk} was merged with practice {third.pk}, which you can add instead."
    assert page.one(role="status").texts("li") == [said]
    assert client.get(first.get_absolute_url()).headers["Location"] == third.get_absolute_url()


def test_practice_that_another_was_merged_into_can_be_added(client, practices, moderator):
    first, second, _third = practices
    workflow.merge(first, into=second, by=moderator)

    page = read(client.get(f"/kit/?ids={first.pk}"))

    said = f"Practice {first.pk} was merged with practice {second.pk}, which you can add instead."
    assert page.one(role="status").texts("li") == [said]


def test_ways_of_a_kit_leave_out_what_its_page_does(client, practices, moderator):
    first, second, third = (practice.pk for practice in practices)
    workflow.withdraw_practice(practices[0], by=moderator, reason="Its source is gone.")

    page = read(client.get(f"/kit/?ids={third},{first},{second},999999"))

    query = f"practice={third}&practice={second}"
    in_order = f"practice={second}&practice={third}"
    assert [address.partition("?")[2] for _text, address in page.one("ul", "kit-ways").links()] == [
        in_order,
        in_order,
        query,
    ]
    files = [each["href"].partition("?")[2] for each in page.all("a", download="")]
    assert set(files) == {f"ids={third},{second}"}


def test_made_up_keys_do_no_harm(client, practices):
    page = client.get(f"/kit/?ids={practices[0].pk},x,,-1,99999999999999999999&title=%3Cb%3E")

    assert page.status_code == 200
    assert read(page).one("h1").text == "Kit: “<b>”"


def test_list_becomes_a_kit_in_its_order(client, practices):
    response = client.get("/kit/of-list/?objective=21", follow=True)

    assert titles(read(response)) == ["Funds", "Desks", "Ports"]


def test_practice_page_adds_to_a_kit_without_a_script(client, practices):
    page = read(client.get(practices[0].get_absolute_url()))

    [address] = [address for text, address in page.links() if text == "Add to kit"]
    assert titles(read(client.get(address))) == ["Ports"]


def test_kit_is_read_in_the_language_of_the_page(client, practices):
    send_translation(State.PUBLISHED, of=practices[0])

    page = read(client.get(path_in("fr", "/kit/") + f"?ids={practices[0].pk}"))

    heading = page.one("h2", "kit-title")
    assert (heading.text, heading["lang"]) == (FRENCH["title"], "fr")


def test_reference_is_isolated_as_a_whole(client, practices):
    # A space at the end of a smaller isolate would be shown on its other side in Arabic.
    page = read(client.get(f"/kit/?ids={practices[0].pk}"))

    [reference] = page.one("p", "citation").all("bdi")
    assert f"{practices[0].title} (Revision 1)." in reference.text


def test_word_document_has_each_practice_whole(client):
    practice = make_practice(**FULL | {"language": "en"})

    docx = docx_of(client, f"ids={practice.pk}&title=For+Geneva&note=Read+me")

    lines = [paragraph.text for paragraph in docx.paragraphs]
    facts = [cell.text for row in docx.tables[0].rows for cell in row.cells]
    assert lines[:2] == ["For Geneva", "Read me"]
    assert {FULL["activities"], FULL["lessons"], "What is done"} <= set(lines)
    assert any("City of Manila\nPort of Batumi" in fact for fact in facts)
    assert "https://example.org/desks" in links_of(docx)
    assert docx.core_properties.title == "For Geneva"


FIGURE = {"number": "3", "meaning": "desks in 2024", "source": "https://example.org/count"}


def test_word_document_names_the_sources_of_figures(client):
    practice = make_practice(figures=[FIGURE])

    docx = docx_of(client, f"ids={practice.pk}")

    number, meaning = docx.tables[1].rows[0].cells
    assert (number.text, meaning.text) == ("3", "desks in 2024\nexample.org")
    assert "https://example.org/count" in links_of(docx)


def test_word_document_makes_addresses_in_texts_links(client):
    practice = make_practice(
        activities="We publish everything: see https://example.org/a?b=1&c=2.",
        resources="Evaluation: https://example.org/evaluation",
    )

    docx = docx_of(client, f"ids={practice.pk}")

    lines = [each.text for each in docx.paragraphs]
    assert {"https://example.org/a?b=1&c=2", "https://example.org/evaluation"} <= set(links_of(docx))
    assert "We publish everything: see https://example.org/a?b=1&c=2." in lines
    assert "Evaluation example.org" in lines


def test_word_document_has_a_code_and_links_its_contents(client, practices):
    docx = docx_of(client, f"ids={practices[0].pk},{practices[1].pk}")

    [picture] = docx.inline_shapes
    body = docx.element.body
    targets = [link.get(qn("w:anchor")) for link in body.iter(qn("w:hyperlink")) if link.get(qn("w:anchor"))]
    marks = [mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))]
    assert picture._inline.docPr.get("descr") == "QR code: open this kit on a phone"
    assert targets == marks == ["practice_1", "practice_2"]


def test_word_document_has_no_styles_besides_those_that_it_uses(client, practices):
    docx = docx_of(client, f"ids={practices[0].pk}")

    # Each text looks its style up among all of them: with the 164 of the template, a long kit took twice as long.
    assert {"Title", "Heading 1", "Cell", "Host"} < {style.name for style in docx.styles}
    assert len(docx.styles) < 30


def test_book_links_figures_to_their_sources(client):
    practice = make_practice(figures=[FIGURE])

    book = book_of(client, f"ids={practice.pk}")

    chapter = book.read(f"kit/practice-{practice.pk}.xhtml").decode()
    assert '3 desks in 2024 (<a href="https://example.org/count">example.org</a>)' in chapter


def test_word_document_sets_arabic_from_right_to_left(client):
    practice = make_practice(title="عيادات متنقلة", summary="ملخص", language="ar")

    docx = docx_of(client, f"ids={practice.pk}")

    [heading] = [
        each for each in docx.paragraphs if each.text == practice.title and "Heading" in each.style.name
    ]
    assert heading.runs[0].font.rtl
    assert "w:bidi" in heading._p.xml


def test_book_has_a_chapter_for_each_practice_that_parses(client, practices):
    query = f"ids={practices[0].pk},{practices[1].pk}&title=Ports+%26+desks"

    book = book_of(client, query)

    names = [name for name in book.namelist() if name.endswith((".xhtml", ".opf"))]
    parsed = {name: etree.fromstring(book.read(name)) for name in names}
    contents = parsed["kit/contents.xhtml"].iter(f"{XHTML}a")
    assert book.namelist()[0] == "mimetype"
    assert [link.text for link in contents] == ["Ports", "Desks"]
    assert parsed["kit/cover.xhtml"].findtext(f".//{XHTML}h1") == "Ports & desks"
    assert {f"kit/practice-{practice.pk}.xhtml" for practice in practices[:2]} <= set(names)


def test_book_of_every_field_parses(client):
    practice = make_practice(**FULL | {"activities": "- One\n- Two <b>\n\nhttps://example.org/a?b=1&c=2"})

    book = book_of(client, f"ids={practice.pk}")

    chapter = etree.fromstring(book.read(f"kit/practice-{practice.pk}.xhtml"))
    assert "Two <b>" in "".join(chapter.itertext())


@pytest.fixture
def reported(practices, monkeypatch):
    """A practice with a report on its use elsewhere; a PDF document is what would be typeset."""
    monkeypatch.setattr(as_pdf, "is_available", lambda: True)
    monkeypatch.setattr(as_pdf.sandbox, "run", lambda _make, html, **options: (None, html))
    send_adaptation(
        State.PUBLISHED, of=practices[0], summary="Open on Sundays.\nhttps://example.org/a?b=1&c=2 <b>"
    )
    return practices[0]


def page_of(client, practice):
    return client.get(f"/kit/?ids={practice.pk}").text


def chapter_of(client, practice):
    book = book_of(client, f"ids={practice.pk}")
    return "".join(etree.fromstring(book.read(f"kit/practice-{practice.pk}.xhtml")).itertext())


def paragraphs_of(client, practice):
    return "\n".join(each.text for each in docx_of(client, f"ids={practice.pk}").paragraphs)


def pdf_of(client, practice):
    return client.get(f"/kit/practices.pdf?ids={practice.pk}").content.decode()


@pytest.mark.parametrize("made_by", [page_of, chapter_of, paragraphs_of, pdf_of])
def test_kit_has_what_was_reported_of_uses_elsewhere(client, reported, made_by):
    text = made_by(client, reported)

    told = [
        "Mombasa",
        "2021",
        "Port of Mombasa",
        "Open on Sundays.",
        USE["results"],
        USE["hindsight"],
        "Ana Reyes",
    ]
    assert [each for each in told if each not in text] == []


@pytest.mark.parametrize("made_by", [page_of, chapter_of, paragraphs_of, pdf_of])
def test_kit_has_no_report_that_was_withdrawn_since(client, reported, made_by):
    made_by(client, reported)

    workflow.retract_adaptation(reported.adaptations.get().submission)

    assert "Mombasa" not in made_by(client, reported)


@pytest.fixture
def asked(reported, moderator):
    """The practice with a report; somebody answers questions about it."""
    workflow.set_question_contact(reported, "desk@example.org", language="en", by=moderator)
    workflow.confirm_question_contact(QuestionContact.objects.get())
    return reported


@pytest.mark.parametrize("made_by", [page_of, chapter_of, paragraphs_of, pdf_of])
def test_kit_has_published_questions_with_their_answers(client, asked, made_by):
    make_question(QuestionState.PUBLISHED, practice=asked, text="Who pays?\nAnd since when?")
    make_question(QuestionState.ANSWERED, practice=asked, text="Who is Ana?")

    text = made_by(client, asked)

    answer = Question.objects.public().get().shown_answer
    told = ["Questions and answers", "Who pays?", "And since when?", answer, "Answered on"]
    assert [each for each in told if each not in text] == []
    assert "Who is Ana?" not in text


@pytest.mark.parametrize("made_by", [page_of, chapter_of, paragraphs_of, pdf_of])
def test_kit_has_no_question_that_its_asker_has_deleted(client, asked, made_by):
    question = make_question(QuestionState.PUBLISHED, practice=asked, text="Who pays?")
    assert "Who pays?" in made_by(client, asked)

    workflow.forget_askers(Question.objects.filter(address=question.address))

    assert "Who pays?" not in made_by(client, asked)


def test_document_made_before_a_withdrawal_is_not_kept(client, practices, reported, moderator):
    query = f"ids={practices[0].pk},{practices[1].pk}"
    assert b"Ports" in client.get(f"/kit/practices.pdf?{query}").content

    workflow.withdraw_practice(practices[0], by=moderator, reason="Its source is gone.")

    assert b"Ports" not in client.get(f"/kit/practices.pdf?{query}").content


def test_same_kit_of_the_same_day_is_the_same_book(client, practices):
    first, second = (client.get(f"/kit/practices.epub?ids={practices[0].pk}").content for _time in range(2))

    assert first == second


@pytest.mark.parametrize(
    "path", ["/kit/practices.docx", "/kit/practices.epub?ids=9", "/kit/practices.exe?ids=1"]
)
def test_no_file_of_nothing(client, path):
    assert client.get(path).status_code == 404


def test_kit_has_a_limit_and_says_so(client, practices, monkeypatch):
    monkeypatch.setattr("practices.exchange.kits.MOST", 2)
    monkeypatch.setattr("practices.exchange.kits.kit.MOST", 2)

    page = read(client.get("/kit/?ids=" + ",".join(str(practice.pk) for practice in practices)))

    assert titles(page) == ["Ports", "Desks"]
    assert "A kit has at most 2 practices. The others are left out." in page.text


def test_codes_are_read_as_the_address_of_the_kit():
    address = "https://practices.example.org/kit/?ids=12,40,7&title=For+Geneva"

    drawn = etree.fromstring(qr.svg(address, title="A & b"))

    size = int(drawn.get("viewBox").split()[-1])
    dark = {
        (int(x) + step, int(y))
        for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1", drawn[-1].get("d"))
        for step in range(int(length))
    }
    picture = Image.open(io.BytesIO(qr.png(address))).convert("1")
    scale = picture.width // size
    assert picture.width == size * scale
    assert dark == {
        (x, y)
        for x in range(size)
        for y in range(size)
        if not picture.getpixel((x * scale + scale // 2, y * scale + scale // 2))
    }
    assert drawn[0].text == "A & b"


def test_code_of_a_long_kit_leaves_out_what_makes_it_too_dense(client, practices):
    note = "+".join(["Read"] * 100)

    page = client.get(f"/kit/?ids={practices[0].pk}&title=Ports&note={note}")

    shown = page.context["kit"]
    assert shown.short_address == f"http://127.0.0.1:8000/kit/?ids={practices[0].pk}&title=Ports"
    assert "note=" in shown.address


@pytest.mark.parametrize("name", ["", "practices.docx", "practices.epub"])
def test_address_that_names_thousands_of_practices_makes_a_kit(client, practices, name):
    others = ",".join(map(str, range(10_000, 10_700)))  # more than a QR code can hold

    response = client.get(f"/kit/{name}?ids={practices[0].pk},{others}")

    assert response.status_code == 200


@pytest.mark.parametrize("language", ["en", "ar"])
def test_book_has_no_error(client, practices, tmp_path, language):
    """Judge a book by EPUBCheck, the checker of the W3C. Fails where it is missing and REQUIRE_PDF is set."""
    checker = shutil.which("epubcheck")
    if not (checker and shutil.which("java")):
        (pytest.fail if os.environ.get("REQUIRE_PDF") else pytest.skip)("not installed: epubcheck")
    whole = make_practice(**FULL | {"language": language.partition("-")[0]})
    query = f"ids={practices[0].pk},{whole.pk}&title=%D9%85%D9%84%D9%81&note=Read+%3Cme%3E"
    book = tmp_path / "kit.epub"
    book.write_bytes(client.get(path_in(language, "/kit/practices.epub") + f"?{query}").content)

    # Debian's program is a Java archive. It ends before compiling it well would be worth the time.
    command = [
        "java",
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-jar",
        checker,
        "--failonwarnings",
        book,
    ]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)

    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_kit_can_be_subscribed_to_fed_and_embedded(client, practices):
    first, second, _third = (practice.pk for practice in practices)

    page = read(client.get(f"/kit/?ids={second},{first}&title=For+Geneva"))

    assert page.one("ul", "kit-ways").links() == [
        ("Subscribe to important updates", f"/subscribe/?practice={first}&practice={second}"),
        ("Feed of these practices", f"/practices/feed.atom?practice={first}&practice={second}"),
        ("Embed this kit", f"/embed/?practice={second}&practice={first}&title=For+Geneva"),
    ]


def test_form_to_subscribe_to_a_kit_names_its_practices(client, practices):
    first, second, third = (practice.pk for practice in practices)
    query = f"practice={first}&practice={second}&practice={third}"

    page = read(client.get(f"/subscribe/?{query}"))

    assert "important updates to these practices" in page.one("p", "lead").text
    assert page.one("p", "subscribe-words").text == "A kit of 3 practices (“Ports”, “Desks” and “Funds”)"


def test_form_to_subscribe_to_one_practice_calls_it_no_kit(client, practices):
    page = read(client.get(f"/subscribe/?practice={practices[0].pk}"))

    assert "important updates to this practice" in page.one("p", "lead").text
    assert page.one("p", "subscribe-words").text == "The practice “Ports”"


@pytest.mark.parametrize("path", ["/objectives/21/", "/practices/?country=ph", "/countries/ph/"])
def test_lists_lead_to_a_kit_of_their_practices(client, path):
    make_practice(title="Ports", countries=["PH"])
    make_practice(title="Elsewhere", countries=["FR"], objectives=[3])

    [address] = {
        address for text, address in read(client.get(path)).links() if text == "As a kit to read or print"
    }

    assert titles(read(client.get(address, follow=True))) == ["Ports"]


def test_note_is_read_on_the_page_before_the_practices(client, practices):
    page = read(client.get(f"/kit/?ids={practices[0].pk}&note=Read+before+Thursday."))

    note = page.one("div", "narrow")
    assert (note.text, "print-only" in note["class"]) == ("Read before Thursday.", False)


def test_titles_of_a_kit_are_isolated_in_arabic(client, practices):
    first, second = (practice.pk for practice in practices[:2])

    page = read(client.get(f"/ar/subscribe/?practice={first}&practice={second}"))

    assert page.one("p", "subscribe-words").text == (
        "ملف من ممارستين (2): «\u2068Ports\u2069» و«\u2068Desks\u2069»"
    )
