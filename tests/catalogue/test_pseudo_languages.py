"""Pseudo-language: every visible string passes through gettext, so that none is outside its brackets.

A failing test names the strings that are. If one is data, put it into an element with `lang`, or into <bdi> or
<code>, as it should be anyway if its language or direction may differ from the page's; or list it below.
"""

import re
from functools import cache

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.template.loader import render_to_string
from django.test import override_settings
from django.urls import clear_url_caches
from django.utils import timezone
from django.utils.translation import override

from catalogue import pseudo
from practices.choices import OFFERED_LANGUAGES, Kind, State
from practices.core import time_zones
from practices.documents.country_fields import names_to_type
from practices.models import Practice, RejectionReason, Submission
from practices.notifications import emails
from tests.conftest import REFERENCE
from tests.notifications.test_emails import queued
from tests.support.addresses import HTML_PAGES, open_addresses, public_addresses
from tests.support.documents import FULL
from tests.support.factories import document, make_practice, make_submission
from tests.support.pages import BLOCKS, Element, read, read_html

pytestmark = pytest.mark.django_db

NO_TEXT = {"script", "style", "svg", "code", "bdi", "cite", "noscript", "template"}
"""Elements without translatable text. Names and titles are in <bdi> and <cite>."""
SPOKEN = {"alt", "aria-label", "placeholder", "title", "label"}
"""Attributes that browsers show or screen readers read out."""
SHOWN_META = {"description", "og:title", "og:description", "og:image:alt", "og:site_name"}
ADDRESS = re.compile(r"\S+://\S*|\S+@\S+|[\w-]+(\.[\w-]+)+|@\S*")
LETTERS = re.compile(r"[^\W\d_]{2,}")
PUT_TOGETHER = re.compile(rf"{pseudo.OPENING}[^{pseudo.CLOSING}]*{pseudo.CLOSING}|[:,(]")
EDGES = BLOCKS | {
    "article", "aside", "body", "button", "caption", "details", "dt", "figcaption", "footer", "form", "h3",
    "h4", "head", "header", "label", "legend", "main", "nav", "option", "summary", "table", "th", "title", "tr",
}  # fmt: skip


@pytest.fixture(scope="module")
def accented():
    with override_settings(
        LANGUAGES=[(pseudo.ACCENTED, "Accented")],
        LANGUAGE_CODE=pseudo.ACCENTED,
        SITE_URL="https://practices.example.org",
    ):
        pseudo.install()  # a change of LANGUAGES clears Django's translations
        yield
    clear_url_caches()  # they contain URL prefixes of the changed LANGUAGES


@cache
def all_data():
    shown = ("title", "short_label", "short_title", "meaning", "name", "text")
    names = {
        str(value)
        for model in [*REFERENCE, RejectionReason]
        for row in model.objects.all()
        for column, value in row.__dict__.items()
        if column in shown
    }
    typed = {
        str(text)
        for value in [*FULL.values(), *document().values()]
        for text in (value if isinstance(value, list) else [value])
    }
    names |= (
        TYPED
        | set(names_to_type().values())
        | {language.own_name for language in OFFERED_LANGUAGES}
        | {
            name
            for region, zones in time_zones.grouped(timezone.now())
            for label in [region, *dict(zones).values()]
            for name in [label, *re.split(PUT_TOGETHER, label)]
            if name.strip()
        }
    )
    longest_first = sorted(names | {text for text in typed if len(text) > 3}, key=len, reverse=True)
    return re.compile("|".join(rf"\b{re.escape(text)}(?!\w)" for text in longest_first))


@pytest.fixture
def data():
    """Return strings that come from the database or from users, which are shown untranslated."""
    return all_data()


DJANGOS_OWN = {"Search", "True", "False"}
"""Strings not marked for translation in Django's own templates, and in the icons of its lists."""
TYPED = {
    "admin",
    "Accented",  # a language, by its own name
    "Migration Good Practices",
    "email",
    "moderator",
    "Ana Reyes",
    "Guides",
    "guides",
    "New results",
    "Which years?",
    "How many people work there?",
    "Two at each desk.",
    "Not about migration.",
    "Its source is gone.",
    "Its source is back.",
    "The name is gone.",
    "Named it.",
    "Area",
    "Desks",
}


def outside(text, depth=0):
    """Return the parts of `text` outside the brackets, and the nesting depth at its end."""
    found = []
    for sign in text:
        if sign == pseudo.OPENING:
            depth += 1
        elif sign == pseudo.CLOSING:
            depth -= 1
        elif depth == 0:
            found.append(sign)
    return "".join(found), max(depth, 0)


def own_words(text, data):
    """Return the words of `text` that are neither data nor abbreviations."""
    left = data.sub(" ", ADDRESS.sub(" ", text))
    return [" ".join(left.split())] if any(not word.isupper() for word in LETTERS.findall(left)) else []


def untranslated(page, data):
    """Return the words on the page, including its attributes, that did not pass through gettext."""
    found, depth = [], 0

    def visit(element):
        nonlocal depth
        if element.tag in NO_TEXT or (element.get("lang") and element.tag != "html"):
            return
        if element.tag in EDGES:
            depth = 0
        for name, value in element.attributes.items():
            if name in SPOKEN or (name == "content" and SHOWN_META & {*element.attributes.values()}):
                found.extend(own_words(outside(value)[0], data))
        for child in element.children:
            if isinstance(child, Element):
                visit(child)
            else:
                words, depth = outside(child, depth)
                found.extend(own_words(words, data))

    visit(page)
    return found


def test_pages_are_ready_for_translation(client, accented, data):
    found = {
        name: untranslated(read(client.get(path)), data) for name, path in open_addresses(HTML_PAGES).items()
    }

    assert {name: words for name, words in found.items() if words} == {}


@pytest.mark.parametrize("state", State)
def test_status_page_is_ready_for_translation(client, accented, data, state):
    page = read(client.get(make_submission(state).get_private_url()))

    assert untranslated(page, data) == []


def test_pages_in_other_states_are_ready_for_translation(client, accented, data):
    practice = make_practice(**FULL)
    withdrawn = make_practice(withdrawn=True)
    answers = {
        "everything": client.get(practice.get_absolute_url()),
        "withdrawn": client.get(withdrawn.get_absolute_url()),
        "filtered": client.get("/practices/?objective=21&country=ph&q=ports&year=2019&tag=nothing&page=7"),
        "not found": client.get("/nowhere/"),
        "form with errors": client.post("/submit/", {"email": "ana@", "start_year": "x", "source_url": "x"}),
        "address with error": client.post(public_addresses(practice)["subscribe"][0], {"address": "ana@"}),
        "link not good": client.get("/subscriptions/leave/nonsense/"),
    }

    found = {name: untranslated(read(answer), data) for name, answer in answers.items()}

    assert {name: words for name, words in found.items() if words} == {}


ERROR_PAGES = sorted(path.name for path in (settings.BASE_DIR / "templates").glob("[45]??*.html"))


@pytest.mark.parametrize("name", ERROR_PAGES)
def test_error_page_is_ready_for_translation(rf, accented, data, name):
    with override(pseudo.ACCENTED):
        page = render_to_string(name, {"minutes": 5, "limit": 2}, rf.get("/"))

    assert untranslated(read_html(page), data) == []


@pytest.mark.parametrize("kind", Kind)
def test_email_is_ready_for_translation(accented, data, kind):
    message = queued(kind)
    message.language = pseudo.ACCENTED

    mail = emails.compose(message)

    text = outside(f"{mail.subject}\n{mail.body}")[0]
    html = re.sub(r"<style.*?</style>|<[^>]*>", " ", mail.alternatives[0].content, flags=re.DOTALL)
    assert (own_words(text, data), own_words(outside(html)[0], data)) == ([], [])


def test_admin_is_ready_for_translation(admin_client, accented, data):
    make_submission(State.SUBMITTED)
    found = {}
    for model in apps.get_app_config("practices").get_models():
        if model in REFERENCE or not admin.site.is_registered(model):
            continue
        path = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        rows = model.objects.all()[: model in (Practice, Submission)]
        paths = [path, *(f"{path}{row.pk}/change/" for row in rows)]
        found |= {path: untranslated(read(admin_client.get(path)), data) for path in paths}

    assert {path: words for path, words in found.items() if set(words) - DJANGOS_OWN} == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Submit", "⟦Šûûƀṁîîţ⟧"),
        ("%(count)s practices", "⟦%(count)s þŕååçţîîçééš~⟧"),
        ('Write to <a href="x">us</a>.\n', '⟦Ŵŕîîţéé ţöö <a href="x">ûûš</a>.⟧\n'),
        ("", ""),
    ],
)
def test_accented_text_is_longer_and_keeps_placeholders(text, expected):
    assert pseudo.accented(text) == expected
