"""Sign-in of staff in a browser, with an authenticator app and with a virtual passkey."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp

from tests.support.factories import make_moderator

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def second_factor_page(open_page, settings):
    """Sign in a moderator whose account needs a second factor, and return the page."""
    settings.STAFF_SECOND_FACTOR = True
    make_moderator()
    page = open_page()
    give_password(page)
    return page


def give_password(page):
    page.goto("/admin/")
    page.get_by_label("Username").fill("moderator")
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Sign in", exact=True).click()


def open_factor(page, kind):
    """Open the page to set up a factor of that kind, re-entering the password on the way."""
    page.get_by_text("Set up two-factor authentication first").wait_for()
    page.locator(f"main a[href*='{kind}']").first.click()
    page.get_by_label("Password").fill("correct horse")
    leave_by(page, "Confirm")


@pytest.fixture
def stopped_app_clock(monkeypatch):
    """Keep the 30-second step of authenticator codes, which would otherwise change between typing and checking."""
    step = next(totp.yield_hotp_counters_from_time())
    monkeypatch.setattr(totp, "yield_hotp_counters_from_time", lambda: iter([step]))


def code_for(secret):
    """Return the current code of an authenticator app."""
    return totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))


def with_passkeys(page):
    """Add a virtual authenticator with user verification to the browser."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def leave_by(page, button):
    """Press a button and wait for the next page, including any passkey prompt."""
    here = page.url
    page.get_by_role("button", name=button, exact=True).click()
    page.wait_for_url(lambda url: url != here)


def sign_out(page):
    page.locator("#user-tools summary").first.click()
    leave_by(page, "Sign out")


def is_in(page):
    page.get_by_role("heading", name="Moderation").wait_for()
    return True


@pytest.mark.usefixtures("stopped_app_clock")
def test_moderator_sets_up_an_app_and_signs_in_with_it(second_factor_page):
    open_factor(second_factor_page, "totp/activate")
    secret = second_factor_page.get_by_label("Setup key").input_value()
    second_factor_page.get_by_label("Code").fill(code_for(secret))
    leave_by(second_factor_page, "Set up authenticator app")
    second_factor_page.goto("/admin/")
    assert is_in(second_factor_page)

    sign_out(second_factor_page)
    give_password(second_factor_page)
    second_factor_page.get_by_placeholder("Code").fill(code_for(secret))
    second_factor_page.get_by_role("button", name=re.compile("sign in", re.IGNORECASE)).click()

    assert is_in(second_factor_page)


def test_moderator_makes_a_passkey_and_signs_in_with_nothing_else(second_factor_page):
    with_passkeys(second_factor_page)
    open_factor(second_factor_page, "webauthn/add")
    second_factor_page.get_by_label("Passwordless").check()
    leave_by(second_factor_page, "Add passkey")
    second_factor_page.goto("/admin/")
    assert is_in(second_factor_page)
    sign_out(second_factor_page)

    second_factor_page.goto("/admin/")
    second_factor_page.get_by_role("button", name="Sign in with a passkey").click()

    assert is_in(second_factor_page)
    assert Authenticator.objects.get(type="webauthn").last_used_at


def test_moderator_gives_password_and_passkey(second_factor_page):
    with_passkeys(second_factor_page)
    open_factor(second_factor_page, "webauthn/add")
    leave_by(second_factor_page, "Add passkey")
    second_factor_page.goto("/admin/")
    assert is_in(second_factor_page)
    sign_out(second_factor_page)

    give_password(second_factor_page)
    second_factor_page.get_by_role("button", name="Use a passkey").click()

    assert is_in(second_factor_page)


def test_sign_in_page_says_why_a_passkey_cannot_be_used(second_factor_page, live_server):
    second_factor_page.goto(live_server.url.replace("localhost", "127.0.0.1") + "/admin/account/login/")
    second_factor_page.get_by_role("button", name="Sign in with a passkey").click()

    second_factor_page.get_by_text("Passkeys do not work at this address").wait_for()
