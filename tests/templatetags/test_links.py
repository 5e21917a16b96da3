"""Conversion of addresses in a text to links."""

import pytest

from practices.choices import State
from practices.templatetags.links import linked
from practices.templatetags.prose import prose
from tests.support.factories import make_practice, make_submission
from tests.support.pages import read


def link(address, text=None):
    return f'<a href="{address}" rel="nofollow noopener">{text or address}</a>'


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("See https://a.example/x.", f"See {link('https://a.example/x')}."),
        ("(http://a.example/?a=1&b=2)", f"({link('http://a.example/?a=1&amp;b=2')})"),
        (
            "https://a.example/1\nhttps://a.example/2",
            f"{link('https://a.example/1')}\n{link('https://a.example/2')}",
        ),
        ("www.a.example javascript:alert(1)", "www.a.example javascript:alert(1)"),
        ('https://a.example/"onclick="x', f"{link('https://a.example/')}&quot;onclick=&quot;x"),
        ("<b>https://a.example</b>", f"&lt;b&gt;{link('https://a.example')}&lt;/b&gt;"),
        ("https://", "https://"),
        ("https://a.example/Return_(2020)", link("https://a.example/Return_(2020)")),
        ("(see https://a.example/Return_(2020)).", f"(see {link('https://a.example/Return_(2020)')})."),
        ("https://a.example/x。下文", f"{link('https://a.example/x')}。下文"),
        ("https://a.example/x، ثم", f"{link('https://a.example/x')}، ثم"),
        ("「https://a.example/移民」", f"「{link('https://a.example/移民')}」"),
        ("Voir https://a.example/x…", f"Voir {link('https://a.example/x')}…"),
        ("", ""),
    ],
)
def test_web_addresses_become_links_and_nothing_else(text, shown):
    assert linked(text) == shown


@pytest.mark.django_db
def test_resources_of_a_practice_are_links(client):
    practice = make_practice(resources="The forms: https://desks.example/forms")

    page = read(client.get(practice.get_absolute_url()))

    section = page.one("section", **{"aria-labelledby": "section-resources"})
    assert (section.texts("h2"), section.links()) == (
        ["Resources and links"],
        [("The forms", "https://desks.example/forms")],
    )


@pytest.mark.django_db
def test_resources_are_no_sign_of_spam():
    submission = make_submission(State.SUBMITTED, resources="https://desks.example/forms\n" * 9)

    assert submission.spam_signs == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://www.example.org/reports/1.pdf", "example.org"),
        ("https://good.example@evil.example/", "evil.example"),
        ("https://[x", "https://[x"),
        ("https://desks.example/survey/", "Survey of 2019"),
    ],
)
def test_link_can_show_the_name_of_its_page(text, shown):
    names = {"desks.example/survey": "Survey of 2019"}

    assert linked(text, names) == f'<a href="{text}" rel="nofollow noopener">{shown}</a>'


def test_line_that_names_its_address_is_a_link_of_that_name():
    text = "The <forms>: https://www.desks.example/forms.\nMore at https://desks.example"

    assert prose(text, "linked") == (
        f"<p>{link('https://www.desks.example/forms', 'The &lt;forms&gt;')} <small>desks.example</small>"
        f"<br>More at {link('https://desks.example')}</p>"
    )


def test_several_lines_that_name_their_addresses_are_a_list():
    text = "Read more:\nForms: https://desks.example/forms\nSurvey: https://desks.example/survey"

    assert prose(text, "linked") == (
        "<p>Read more:</p><ul>"
        f"<li>{link('https://desks.example/forms', 'Forms')} <small>desks.example</small></li>"
        f"<li>{link('https://desks.example/survey', 'Survey')} <small>desks.example</small></li></ul>"
    )
