"""Words that no line may break."""

import pytest

from practices.core.unbroken import unbroken


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        (
            "<p>Get e-mail updates, or two e-mails.</p>",
            "<p>Get e\u2011mail updates, or two e\u2011mails.</p>",
        ),
        ("<h1>E-mail</h1>", "<h1>E\u2011mail</h1>"),
        ("<p>Follow-up and re-entry</p>", "<p>Follow-up and re-entry</p>"),
        ("<p>we-mail the-mailing e-mailbox</p>", "<p>we-mail the-mailing e-mailbox</p>"),
        ("<p>e-mail@example.org example.org/e-mail</p>", "<p>e-mail@example.org example.org/e-mail</p>"),
        ('<a title="e-mail" href="/e-mail/">x</a>', '<a title="e-mail" href="/e-mail/">x</a>'),
        ("<textarea>an e-mail</textarea> e-mail", "<textarea>an e-mail</textarea> e\u2011mail"),
        ("<script>'e-mail'</script><code>e-mail</code>", "<script>'e-mail'</script><code>e-mail</code>"),
    ],
)
def test_e_mail_stays_in_one_line_where_people_read_it(html, shown):
    assert unbroken(html) == shown
