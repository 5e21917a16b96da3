"""The subscriptions page, which a mailed link opens."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from practices.choices import Kind
from practices.models import OutboxMessage, Subscriber, Subscription
from practices.notifications import subscriptions
from practices.notifications.subscriptions.signup import CONSENT
from practices.web.subscribe.forms import SubscriptionForm
from tests.support.addresses import preferences_address
from tests.support.factories import NOW, announced_to, make_practice, make_subscription
from tests.support.pages import read, sent_by

pytestmark = pytest.mark.django_db


def form_with(page, step):
    """Return the form with the button of this step."""
    [form, *_] = [form for form in page.one("main").all("form") if form.all("button", value=step)]
    return form


def press(client, path, step, **chosen):
    form = form_with(read(client.get(path)), step)
    return client.post(path, sent_by(form) | {"step": step} | chosen)


# Requesting the link ------------------------------------------------------------------


def links():
    return list(OutboxMessage.objects.filter(kind=Kind.SUBSCRIPTION_LINK).values_list("address", flat=True))


def test_link_is_mailed_to_subscribers_with_the_same_response_for_everyone(client):
    make_subscription(address="reader@example.org")

    answers = [
        (response.status_code, response.url, client.get(response.url).content)
        for response in (
            client.post("/subscriptions/", {"address": f"{who}@example.org"}) for who in ("Reader", "new")
        )
    ]

    assert (answers[0], links()) == (answers[1], ["reader@example.org"])


def test_link_is_mailed_a_few_times_a_day(client, clock):
    clock.move_to(NOW)
    make_subscription(address="reader@example.org")

    for _time in range(4):
        client.post("/subscriptions/", {"address": "reader@example.org"})

    assert len(links()) == 3


def test_invalid_address_gets_no_link(client):
    response = client.post("/subscriptions/", {"address": "reader"})

    assert (response.status_code, read(response).one("input", name="address")["value"]) == (422, "reader")


def test_link_never_expires_and_names_no_address(client, clock):
    path = preferences_address(make_subscription())
    clock.shift(timedelta(days=4000))

    response = client.get(path)

    assert (response.status_code, "reader" in path) == (200, False)


# Content -----------------------------------------------------------------------------


def test_page_describes_the_subscriptions(client):
    path = preferences_address(make_subscription(21, cadence="weekly"))
    make_subscription(query="country=ph&q=desk")
    make_subscription(query="objective=19&objective=21&country=ma")
    make_subscription(query="")

    page = read(client.get(path))

    assert page.texts("h3") == [
        "Objective 21: Dignified return and reintegration",
        "“desk” · Philippines",
        "Objective 19 or Objective 21 · Morocco",
        "All practices",
    ]
    assert sent_by(form_with(page, "change"))["cadence"] == ["weekly"]


def test_filter_that_is_no_longer_known_is_shown_as_such(client):
    path = preferences_address(make_subscription(query="objective=21&tag=gone"))

    article = read(client.get(path)).one("article")

    assert article.one("h3").text == "Objective 21 · gone"
    assert "Part of this filter no longer exists" in article.one("p", "notice").text


# Changes ---------------------------------------------------------------------------


def test_how_often_can_be_changed(client):
    path = preferences_address(make_subscription())

    press(client, path, "change", cadence="daily")

    assert Subscription.objects.get().cadence == "daily"


def test_saving_confirms_waiting_subscriptions(client, clock):
    path = preferences_address(make_subscription())
    waiting = Subscriber.objects.get().subscriptions.create(query="country=ph")

    sent = {"step": "change", "subscription": waiting.key, "query": waiting.query, "cadence": "weekly"}
    client.post(path, sent)

    waiting.refresh_from_db()
    assert waiting.confirmed_at == timezone.now()


# Adding and changing -----------------------------------------------------------------


def save(client, path, **chosen):
    """Save the form at `path` with what is chosen."""
    page = read(client.get(path))
    form = page.one("main").all("form")[0]
    sent = {name: values for name, values in sent_by(form).items() if any(values)}
    return client.post(form["action"], sent | chosen)


@pytest.mark.parametrize(
    ("chosen", "query"),
    [({"objective": ["3"], "country": ["ph"], "q": "desk"}, "q=desk&objective=3&country=ph"), ({}, "")],
)
def test_owner_adds_a_subscription_that_is_in_force_at_once(client, chosen, query, clock):
    path = preferences_address(make_subscription(21), "subscription-add")

    response = save(client, path, cadence="daily", **chosen)

    added = Subscription.objects.in_force().get(query=query)
    assert (added.cadence, added.confirmed_at, added.consent) == ("daily", timezone.now(), CONSENT)
    assert OutboxMessage.objects.waiting().count() == 0
    assert read(client.get(response.url)).one("div", "notice-good").text == ("The subscription is added.")


def test_paused_subscription_that_its_owner_adds_again_is_resumed(client):
    subscription = make_subscription(21)
    path = preferences_address(subscription, "subscription-add")
    Subscription.objects.update(paused_at=NOW)

    save(client, path, objective=["21"], cadence="daily")

    assert [(each.paused_at, each.cadence) for each in Subscription.objects.all()] == [(None, "daily")]


def test_subscription_that_is_there_already_is_not_called_added(client):
    path = preferences_address(make_subscription(21), "subscription-add")

    response = save(client, path, objective=["21"], cadence="daily")

    assert read(client.get(response.url)).one("div", "notice-good").text == (
        "You already had a subscription to Objective 21: Dignified return and reintegration. "
        "E-mails on it now come daily at 08:00, time zone UTC."
    )


def test_objective_that_does_not_exist_is_not_added(client):
    path = preferences_address(make_subscription(21), "subscription-add")

    response = client.post(path, {"choosing": "1", "objective": "99", "q": "desk", "cadence": "daily"})

    page = read(response)
    assert (response.status_code, Subscription.objects.count()) == (422, 1)
    assert (page.one("main").one("input", name="q")["value"], bool(page.all("div", "notice-warm"))) == (
        "desk",
        True,
    )


def test_subscription_past_the_most_an_address_can_have_is_refused_in_words(client, settings):
    settings.SUBSCRIPTIONS_PER_ADDRESS = 1
    path = preferences_address(make_subscription(21), "subscription-add")

    response = save(client, path, q="desk", cadence="daily")

    page = read(response)
    assert (response.status_code, page.one("main").one("input", name="q")["value"]) == (422, "desk")
    assert "You have 1 subscriptions, which is the most" in page.one("div", id="errors").text


def test_form_to_change_a_subscription_has_what_it_is_about(client):
    subscription = make_subscription(query="q=desk&objective=21&country=ph&type=service", cadence="weekly")

    page = read(client.get(preferences_address(subscription, "subscription-change")))

    sent = sent_by(page.one("main").all("form")[0])
    assert [sent[name] for name in ("objective", "country", "q", "cadence")] == [
        ["21"], ["ph"], ["desk"], ["weekly"],
    ]  # fmt: skip
    assert page.one("ul", "chip-list").texts("button") == ["Remove Type of practice: Service"]


def test_owner_changes_practices_and_cadence_and_other_filters_are_kept(client):
    subscription = make_subscription(query="objective=21&type=service")

    save(client, preferences_address(subscription, "subscription-change"), objective=["3"], cadence="weekly")

    subscription.refresh_from_db()
    assert (subscription.query, subscription.cadence) == ("objective=3&type=service", "weekly")


def test_request_that_its_owner_changes_is_confirmed(client):
    make_subscription(21)
    asked = make_subscription(3, confirmed=False)

    save(client, preferences_address(asked, "subscription-change"), objective=["4"])

    assert Subscription.objects.in_force().filter(query="objective=4").exists()


def test_filter_removed_in_the_form_is_saved_without_it_and_what_was_typed_is_kept(client):
    subscription = make_subscription(query="objective=21&type=service")
    path = preferences_address(subscription, "subscription-change")
    form = read(client.get(path)).one("main").all("form")[0]

    page = read(client.post(form["action"], sent_by(form) | {"q": "desk", "without": "type=service"}))
    form = page.one("main").all("form")[0]
    client.post(form["action"], sent_by(form))

    subscription.refresh_from_db()
    assert subscription.query == "q=desk&objective=21"


def test_change_to_the_filter_of_another_subscription_makes_them_one(client):
    kept, other = make_subscription(21), make_subscription(3)

    response = save(client, preferences_address(kept, "subscription-change"), objective=["3"])

    [subscription] = Subscription.objects.all()
    assert (subscription.pk, subscription.query, other.key in subscription.all_keys) == (
        kept.pk,
        "objective=3",
        True,
    )
    said = read(client.get(response.url)).one("div", "notice-good").text
    assert said.startswith("Your change is saved. You already had a subscription to Objective 3: ")


@pytest.mark.parametrize("step", ["remove", "pause", "change"])
@pytest.mark.parametrize("opened", [0, 1])
def test_step_from_a_page_opened_before_a_merge_changes_nothing_and_says_so(client, step, opened):
    subscription = [make_subscription(21), make_subscription(3)][opened]
    path = preferences_address(subscription)
    stale = {"step": step, "subscription": subscription.key, "query": subscription.query, "cadence": "weekly"}
    press(client, path, "merge")
    before = list(Subscription.objects.values())

    response = client.post(path, stale)

    assert (response.status_code, list(Subscription.objects.values())) == (409, before)
    assert "Nothing is changed yet" in read(response).one("div", "notice-warm").text


def test_form_of_a_merged_subscription_changes_the_one_that_it_is_part_of(client):
    subscription = [make_subscription(21), make_subscription(3)][1]
    path = preferences_address(subscription, "subscription-change")
    press(client, preferences_address(subscription), "merge")

    page = read(client.get(path))

    assert page.one("p", "lead").text == "Until now: Objective 3 or Objective 21, at once"


def test_change_of_what_has_changed_meanwhile_is_not_saved_and_kept_to_press_again(client):
    subscription = make_subscription(21)
    path = preferences_address(subscription, "subscription-change")
    form = read(client.get(path)).one("main").all("form")[0]
    Subscription.objects.update(query="objective=5")

    response = client.post(form["action"], sent_by(form) | {"objective": ["3"]})
    again = read(response).one("main").all("form")[0]
    unsaved = Subscription.objects.get().query
    client.post(again["action"], sent_by(again))

    assert (response.status_code, unsaved, Subscription.objects.get().query) == (
        409,
        "objective=5",
        "objective=3",
    )


def test_form_to_change_a_subscription_that_has_ended_leads_to_the_others(client):
    make_subscription(3)
    subscription = make_subscription(21)
    path = preferences_address(subscription, "subscription-change")
    subscription.delete()

    response = client.post(path, {"choosing": "1", "cadence": "daily"})

    assert response.url == f"{preferences_address(Subscription.objects.get())}?done=gone"


def test_change_of_a_subscription_that_ends_meanwhile_leads_to_the_others(client, monkeypatch):
    make_subscription(3)
    subscription = make_subscription(21)
    path = preferences_address(subscription, "subscription-change")

    def end(*_values, **_wishes):
        subscription.delete()
        raise subscriptions.SubscriptionChanged

    monkeypatch.setattr(subscriptions, "change", end)

    response = client.post(path, {"choosing": "1", "cadence": "daily"})

    assert response.url == f"{preferences_address(Subscription.objects.get())}?done=gone"


def test_subscription_of_another_subscriber_cannot_be_changed(client):
    path = preferences_address(make_subscription(21))
    other = make_subscription(3, "other@example.org")

    response = client.get(f"{path}change/{other.key}/")

    assert response.url == f"{path}?done=gone"


def test_page_names_the_address_and_what_each_subscription_brings(client):
    make_practice(objectives=[21])

    page = read(client.get(preferences_address(make_subscription(21))))

    assert page.one("main").one("header").one("strong").text == "reader@example.org"
    assert page.one("article").one("p", "eyebrow").text == "1 practice so far."


@pytest.mark.parametrize(
    "sent",
    [{"step": "change", "cadence": "hourly"}, {"step": "explode"}, {"step": "clock", "digest_hour": "24"}],
)
def test_page_does_not_say_that_what_cannot_be_is_saved(client, sent):
    subscription = make_subscription()

    response = client.post(
        preferences_address(subscription),
        {"subscription": subscription.key, "query": subscription.query} | sent,
    )

    assert read(response).all("div", "notice-good") == []


def test_request_of_a_stranger_is_not_offered_for_merging(client):
    path = preferences_address(make_subscription(21))
    make_subscription(query="objective=21&country=ph", confirmed=False)

    page = read(client.get(path))

    assert page.all("section", **{"aria-labelledby": "overlaps"}) == []


def test_subscription_can_be_paused_and_resumed(client, clock):
    path = preferences_address(make_subscription())

    press(client, path, "pause")
    paused = Subscription.objects.get().paused_at
    press(client, path, "resume")

    assert (paused, Subscription.objects.get().paused_at) == (timezone.now(), None)


def test_subscription_can_be_removed(client):
    path = preferences_address(make_subscription())
    make_subscription(3)

    press(client, path, "remove")

    assert [subscription.query for subscription in Subscription.objects.all()] == ["objective=3"]


def test_day_hour_and_time_zone_can_be_changed(client):
    path = preferences_address(make_subscription())

    press(client, path, "clock", time_zone="Africa/Abidjan", digest_hour="0", digest_weekday="6")

    subscriber = Subscriber.objects.get()
    assert (subscriber.time_zone, subscriber.digest_hour, subscriber.digest_weekday) == (
        "Africa/Abidjan",
        0,
        6,
    )


@pytest.mark.parametrize(
    ("zone", "value", "label"),
    [
        ("Asia/Calcutta", "Asia/Kolkata", "India: New Delhi, Mumbai, Kolkata (UTC+5:30)"),
        ("Etc/GMT+5", "Etc/GMT+5", "UTC−5"),
    ],
)
def test_zone_by_another_name_or_none_that_is_offered_is_chosen_in_the_list(client, zone, value, label):
    path = preferences_address(make_subscription())
    press(client, path, "clock", time_zone=zone)

    page = read(client.get(path))

    [chosen] = [
        each for each in page.one("select", name="time_zone").all("option") if "selected" in each.attributes
    ]
    assert (Subscriber.objects.get().time_zone, chosen["value"], chosen.text) == (value, value, label)


@pytest.mark.parametrize(
    ("queries", "merged", "cadence"),
    [
        (["objective=21", "objective=21&country=ph"], "objective=21", "at_once"),
        (["objective=21&country=ph", "objective=21"], "objective=21", "at_once"),
        (["objective=21", "objective=3"], "objective=21&objective=3", "at_once"),
        (["", "country=ph"], "", "at_once"),
    ],
)
def test_subscriptions_that_overlap_are_merged_at_the_sooner_cadence(client, queries, merged, cadence):
    path = preferences_address(make_subscription(query=queries[0], cadence="weekly"))
    make_subscription(query=queries[1], cadence="at_once")

    press(client, path, "merge")

    [subscription] = Subscription.objects.all()
    assert (set(subscription.query.split("&")), subscription.cadence) == (set(merged.split("&")), cadence)


@pytest.mark.parametrize(
    "queries", [["objective=21", "country=ph"], ["q=desk", "q=port"], ["objective=21", "tag=x"]]
)
def test_subscriptions_that_do_not_overlap_are_not_merged(client, queries):
    path = preferences_address(make_subscription(query=queries[0]))
    make_subscription(query=queries[1])
    one, other = Subscription.objects.values_list("pk", flat=True)

    page = read(client.get(path))
    client.post(path, {"step": "merge", "one": one, "other": other})

    assert (page.all("section", **{"aria-labelledby": "overlaps"}), Subscription.objects.count()) == ([], 2)


def test_suspended_address_is_shown_and_can_be_reactivated(client):
    path = preferences_address(make_subscription())
    Subscriber.objects.update(suspended_at=NOW, suspended_because="bounces", bounces=3)

    page = read(client.get(path))
    press(client, path, "again")

    subscriber = Subscriber.objects.get()
    assert "could not be delivered on several days" in page.one("div", "notice-bad").text
    assert (subscriber.suspended_at, subscriber.suspended_because, subscriber.bounces) == (None, "", 0)


@pytest.mark.parametrize("step", ["pause", "remove", "change", "merge"])
def test_subscription_of_another_subscriber_is_unaffected(client, step):
    path = preferences_address(make_subscription())
    other = make_subscription(3, "other@example.org", cadence="weekly")
    before = list(Subscription.objects.values())

    keys = dict.fromkeys(["subscription", "one", "other"], other.key)
    client.post(path, {"step": step, "query": other.query, "cadence": "daily"} | keys)

    assert list(Subscription.objects.values()) == before


@pytest.mark.parametrize("key", ["", "²", "0", "-1", "9" * 30, "x"])
@pytest.mark.parametrize("step", ["remove", "merge", "explode", ""])
def test_odd_step_changes_nothing(client, step, key):
    path = preferences_address(make_subscription())

    response = client.post(path, {"step": step, "subscription": key, "one": key, "other": key})

    assert (response.status_code, Subscription.objects.count()) == (200, 1)


# Personal data ----------------------------------------------------------------------------------------


def test_all_that_is_held_can_be_downloaded(client):
    subscription = make_subscription(21, cadence="weekly")
    announced_to(make_subscription(3), objectives=[3], title="Desk")

    response = client.get(preferences_address(subscription, "subscriptions-export"))

    held = json.loads(response.content)
    assert response.headers["Content-Disposition"] == 'attachment; filename="subscriptions.json"'
    [subscriber] = held["subscribers"]
    assert (subscriber["address"], [one["filter"] for one in subscriber["subscriptions"]]) == (
        "reader@example.org",
        ["objective=21", "objective=3"],
    )
    assert [message["practice"] for message in held["messages"] if message["practice"]] == ["Desk"]


def test_end_of_the_last_subscription_says_so(client):
    subscription = make_subscription()
    path = preferences_address(subscription)

    response = press(client, path, "remove")

    page = read(response)
    assert (page.one("h1").text, page.one("p", "lead").text) == (
        "You have unsubscribed",
        (
            "This was your last subscription. We have also deleted the address and the e-mails we kept for your "
            "subscriptions. You can subscribe again at any time."
        ),
    )


def test_everything_can_be_erased(client):
    subscription = make_subscription()
    announced_to(subscription)
    path = preferences_address(subscription)

    response = press(client, path, "erase")

    assert read(response).one("h1").text == "Your subscriptions are deleted"
    assert (Subscriber.objects.count(), OutboxMessage.objects.count()) == (0, 0)
    assert client.get(path).status_code == 404


def test_form_says_what_to_choose_instead_of_a_value_that_it_does_not_offer():
    form = SubscriptionForm(
        {
            "address": "reader@example.org",
            "cadence": "hourly",
            "digest_weekday": "9",
            "digest_hour": "25",
            "time_zone": "Mars/Phobos",
            "language": "tlh",
        }
    )

    assert form.errors == {
        "cadence": ["Choose how often e-mails should come."],
        "digest_weekday": ["Choose a day from the list."],
        "digest_hour": ["Choose a time from the list."],
        "time_zone": ["Choose a time zone from the list."],
        "language": ["Choose a language from the list."],
    }
