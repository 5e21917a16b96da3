"""Reading grade of pages and e-mails, which many people read in a second language.

The grade is the Automated Readability Index, which grows with the letters of a word and the words of a sentence and is
about the school year in the United States in which people read such a text with ease. Plain-language guides ask for 8
or 9. The better known grade of Flesch and Kincaid counts syllables, for which textstat would download a dictionary;
letters are counted without one, and with the same result everywhere.
"""

import json
import re

import pytest
import textstat
from django.conf import settings
from django.template.loader import render_to_string

from practices.choices import Kind
from practices.models import Objective, Practice, Submission
from practices.notifications import emails
from tests.support.addresses import HTML_PAGES, open_address
from tests.support.factories import make_practice
from tests.support.pages import read, read_html

pytestmark = pytest.mark.django_db

GRADE = 9
FEWEST_WORDS = 100
"""Words of a page from which its grade says something. Shorter pages are measured together."""

PROSE = ("p", "li", "dd", "small", "figcaption")
SENTENCE = re.compile(r"[.?!:…]$")
ADDRESS = re.compile(r"\S+@\S+|https?://\S+|(?<!\w)/\S*/")


def sentences(page, *, content):
    """Return the sentences of a page: of its paragraphs, lists and help texts, without `content` and labels."""
    texts = []
    for block in page.all():
        if _is_prose(block) and not any(_is_prose(inner) for inner in block.inside()):
            text = ADDRESS.sub("", block.text)
            is_sentence = len(text.split()) > 3 and SENTENCE.search(text)
            if is_sentence and text.rstrip(".…") not in content:
                texts.append(re.sub(r"[:…]$", ".", text))
    return list(dict.fromkeys(texts))


def _is_prose(element):
    return element.tag in PROSE or "helptext" in element.classes


def measured(texts):
    """Return {name: [grade, words]} of `texts`, those with few words together, the hardest first."""
    long, short = {}, []
    for name, blocks in texts.items():
        if len(" ".join(blocks).split()) >= FEWEST_WORDS:
            long[name] = blocks
        else:
            short += blocks
    found = {}
    for name, blocks in {**long, "shorter ones together": list(dict.fromkeys(short))}.items():
        text = " ".join(blocks)
        found[name] = [round(textstat.automated_readability_index(text), 1), len(text.split())]
    return dict(sorted(found.items(), key=lambda item: -item[1][0]))


def hard(grades):
    return {name: figures for name, figures in grades.items() if figures[0] > GRADE}


@pytest.fixture
def report(record_property):
    """Record the grades for the summary of the run, which tests/conftest.py prints."""
    return lambda name, grades: record_property(f"reading grades of {name}", grades)


def official_titles():
    return "\n".join(Objective.objects.values_list("title", flat=True))


def test_pages_read_at_about_grade_nine(client, report):
    make_practice()
    pages = {name: read(client.get(open_address(name))).one("main") for name in HTML_PAGES}
    documents = [row.document for model in (Practice, Submission) for row in model.objects.all()]
    content = json.dumps(documents, ensure_ascii=False) + official_titles()

    grades = measured({name: sentences(page, content=content) for name, page in pages.items()})

    report("pages", grades)
    assert hard(grades) == {}


def test_emails_read_at_about_grade_nine(report):
    samples = (settings.BASE_DIR / "templates/emails").rglob("sample.json")
    content = "\n".join(render_to_string(str(path)) for path in samples)
    pages = {kind.value: read_html(emails.sample(kind, "en").html) for kind in Kind}

    grades = measured({name: sentences(page, content=content) for name, page in pages.items()})

    report("e-mails", grades)
    assert hard(grades) == {}


def test_sentences_are_those_of_the_page_and_not_of_the_practice():
    page = read_html(
        "<main><h1>A title of the page.</h1><nav><ul><li>All practices</li></ul></nav>"
        "<p>Read this at <a>https://example.org/a/</a> first:</p><p>Desks in two ports help workers.</p>"
        '<div class="helptext">Where it takes place.</div></main>'
    )

    assert sentences(page, content="Desks in two ports help workers. More.") == [
        "Read this at  first.",
        "Where it takes place.",
    ]


def test_long_words_and_sentences_read_at_a_higher_grade():
    plain = "We read it and write to you. You can change it at any time. " * 10
    heavy = (
        "Subsequent organisational considerations notwithstanding, implementation arrangements predominate. "
        * 15
    )

    grades = measured({"plain": [plain], "heavy": [heavy]})

    assert list(hard(grades)) == ["heavy"]
