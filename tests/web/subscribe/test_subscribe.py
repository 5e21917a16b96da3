from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from practices.choices import Kind
from practices.models import Country, OutboxMessage, Subscriber, Subscription
from practices.notifications import emails, signed_links, subscriptions
from practices.notifications.subscriptions import preferences_path, shown_code
from tests.support.addresses import confirm_address, sent, unsubscribe_address
from tests.support.factories import make_practice, make_subscription
from tests.support.pages import read, sent_by

pytestmark = pytest.mark.django_db

SUBSCRIBE = "/subscribe/?objective=21"
WORDS_OF_21 = "Objective 21: Dignified return and reintegration"


def subscribe(client, address="reader@example.org", **more):
    return client.post(SUBSCRIBE, {"address": address, "website": ""}, **more)


def confirmations():
    """Return the addresses that a confirmation link was queued for."""
    messages = OutboxMessage.objects.filter(kind=Kind.SUBSCRIPTION_CONFIRM, sent_at=None).order_by("pk")
    return list(messages.values_list("address", flat=True))


def heading(response):
    return read(response).one("h1").text


# Signing up -----------------------------------------------------------------------


def test_form_of_an_objective_subscribes_to_it(client):
    form = read(client.get("/objectives/21/")).one("section", "subscribe").one("form")

    client.post(form["action"], sent_by(form) | {"address": "reader@example.org"})

    subscription = Subscription.objects.get()
    assert (subscription.subscriber.address, subscription.query, subscription.confirmed_at) == (
        "reader@example.org",
        "objective=21",
        None,
    )


def test_asking_queues_a_link_to_confirm(client):
    subscribe(client)

    assert confirmations() == ["reader@example.org"]


def answer_for(client, address):
    """Return everything of a response that a visitor can see."""
    response = subscribe(client, address)
    page = client.get(response.url)
    return response.status_code, response.url, page.status_code, page.content


def test_answer_does_not_tell_whether_an_address_is_known(client):
    make_subscription(address="confirmed@example.org")
    make_subscription(address="pending@example.org", confirmed=False)

    answers = [
        answer_for(client, f"{who}@example.org")
        for who in ("new", "pending", "confirmed", "CONFIRMED", "pending")
    ]

    assert answers == [answers[0]] * 5


def test_answer_says_where_to_look(client):
    page = read(client.get(subscribe(client).url))

    assert page.one("p", "lead").text == (
        f"Your updates on {WORDS_OF_21} start once you open the link in our e-mail and confirm. "
        "The link works for 7 days."
    )


def test_confirmed_address_is_asked_before_anything_is_added(client):
    make_subscription(3, address="reader@example.org")

    subscribe(client, "Reader@Example.org")

    asked = OutboxMessage.objects.waiting().values_list("kind", "address", "context__queries")
    assert Subscription.objects.get(query="objective=21").confirmed_at is None
    assert list(asked) == [("subscription_confirm", "reader@example.org", ["objective=21"])]


def test_one_address_gets_three_links_a_day_however_often_it_is_given(client, clock):
    clock.move_to(datetime(2026, 11, 2, 9, 45, tzinfo=UTC))

    answers = [subscribe(client).status_code for _time in range(5)]

    assert (answers, confirmations()) == ([302] * 5, ["reader@example.org"] * 3)


@pytest.mark.parametrize(
    "address", ["", "reader", "reader@", "reader@example.org, other@example.org", "ré@example.org"]
)
def test_address_that_is_none_comes_back_as_it_was_typed(client, address):
    response = subscribe(client, address)

    page = read(response)
    typed = page.one("input", name="address").get("value", "")
    assert (response.status_code, typed, Subscriber.objects.count()) == (
        422,
        address,
        0,
    )


def test_invalid_address_is_explained_with_a_link_to_the_field(client):
    page = read(subscribe(client, "reader"))

    field = page.one("input", name="address")
    assert (page.one("h1").text, page.one("div", id="errors").links(), page.one("title").text) == (
        "Subscribe to updates",
        [("Your e-mail address", f"#{field['id']}")],
        "Error: Subscribe – Migration Good Practices",
    )


def test_focus_goes_to_what_is_wrong_with_the_form(client):
    page = read(subscribe(client, "reader"))

    focused = [element["id"] for element in page.inside() if element.get("autofocus") is not None]
    assert focused == ["errors"]


def test_form_in_the_honeypot_gets_thanks_and_nothing_else(client):
    response = client.post(SUBSCRIBE, {"address": "reader@example.org", "website": "https://spam.example"})

    assert (response.url, Subscriber.objects.count(), OutboxMessage.objects.count()) == (
        sent("subscription-sent", "objective=21"),
        0,
        0,
    )


def test_network_over_the_limit_is_told_when_to_retry(client, settings, clock):
    settings.SUBSCRIPTIONS_PER_HOUR, settings.PEOPLE_PER_ADDRESS = 2, 1
    clock.move_to(datetime(2026, 11, 2, 9, 45, tzinfo=UTC))
    subscribe(client, "one@example.org")
    subscribe(client, "two@example.org")

    response = subscribe(client, "three@example.org")

    assert (response.status_code, response.headers["Retry-After"], Subscriber.objects.count()) == (
        429,
        "901",
        2,
    )


def test_other_network_may_ask_meanwhile(client, settings):
    settings.SUBSCRIPTIONS_PER_HOUR, settings.PEOPLE_PER_ADDRESS = 1, 1
    subscribe(client, "one@example.org")

    assert subscribe(client, "two@example.org", REMOTE_ADDR="192.0.2.7").status_code == 302


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}], ids=str
)
def test_form_sent_from_another_site_is_refused(client, headers):
    response = subscribe(client, headers=headers)

    assert (response.status_code, Subscriber.objects.count()) == (403, 0)


@pytest.mark.parametrize("query", ["objective=0", "objective=24", "objective=21&country=zz", "tag=gone"])
def test_filter_the_catalogue_does_not_know_is_not_followed(client, query):
    response = client.post(f"/subscribe/?{query}", {"address": "a@example.org"})

    assert (response.status_code, Subscription.objects.count()) == (422, 0)


def test_filter_that_is_too_long_is_refused(client):
    query = "q=" + "%E5%9B%BD" * 200

    response = client.post(f"/subscribe/?{query}", {"address": "a@example.org"})

    page = read(response)
    assert (response.status_code, Subscription.objects.count()) == (422, 0)
    assert "too many filters" in page.one("div", "notice-bad").text


def test_listing_offers_to_follow_just_its_filters(client):
    make_practice(countries=["PH"])

    form = (
        read(client.get("/practices/?country=ph&objective=21&page=2")).one("section", "subscribe").one("form")
    )
    client.post(form["action"], sent_by(form) | {"address": "reader@example.org", "cadence": "weekly"})

    followed = Subscription.objects.values_list("query", "cadence")
    assert list(followed) == [("objective=21&country=ph", "weekly")]


def test_all_practices_can_be_followed(client):
    make_practice()
    form = read(client.get("/practices/")).one("section", "subscribe").one("form")

    client.post(form["action"], sent_by(form) | {"address": "reader@example.org"})

    assert list(Subscription.objects.values_list("query", flat=True)) == [""]


def test_day_hour_and_time_zone_are_set_on_a_separate_page(client):
    page = read(client.get("/subscribe/?objective=21&country=ph"))
    form = page.one("main").all("form")[0]
    wishes = {"digest_weekday": "4", "digest_hour": "17", "time_zone": "Asia/Manila", "cadence": "weekly"}

    client.post(form["action"], sent_by(form) | {"address": "reader@example.org"} | wishes)

    subscriber = Subscriber.objects.get()
    assert page.one("section", "subscribe-summary").one("strong").text == "Objective 21 · Philippines"
    assert (subscriber.digest_weekday, subscriber.digest_hour, subscriber.time_zone) == (4, 17, "Asia/Manila")


def test_form_shown_again_keeps_a_time_zone_that_it_does_not_offer(client):
    page = read(client.post(SUBSCRIBE, {"address": "no address", "time_zone": "Asia/Manila"}))

    options = page.one("select", name="time_zone").all("option")
    assert [(each["value"], "selected" in each.attributes) for each in options] == [
        ("Asia/Manila", True),
        ("UTC", False),
    ]


@pytest.mark.parametrize(
    "wrong",
    [{"cadence": "hourly"}, {"time_zone": "Mars/Base"}, {"digest_hour": "24"}, {"digest_weekday": "²"}],
)
def test_wish_that_cannot_be_is_explained(client, wrong):
    response = client.post(SUBSCRIBE, {"address": "reader@example.org"} | wrong)

    assert (response.status_code, Subscriber.objects.count()) == (422, 0)


# Choosing -----------------------------------------------------------------------


def chosen_on(page):
    """Return what a browser would send of the page's form, without what is empty."""
    form = page.one("main").all("form")[0]
    return form["action"], {name: values for name, values in sent_by(form).items() if any(values)}


def test_several_objectives_countries_and_words_are_one_subscription(client):
    action, sent = chosen_on(read(client.get("/subscribe/")))
    chosen = {"objective": ["19", "21"], "country": ["ph", "ge"], "q": "pension desk"}

    client.post(action, sent | chosen | {"address": "reader@example.org"})

    [query] = Subscription.objects.values_list("query", flat=True)
    assert query == "q=pension+desk&objective=19&objective=21&country=ge&country=ph"


def test_nothing_chosen_is_all_practices(client):
    page = read(client.get("/subscribe/"))
    action, sent = chosen_on(page)

    client.post(action, sent | {"address": "reader@example.org"})

    assert page.one("section", "subscribe-summary").one("strong").text == "All practices"
    assert list(Subscription.objects.values_list("query", flat=True)) == [""]


def test_filters_of_the_address_are_shown_and_kept(client):
    page = read(client.get("/subscribe/?objective=21&country=ph&type=service&language=fr"))
    action, sent = chosen_on(page)

    client.post(action, sent | {"address": "reader@example.org"})

    assert (sent["objective"], sent["country"]) == (["21"], ["ph"])
    assert page.one("ul", "chip-list").texts("button") == [
        "Remove Type of practice: Service",
        "Remove Language: français (French)",
    ]
    [query] = Subscription.objects.values_list("query", flat=True)
    assert query == "objective=21&country=ph&type=service&language=fr"


def test_removing_a_filter_keeps_what_was_typed(client):
    action, sent = chosen_on(read(client.get("/subscribe/?objective=21&type=service&language=fr")))
    typed = {"address": "reader@", "q": "desk", "cadence": "weekly", "digest_hour": "17"}

    page = read(client.post(action, sent | typed | {"without": "type=service"}))

    action, kept = chosen_on(page)
    assert (action, page.all("div", id="errors")) == ("/subscribe/?language=fr", [])
    assert {name: kept[name] for name in typed} == {name: [value] for name, value in typed.items()}


def test_more_options_keep_what_was_typed(client):
    form = read(client.get("/objectives/21/")).one("section", "subscribe").one("form")
    typed = {"address": "reader@", "cadence": "weekly"}

    page = read(client.post(form["action"], sent_by(form) | typed | {"step": "count"}))

    _action, kept = chosen_on(page)
    assert (kept["objective"], kept["address"], kept["cadence"]) == (["21"], ["reader@"], ["weekly"])
    assert (page.one("h1").text, Subscriber.objects.count()) == ("Subscribe to updates", 0)


def test_objective_that_is_unticked_is_not_kept(client):
    action, sent = chosen_on(read(client.get("/subscribe/?objective=21&objective=19&type=service")))

    client.post(action, sent | {"objective": ["19"], "address": "reader@example.org"})

    assert list(Subscription.objects.values_list("query", flat=True)) == ["objective=19&type=service"]


def test_summary_is_updated_without_subscribing(client):
    for month in range(1, 5):
        make_practice(announce=True, objectives=[21], now=timezone.now() - timedelta(days=80 * month))
    action, sent = chosen_on(read(client.get("/subscribe/")))
    typed = {
        "objective": ["21"],
        "address": "reader@",
        "cadence": "weekly",
        "digest_hour": "17",
        "step": "count",
    }

    response = client.post(action, sent | typed)

    page = read(response)
    summary = page.one("section", "subscribe-summary")
    _action, kept = chosen_on(page)
    assert (response.status_code, Subscriber.objects.count(), page.all("div", id="errors")) == (200, 0, [])
    assert summary.one("strong").text == WORDS_OF_21
    assert summary.one("p", role="status").text == (
        "4 practices so far. About 5 e-mails a year. Judged by the last 11 months."
    )
    assert {name: kept[name] for name in ("objective", "address", "cadence", "digest_hour")} == {
        "objective": ["21"],
        "address": ["reader@"],
        "cadence": ["weekly"],
        "digest_hour": ["17"],
    }


def test_error_keeps_what_was_chosen_and_counts_it(client):
    make_practice(objectives=[21])
    action, sent = chosen_on(read(client.get("/subscribe/")))

    response = client.post(action, sent | {"objective": ["21"], "address": "reader@"})

    page = read(response)
    assert (response.status_code, chosen_on(page)[1]["objective"]) == (422, ["21"])
    assert page.one("section", "subscribe-summary").one("strong").text == WORDS_OF_21


def test_more_countries_than_one_filter_can_have_are_refused(client):
    countries = [code.lower() for code in Country.objects.values_list("code", flat=True)[:51]]

    response = client.post("/subscribe/", {"choosing": "1", "country": countries, "address": "a@example.org"})

    assert (response.status_code, Subscription.objects.count()) == (422, 0)
    assert "too many filters" in read(response).one("div", "notice-bad").text


def test_form_of_an_objective_says_how_many_emails_it_brings(client):
    for month in range(1, 5):
        make_practice(announce=True, objectives=[21], now=timezone.now() - timedelta(days=80 * month))

    section = read(client.get("/objectives/21/")).one("section", "subscribe")

    assert section.one("p", "eyebrow").text == (
        "About 5 e-mails a year. Judged by the last 11 months. Unsubscribe at any time. "
        "We use your address only for these e-mails. Privacy"
    )


def test_form_says_nothing_of_numbers_while_there_is_too_little_to_judge_by(client):
    make_practice(announce=True)

    section = read(client.get("/objectives/21/")).one("section", "subscribe")

    assert section.one("p", "eyebrow").text == (
        "Unsubscribe at any time. We use your address only for these e-mails. Privacy"
    )


# Confirming -----------------------------------------------------------------------


def test_link_to_confirm_shows_one_button(client):
    path = confirm_address(make_subscription(confirmed=False))

    page = read(client.get(path))

    form = page.one("main").one("form")
    followed = page.one("main").one("ul").texts("li")
    assert (page.one("h1").text, followed, form["method"], form.one("button").text) == (
        "Confirm your subscription",
        [f"{WORDS_OF_21} (at once)"],
        "post",
        "Confirm the subscription",
    )


def test_request_says_the_day_and_hour_that_were_chosen(client):
    wishes = {"digest_weekday": "4", "digest_hour": "17", "time_zone": "Asia/Manila", "cadence": "weekly"}
    client.post(SUBSCRIBE, {"address": "reader@example.org"} | wishes)
    said = "weekly, on Friday at 17:00, time zone Philippines: Manila (UTC+8)"

    mail = emails.compose(OutboxMessage.objects.get())
    page = read(client.get(confirm_address(Subscription.objects.get())))

    assert f"How often: {said}." in " ".join(mail.body.split())
    assert page.one("main").one("ul").texts("li") == [f"{WORDS_OF_21} ({said})"]


def test_opening_the_link_confirms_nothing(client):
    subscription = make_subscription(confirmed=False)

    client.get(confirm_address(subscription))

    subscription.refresh_from_db()
    assert subscription.confirmed_at is None


def test_one_link_confirms_all_subscriptions_of_the_address(client):
    subscription = make_subscription(21, confirmed=False)
    make_subscription(3, confirmed=False)
    path = OutboxMessage.objects.filter(subscriber=subscription.subscriber).first().context["confirm_path"]

    form = read(client.get(path)).one("main").one("form")
    shown = [box["value"] for box in form.all("input", name="shown")]
    client.post(path, {"time_zone": "Asia/Manila", "shown": shown})

    assert len(shown) == 2
    assert Subscription.objects.confirmed().count() == 2
    assert Subscriber.objects.get().time_zone == "Asia/Manila"


def test_request_that_is_unticked_is_not_confirmed(client):
    subscription = make_subscription(21, confirmed=False)
    make_subscription(3, confirmed=False)
    path = OutboxMessage.objects.filter(subscriber=subscription.subscriber).first().context["confirm_path"]

    client.post(path, {"shown": shown_code(subscription)})

    assert list(Subscription.objects.confirmed()) == [subscription]


@pytest.mark.parametrize("shown", [[], ["x"], ["é"]])
def test_confirming_nothing_that_was_shown_is_explained(client, shown):
    subscription = make_subscription(confirmed=False)

    response = client.post(confirm_address(subscription), {"shown": shown})

    assert (response.status_code, heading(response)) == (409, "Confirm your subscription")
    assert "Nothing is confirmed yet" in read(response).one("div", "notice").text
    assert not Subscription.objects.confirmed().exists()


def test_button_confirms(client, clock):
    subscription = make_subscription(confirmed=False)
    path = confirm_address(subscription)

    response = client.post(path, sent_by(read(client.get(path)).one("main").one("form")))

    subscription.refresh_from_db()
    assert (heading(response), subscription.confirmed_at, subscription.subscriber.confirmed_at) == (
        "You are subscribed",
        timezone.now(),
        timezone.now(),
    )


def test_title_says_what_the_heading_says(client):
    confirm = confirm_address(make_subscription(confirmed=False))
    unsubscribe = unsubscribe_address(make_subscription(3, address="other@example.org"))
    confirmation = client.get(confirm)

    pages = [
        confirmation,
        client.post(confirm, sent_by(read(confirmation).one("main").one("form"))),
        client.get(unsubscribe),
        client.post(unsubscribe),
        client.get(unsubscribe),
    ]

    titles = [read(page).one("title").text.partition(" – ")[0] for page in pages]
    assert titles == [heading(page) for page in pages]


def test_confirming_is_idempotent(client, clock):
    subscription = make_subscription(confirmed=False)
    path = confirm_address(subscription)
    sent = {"shown": shown_code(subscription)}
    client.post(path, sent)
    first = timezone.now()
    clock.shift(timedelta(minutes=1))

    response = client.post(path, sent)

    subscription.refresh_from_db()
    assert (heading(response), subscription.confirmed_at) == ("You are subscribed", first)


@pytest.mark.parametrize("method", ["get", "post"])
def test_used_link_to_confirm_opens_no_other_page(client, method):
    subscription = make_subscription(confirmed=False)
    path, sent = confirm_address(subscription), {"shown": shown_code(subscription)}
    answers = [client.post(path, sent), getattr(client, method)(path, sent)]

    links = [
        [link["href"] for link in read(answer).one("main").all("a") if "/subscriptions/" in link["href"]]
        for answer in answers
    ]

    assert links == [[preferences_path(subscription.subscriber)], ["/subscriptions/"]]


def test_link_of_a_confirmed_subscription_says_so(client):
    subscription = make_subscription()

    response = client.get(confirm_address(subscription))

    assert heading(response) == "You are subscribed"


def test_link_of_a_subscription_that_was_merged_says_what_goes_on(client):
    kept, merged = make_subscription(3), make_subscription(21)
    path = signed_links.confirm_path(merged)
    subscriptions.merge(kept, merged)

    page = read(client.get(path))

    assert (page.one("h1").text, page.one("main").texts("li")) == (
        "You are subscribed",
        ["Objective 3 or Objective 21 (at once)"],
    )


def test_link_of_a_confirmed_subscription_says_so_a_year_later(client, clock):
    path = confirm_address(make_subscription(cadence="weekly"))
    Subscriber.objects.update(time_zone="Asia/Manila")
    clock.shift(timedelta(days=365))

    page = read(client.get(path))

    assert (page.one("h1").text, page.one("main").one("ul").texts("li")) == (
        "You are subscribed",
        [f"{WORDS_OF_21} (weekly, on Monday at 08:00, time zone Philippines: Manila (UTC+8))"],
    )


@pytest.mark.parametrize("method", ["get", "post"])
def test_confirmation_link_expires_after_a_week(client, clock, method):
    path = confirm_address(make_subscription(confirmed=False))
    clock.shift(timedelta(days=7, seconds=1))

    response = getattr(client, method)(path)

    assert (response.status_code, heading(response), Subscription.objects.get().confirmed_at) == (
        404,
        "This link no longer works",
        None,
    )


@pytest.mark.parametrize("method", ["get", "post"])
def test_link_to_confirm_cannot_undo_leaving(client, method):
    subscription = make_subscription()
    path = confirm_address(subscription)
    client.post(unsubscribe_address(subscription))

    response = getattr(client, method)(path)

    assert (response.status_code, Subscription.objects.count()) == (404, 0)


# Unsubscribing --------------------------------------------------------------------


def test_unsubscribe_link_shows_the_subscription_and_one_button(client):
    path = unsubscribe_address(make_subscription())

    page = read(client.get(path))

    form = page.one("main").one("form")
    assert (page.one("h1").text, page.one("main").texts("li"), form["method"], form.one("button").text) == (
        "Unsubscribe?",
        [WORDS_OF_21],
        "post",
        "Yes, unsubscribe",
    )


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_the_link_ends_nothing(client, method):
    path = unsubscribe_address(make_subscription())

    getattr(client, method)(path)

    assert Subscription.objects.count() == 1


def test_button_ends_the_subscription(client):
    path = unsubscribe_address(make_subscription())

    response = client.post(path)

    assert (response.status_code, heading(response), Subscription.objects.count()) == (
        200,
        "You have unsubscribed",
        0,
    )


def test_unsubscribing_ends_only_the_subscription_of_the_message(client):
    subscription = make_subscription(21)
    make_subscription(3)
    path = unsubscribe_address(subscription)

    client.post(path)

    assert list(Subscription.objects.values_list("query", flat=True)) == ["objective=3"]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("is_subscribed_anew", [False, True])
def test_unsubscribing_is_idempotent_and_claims_nothing_about_newer_subscriptions(
    client, method, is_subscribed_anew
):
    path = unsubscribe_address(make_subscription())
    client.post(path)
    if is_subscribed_anew:
        make_subscription()

    response = getattr(client, method)(path)

    assert (response.status_code, heading(response), Subscription.objects.count()) == (
        200,
        "These e-mail updates ended before",
        int(is_subscribed_anew),
    )
    assert ("ask for a link to your subscriptions", "/subscriptions/") in read(response).one("main").links()


def test_link_to_leave_never_expires(client, clock):
    path = unsubscribe_address(make_subscription())
    clock.shift(timedelta(days=4000))

    response = client.post(path)

    assert (response.status_code, Subscription.objects.count()) == (200, 0)


def test_unsubscribing_cancels_queued_messages(client):
    path = unsubscribe_address(make_subscription())

    client.post(path)

    assert list(OutboxMessage.objects.waiting()) == []


@pytest.mark.parametrize(
    ("cadences", "advice"),
    [
        (["at_once"], "You can get them daily or weekly instead."),
        (["daily"], "You can get them weekly instead."),
        (["weekly"], "You can narrow your subscriptions."),
        (["weekly", "at_once"], "You can get them daily or weekly instead."),
    ],
)
def test_page_to_unsubscribe_advises_what_would_bring_fewer_e_mails(client, cadences, advice):
    held = [make_subscription(number, cadence=cadence) for number, cadence in enumerate(cadences, start=1)]
    path = signed_links.unsubscribe_all_path(held[0].subscriber)

    assert f"Too many e-mails? {advice}" in read(client.get(path)).one("main").text


ONE_CLICK = {
    "urlencoded": ("List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"),
    "multipart": (
        '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n',
        "multipart/form-data; boundary=b",
    ),
}


@pytest.mark.parametrize(("body", "content_type"), ONE_CLICK.values(), ids=ONE_CLICK)
def test_mail_program_unsubscribes_with_one_click(client, body, content_type):
    """Accept the one-click POST without cookies, and respond without a redirect (RFC 8058 §3.2)."""
    path = unsubscribe_address(make_subscription())

    response = client.generic("POST", path, body, content_type=content_type)

    assert (response.status_code, dict(client.cookies), Subscription.objects.count()) == (200, {}, 0)


def test_one_click_is_accepted_despite_csrf_protection(csrf_client):
    path = unsubscribe_address(make_subscription())
    body, content_type = ONE_CLICK["urlencoded"]

    response = csrf_client.generic("POST", path, body, content_type=content_type)

    assert response.status_code == 200


@pytest.fixture
def csrf_client(client):
    client.handler.enforce_csrf_checks = True
    return client


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    ("kind", "links"),
    [
        ("confirm", [("Subscribe again", "/subscribe/")]),
        ("leave", [("Ask for a new link", "/subscriptions/"), ("subscribe again", "/subscribe/")]),
    ],
)
def test_altered_link_gets_a_kind_page(client, kind, links, method):
    subscription = make_subscription(confirmed=False)
    path = confirm_address(subscription).replace("confirm", kind)

    response = getattr(client, method)(f"{path[:-2]}/")

    assert (response.status_code, heading(response), read(response).one("main").links()) == (
        404,
        "This link no longer works",
        links,
    )


def test_link_names_no_address(client):
    subscription = make_subscription(address="reader@example.org")

    links = [confirm_address(subscription), unsubscribe_address(subscription)]

    assert [link for link in links if "reader" in link] == []


def test_page_of_a_link_names_no_address(client):
    subscription = make_subscription(address="reader@example.org")
    make_practice()

    pages = [
        client.get(path).text for path in (confirm_address(subscription), unsubscribe_address(subscription))
    ]

    assert [page for page in pages if "reader@" in page] == []
