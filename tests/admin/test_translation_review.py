"""Reviewing a translation beside the original, and withdrawing a published one."""

import pytest

from practices import workflow
from practices.choices import State
from practices.models import RejectionReason, Submission, Translation
from tests.support.factories import (
    FRENCH,
    document,
    make_practice,
    make_submission,
    send_adaptation,
    send_translation,
)
from tests.support.pages import read, sent_by

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("staff")]


def page_of(submission):
    return f"/admin/practices/submission/{submission.pk}/change/"


def test_queue_calls_it_a_translation(client):
    send_translation(of=make_practice())

    assert "translation" in read(client.get("/admin/practices/submission/")).text


def test_page_shows_each_text_beside_the_original(client):
    submission = send_translation(of=make_practice(lessons="Open on Sundays."), lessons="")

    page = read(client.get(page_of(submission)))

    pairs = {pair["id"]: pair.text for pair in page.all("div", "review-pair")}
    assert document()["title"] in pairs["field-title"]
    assert FRENCH["title"] in pairs["field-title"]
    assert "Not translated: readers see the original." in pairs["field-lessons"]
    assert not page.all("label", "review-criterion")


def test_translation_is_published_without_ticks(client):
    submission = send_translation(of=make_practice())
    form = sent_by(read(client.get(page_of(submission))).one("form", "review-decision"))

    client.post(page_of(submission), form | {"step": "publish", "confirmed": "yes"})

    assert Translation.objects.published().get().title == FRENCH["title"]


def test_page_shows_what_the_original_says_since(client):
    practice = make_practice()
    submission = send_translation(of=practice)
    workflow.publish_document(document(summary="Desks in three ports help workers."), to=practice)

    page = read(client.get(page_of(submission)))

    assert "The original has changed since it was translated" in page.text


def test_page_shows_how_it_differs_from_the_translation_that_readers_see(client):
    practice = make_practice()
    send_translation(State.PUBLISHED, of=practice)
    submission = send_translation(of=practice, title="Des guichets")

    page = read(client.get(page_of(submission)))

    assert "Changes from the translation that readers see now" in page.text


def test_only_texts_can_be_corrected(client):
    submission = send_translation(of=make_practice(countries=["PH"]))
    path = f"/admin/practices/submission/{submission.pk}/correct/"
    page = read(client.get(path))

    form = sent_by(
        page.one("form", id="correction") if page.all("form", id="correction") else page.all("form")[-1]
    )
    client.post(path, form | {"title": "Des guichets"})

    submission.refresh_from_db()
    assert "countries" not in form
    assert (submission.document["title"], submission.document["countries"]) == ("Des guichets", ["PH"])


@pytest.mark.parametrize(("step", "is_public"), [("withdraw", False), ("restore", True)])
def test_moderator_withdraws_or_restores_a_translation(client, moderator, step, is_public):
    practice = make_practice()
    send_translation(State.PUBLISHED, of=practice)
    if is_public:
        workflow.withdraw_translation(practice, language="fr", by=moderator, reason="It is wrong.")
    page = f"/admin/practices/practice/{practice.pk}/change/"
    path = f"/admin/practices/practice/{practice.pk}/translations/fr/{step}/"

    links = [address for _text, address in read(client.get(page)).links()]
    [form] = [each for each in read(client.get(path)).all("form") if each.all("textarea")]
    client.post(path, sent_by(form) | {"reason": "It says the opposite."})

    assert path in links
    assert Translation.objects.published().exists() is is_public


@pytest.mark.parametrize(
    ("make", "offered"),
    [
        (lambda: send_translation(of=make_practice()), "Says something else than the original"),
        (lambda: make_submission(State.SUBMITTED), "Not about migration"),
        (lambda: send_adaptation(of=make_practice()), "Too little about the use"),
    ],
    ids=["translation", "practice", "use elsewhere"],
)
def test_standard_reasons_are_those_of_what_is_decided_on(client, make, offered):
    page = read(client.get(page_of(make())))

    [reasons] = [each for each in page.all("select") if each["name"] == "listed_reason"]
    assert reasons.texts("option")[:2] == ["None", offered]


def test_translation_is_refused_for_a_standard_reason_of_translations(client):
    submission = send_translation(of=make_practice())
    Submission.objects.update(language="fr")
    reason = RejectionReason.objects.get(title="Already translated")
    form = sent_by(read(client.get(page_of(submission))).one("form", "review-decision"))

    client.post(
        page_of(submission), form | {"step": "reject", "listed_reason": reason.pk, "confirmed": "yes"}
    )

    assert submission.events.last().reason.startswith("La pratique est déjà traduite")
