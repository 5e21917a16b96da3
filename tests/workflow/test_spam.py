"""Possible spam: it gets a list of its own, while its submitter sees the usual messages."""

import pytest

from practices import workflow
from practices.choices import Kind, State
from practices.models import OutboxMessage, Submission
from practices.workflow import spam
from tests.support.factories import NOW, make_submission, make_submitter

pytestmark = pytest.mark.django_db

LINK = "https://shop.example/ "
ADVERT = {"title": "Casino bonus at www.shop.example", "summary": "The best prices are at our casino."}


@pytest.mark.parametrize(
    ("changes", "signs"),
    [
        ({"title": "Pension desks, see www.desks.example"}, ["title_link"]),
        ({"summary": f"Two desks {LINK}", "context": LINK * 3}, ["links"]),
        ({"summary": "Returning workers learn to keep away from the casino."}, ["adverts"]),
        (dict.fromkeys(["context", "results", "lessons"], "Desks that open twice a week."), []),
        (
            dict.fromkeys(["context", "results", "lessons"], "The desks in both ports open twice a week."),
            ["same_fields"],
        ),
        ({"context": "asdfghjkl"}, ["other_filler"]),
        ({"summary": "See shoes.com, bags.com and hats.net"}, ["links"]),
        ({"summary": "Ｃａｓｉｎｏ for returning workers in two ports"}, ["adverts"]),
        ({"summary": "The best \u0441\u0430sino for returning workers in two ports"}, ["adverts"]),
        ({"summary": "Лучшее к\u0061зин\u006f для вернувшихся работников"}, ["adverts"]),
        ({"summary": "Read [this](//desks.example) and [that](//ports.example)"}, ["links"]),
        ({"title": "Pension [desks](//shop)"}, ["title_link"]),
        ({"summary": "Лучшее казино для вернувшихся работников"}, ["adverts"]),
        ({"summary": "为归国工人开设的赌场"}, ["adverts"]),
        ({"title": "Desk: www.desk.example", "summary": "See https://desk.example/ar"}, ["links"]),
    ],
)
def test_one_sign_is_recorded_and_leaves_a_submission_in_the_queue(changes, signs):
    submission = make_submission(State.SUBMITTED, **changes)

    assert (submission.state, submission.spam_signs) == (State.SUBMITTED, signs)


@pytest.mark.parametrize(
    "changes",
    [
        {"summary": f"Desks in two ports help returning workers claim their pensions: {LINK}"},
        {"source_url": LINK.strip(), "context": f"The desks opened in 2019 and still do well: {LINK}"},
        {"context": "Short.", "results": "Short.", "lessons": "Short."},
        {
            "summary": "The portal helps newcomers to find work, a home and a school, in Arabic (www.portal.example/ar), "
            "French (www.portal.example/fr) and Spanish (www.portal.example/es)."
        },
        {"summary": "Write to c@sino.example.org. 1 in 4 uses the C A S E desk. Group A1 has a $500 grant."},
        {
            "summary": "Call the helpline +63 2 8527 2536 or write to help@desks.example.org or desk@port.example.com."
        },
    ],
)
def test_honest_text_has_no_sign(changes):
    assert make_submission(State.SUBMITTED, **changes).spam_signs == []


@pytest.mark.parametrize(
    ("changes", "signs"),
    [
        (ADVERT, ["title_link", "adverts"]),
        ({"summary": "Test test test"}, ["filler"]),
        ({"summary": "The great c@sino for returning workers in two ports"}, ["disguised"]),
        ({"summary": "Cheap V1AGRA for returning workers in two ports"}, ["disguised"]),
        ({"summary": "c i a 1 i s and cia1is for workers in two ports"}, ["disguised"]),
        ({"summary": "A c.a.s.i.n.o for returning workers in two ports"}, ["disguised"]),
        ({"summary": "asdf jkl; asdf jkl; qwer"}, ["filler"]),
        ({"summary": "Viagra and cialis: buy now, best prices, order now!"}, ["adverts", "many_adverts"]),
    ],
)
def test_signs_that_add_up_make_possible_spam_with_its_reasons(changes, signs):
    submission = make_submission(State.SUBMITTED, **changes)

    event = submission.events.get()
    mails = list(OutboxMessage.objects.order_by("pk").values_list("kind", flat=True))
    assert (submission.state, submission.spam_signs, event.reason, mails) == (
        State.SPAM,
        signs,
        "",
        [Kind.SUBMISSION_CONFIRM, Kind.SUBMISSION_RECEIVED],
    )
    assert event.internal_note == f"Possible spam (score 4). {' '.join(spam.reasons(signs))}"


def test_form_filled_in_by_a_program_is_possible_spam():
    submission = make_submission(trapped=True)

    assert (submission.state, submission.spam_signs, submission.spam_checked_at) == (
        State.SPAM,
        ["trap"],
        None,
    )


def test_third_identical_advert_is_possible_spam(settings):
    settings.SPAM_REPEATS = 2
    variants = ["Cheap loans for you.", "CHEAP LOANS for you!", "Cheap loans, for you"]

    states = [make_submission(State.SUBMITTED, summary=summary).state for summary in variants]

    assert states == [State.SUBMITTED, State.SUBMITTED, State.SPAM]


MODEL = "A desk in the town hall helps newcomers to find a doctor, a school and a first job in their own language."


def sent(number, **changes):
    """Send a submission from an address of its own."""
    submitter = make_submitter(email=f"person{number}@example.org")
    return make_submission(State.SUBMITTED, submitter=submitter, summary=MODEL, **changes)


@pytest.mark.parametrize(
    "own",
    [
        lambda number: {
            "title": ["Desk of Cebu", "Welcome in Batumi", "School guides", "Port clinic"][number]
        },
        lambda number: {"area": f"District {number}"},
        lambda number: {"implementers": [f"City {number}"]},
        lambda number: {"countries": [["PH"], ["GE"], ["MA"], ["SN"]][number]},
    ],
)
def test_workshop_that_starts_from_a_model_text_is_no_spam(own, settings):
    settings.SPAM_REPEATS = 2
    states = [sent(number, **own(number)).state for number in range(4)]

    assert states == [State.SUBMITTED] * 4


def test_workshop_whose_model_text_names_a_helpline_is_no_spam(settings):
    settings.SPAM_REPEATS = 2
    helpline = (
        "Whoever has a question calls the helpline: +63 2 8527 2536, or sees https://helpline.example/."
    )

    states = [
        sent(number, context=helpline, title=f"Desk of city {number}", implementers=[f"City {number}"]).state
        for number in range(12)
    ]

    assert states == [State.SUBMITTED] * 12


def test_one_advice_centre_may_name_what_it_warns_of():
    summary = (
        "Advice on debts for workers who gamble in casinos and at a sportsbook. No payday loans are needed."
    )

    assert make_submission(State.SUBMITTED, summary=summary).spam_signs == ["adverts"]


@pytest.mark.parametrize(
    "changes",
    [
        lambda number: {},
        lambda number: {
            "title": ["Great loans", "Money in an hour", "No questions asked"][number],
            "context": f"Come to https://loans.example/ {'today or tomorrow, or any other day ' * 3}",
        },
    ],
)
def test_copies_of_an_advert_from_several_addresses_are_possible_spam(changes, settings):
    settings.SPAM_REPEATS = 2
    signs = [sent(number, **changes(number)).spam_signs for number in range(3)]

    assert signs == [[], [], ["repeats"]]


@pytest.mark.parametrize(
    "summary",
    [
        "Beautiful villas by the sea for your family. Call 555 123 4567 today.",
        "Beautiful villas by the sea for your family. Write to villas@sunny.example today.",
        "Beautiful villas by the sea for your family. See sunny-villas.com today.",
    ],
)
def test_advert_under_other_titles_is_recognised_by_its_way_of_contact(summary, settings):
    settings.SPAM_REPEATS = 2
    titles = ["Great villas", "A house by the sea", "Homes for newcomers"]

    signs = [
        make_submission(
            State.SUBMITTED,
            title=title,
            summary=summary,
            countries=[country],
            submitter=make_submitter(email=f"{country}@example.org"),
        ).spam_signs
        for title, country in zip(titles, ["PH", "GE", "MA"], strict=True)
    ]

    assert signs == [[], [], ["repeats"]]


def test_advert_without_a_link_is_recognised_under_other_titles(settings):
    settings.SPAM_REPEATS = 2
    advert = "Join the best casino now and win with thousands of happy players around the world."
    titles = ["Fun for families", "Evenings out", "Games for newcomers"]

    signs = [
        make_submission(
            State.SUBMITTED,
            title=title,
            summary=advert,
            submitter=make_submitter(email=f"player{number}@example.org"),
        ).spam_signs
        for number, title in enumerate(titles)
    ]

    assert signs == [["adverts"], ["adverts"], ["adverts", "repeats"]]


@pytest.mark.parametrize(
    "figures", ["Between 2019-2023 it helped 1 200 000 people.", "It cost 120 000 000 in 2019 - 2023."]
)
def test_years_and_amounts_of_a_model_text_are_no_phone_numbers(figures, settings):
    settings.SPAM_REPEATS = 1
    sent(0, title="Desk of Cebu", context=figures)

    assert sent(1, title="Welcome in Batumi", context=figures).spam_signs == []


def test_one_address_that_repeats_its_summary_under_other_titles_is_possible_spam(settings):
    settings.SPAM_REPEATS = 2
    titles = ["Great loans", "Money in an hour", "No questions asked"]

    signs = [make_submission(State.SUBMITTED, title=title, summary=MODEL).spam_signs for title in titles]

    assert signs == [[], [], ["repeats"]]


@pytest.mark.parametrize("earlier", [State.SUBMITTED, State.PUBLISHED])
def test_known_address_gets_the_benefit_of_the_doubt(earlier):
    make_submission(earlier, summary="Guides meet families at the border and walk them to school.")

    submission = make_submission(State.SUBMITTED, **ADVERT)

    assert (submission.state, submission.spam_signs) == (State.SUBMITTED, ["title_link", "adverts"])


@pytest.mark.parametrize("earlier", [State.DRAFT, State.SPAM])
def test_address_is_not_known_from_drafts_or_spam(earlier):
    make_submission(earlier, summary="Guides meet families at the border and walk them to school.")

    assert make_submission(State.SUBMITTED, **ADVERT).state == State.SPAM


def test_address_that_sent_spam_before_is_a_sign():
    make_submission(State.SPAM, title="Pills", submitter=make_submitter(email="Spam@example.org"))

    submission = make_submission(State.SUBMITTED, submitter=make_submitter(email="spam@example.org"))

    assert (submission.state, submission.spam_signs) == (State.SUBMITTED, ["address"])


def test_moderator_confirms_possible_spam_once(moderator):
    submission = make_submission(trapped=True)

    workflow.confirm_spam(submission, by=moderator, now=NOW)

    submission.refresh_from_db()
    assert (submission.state, submission.spam_checked_at, submission.decided_at) == (State.SPAM, NOW, NOW)
    assert submission.events.latest("pk").act == "spam_confirmed"
    with pytest.raises(workflow.TransitionNotAllowed):
        workflow.confirm_spam(submission, by=moderator)


def test_spam_is_unchecked_until_a_moderator_has_marked_or_confirmed_it(moderator):
    marked, confirmed, new = make_submission(State.SPAM), *(make_submission(trapped=True) for _n in range(2))
    workflow.confirm_spam(confirmed, by=moderator)

    unchecked, checked = Submission.objects.unchecked_spam(), Submission.objects.spam()

    assert (list(unchecked), list(checked.order_by("pk"))) == ([new], [marked, confirmed])


def test_summary_of_digits_alone_is_compared_as_a_text(settings):
    settings.SPAM_REPEATS = 1
    make_submission(State.SUBMITTED, summary="12345678901234567890")

    again = make_submission(State.SUBMITTED, summary="12345678901234567890")

    assert "repeats" in again.spam_signs
