"""Output of the check_mail command."""

import pytest
from django.core.management import CommandError, call_command

from tests.support.mail_server import free_port, mailers


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
        return all_right, [line for line in lines if line.startswith(("right", "WRONG"))]

    return run


def test_mail_server_that_takes_our_mail_is_right(mail_server, check, settings):
    port = settings.MAILERS["default"]["OPTIONS"]["port"]

    said = check(connect=True)

    assert said == (
        True,
        [
            "right  MAIL_FROM has an address, news@example.org.",
            "right  MAIL_FROM and SITE_URL are of one domain, example.org and practices.example.org.",
            f"right  what goes to 127.0.0.1:{port} is encrypted, or stays on this machine.",
            f"right  127.0.0.1:{port} answers, lets us in and takes e-mail from MAIL_FROM.",
        ],
    )
    assert mail_server.received == []


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"DEFAULT_FROM_EMAIL": "nobody"}, ["MAIL_FROM has an address", "one domain"]),
        ({"DEFAULT_FROM_EMAIL": "news@badexample.org"}, ["one domain"]),
        ({"SITE_HOST": "example.org.elsewhere.example"}, ["one domain"]),
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

    assert lines[-1].startswith("WRONG  Not so: what goes to mail.example.org:25 is encrypted")


def test_mail_server_that_refuses_us_is_said(mail_server, check):
    mail_server.reply_to_mail = "553 5.7.1 sender not allowed"

    all_right, lines = check(connect=True)

    assert (all_right, lines[-1].endswith("it says 553 5.7.1 sender not allowed")) == (False, True)


def test_unreachable_mail_server_is_reported(check, settings):
    settings.MAILERS = mailers(free_port())

    all_right, lines = check(connect=True)

    assert (all_right, lines[-1].endswith("ConnectionRefusedError: [Errno 111] Connection refused")) == (
        False,
        True,
    )
