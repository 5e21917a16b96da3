from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from practices import workflow
from practices.choices import QuestionState, State
from practices.models import (
    Announcement,
    Attachment,
    Broadcast,
    CatalogueVersion,
    Check,
    Country,
    DismissedDuplicate,
    FacetCount,
    HubPing,
    ModerationEvent,
    Objective,
    OutboxMessage,
    Placement,
    Practice,
    Question,
    Revision,
    RevisionFile,
    SendingHold,
    Submission,
    Subscriber,
    SustainableDevelopmentGoal,
    TaggedPractice,
    Translation,
    text_direction,
    year_span,
)
from tests.support.factories import (
    NOW,
    announced_to,
    document,
    make_check,
    make_message,
    make_moderator,
    make_practice,
    make_question,
    make_submission,
    make_submitter,
    make_subscription,
)

pytestmark = pytest.mark.django_db


# Constraints ----------------------------------------------------------------------


def second_version():
    CatalogueVersion.objects.create(id=2, token="other")


def second_hold():
    SendingHold.objects.create(id=2, backup_at=NOW)


def dismissed(**what):
    return DismissedDuplicate(submission=make_submission(), at=NOW, **what)


def nothing_dismissed():
    dismissed().save()


def practice_translated_twice_into_a_language():
    practice = make_practice()
    for _time in range(2):
        Translation.objects.create(
            practice=practice, language="fr", texts={}, of_revision=1, published_at=NOW, revised_at=NOW
        )


def practice_dismissed_twice():
    one = dismissed(practice=make_practice())
    DismissedDuplicate.objects.bulk_create(
        [one, DismissedDuplicate(submission=one.submission, practice=one.practice, at=NOW)]
    )


def submission_dismissed_twice():
    one = dismissed(other=make_submission(title="Other"))
    DismissedDuplicate.objects.bulk_create(
        [one, DismissedDuplicate(submission=one.submission, other=one.other, at=NOW)]
    )


def facet_counted_twice():
    for _time in range(2):
        FacetCount.objects.create(scope="all", facet="tag", key="tag:ports", count=1)


def another_placement(**changes):
    placement = Placement.objects.get(practice=make_practice())
    fields = {"practice": placement.practice, "objective": placement.objective, "position": 0, **changes}
    Placement.objects.create(**fields)


def objective_0():
    Objective.objects.create(number=0, gcm_paragraph=1)


def goal_18():
    SustainableDevelopmentGoal.objects.create(number=18)


def practice_revised_before_it_was_published():
    Practice.objects.filter(pk=make_practice().pk).update(revised_at=NOW - timedelta(days=9999))


def practice_that_ends_before_it_starts():
    Practice.objects.filter(pk=make_practice().pk).update(start_year=2020, end_year=2019)


def public_practice_merged_into_another():
    Practice.objects.filter(pk=make_practice().pk).update(merged_into=make_practice())


def objective_placed_twice():
    another_placement(position=1)


def position_taken_twice():
    another_placement(objective=Objective.objects.get(number=1))


def tag_given_twice():
    tagged = TaggedPractice.objects.get(content_object=make_practice(tags=["skills"]))
    TaggedPractice.objects.create(content_object=tagged.content_object, tag=tagged.tag)


def second_revision_1():
    Revision.objects.create(practice=make_practice(), number=1, document=document(), published_at=NOW)


def revision_0():
    Revision.objects.create(practice=make_practice(), number=0, document=document(), published_at=NOW)


def unknown_state():
    Submission.objects.filter(pk=make_submission().pk).update(state="lost")


def published_without_an_instant():
    Submission.objects.filter(pk=make_submission().pk).update(state="published", submitted_at=NOW)


def submitted_without_an_instant():
    Submission.objects.filter(pk=make_submission().pk).update(state="submitted")


def date_without_being_scheduled():
    Submission.objects.filter(pk=make_submission().pk).update(publish_at=NOW)


def criterion_ticked_twice():
    submission, by = make_submission(), make_moderator()
    for _time in range(2):
        submission.ticks.create(by=by, criterion="tried", at=NOW)


def document_approved_twice():
    submission, by = make_submission(), make_moderator()
    for _time in range(2):
        submission.approvals.create(by=by, document_hash="0", at=NOW)


def event_about_nothing():
    ModerationEvent.objects.create(from_state="draft", to_state="submitted", at=NOW)


def address_in_another_case():
    make_subscription(address="reader@example.org")
    Subscriber.objects.create(address="Reader@Example.org")


def filter_followed_twice():
    subscription = make_subscription()
    subscription.subscriber.subscriptions.create(query=subscription.query)


def hour_25():
    Subscriber.objects.create(address="reader@example.org", digest_hour=24)


def second_broadcast():
    practice = make_practice(announce=True)
    Broadcast.objects.create(practice=practice, revision=1)


def second_announcement():
    message = announced_to(make_subscription())
    [announcement] = message.announcements.all()
    Announcement.objects.create(
        subscriber=message.subscriber, broadcast=announcement.broadcast, due_at=announcement.due_at
    )


def hub_to_hear_twice():
    practice = make_practice()
    for _time in range(2):
        HubPing.objects.create(hub="https://hub.example/", practice=practice)


def attachment_without_a_description():
    Attachment.objects.create(submission=make_submission(), file="x", name="x", size=1, position=1)


def erased_submitter_with_a_name():
    submitter = make_submitter()
    submitter.erased_at = NOW
    submitter.save()


def practice_asked_about_twice_in_a_year():
    check = make_check()
    check.pk, check.token = None, "another"
    check.save()


def answer_without_an_instant():
    Check.objects.filter(pk=make_check().pk).update(answer="yes")


def revision_file(**columns):
    facts = {
        "name": "plan.pdf",
        "description": "Plan",
        "content_type": "application/pdf",
        "size": 1,
        "position": 1,
    }
    return RevisionFile.objects.create(revision=make_practice().revisions.get(), **facts | columns)


def redacted_revision_without_a_reason():
    make_practice().revisions.update(redacted_at=NOW)


def file_at_the_position_of_another():
    file = revision_file()
    file.pk = None
    file.save()


def file_removed_for_good_with_a_name():
    revision_file(removed_at=NOW)


def question_in_an_unknown_state():
    Question.objects.filter(pk=make_question().pk).update(state="lost")


def question_published_without_consent():
    Question.objects.filter(pk=make_question(QuestionState.PUBLISHED).pk).update(asker_consents=False)


BREACHES = {
    question_in_an_unknown_state: "question_state_is_known",
    question_published_without_consent: "published_question_has_both_consents",
    second_version: "there_is_one_catalogue_version",
    second_hold: "there_is_one_sending_hold",
    nothing_dismissed: "dismissed_duplicate_is_one_thing",
    practice_translated_twice_into_a_language: "practice_is_translated_once_a_language",
    practice_dismissed_twice: "practice_is_dismissed_once_for_a_submission",
    submission_dismissed_twice: "submission_is_dismissed_once_for_another",
    facet_counted_twice: "tally_is_kept_once",
    practice_asked_about_twice_in_a_year: "practice_is_asked_about_once_a_year",
    answer_without_an_instant: "answer_has_its_instant",
    redacted_revision_without_a_reason: "redacted_revision_says_why",
    attachment_without_a_description: "attachment_says_what_it_is",
    objective_0: "objective_number_is_1_to_23",
    goal_18: "sdg_number_is_1_to_17",
    practice_revised_before_it_was_published: "practice_is_revised_after_it_is_published",
    practice_that_ends_before_it_starts: "practice_ends_after_it_starts",
    public_practice_merged_into_another: "merged_practice_is_withdrawn_and_leads_elsewhere",
    objective_placed_twice: "practice_serves_an_objective_once",
    position_taken_twice: "practice_has_one_objective_a_position",
    tag_given_twice: "practice_has_a_tag_once",
    second_revision_1: "revision_has_its_own_number",
    revision_0: "revision_numbers_start_at_1",
    unknown_state: "submission_state_is_known",
    published_without_an_instant: "published_submission_has_its_instant",
    submitted_without_an_instant: "submitted_submission_has_its_instant",
    date_without_being_scheduled: "scheduled_submission_alone_has_its_date",
    criterion_ticked_twice: "moderator_ticks_a_criterion_once",
    document_approved_twice: "moderator_approves_a_document_once",
    event_about_nothing: "event_is_about_something",
    address_in_another_case: "subscriber_has_one_mailbox",
    erased_submitter_with_a_name: "erased_submitter_holds_nothing",
    filter_followed_twice: "subscriber_follows_a_filter_once",
    hour_25: "subscriber_has_an_hour_and_a_day",
    hub_to_hear_twice: "hub_hears_once_of_a_practice_at_a_time",
    second_broadcast: "revision_is_news_once",
    second_announcement: "subscriber_hears_of_a_broadcast_once",
    file_at_the_position_of_another: "revision_has_one_file_a_position",
    file_removed_for_good_with_a_name: "file_removed_for_good_holds_nothing",
}


@pytest.mark.parametrize(("breach", "name"), BREACHES.items())
def test_constraint_refuses(breach, name):
    # For a violated unique constraint, SQLite names the columns instead.
    says = name if connection.vendor == "postgresql" else "constraint failed"

    with pytest.raises(IntegrityError, match=says), transaction.atomic():
        breach()


def test_every_constraint_has_its_breach():
    models_here = apps.get_app_config("practices").get_models()

    names = {constraint.name for model in models_here for constraint in model._meta.constraints}

    assert names == set(BREACHES.values())


def test_objective_in_use_cannot_be_deleted():
    make_practice(objectives=[21])

    with pytest.raises(models.ProtectedError):
        Objective.objects.get(number=21).delete()


# Practices ------------------------------------------------------------------------


def test_published_leaves_out_the_withdrawn_and_begins_with_the_newest():
    make_practice(title="Old", now=NOW - timedelta(days=1))
    make_practice(title="Withdrawn", withdrawn=True)
    make_practice(title="New", now=NOW)
    make_practice(title="Newer by its key", now=NOW)

    published = Practice.objects.published()

    assert [practice.title for practice in published] == ["Newer by its key", "New", "Old"]


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Pension desks in two ports", "pension-desks-in-two-ports"),
        ("École pour tous : l’accueil", "école-pour-tous-laccueil"),
        ("برنامج العودة الطوعية", "برنامج-العودة-الطوعية"),
        ("移民服务", "移民服务"),
        ("???", "practice"),
        ("a" * 79 + " ports", "a" * 79),
    ],
)
def test_slug_keeps_the_words_of_any_script(title, slug):
    practice = Practice(title=title)

    assert practice.slug == slug


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (2016, 2020, "2016–2020"),
        (2016, 2016, "2016"),
        (2016, None, "since 2016"),
        (None, 2020, "until 2020"),
        (None, None, ""),
    ],
)
def test_year_span_in_words(start, end, words):
    assert year_span(start, end) == words


@pytest.mark.parametrize(
    ("language", "direction"), [("ar", "rtl"), ("fa", "rtl"), ("en", "ltr"), ("xx", "ltr")]
)
def test_text_direction_of_a_language(language, direction):
    assert text_direction(language) == direction


@pytest.mark.parametrize(
    ("countries", "area", "place"),
    [
        (["PH"], "", "Philippines"),
        (["PH", "GE"], "Batumi", "Georgia, Philippines, Batumi"),
        ([], "Mindanao", "Mindanao"),
        ([], "", ""),
    ],
)
def test_place_is_countries_and_area(countries, area, place):
    practice = make_practice(countries=countries, area=area)

    assert practice.place == place


def test_main_objective_is_the_first_of_the_document():
    practice = make_practice(objectives=[21, 3, 19])

    assert practice.main_objective == Objective.objects.get(number=21)


def test_main_objective_is_loaded_for_listings(django_assert_num_queries):
    make_practice(objectives=[21, 3])
    make_practice(objectives=[5])
    practices = list(Practice.objects.published().for_listing())

    with django_assert_num_queries(0):
        numbers = [practice.main_objective.number for practice in practices]

    assert numbers == [5, 21]


@pytest.mark.parametrize("count", [1, 3])
def test_listing_costs_three_queries(count, django_assert_num_queries):
    for number in range(count):
        make_practice(title=f"Practice {number}", countries=["PH", "GE"], objectives=[21, 19], type="service")

    with django_assert_num_queries(3):
        cards = [
            (
                practice.title,
                practice.place,
                practice.years,
                practice.credit,
                str(practice.type),
                practice.slug,
            )
            for practice in Practice.objects.published().for_listing()
        ]

    assert len(cards) == count


def test_document_of_a_practice_is_that_of_its_latest_revision():
    practice = make_practice(title="First")
    make_practice(title="Another")

    workflow.publish_document(document(title="Second"), to=practice)

    assert practice.document == document(title="Second")


# Reference data -------------------------------------------------------------------


def test_fixtures_hold_the_whole_compact():
    assert list(Objective.objects.values_list("number", flat=True)) == list(range(1, 24))
    assert list(SustainableDevelopmentGoal.objects.values_list("number", flat=True)) == list(range(1, 18))


def test_tests_cannot_take_a_key_for_a_number():
    keys = Objective.objects.filter(pk=models.F("number"))
    goals = SustainableDevelopmentGoal.objects.filter(pk=models.F("number"))

    assert (list(keys), list(goals)) == ([], [])


@pytest.mark.parametrize(
    ("code", "subregion", "region"),
    [
        ("JO", "Western Asia", "Asia"),
        ("PH", "South-eastern Asia", "Asia"),
        ("MX", "Latin America and the Caribbean", "Americas"),
        ("KE", "Sub-Saharan Africa", "Africa"),
    ],
)
def test_region_follows_from_the_country(code, subregion, region):
    country = Country.objects.get(code=code)

    assert (str(country.subregion), str(country.subregion.parent)) == (subregion, region)


# Submissions ----------------------------------------------------------------------


def test_awaiting_moderation_is_the_queue_oldest_first():
    make_submission("submitted", title="Second", now=NOW)
    make_submission("in_review", title="First", now=NOW - timedelta(days=1))
    for state in ("draft", "changes_requested", "published", "rejected", "withdrawn", "spam"):
        make_submission(state)

    queue = Submission.objects.awaiting_moderation()

    assert [submission.title for submission in queue] == ["First", "Second"]


def test_submission_without_a_title_has_a_name():
    submission = Submission(submitter=make_submitter(), document={})

    assert str(submission) == "Untitled"


def test_tokens_are_long_and_differ():
    tokens = {make_submission().token for _number in range(3)}

    assert [len(token) for token in tokens] == [32, 32, 32]


# The outbox -----------------------------------------------------------------------


def test_due_excludes_done_held_and_future_messages():
    now = timezone.now()
    first = make_message(due_at=now - timedelta(minutes=2))
    second = make_message(due_at=now - timedelta(minutes=1), leased_until=now - timedelta(seconds=1))
    make_message(sent_at=now)
    make_message(failed_at=now)
    make_message(cancelled_at=now)
    make_message(leased_until=now + timedelta(seconds=1))
    make_message(due_at=now + timedelta(seconds=1))

    due = OutboxMessage.objects.due(now)

    assert list(due) == [first, second]


def test_migration_finds_when_open_submissions_came_back(moderator):
    resent, answered, new = (
        make_submission(state, title=state, now=NOW)
        for state in (State.CHANGES_REQUESTED, State.IN_REVIEW, State.SUBMITTED)
    )
    workflow.resubmit(resent, resent.document, seen=resent.content_version, now=NOW + timedelta(days=1))
    workflow.write(answered, "Which years?", by=moderator, now=NOW + timedelta(days=2))
    workflow.write(answered, "2019.", now=NOW + timedelta(days=3))
    workflow.write(new, "Please hurry.", now=NOW + timedelta(days=4))
    rows = Submission.objects.order_by("pk").values_list("pk", "returned_at")
    before = list(rows)
    rows.update(returned_at=None)

    import_module("practices.migrations.0043_submission_returned_at").find_returns(apps, None)

    assert list(rows) == before
    assert [at for _pk, at in before] == [NOW + timedelta(days=1), NOW + timedelta(days=3), None]
