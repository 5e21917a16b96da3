"""Sign-in of staff, with a password and a second factor. Nobody else can sign in."""

import time
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.usersessions.models import UserSession
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import RequestFactory
from django.urls import get_resolver, reverse

from catalogue.sign_in import device_of
from tests.support.factories import make_moderator, make_practice
from tests.support.pages import read

pytestmark = pytest.mark.django_db

LOGIN = "/admin/account/login/"
FACTORS = "/admin/account/2fa/"
QUEUE = "/admin/practices/submission/"
SESSIONS = "/admin/account/sessions/"
CODE = "/admin/account/2fa/authenticate/"


@pytest.fixture
def second_factor(settings):
    settings.STAFF_SECOND_FACTOR = True


def sign_in(client, name="moderator", password="correct horse", **headers):
    return client.post(LOGIN, {"login": name, "password": password, "next": QUEUE}, headers=headers)


def code_of(user):
    """Return the current code of the user's authenticator app."""
    secret = Authenticator.objects.get(user=user, type="totp").data["secret"]
    return totp.format_hotp_value(totp.hotp_value(secret, totp.yield_hotp_counters_from_time().__next__()))


def with_app(user):
    """Set up an authenticator app for the user."""
    totp.TOTP.activate(user, totp.generate_totp_secret())
    return user


# Access ---------------------------------------------------------------------------


def addresses(patterns, outer=()):
    """Yield the name of each address and the names of its parameters."""
    for pattern in patterns:
        parameters = [*outer, *pattern.pattern.regex.groupindex]
        if hasattr(pattern, "url_patterns"):
            yield from addresses(pattern.url_patterns, parameters)
        else:
            yield pattern.name, parameters


ADDRESSES = dict(addresses(get_resolver("catalogue.sign_in_urls").url_patterns))
OPEN = ["account_login", "account_logout", "staff_invitation"]


@pytest.mark.parametrize("name", [name for name in ADDRESSES if name not in OPEN])
def test_every_address_but_open_ones_sends_visitors_to_sign_in(client, name):
    path = reverse(name, kwargs=dict.fromkeys(ADDRESSES[name], 1))

    responses = [client.get(path), client.post(path)]

    assert [(response.status_code, response.url.partition("?")[0]) for response in responses] == [
        (302, LOGIN)
    ] * 2


@pytest.mark.parametrize("word", ["signup", "password", "email", "social"])
def test_there_is_no_address_to_register_at_or_to_ask_for_a_password(word):
    assert [name for name in ADDRESSES if word in name] == []


def test_visitor_signs_in_and_goes_on_to_where_they_wanted(client, moderator):
    asked = client.get(QUEUE, follow=True)
    response = sign_in(client)

    page = read(asked)
    assert page.texts("h1") == ["Sign in"]
    assert asked.redirect_chain[-1][0].startswith(LOGIN)
    assert (response.status_code, response.url, client.get(QUEUE).status_code) == (302, QUEUE, 200)


@pytest.mark.parametrize("next_page", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_sign_in_does_not_redirect_to_another_site(client, moderator, next_page):
    response = client.post(LOGIN, {"login": "moderator", "password": "correct horse", "next": next_page})

    assert response.url == "/admin/"


def test_wrong_name_wrong_password_and_account_that_is_no_staffs_get_the_same_answer(client, moderator):
    User.objects.create_user("reader", password="correct horse")

    answers = [sign_in(client, *who) for who in (("nobody",), ("moderator", "wrong"), ("reader",))]

    errors = [read(answer).texts("ul", "errorlist") for answer in answers]
    assert errors == [["The username and/or password you specified are not correct."]] * 3
    assert [answer.status_code for answer in answers] == [200] * 3


@pytest.mark.parametrize("field", ["login", "password"])
@pytest.mark.parametrize("value", ["\x00", "x" * 100_000, "'; --", "²"])
def test_hostile_attempt_is_refused(client, moderator, field, value):
    response = client.post(LOGIN, {"login": "moderator", "password": "wrong", field: value})

    assert (response.status_code, "_auth_user_id" in client.session) == (200, False)


# Lock-out -------------------------------------------------------------------------


def is_locked(response):
    """Return whether it is the page that says when to try again."""
    wait = int(response.headers.get("Retry-After", 0))
    return response.status_code == 429 and 0 < wait <= 15 * 60 + 1 and "Too many requests" in response.text


def test_right_password_is_refused_after_repeated_failures_for_a_quarter_of_an_hour(client, moderator, clock):
    for _attempt in range(5):
        sign_in(client, password="wrong")

    locked = sign_in(client)
    clock.shift(timedelta(minutes=15))
    later = sign_in(client)

    assert (is_locked(locked), later.status_code) == (True, 302)


def test_failures_from_another_address_do_not_lock_a_moderator_out(client, moderator, settings):
    settings.TRUSTED_PROXIES = 1
    for _attempt in range(10):
        sign_in(client, password="wrong", x_forwarded_for="192.0.2.1")

    response = sign_in(client, x_forwarded_for="192.0.2.2")

    assert response.status_code == 302


@pytest.mark.parametrize(
    ("who", "attempts"),
    [
        (lambda number: ("moderator", f"192.0.2.{number}"), 50),
        (lambda number: (f"name{number}", "192.0.2.1"), 20),
    ],
    ids=["one name from many places", "many names from one place"],
)
@pytest.mark.usefixtures("moderator", "clock")
def test_guessing_in_breadth_is_slow_too(client, settings, who, attempts):
    settings.TRUSTED_PROXIES = 1
    for number in range(attempts):
        name, address = who(number)
        sign_in(client, name, "wrong", x_forwarded_for=address)

    name, address = who(attempts)
    response = sign_in(client, name, x_forwarded_for=address)

    assert is_locked(response)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        *({"x_forwarded_for": forwarded} for forwarded in (
            "", "203.0.113.9:51234", "[2001:db8::1]:443", "fe80::1%eth0", "unknown", "junk", "a, b", "x" * 500,
        )),
    ],
    ids=str,
)  # fmt: skip
@pytest.mark.usefixtures("moderator")
def test_moderator_signs_in_whatever_the_proxy_says_of_the_address(client, settings, headers):
    settings.TRUSTED_PROXIES = 1

    response = sign_in(client, **headers)

    assert response.status_code == 302
    assert client.get("/admin/account/sessions/").status_code == 200


@pytest.mark.usefixtures("moderator")
def test_failures_from_an_unknown_address_lock_nobody_else_out(client, settings):
    settings.TRUSTED_PROXIES = 1
    for number in range(25):
        sign_in(client, f"name{number}", "wrong", x_forwarded_for="unknown")

    assert sign_in(client, x_forwarded_for="unknown").status_code == 302


@pytest.mark.usefixtures("clock")
def test_guesses_from_one_ipv6_network_count_as_one_visitors(client, moderator, settings):
    settings.TRUSTED_PROXIES = 1
    guesses = [
        sign_in(client, password="wrong", x_forwarded_for=f"2001:db8:1:2::{number:x}") for number in range(50)
    ]

    elsewhere = sign_in(client, x_forwarded_for="2001:db8:9:9::1")

    assert [is_locked(guess) for guess in guesses] == [False] * 5 + [True] * 45
    assert elsewhere.status_code == 302


@pytest.mark.usefixtures("clock")
def test_stranger_locks_nobody_out_of_a_browser_they_signed_in_with(client, moderator, settings):
    settings.TRUSTED_PROXIES = 1
    sign_in(client, x_forwarded_for="192.0.2.1")
    client.post("/admin/account/logout/")
    stranger = type(client)()
    for number in range(120):  # some from the same address, which an office shares
        address = f"198.51.{number}.1" if number % 2 else "192.0.2.1"
        sign_in(stranger, password="wrong", x_forwarded_for=address)

    locked = sign_in(stranger, x_forwarded_for="203.0.113.7")
    response = sign_in(client, x_forwarded_for="192.0.2.1")

    assert (is_locked(locked), response.status_code) == (True, 302)


@pytest.mark.usefixtures("clock")
def test_guesses_in_a_browser_that_is_known_are_limited_too(client, moderator):
    sign_in(client)
    client.post("/admin/account/logout/")
    for _attempt in range(5):
        sign_in(client, password="wrong")

    assert is_locked(sign_in(client))


def test_browser_that_is_known_to_one_account_is_a_stranger_to_another(client, moderator):
    make_moderator("Amina")
    sign_in(client)

    request = RequestFactory().get("/")
    request.COOKIES = {name: morsel.value for name, morsel in client.cookies.items()}

    assert (device_of(request, "moderator") is None, device_of(request, "amina")) == (False, None)


@pytest.mark.parametrize("cookie", ["", "x", "a:b:c", "W10:1w:x", "\x00"])
def test_cookie_that_nobody_signed_makes_no_device_known(cookie):
    request = RequestFactory().get("/")
    request.COOKIES = {"device": cookie}

    assert device_of(request, "moderator") is None


@pytest.mark.usefixtures("clock")
def test_refused_attempts_do_not_use_up_the_limit_of_the_account(client, moderator, settings):
    settings.TRUSTED_PROXIES = 1
    for _attempt in range(100):
        sign_in(client, password="wrong", x_forwarded_for="192.0.2.1")

    assert sign_in(client, x_forwarded_for="198.51.100.1").status_code == 302


@pytest.mark.usefixtures("clock")
def test_attempts_that_succeed_are_not_counted(client, moderator):
    answers = []
    for _attempt in range(12):
        answers.append(sign_in(type(client)()).status_code)

    assert answers == [302] * 12


def test_attempts_at_once_do_not_pass_the_limit_together(client, database_file, at_once, monkeypatch):
    make_moderator()
    checked = []
    authenticate = ModelBackend.authenticate

    def slowly(self, request, **credentials):
        checked.append(credentials)
        time.sleep(0.2)
        return authenticate(self, request, **credentials)

    monkeypatch.setattr(ModelBackend, "authenticate", slowly)

    answers = at_once(30, lambda: sign_in(type(client)(), password="wrong").status_code)

    assert (sorted(answers), len(checked)) == ([200] * 5 + [429] * 25, 5)


def test_codes_at_once_do_not_pass_the_limit_together(client, database_file, at_once, monkeypatch):
    moderator = with_app(make_moderator())
    browsers = [type(client)() for _number in range(20)]
    for browser in browsers:
        sign_in(browser)
    checked = []
    monkeypatch.setattr(
        totp.TOTP, "validate_code", lambda self, code: checked.append(code) or time.sleep(0.2)
    )

    answers = at_once(20, lambda: browsers.pop().post(CODE, {"code": "000000"}).status_code)

    assert (sorted(answers), len(checked), moderator.is_staff) == ([200] * 5 + [429] * 15, 5, True)


# The second factor ----------------------------------------------------------------


@pytest.mark.usefixtures("second_factor")
@pytest.mark.parametrize("path", ["/admin/", QUEUE, "/admin/password_change/"])
def test_staff_without_a_second_factor_are_led_to_set_one_up(client, moderator, path):
    sign_in(client)

    response = client.get(path)

    assert (response.status_code, response.url) == (302, FACTORS)
    assert "Set up two-factor authentication first" in client.get(FACTORS).text


@pytest.mark.usefixtures("second_factor")
def test_staff_without_a_second_factor_can_sign_out_and_set_one_up(client, moderator):
    sign_in(client)
    client.post("/admin/account/reauthenticate/", {"password": "correct horse"})

    page = client.get("/admin/account/2fa/totp/activate/")
    secret = client.session["mfa.totp.secret"]
    code = totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))
    client.post("/admin/account/2fa/totp/activate/", {"code": code})

    assert "data:" in page.headers["Content-Security-Policy"]
    assert [factor.type for factor in Authenticator.objects.order_by("type")] == ["recovery_codes", "totp"]
    assert client.get(QUEUE).status_code == 200


def test_in_development_the_password_alone_leads_into_the_admin(client, moderator):
    sign_in(client)

    assert client.get("/admin/").status_code == 200


def test_second_factor_is_always_required_once_set_up(client, moderator):
    with_app(moderator)

    asked = sign_in(client)
    halfway = client.get(QUEUE)
    wrong = client.post(CODE, {"code": "000000"})
    right = client.post(CODE, {"code": code_of(moderator)})

    assert (asked.url.split("?")[0], halfway.status_code) == (CODE, 302)
    assert (wrong.status_code, right.status_code, client.get(QUEUE).status_code) == (200, 302, 200)


def test_right_code_is_refused_after_repeated_wrong_ones_for_a_quarter_of_an_hour(client, moderator, clock):
    with_app(moderator)
    sign_in(client)
    for _attempt in range(5):
        client.post(CODE, {"code": "000000"})

    locked = client.post(CODE, {"code": code_of(moderator)})
    clock.shift(timedelta(minutes=15))
    later = client.post(CODE, {"code": code_of(moderator)})

    assert (is_locked(locked), later.status_code) == (True, 302)


def test_wrong_codes_are_counted_across_processes(client, moderator):
    """Clear the local cache to stand for another process, which shares only the database."""
    with_app(moderator)
    sign_in(client)
    for _attempt in range(5):
        client.post(CODE, {"code": "000000"})
        cache.clear()

    assert is_locked(client.post(CODE, {"code": code_of(moderator)}))


def test_code_is_good_once_across_processes(client, moderator, clock):
    with_app(moderator)
    other = type(client)()
    code = code_of(moderator)
    for browser in (client, other):
        sign_in(browser)
    client.post(CODE, {"code": code})
    cache.clear()  # another process has a cache of its own

    other.post(CODE, {"code": code})

    assert (client.get(QUEUE).status_code, other.get(QUEUE).status_code) == (200, 302)


def test_wrong_codes_lock_out_only_that_account(client, moderator):
    with_app(moderator)
    sign_in(client)
    for _attempt in range(5):
        client.post(CODE, {"code": "000000"})
    amina = with_app(make_moderator("Amina"))
    client.logout()

    sign_in(client, "Amina")

    assert client.post(CODE, {"code": code_of(amina)}).status_code == 302


def test_wrong_codes_are_limited_at_reauthentication(client, moderator):
    with_app(moderator)
    client.force_login(moderator)
    again = "/admin/account/2fa/reauthenticate/"
    for _attempt in range(5):
        client.post(again, {"code": "000000"})

    assert is_locked(client.post(again, {"code": code_of(moderator)}))


def test_wrong_passwords_are_limited_at_reauthentication(client, moderator):
    client.force_login(moderator)
    again = "/admin/account/reauthenticate/"
    for _attempt in range(5):
        client.post(again, {"password": "wrong"})

    assert is_locked(client.post(again, {"password": "correct horse"}))


def test_recovery_code_is_good_once(client, moderator):
    RecoveryCodes.activate(with_app(moderator))
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()

    answers = []
    for _time in range(2):
        client.logout()
        sign_in(client)
        answers.append(client.post(CODE, {"code": codes[0]}).status_code)

    assert answers == [302, 200]


@pytest.mark.usefixtures("second_factor")
def test_public_pages_know_nothing_of_it(client, moderator):
    sign_in(client)

    response = client.get(make_practice().get_absolute_url())

    assert (response.status_code, "Cookie" in response.headers.get("Vary", "")) == (200, False)


def test_reset_takes_the_factors_and_ends_the_sessions(client, moderator, capsys):
    with_app(moderator)
    sign_in(client)
    client.post(CODE, {"code": code_of(moderator)})

    call_command("reset_mfa", "moderator")

    assert capsys.readouterr().out == "moderator: 1 authenticator removed, 1 session ended.\n"
    assert client.get(QUEUE).status_code == 302
    assert sign_in(client).url == QUEUE


def test_reset_of_an_unknown_account_fails():
    with pytest.raises(CommandError, match="There is no account named “nobody”"):
        call_command("reset_mfa", "nobody")


# Sessions -------------------------------------------------------------------------


def test_sessions_are_listed_and_others_ended(client, moderator, django_user_model):
    other = type(client)()
    sign_in(other, user_agent="Lost laptop")
    sign_in(client, user_agent="This desk")

    shown = client.get(SESSIONS).text
    client.post(SESSIONS)

    assert ("Lost laptop" in shown, "This desk" in shown) == (True, True)
    assert (client.get(QUEUE).status_code, other.get(QUEUE).status_code) == (200, 302)


def test_session_ends_eight_hours_after_signing_in_whatever_is_done(client, moderator, clock):
    sign_in(client)
    clock.shift(timedelta(hours=7))
    client.post(SESSIONS)  # which writes to the session
    clock.shift(timedelta(minutes=61))

    assert client.get(QUEUE).status_code == 302


def test_session_of_an_account_that_was_disabled_opens_nothing(client, moderator):
    sign_in(client)

    User.objects.filter(pk=moderator.pk).update(is_active=False)

    assert client.get(QUEUE).status_code == 302


def test_change_of_the_password_ends_other_sessions(client, moderator):
    other = type(client)()
    sign_in(other)
    sign_in(client)
    new = "a quiet orange bridge"

    typed = {"old_password": "correct horse", "new_password1": new, "new_password2": new}
    client.post("/admin/password_change/", typed)

    assert (client.get(QUEUE).status_code, other.get(QUEUE).status_code) == (200, 302)


def test_signing_out_clears_what_the_browser_kept(client, moderator):
    sign_in(client)

    assert client.post("/admin/account/logout/").headers["Clear-Site-Data"] == '"storage"'


@pytest.fixture
def browsers(client, moderator):
    """Return three clients signed in as the same moderator."""
    browsers = {"Phone": type(client)(), "Lost laptop": type(client)(), "This desk": client}
    for name, browser in browsers.items():
        sign_in(browser, user_agent=name)
    return browsers


def button_of(name):
    return {"session": UserSession.objects.get(user_agent=name).pk}


def signed_in(browsers):
    return [name for name, browser in browsers.items() if browser.get(QUEUE).status_code == 200]


def test_one_session_is_ended_and_the_others_stay(browsers):
    button = button_of("Lost laptop")
    for _time in range(2):  # idempotent
        answer = browsers["This desk"].post(SESSIONS, button)

    assert (answer.status_code, answer.url) == (302, SESSIONS)
    assert signed_in(browsers) == ["Phone", "This desk"]


def test_session_in_which_one_sits_is_ended_by_the_same_button(browsers):
    browsers["This desk"].post(SESSIONS, button_of("This desk"))

    assert signed_in(browsers) == ["Phone", "Lost laptop"]


def test_session_of_a_colleague_is_not_ended(browsers, client):
    colleague = type(client)()
    make_moderator("Amina")
    sign_in(colleague, "Amina", user_agent="Her desk")

    browsers["This desk"].post(SESSIONS, button_of("Her desk"))

    assert colleague.get(QUEUE).status_code == 200


@pytest.mark.parametrize("value", ["²", "x", "-1", "9" * 40, "\x00"])
def test_session_that_cannot_be_is_no_error_and_ends_none(browsers, value):
    answer = browsers["This desk"].post(SESSIONS, {"session": value})

    assert answer.status_code < 500
    assert signed_in(browsers) == list(browsers)


def test_sessions_of_a_colleague_are_not_shown(client, moderator):
    other = type(client)()
    make_moderator("Amina")
    sign_in(other, "Amina", user_agent="Lost laptop")
    sign_in(client)

    assert "Lost laptop" not in client.get(SESSIONS).text


@pytest.mark.parametrize("model", ["mfa/authenticator", "account/emailaddress", "usersessions/usersession"])
def test_secrets_of_signing_in_are_not_in_the_admin(admin_client, model):
    assert admin_client.get(f"/admin/{model}/").status_code == 404


# Cookies --------------------------------------------------------------------------


def test_staff_have_no_cookies_but_those_that_are_bound_to_the_host(client, settings):
    make_moderator()
    pages = [sign_in(client), client.get(QUEUE), client.post("/admin/account/logout/"), client.get(LOGIN)]

    names = {name for page in pages for name in page.cookies}

    assert names == {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.DEVICE_COOKIE_NAME}


def test_cookies_of_staff_are_for_this_site_and_for_no_script(client):
    make_moderator()
    pages = [client.get(LOGIN), sign_in(client)]

    cookies = [cookie for page in pages for cookie in page.cookies.values()]

    assert len({cookie.key for cookie in cookies}) == 3
    assert {
        (cookie["samesite"], cookie["httponly"], cookie["path"], cookie["domain"]) for cookie in cookies
    } == {("Lax", True, "/", "")}


@pytest.mark.parametrize(
    ("address", "kept"),
    [("203.0.113.77", "203.0.113.0"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1::"), ("", "::")],
)
def test_session_keeps_the_network_and_not_the_address(client, address, kept):
    make_moderator()

    client.post(
        reverse("account_login"), {"login": "moderator", "password": "correct horse"}, REMOTE_ADDR=address
    )

    assert UserSession.objects.get().ip == kept
