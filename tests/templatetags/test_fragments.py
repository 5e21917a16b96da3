"""`{% fragment %}`: rendered once, and evaluating its context only then."""

import pytest
from django.core.cache import cache
from django.template import Context, Template
from django.utils.translation import override

from practices.core import catalogue_version
from practices.models import Objective
from tests.support.factories import make_practice

pytestmark = pytest.mark.django_db


class Page:
    """Context that counts how often a template touches it."""

    def __init__(self, text="text"):
        self.text, self.touched = text, 0

    def __call__(self):
        self.touched += 1
        return self.text


def render(source, **context):
    template = Template(source, name="page.html")
    template.origin.template_name = "page.html"
    for node in template.nodelist:
        node.origin = template.origin
    return template.render(Context(context))


ONE = '{% fragment "body" key %}<p>{{ page }}</p>{% endfragment %}'


def test_fragment_is_rendered_once_a_version_and_key():
    page = Page()

    rendered = [render(ONE, page=page, key=1), render(ONE, page=page, key=1)]
    render(ONE, page=page, key=2)
    make_practice()
    render(ONE, page=page, key=1)

    assert (rendered, page.touched) == (["<p>text</p>", "<p>text</p>"], 3)


def test_fragment_is_escaped_as_its_template_says():
    for _time in range(2):
        assert render(ONE, page=Page("<b>"), key=1) == "<p>&lt;b&gt;</p>"


def test_languages_have_fragments_of_their_own():
    source = (
        '{% load i18n %}{% fragment "body" %}{% get_current_language as code %}{{ code }}{% endfragment %}'
    )

    texts = []
    for language in ("en", "ar-xb"):
        with override(language):
            texts.append(render(source))

    assert texts == ["en", "ar-xb"]


@pytest.mark.parametrize("context", [{"key": None}, {}], ids=["None", "missing"])
def test_fragment_without_its_key_is_not_kept(context):
    page = Page()

    for _time in range(2):
        render(ONE, page=page, **context)

    assert page.touched == 2


def test_fragment_across_publications_is_rendered_again_when_names_change():
    source = '{% fragment "body" key across_publications %}{{ page }}{% endfragment %}'
    page = Page()

    render(source, page=page, key=1)
    make_practice()
    render(source, page=page, key=1)
    catalogue_version.bump(names_changed=True)
    render(source, page=page, key=1)

    assert page.touched == 2


def test_fragments_of_a_template_cost_one_look_up(monkeypatch):
    source = '{% fragment "head" key %}h{{ page }}{% endfragment %} {% fragment "body" key %}b{{ page }}{% endfragment %}'
    page = Page()
    first = render(source, page=page, key=1)
    asked = []
    get_many = cache.get_many
    monkeypatch.setattr(cache, "get_many", lambda keys: asked.append(1) or get_many(keys))

    assert (render(source, page=page, key=1), len(asked), page.touched) == (first, 1, 2)


@pytest.mark.parametrize("key", [[1], {"a": 1}, 1.5, Objective(pk=21), Objective.objects.all()])
def test_key_without_a_stable_text_is_refused(key):
    with pytest.raises(TypeError):
        render(ONE, page=Page(), key=key)


def test_development_keeps_nothing(settings):
    settings.DEBUG = True
    page = Page()

    for _time in range(2):
        render(ONE, page=page, key=1)

    assert page.touched == 2


@pytest.mark.parametrize("method", ["get_many", "set_many"])
def test_unavailable_cache_is_ignored(monkeypatch, method):
    def away(*args):
        raise ConnectionError("nobody listens")

    monkeypatch.setattr(cache, method, away)

    assert render(ONE, page=Page(), key=1) == "<p>text</p>"


def test_fragment_keeps_white_space_within_a_text_and_one_line_break_beside_a_tag():
    source = (
        '{% fragment "body" %}<p>\n    One.\n\n  Two.\n  </p>\n\n  <p>Three</p> <b>four</b>{% endfragment %}'
    )

    assert render(source) == "<p>\nOne.\n\n  Two.\n</p>\n<p>Three</p> <b>four</b>"
