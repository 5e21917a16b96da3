import pytest
from django.utils import translation

from practices.notifications.emails.text_part import text_part


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<h1>Title</h1>\n<p>One\n  line.</p><p>Another.</p>", "Title\n\nOne line.\n\nAnother.\n"),
        ("<p>O&#x27;Brien &amp; &lt;b&gt;</p>", "O'Brien & <b>\n"),
        ("<p>One<br>two</p>", "One\ntwo\n"),
        ('<p><a href="https://a.example/?x=1&amp;y=2">Read it</a></p>', "Read it:\nhttps://a.example/?x=1&y=2\n"),
        ('<h2><a href="https://a.example/">Title</a></h2>', "Title\nhttps://a.example/\n"),
        ('<p>Read <a href="https://a.example/">it</a> now.</p>', "Read it <https://a.example/> now.\n"),
        ("<ul><li>One</li><li>Two</li></ul><p>End</p>", "- One\n- Two\n\nEnd\n"),
        ("<blockquote><p>One<br>two</p>\n<p>Three</p></blockquote>", "> One\n> two\n>\n> Three\n"),
        ('<h2>Title</h2><p class="meta close">Facts</p><p>Text</p>', "Title\nFacts\n\nText\n"),
        ('<p class="only-html">Band <a href="/">x</a></p><p>Text</p>', "Text\n"),
        ("<head><title>No</title><style>p {}</style></head><p>Text</p>", "Text\n"),
        ('<p>Text</p><table><tr><td class="foot"><p>Why</p></td></tr></table>', "Text\n\n-- \nWhy\n"),
    ],
    ids=[
        "paragraphs", "signs", "line break", "link alone", "linked heading", "link within a sentence", "list",
        "quotation", "close", "only in HTML", "head", "foot",
    ],
)  # fmt: skip
def test_text_says_what_the_html_says(html, text):
    assert text_part(html) == text


def test_label_of_a_link_ends_with_the_colon_of_the_language():
    with translation.override("zh-hans"):
        text = text_part('<p><a href="https://example.org/">查看</a></p>')

    assert text.strip() == "查看：\nhttps://example.org/"
