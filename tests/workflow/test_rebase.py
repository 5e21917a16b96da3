"""Updates whose practice was revised since they were started: no published change is overwritten unseen."""

from datetime import timedelta

import pytest
from django.utils import timezone

from practices import workflow
from practices.choices import Act, State
from practices.documents import three_way_merge
from practices.models import Practice, Submission
from tests.support.addresses import address
from tests.support.documents import JUDGED
from tests.support.factories import (
    document,
    judged,
    make_moderator,
    make_outdated_update,
    make_practice,
    make_submission,
)
from tests.support.pages import read, sent_by

pytestmark = pytest.mark.django_db

DOUBT = {"since": {"title": "Desks in Batumi"}, "title": "Two desks", "summary": "There are two of them."}
"""Newer revision and update that both change the title. The update also changes the summary."""


@pytest.fixture
def staff(client, moderator):
    client.force_login(moderator)
    return client


def page_of(submission):
    return f"/admin/practices/submission/{submission.pk}/change/"


def published():
    return Practice.objects.get().revisions.first().document


# Three-way merge ------------------------------------------------------------------


def laid(update, since):
    """Return (document, taken, disputed) of an update of document(), which was revised since."""
    submission = make_outdated_update(State.SUBMITTED, since=since, **update)
    newer = three_way_merge.merge_newest(submission)
    return newer.document, newer.incoming, newer.conflicts


def test_field_the_update_left_alone_follows_the_newer_revision():
    found, taken, disputed = laid({"title": "Two desks"}, {"area": "Batumi", "countries": ["GE"]})

    assert (found["title"], found["area"], found["countries"]) == ("Two desks", "Batumi", ["GE"])
    assert (taken, disputed) == (["countries", "area"], [])


def test_field_that_both_changed_is_disputed_and_stays_as_proposed():
    found, taken, disputed = laid({"title": "Two desks"}, {"title": "Desks in Batumi"})

    assert (found["title"], taken, disputed) == ("Two desks", [], ["title"])


def test_field_that_both_changed_alike_is_not_disputed():
    found, taken, disputed = laid({"area": "Batumi"}, {"area": "Batumi"})

    assert (found["area"], taken, disputed) == ("Batumi", [], [])


def test_field_the_update_empties_stays_empty_where_it_was_not_revised():
    practice = make_practice(area="Batumi")
    update = make_submission(State.SUBMITTED, practice=practice, area="")
    Submission.objects.update(based_on=1)
    workflow.publish_document(document(area="Batumi", countries=["GE"]), to=practice)
    update.refresh_from_db()

    newer = three_way_merge.merge_newest(update)

    assert (newer.document["area"], newer.document["countries"], newer.conflicts) == ("", ["GE"], [])


def test_years_are_merged_together():
    """Merge both years as one value, as otherwise a practice could end before it began."""
    _found, taken, disputed = laid({"end_year": 2012}, {"start_year": 2015})

    assert (taken, disputed) == ([], ["start_year", "end_year"])


def test_credit_is_never_an_updates_to_bring_back():
    found, _taken, disputed = laid({"credit": "Ana Reyes", "title": "Two desks"}, {"area": "Batumi"})

    assert (found["credit"], disputed) == ("", [])


def test_update_of_the_newest_revision_has_nothing_to_reconcile():
    update = make_submission(State.SUBMITTED, practice=make_practice())
    Submission.objects.update(based_on=1)
    update.refresh_from_db()

    assert three_way_merge.merge_newest(update) is None


# Publishing -----------------------------------------------------------------------


def test_publishing_keeps_newer_published_changes(moderator):
    update = make_outdated_update(State.SUBMITTED, since={"area": "Batumi"}, title="Two desks")

    workflow.publish(judged(update), by=moderator)

    update.refresh_from_db()
    assert (published()["title"], published()["area"]) == ("Two desks", "Batumi")
    assert (update.document, update.based_on) == (published(), 2)


def test_publishing_over_a_newer_text_is_refused_and_changes_nothing(moderator):
    update = make_outdated_update(State.SUBMITTED, **DOUBT)

    with pytest.raises(workflow.RevisedMeanwhile):
        workflow.publish(judged(update), by=moderator)

    update.refresh_from_db()
    assert (update.state, published()["title"]) == (State.SUBMITTED, "Desks in Batumi")


@pytest.mark.parametrize(
    ("keep", "title"), [(["title"], "Desks in Batumi"), ([], "Two desks"), (["area", "x"], "Two desks")]
)
def test_conflicting_field_is_published_as_the_moderator_chose(moderator, keep, title):
    update = make_outdated_update(State.SUBMITTED, **DOUBT)

    workflow.rebase(update, to=2, published=keep, by=moderator)
    workflow.publish(judged(update), by=moderator)

    assert (published()["title"], published()["summary"]) == (title, "There are two of them.")


def test_rebase_is_recorded_with_its_changes(moderator):
    update = make_outdated_update(State.SUBMITTED, **DOUBT)

    workflow.rebase(update, to=2, published=["title"], by=moderator)

    event = update.events.get(act=Act.REBASED)
    assert (event.by, event.internal_note, event.changes) == (
        moderator,
        "from revision 1 to 2",
        {"title": ["Two desks", "Desks in Batumi"]},
    )


def test_catching_up_with_a_revision_that_is_not_the_newest_is_refused(moderator):
    update = make_outdated_update(State.SUBMITTED, **DOUBT)
    workflow.publish_document(document(title="Desks in ports"), to=update.practice)

    with pytest.raises(workflow.RevisedMeanwhile):
        workflow.rebase(update, to=2, by=moderator)

    update.refresh_from_db()
    assert (update.based_on, update.document["title"]) == (1, "Two desks")


def test_rebase_resets_approvals(moderator, settings):
    settings.APPROVALS_NEEDED = 2
    update = make_outdated_update(State.SUBMITTED, **DOUBT)
    for name in ("Amina", "Bo"):
        workflow.approve(update, by=make_moderator(name))

    workflow.rebase(update, to=2, published=["title"], by=moderator)

    assert workflow.judgement(update).missing == 2


def test_moderator_who_rebased_an_update_cannot_approve_it(moderator, settings):
    settings.APPROVALS_NEEDED = 2
    update = make_outdated_update(State.SUBMITTED, **DOUBT)
    workflow.rebase(update, to=2, published=["title"], by=moderator)

    with pytest.raises(workflow.ApprovalOfOwnText):
        workflow.approve(update, by=moderator)

    assert workflow.judgement(update).declarations == []


def test_moderator_who_rebased_an_update_in_the_previous_release_cannot_approve_it(moderator, settings):
    settings.APPROVALS_NEEDED = 2
    update = make_outdated_update(State.SUBMITTED, **DOUBT)
    workflow.rebase(update, to=2, published=["title"], by=moderator)
    update.events.filter(act=Act.REBASED).update(act="caught_up")

    with pytest.raises(workflow.ApprovalOfOwnText):
        workflow.approve(update, by=moderator)


def test_corrections_are_of_the_update_on_top_of_the_newest_revision(moderator):
    update = make_outdated_update(State.SUBMITTED, since={"area": "Batumi"}, title="Two deks")
    read_so_far = three_way_merge.merge_newest(update).document

    fields = workflow.correct(update, read_so_far | {"title": "Two desks"}, of=read_so_far, by=moderator)
    workflow.publish(judged(update), by=moderator)

    assert (fields, published()["area"], published()["title"]) == (["title"], "Batumi", "Two desks")


def test_correction_of_a_revised_practice_does_not_revert_it(moderator):
    update = make_outdated_update(State.SUBMITTED, since={"area": "Batumi"}, title="Two deks")
    read_so_far = three_way_merge.merge_newest(update).document
    workflow.publish_document(document(title="Desks", area="Poti"), to=update.practice)

    workflow.correct(update, read_so_far | {"title": "Two desks"}, of=read_so_far, by=moderator)
    workflow.publish(judged(update), by=moderator)

    assert (published()["area"], published()["title"]) == ("Poti", "Two desks")


def test_scheduled_update_that_a_newer_revision_disputes_goes_back_to_the_moderators(moderator):
    practice = make_practice(title="Desks")
    update = make_submission(State.SUBMITTED, practice=practice, title="Two desks")
    Submission.objects.update(based_on=1)
    update.refresh_from_db()
    tomorrow = timezone.now() + timedelta(days=1)
    workflow.schedule(judged(update), by=moderator, at=tomorrow)
    workflow.publish_document(document(title="Desks in Batumi"), to=practice)

    done = workflow.publish_due(now=tomorrow)

    update.refresh_from_db()
    event = update.events.latest("pk")
    assert (done, update.state, published()["title"]) == (0, State.IN_REVIEW, "Desks in Batumi")
    assert (event.by, event.internal_note) == (
        None,
        "Not published as scheduled: revision 2 has changed the same text since.",
    )


def test_update_that_is_in_dispute_is_not_scheduled(moderator):
    update = make_outdated_update(State.SUBMITTED, **DOUBT)

    with pytest.raises(workflow.RevisedMeanwhile):
        workflow.schedule(judged(update), by=moderator, at=timezone.now() + timedelta(days=1))


def test_of_two_updates_published_at_the_same_instant_neither_undoes_the_other(at_once):
    practice = make_practice(title="Desks")
    updates = [make_submission(State.SUBMITTED, practice=practice, title="Desks", **change) for change in (
        {"area": "Batumi"}, {"countries": ["GE"]}
    )]  # fmt: skip
    Submission.objects.update(based_on=1)
    waiting = [Submission.objects.select_related("practice").get(pk=update.pk) for update in updates]
    by = make_moderator()

    at_once(2, lambda: workflow.publish(judged(waiting.pop()), by=by))

    assert (published()["area"], published()["countries"], practice.revisions.count()) == (
        "Batumi",
        ["GE"],
        3,
    )


# The moderator's page -------------------------------------------------------------


def decide(staff, submission, step, **said):
    """Press a button on a fresh copy of the page and return the response, following redirects."""
    page = read(staff.get(page_of(submission)))
    forms = {
        button.get("value"): form
        for form in page.all("form", method="post")
        for button in form.all("button", name="step")
    }
    return staff.post(page_of(submission), sent_by(forms[step]) | {"step": step, **said}, follow=True)


def test_moderator_sees_conflicts_and_cannot_publish_before_resolving_them(staff):
    update = make_outdated_update(State.SUBMITTED, **DOUBT)

    page = read(staff.get(page_of(update)))

    dispute = page.one("section", "review-newer").one("fieldset")
    assert (dispute.texts("legend"), dispute.texts("ins"), dispute.texts("del")) == (
        ["Title"],
        ["[added: in Batumi]", "[added: Two desks]"],
        ["[removed: Desks in Batumi]"],
    )
    assert "publish" not in [button.get("value") for button in page.all("button", name="step")]


@pytest.mark.parametrize(("choice", "title"), [("published", "Desks in Batumi"), ("proposed", "Two desks")])
def test_moderator_says_which_stays_and_publishes(staff, choice, title):
    update = make_outdated_update(State.SUBMITTED, **DOUBT)

    decide(staff, update, "rebase", title=choice)
    decide(staff, update, "publish", confirmed="yes", **JUDGED)

    assert (published()["title"], published()["summary"]) == (title, "There are two of them.")


@pytest.mark.parametrize("choice", [None, "", "x", "²"])
def test_unresolved_field_is_reported_to_the_moderator(staff, choice):
    update = make_outdated_update(State.SUBMITTED, **DOUBT)

    page = read(decide(staff, update, "rebase", **({} if choice is None else {"title": choice})))

    update.refresh_from_db()
    assert (len(page.one("section", "review-newer").texts("ul", "errorlist")), update.based_on) == (1, 1)


def test_moderator_sees_the_update_on_top_of_the_newest_revision(staff):
    update = make_outdated_update(State.SUBMITTED, since={"area": "Batumi"}, title="Two desks")

    page = read(staff.get(page_of(update)))

    assert (
        "Kept as published, because the update does not change them: Area."
        in page.one("section", "review-newer").text
    )
    assert page.one("section", "review-differences").one("dl").texts("dt") == ["Title"]


def test_decision_on_a_page_older_than_the_newest_revision_is_refused(staff):
    update = make_outdated_update(State.SUBMITTED, since={"area": "Batumi"}, title="Two desks")
    form = sent_by(read(staff.get(page_of(update))).one("form", "review-decision"))
    workflow.publish_document(document(title="Desks in Batumi"), to=update.practice)
    form |= JUDGED | {"step": "publish", "confirmed": "yes"}

    answer = staff.post(page_of(update), form, follow=True)

    assert read(answer).one("ul", "messagelist").text == (
        "Nothing was changed: revision 3 of the practice has been published. Read the submission again."
    )
    assert published()["title"] == "Desks in Batumi"


# The submitter's page -------------------------------------------------------------


def newer_page(client, update):
    return read(client.get(address("submission-newer", update.token)))


@pytest.mark.parametrize(
    "name", ["submission-detail", "submission-edit", "submission-send", "submission-newer"]
)
def test_submitter_sees_nothing_of_a_revision_of_a_withdrawn_practice(client, moderator, name):
    update = make_outdated_update(since={}, summary="There are two of them.")
    Submission.objects.update(typed={"note": ["They are two now."]})  # without it, there is no preview
    workflow.withdraw_practice(update.practice, by=moderator, reason="It names somebody.")
    newer = document(title="Quokka desks", summary="A quokka runs them.")
    workflow.publish_document(newer, to=update.practice)

    response = client.get(address(name, update.token))

    status = 302 if name == "submission-newer" else 200
    assert (response.status_code, "quokka" in response.text.casefold()) == (status, False)


def test_submitter_is_told_of_a_newer_revision_and_led_to_both(client):
    update = make_outdated_update(**DOUBT)

    for name in ("submission-edit", "submission-send"):
        # An update needs its reason before it can be previewed.
        Submission.objects.update(typed={"note": ["It was renamed."]})
        notice = read(client.get(address(name, update.token))).one("p", "notice-warm")
        assert notice.text.startswith("Revision 2 of this practice was published after you started.")
        assert [href for _text, href in notice.links()] == [address("submission-newer", update.token)]


def test_submitter_sees_both_texts_of_a_field_that_both_changed(client):
    page = newer_page(client, make_outdated_update(**DOUBT))

    field = page.one("fieldset", "conflict")
    assert (field.texts("legend"), field.texts("ins")) == (
        ["Title"],
        ["[added: Two desks]", "[added: in Batumi]"],
    )


@pytest.mark.parametrize(("choice", "title"), [("mine", "Two desks"), ("published", "Desks in Batumi")])
def test_submitter_goes_on_from_the_newer_revision(client, choice, title):
    update = make_outdated_update(since={**DOUBT["since"], "area": "Batumi"}, title="Two desks")
    form = newer_page(client, update).one("main").all("form", method="post")[0]

    answer = client.post(address("submission-newer", update.token), sent_by(form) | {"keep-title": choice})

    update.refresh_from_db()
    edit = sent_by(read(client.get(answer.url)).one("form", **{"data-draft": ""}))
    assert (update.based_on, update.document["title"], update.document["area"]) == (2, title, "Batumi")
    assert (edit["title"], edit["area"]) == ([title], ["Batumi"])


def test_submitter_takes_over_objectives_and_lists(client):
    since = {"objectives": [20, 1], "tags": ["ports"], "countries": ["GE"], "sdgs": [8]}
    update = make_outdated_update(since=since, title="Two desks")
    form = newer_page(client, update).one("main").all("form", method="post")[0]

    client.post(address("submission-newer", update.token), sent_by(form))
    edit = address("submission-edit", update.token)
    client.post(edit, sent_by(read(client.get(edit)).one("form", **{"data-draft": ""})))

    update.refresh_from_db()
    assert {name: update.document[name] for name in since} == since


def test_submitter_with_an_outdated_page_is_shown_the_new_state(client):
    update = make_outdated_update(**DOUBT)
    form = newer_page(client, update).one("main").all("form", method="post")[0]
    workflow.publish_document(document(title="Desks in ports"), to=update.practice)

    answer = client.post(address("submission-newer", update.token), sent_by(form))

    update.refresh_from_db()
    assert (answer.status_code, update.based_on) == (409, 1)
    assert "revision 3" in read(answer).one("p", "lead").text


def test_submitter_asked_for_changes_continues_from_the_newer_revision(client, moderator):
    update = make_outdated_update(State.CHANGES_REQUESTED, since={"area": "Batumi"}, title="Two desks")
    form = newer_page(client, update).one("main").all("form", method="post")[0]
    client.post(address("submission-newer", update.token), sent_by(form))
    send = address("submission-send", update.token)
    client.post(send, sent_by(read(client.get(send)).one("main").all("form", method="post")[0]))

    update.refresh_from_db()
    workflow.publish(judged(update), by=moderator)

    assert (published()["title"], published()["area"]) == ("Two desks", "Batumi")


def test_update_of_the_newest_revision_has_no_such_page(client):
    update = make_submission(practice=make_practice())
    Submission.objects.update(based_on=1)

    answer = client.get(address("submission-newer", update.token))

    assert (answer.status_code, answer.url) == (302, address("submission-edit", update.token))
