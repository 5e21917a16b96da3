import pytest
from django.template import Context, Template
from django.utils import translation


@pytest.mark.parametrize(
    ("language", "one", "several"),
    [("en", "“a &lt; b”", "“a”, “b”"), ("ru", "«a &lt; b»", "«a», «b»")],
)
def test_quotation_marks_are_those_of_the_language(language, one, several):
    template = Template(
        "{% load i18n quotes %}{{ text|quoted }}|"
        "{% blocktranslate with part=texts|inner_quotes %}“{{ part }}”{% endblocktranslate %}"
    )

    with translation.override(language):
        html = template.render(Context({"text": "a < b", "texts": ["a", "b"]}))

    assert html == f"{one}|{several}"
