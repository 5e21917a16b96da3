"""Output of the check_mail command."""

import pytest
from django.core.management import CommandError, call_command

from practices.notifications import mail_setup
from tests.support.mail_server import free_port, mailers
from tests.support.silent_server import silent_server


@pytest.fixture
def check(settings, capsys):
    """Function check() that returns whether all checks passed, and the lines with their results."""
    settings.SITE_HOST = "practices.example.org"
    settings.DEFAULT_FROM_EMAIL = "Good Practices <news@example.org>"

    def run(**options):
        try:
            call_command("check_mail", **options)
            all_right = True
        except CommandError:
            all_right = False
        lines = capsys.readouterr().out.splitlines()
        return all_right, [line for line in lines if line.startswith(("OK", "WRONG"))]

    return run


def test_mail_server_that_takes_our_mail_is_right(mail_server, check, settings):
    port = settings.MAILERS["default"]["OPTIONS"]["port"]

    said = check(connect=True)

    assert said == (
        True,
        [
            "OK     MAIL_FROM contains an e-mail address: news@example.org.",
            "OK     MAIL_FROM and SITE_URL have the same domain: example.org and practices.example.org.",
            f"OK     The connection to 127.0.0.1:{port} is encrypted or stays on this machine.",
            f"OK     127.0.0.1:{port} answers, accepts our login and accepts e-mail from MAIL_FROM.",
        ],
    )
    assert mail_server.received == []


def test_mail_server_that_never_answers_is_said_to_be_silent(settings):
    settings.MAIL_TIMEOUT_SECONDS = 0.3
    with silent_server() as port:
        settings.MAILERS = mailers(port)

        *_others, found = mail_setup.checks(connect=True)

    assert found.otherwise == "It did not answer within 0.3 seconds."


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"DEFAULT_FROM_EMAIL": "nobody"}, ["MAIL_FROM contains an e-mail address", "the same domain"]),
        ({"DEFAULT_FROM_EMAIL": "news@badexample.org"}, ["the same domain"]),
        ({"SITE_HOST": "example.org.elsewhere.example"}, ["the same domain"]),
        (
            {"MAILERS": {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}},
            ["MAIL_HOST"],
        ),
    ],
)
def test_wrong_settings_are_reported(changes, wrong, mail_server, check, settings):
    for name, value in changes.items():
        setattr(settings, name, value)

    all_right, lines = check()

    said = [line for line in lines if line.startswith("WRONG")]
    assert not all_right
    assert [words in line for words, line in zip(wrong, said, strict=True)] == [True] * len(wrong)


def test_password_is_not_sent_in_the_clear(check, settings):
    settings.MAILERS = mailers(25)
    settings.MAILERS["default"]["OPTIONS"]["host"] = "mail.example.org"

    _all_right, lines = check()

    assert lines[-1].startswith("WRONG  Not the case: The connection to mail.example.org:25 is encrypted")


def test_mail_server_that_refuses_us_is_said(mail_server, check):
    mail_server.reply_to_mail = "553 5.7.1 sender not allowed"

    all_right, lines = check(connect=True)

    assert (all_right, lines[-1].endswith("It answers 553 5.7.1 sender not allowed.")) == (False, True)


def test_unreachable_mail_server_is_reported(check, settings):
    settings.MAILERS = mailers(free_port())

    all_right, lines = check(connect=True)

    assert (all_right, lines[-1].endswith("ConnectionRefusedError: [Errno 111] Connection refused")) == (
        False,
        True,
    )
