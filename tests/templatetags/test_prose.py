"""Texts that people typed, in paragraphs and lists."""

import pytest

from practices.templatetags.prose import prose, with_code


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("One.\nTwo.\n\nThree.", "<p>One.<br>Two.</p><p>Three.</p>"),
        ("One.\r\n\r\n\r\nTwo.\r\n", "<p>One.</p><p>Two.</p>"),
        ("Steps:\n- ask\n* answer", "<p>Steps:</p><ul><li>ask</li><li>answer</li></ul>"),
        ("• ask\n• answer\nDone.", "<ul><li>ask</li><li>answer</li></ul><p>Done.</p>"),
        ("•\tone\no\ttwo\n▪ three", "<ul><li>one</li><li>two</li><li>three</li></ul>"),
        ("- a dash alone", "<p>- a dash alone</p>"),
        ("-1\n-2", "<p>-1<br>-2</p>"),
        ("<b>\n\n- &\n- <i>", "<p>&lt;b&gt;</p><ul><li>&amp;</li><li>&lt;i&gt;</li></ul>"),
        ("", "<p></p>"),
    ],
)
def test_prose_has_paragraphs_and_lists(text, html):
    assert prose(text) == html


def test_prose_has_links_where_asked():
    text = "- https://example.org/a\n- b"

    assert prose(text, "linked") == (
        '<ul><li><a href="https://example.org/a" rel="nofollow noopener">https://example.org/a</a></li>'
        "<li>b</li></ul>"
    )
    assert "<a" not in prose(text)


def test_what_stands_in_backticks_is_code_and_everything_is_escaped():
    text = "Named `next`, <b>with</b> `a<b`"

    assert with_code(text) == "Named <code>next</code>, &lt;b&gt;with&lt;/b&gt; <code>a&lt;b</code>"
