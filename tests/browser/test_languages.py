"""The catalogue used from the home page to unsubscribing by somebody who reads one language, and no English."""

import re
from functools import cache

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.core import mail
from django.utils.translation import override
from playwright.sync_api import expect

from practices.models import Country, Submission, Subscriber, Subscription
from practices.notifications import sender
from tests.support.factories import make_practice, make_translation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TEXTS = {
    "fr": ("Guichets des pensions dans deux ports", "pensions"),
    "es": ("Ventanillas de pensiones en dos puertos", "pensiones"),
    "ar": ("مكاتب المعاشات في ميناءين", "المعاشات"),
    "zh-hans": ("两个港口的养老金窗口", "养老金"),
    "ru": ("Пенсионные окна в двух портах", "пенсионные"),
}
"""Language → title of a practice, and a word of it to search for."""
DIRECTIONS = {"ar": "rtl"}
READER = "ana@example.org"


@cache
def english():
    """Return the English messages of three words or more, as people read them."""
    with (settings.BASE_DIR / "locale/fr/LC_MESSAGES/django.po").open("rb") as file:
        messages = [part for message in read_po(file) if message.id for part in _forms(message.id)]
    plain = {" ".join(re.sub(r"<[^>]*>", "", message).split()) for message in messages}
    return [message for message in plain if message.count(" ") >= 2 and "%" not in message]


def _forms(identity):
    return [identity] if isinstance(identity, str) else identity


def check(text):
    """Assert that a text has no English message."""
    whole = " ".join(text.split())
    assert [message for message in english() if message in whole] == []


ROWS_OF_MENU = (
    "new Set([...document.querySelectorAll('.page-nav-list > li')].map((each) => each.offsetTop)).size"
)


class Walk:
    """Somebody who goes from page to page and reads each. No page is wider than its window, no menu two rows high."""

    def __init__(self, page, language):
        self.page, self.language = page, language

    def go(self, path):
        self.page.goto(path)
        self.read()

    def press(self, place):
        self.page.locator(place).first.click()
        self.page.wait_for_load_state()
        self.read()

    def read(self):
        html = self.page.locator("html")
        expect(html).to_have_attribute("lang", self.language)
        expect(html).to_have_attribute("dir", DIRECTIONS.get(self.language, "ltr"))
        check(self.page.locator("body").inner_text())
        for width in (1280, 320, 390):
            self.page.set_viewport_size({"width": width, "height": 900})
            assert self.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
            assert self.page.evaluate(ROWS_OF_MENU) == 1

    def mail(self):
        """Have e-mails sent, read both their parts, and return the addresses in their texts."""
        mail.outbox.clear()
        sender.send_due()
        for message in mail.outbox:
            check(f"{message.subject}\n{message.body}")
            html = message.alternatives[0].content
            check(re.sub(r"<style.*?</style>|<[^>]*>", " ", html, flags=re.DOTALL))
            assert f'lang="{self.language}"' in html
            assert f'dir="{DIRECTIONS.get(self.language, "ltr")}"' in html
        return [each for message in mail.outbox for each in re.findall(r"https?://[^\s>]+", message.body)]


@pytest.mark.parametrize("language", TEXTS)
def test_reader_of_one_language_goes_from_home_to_unsubscribing(open_page, language):
    title, word = TEXTS[language]
    practice = make_practice(objectives=[21], countries=["PH"])
    make_translation(practice, language, title=title, summary=f"{title}.")
    walk = Walk(page := open_page(width=390, locale=language), language)

    walk.go(f"/{language}/")
    page.locator("main input[name=q]").first.fill(word)
    page.keyboard.press("Enter")
    page.wait_for_url("**/practices/**")
    walk.read()
    walk.press(".practice-card h3 a")
    expect(page.locator("h1")).to_have_text(title)

    walk.go(f"/{language}/submit/?objective=21")
    page.locator("#id_title").fill(title)
    page.locator("#id_summary").fill(f"{title}. {title}.")
    page.locator("#id_name").fill("Ana Reyes")
    page.locator("#id_email").fill(READER)
    with override(language):
        page.locator("#id_countries").fill(Country.objects.get(code="PT").local.name)
    walk.press("main form button[name=then][value=preview]")
    walk.press("main form.button-row button.button")
    [confirm, *_others] = walk.mail()
    walk.go(confirm)
    walk.press("main form button")
    assert Submission.objects.get().submitted_at

    walk.go(f"/{language}/subscribe/?objective=21")
    page.locator("main input[type=email]").fill(READER)
    walk.press("main form:has(input[type=email]) button:not([hidden])")
    walk.go(next(each for each in walk.mail() if "/confirm/" in each))
    walk.press("main form button")
    assert Subscription.objects.get().confirmed_at

    make_practice(announce=True, title="Desks in Accra", objectives=[21], countries=["GH"])
    addresses = walk.mail()
    walk.go(next(each for each in addresses if re.search("/subscriptions/(?!leave)", each)))
    other = "es" if language == "fr" else "fr"
    page.locator("select[name=language]").select_option(other)
    walk.press("button[name=step][value=clock]")
    assert Subscriber.objects.get().language == other

    make_practice(announce=True, title="Desks in Tema", objectives=[21], countries=["GH"])
    walk.language = other
    walk.go(next(each for each in walk.mail() if "/leave/" in each))
    walk.press("main form button")
    assert not Subscription.objects.exists()
