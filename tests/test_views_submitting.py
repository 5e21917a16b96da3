from datetime import UTC, datetime, timedelta

import pytest
from django.core import signing

from practices import workflow
from practices.choices import Kind, State
from practices.forms import STAMP_SALT, SubmissionForm
from practices.models import ModerationEvent, OutboxMessage, Submission, Submitter
from practices.models.submission import new_token
from tests.addresses import address
from tests.factories import NOW, document, make_practice, make_submission
from tests.pages import read, sent_by

pytestmark = pytest.mark.django_db

FULL = {
    "title": "Pension desks in two ports",
    "summary": "Desks help returning workers claim their pensions.\nThey are free.",
    "objective": "21",
    "other_objectives": ["3", "22"],
    "countries": ["GE", "PH"],
    "area": "Manila and Batumi",
    "type": "service",
    "implementers": "City of Manila\nPort of Batumi",
    "implementer_kinds": ["local-or-regional-government", "employer-or-private-sector"],
    "start_year": "2016",
    "end_year": "2020",
    "context": "Pensions were lost.",
    "beneficiaries": "Seafarers.",
    "activities": "Two desks.",
    "results": "4,000 claims.",
    "evidence_level": "evaluated",
    "evidence_reason": "A survey in 2019.",
    "evidence_url": "https://example.org/evaluation",
    "innovation": "A desk in a port.",
    "lessons": "Open on Sundays.",
    "hindsight": "Begin with the banks.",
    "replication": "An agreement between the funds.",
    "cost_band": "50k_500k",
    "principles": ["a", "j"],
    "sdgs": ["8", "10"],
    "tags": "pensions, ports",
    "language": "fr",
    "licence": "CC-BY-4.0",
    "source_url": "https://example.org/desks",
    "honorific": "Mr.",
    "name": "Camille Saadé",
    "organisation": "Port of Batumi",
    "email": "camille@example.org",
    "credit_as": "both",
}
"""The form with every field filled in, as a browser sends it."""

REQUIRED = {
    "title": "Pension desks in two ports",
    "summary": "Desks in two ports help returning workers claim the pensions they earned abroad.",
    "objective": "21",
    "name": "Ana Reyes",
    "email": "ana@example.org",
    "credit_as": "name",
}


def stamp():
    return signing.dumps(new_token(), salt=STAMP_SALT)


def post(client, values=REQUIRED, *, headers=None, **changes):
    """What comes back for a new form with these values."""
    return client.post("/submit/", {"stamp": stamp()} | values | changes, headers=headers)


def form_on(response):
    """The form of the page, which is the only one that is not for searching."""
    return read(response).one("main").one("form", method="post")


def notice(response):
    return read(response).one("div", role="status").text


# The form ---------------------------------------------------------------------------------


def test_form_shows_its_sections_with_why_they_matter(client):
    page = read(client.get("/submit/"))

    sections = [
        (part.one("h2").text, part.one("header").one("p").text)
        for part in page.all("section", "form-section")
    ]
    assert sections == [
        (str(section.title), " ".join(str(section.why).split())) for section in SubmissionForm.sections
    ]


def test_form_explains_its_fields(client):
    page = read(client.get("/submit/"))

    help_texts = {text["id"]: text.text for text in page.all("div", "helptext")}
    assert help_texts == {
        f"id_{name}_helptext": str(field.help_text)
        for name, field in SubmissionForm().fields.items()
        if field.help_text
    }


def test_form_marks_what_has_to_be_there(client):
    page = read(client.get("/submit/"))

    assert [mark.parent.text for mark in page.all("span", "field-required")] == [
        "Title required",
        "Summary required",
        "Main objective required",
        "Your name required",
        "Your e-mail address required",
        "Show in public required",
    ]


def test_form_from_an_objective_has_that_objective_chosen(client):
    form = form_on(client.get("/submit/?objective=21"))

    assert sent_by(form)["objective"] == ["21"]


def test_form_says_what_happens_next(client):
    page = read(client.get("/submit/"))

    assert page.one("p", "notice").text == (
        "After you send it, we e-mail you a link. Your practice goes to the moderators once you have opened that "
        "link and confirmed. What we keep"
    )


# Faults -----------------------------------------------------------------------------------


def test_form_with_a_fault_keeps_everything_that_was_typed(client):
    typed = FULL | {"end_year": "2010", "stamp": stamp()}

    response = client.post("/submit/", typed)

    kept = sent_by(form_on(response))
    expected = {name: value if isinstance(value, list) else [value] for name, value in typed.items()}
    assert (response.status_code, kept) == (422, expected | {"website": [""]})


def test_form_with_faults_lists_them_with_the_way_to_each(client):
    response = post(client, title="", email="ana", start_year="soon")

    summary = read(response).one("div", id="errors")
    assert (summary.one("h2").text, summary.texts("li"), [href for _text, href in summary.links()]) == (
        "3 things to mend",
        [
            "Title: Give it a title.",
            "First year: Enter a whole number.",
            "Your e-mail address: This is not an e-mail address; one looks like name@example.org.",
        ],
        ["#id_title", "#id_start_year", "#id_email"],
    )


def test_summary_of_faults_can_lead_to_every_field(client):
    page = read(client.get("/submit/"))

    ids = [element.get("id") for element in page.inside()]
    assert {name: ids.count(f"id_{name}") for name in FULL} == dict.fromkeys(FULL, 1)


def test_fault_stands_beside_its_field_and_is_read_out_with_it(client):
    page = read(post(client, title=""))

    field = page.one("input", name="title")
    described = [part.text for part in page.inside() if part.get("id") in field["aria-describedby"].split()]
    assert (field["aria-invalid"], described) == (
        "true",
        [
            "The name people know it by. A reader decides by the title alone whether to open it.",
            "Give it a title.",
        ],
    )


def test_title_of_a_page_with_faults_says_so_first(client):
    page = read(post(client, title=""))

    assert page.one("title").text == "Error: Submit a practice · Migration Good Practices"


def test_form_with_a_fault_stores_and_sends_nothing(client):
    post(client, title="")

    assert [model.objects.count() for model in (Submission, Submitter, OutboxMessage)] == [0, 0, 0]


def test_form_mended_is_sent_from_the_page_it_came_back_on(client):
    page = form_on(post(client, title=""))

    response = client.post("/submit/", sent_by(page) | {"title": "Desks"})

    assert (response.status_code, Submission.objects.get().title) == (302, "Desks")


# Sending it -------------------------------------------------------------------------------


def test_form_is_stored_as_a_draft(client):
    response = post(client, FULL)

    submission = Submission.objects.get()
    assert (response.status_code, response.url, submission.state, submission.document) == (
        302,
        "/submit/sent/",
        State.DRAFT,
        document(
            **FULL
            | {
                "objectives": [21, 3, 22],
                "implementers": ["City of Manila", "Port of Batumi"],
                "start_year": 2016,
                "end_year": 2020,
                "sdgs": [8, 10],
                "tags": ["pensions", "ports"],
                "credit": "Mr. Camille Saadé, Port of Batumi",
            }
        ),
    )


def test_form_keeps_who_sent_it(client):
    post(client, FULL)

    assert Submitter.objects.values("honorific", "name", "organisation", "email", "verified_at").get() == {
        "honorific": "Mr.",
        "name": "Camille Saadé",
        "organisation": "Port of Batumi",
        "email": "camille@example.org",
        "verified_at": None,
    }


def test_form_mails_its_submitter_the_link_that_confirms(client):
    post(client)

    message = OutboxMessage.objects.values("kind", "address", "submission").get()
    assert message == {
        "kind": Kind.SUBMISSION_CONFIRM,
        "address": "ana@example.org",
        "submission": Submission.objects.get().pk,
    }


def test_thanks_show_no_link_into_the_submission(client):
    response = client.get(post(client).url)

    token = Submission.objects.get().token
    assert (read(response).texts("h1"), token in response.text) == (["Please look into your e-mail"], False)


def test_form_sent_twice_is_stored_and_mailed_once(client):
    values = REQUIRED | {"stamp": stamp()}

    answers = [client.post("/submit/", values).status_code for _time in range(2)]

    assert (answers, Submission.objects.count(), OutboxMessage.objects.count()) == ([302, 302], 1, 1)


def test_form_sent_again_with_the_right_address_reaches_that_address(client):
    values = REQUIRED | {"stamp": stamp()}
    client.post("/submit/", values | {"email": "wrong@example.org"})

    client.post("/submit/", values | {"email": "right@example.org"})

    assert sorted(OutboxMessage.objects.values_list("address", flat=True)) == [
        "right@example.org",
        "wrong@example.org",
    ]


def test_form_sent_back_too_quickly_is_refused_and_kept(client, settings):
    settings.FORM_MINIMUM_SECONDS = 3

    response = post(client)

    page = read(response)
    assert (
        response.status_code,
        page.one("div", id="errors").texts("li"),
        page.one("input", name="title")["value"],
    ) == (
        422,
        ["That was quicker than anyone can type. Please send it once more."],
        "Pension desks in two ports",
    )


def test_form_open_for_more_than_a_day_can_be_sent_once_more(client, clock):
    values = REQUIRED | {"stamp": stamp()}
    clock.advance(timedelta(hours=25))
    page = form_on(client.post("/submit/", values))

    response = client.post("/submit/", sent_by(page))

    assert (response.status_code, Submission.objects.count()) == (302, 1)


def test_form_that_fell_into_the_trap_gets_thanks_and_no_mail(client):
    response = post(client, website="https://spam.example")

    assert (response.url, Submission.objects.get().state, OutboxMessage.objects.count()) == (
        "/submit/sent/",
        State.SPAM,
        0,
    )


def test_trap_is_hidden_from_those_who_listen(client):
    trap = read(client.get("/submit/")).one("div", "trap")

    field = trap.one("input")
    assert (trap["aria-hidden"], field["tabindex"], field["autocomplete"]) == ("true", "-1", "off")


# How often --------------------------------------------------------------------------------


@pytest.fixture
def one_an_hour(settings, clock):
    settings.SUBMISSIONS_PER_HOUR = 1
    clock.now = datetime(2026, 11, 2, 9, 45, tzinfo=UTC)


@pytest.mark.usefixtures("one_an_hour")
def test_network_that_sends_too_many_is_told_when_to_come_back(client):
    post(client)

    response = post(client, email="other@example.org")

    assert (response.status_code, response.headers["Retry-After"], read(response).one("p", "lead").text) == (
        429,
        "901",
        "Please try again in 16 minutes.",
    )


@pytest.mark.usefixtures("one_an_hour")
def test_refusal_of_too_many_stores_nothing(client):
    post(client)

    post(client, email="other@example.org")

    assert (Submission.objects.count(), OutboxMessage.objects.count()) == (1, 1)


@pytest.mark.usefixtures("one_an_hour")
def test_address_that_is_given_too_often_is_told_so_from_any_network(client):
    post(client)

    response = client.post(
        "/submit/", REQUIRED | {"stamp": stamp(), "email": "ANA@example.org"}, REMOTE_ADDR="192.0.2.7"
    )

    assert (response.status_code, Submission.objects.count()) == (429, 1)


@pytest.mark.usefixtures("one_an_hour")
def test_network_may_send_again_an_hour_later(client, clock):
    post(client)
    clock.advance(timedelta(minutes=15))

    assert post(client).status_code == 302


@pytest.mark.usefixtures("one_an_hour")
def test_other_network_may_send_meanwhile(client):
    post(client)

    response = client.post(
        "/submit/", REQUIRED | {"stamp": stamp(), "email": "other@example.org"}, REMOTE_ADDR="192.0.2.7"
    )

    assert response.status_code == 302


@pytest.mark.usefixtures("one_an_hour")
def test_faulty_forms_count_for_less(client):
    answers = [post(client, title="").status_code for _time in range(11)]

    assert answers == [422] * 10 + [429]


@pytest.mark.parametrize(
    ("proxies", "forwarded", "status"),
    [
        (0, ["203.0.113.1", "203.0.113.2"], 429),  # no proxy of ours: the header is made up
        (1, ["203.0.113.1", "203.0.113.2"], 302),
        (1, ["203.0.113.1, 198.51.100.9", "203.0.113.2, 198.51.100.9"], 429),  # the first was made up
        (2, ["203.0.113.1, 198.51.100.9", "203.0.113.2, 198.51.100.9"], 302),
        (2, ["x, 203.0.113.1, 198.51.100.9", "y, 203.0.113.1, 198.51.100.8"], 429),
        (2, ["198.51.100.9", "198.51.100.8"], 429),  # came past a proxy
    ],
)
@pytest.mark.usefixtures("one_an_hour")
def test_visitor_is_known_as_our_own_proxies_saw_them(client, settings, proxies, forwarded, status):
    settings.TRUSTED_PROXIES = proxies
    first, second = forwarded
    post(client, headers={"X-Forwarded-For": first})

    response = post(client, email="other@example.org", headers={"X-Forwarded-For": second})

    assert response.status_code == status


def test_no_network_address_is_kept(client):
    client.post("/submit/", REQUIRED | {"stamp": stamp()}, REMOTE_ADDR="192.0.2.7")

    rows = [
        str(row)
        for model in (Submission, Submitter, OutboxMessage, ModerationEvent)
        for row in model.objects.values()
    ]
    assert [row for row in rows if "192.0.2.7" in row] == []


# From where -------------------------------------------------------------------------------

FROM_ELSEWHERE = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "https://testserver.evil.example"},
    {"Origin": "http://testserver:8080"},
]
FROM_HERE = [
    {},
    {"Sec-Fetch-Site": "same-origin", "Origin": "http://testserver"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
    {"Sec-Fetch-Site": "none"},
]


@pytest.mark.parametrize("headers", FROM_ELSEWHERE, ids=str)
def test_form_sent_from_another_site_is_refused(client, headers):
    response = post(client, headers=headers)

    assert (response.status_code, Submission.objects.count()) == (403, 0)


@pytest.mark.parametrize("headers", FROM_HERE, ids=str)
def test_form_sent_from_here_is_taken(client, headers):
    response = post(client, headers=headers)

    assert (response.status_code, Submission.objects.count()) == (302, 1)


@pytest.mark.parametrize(
    ("state", "name"),
    [
        (State.DRAFT, "submission-confirm"),
        (State.DRAFT, "submission-withdraw"),
        (State.CHANGES_REQUESTED, "submission-edit"),
    ],
)
def test_step_sent_from_another_site_is_refused(client, state, name):
    submission = make_submission(state)

    response = client.post(
        address(name, submission.token), REQUIRED, headers={"Sec-Fetch-Site": "cross-site"}
    )

    submission.refresh_from_db()
    assert (response.status_code, submission.state) == (403, state)


# Confirming -------------------------------------------------------------------------------


def test_draft_shows_how_it_will_look_and_one_button_to_confirm(client):
    submission = make_submission(State.DRAFT)

    page = read(client.get(submission.get_absolute_url()))

    form = page.one("div", role="status").one("form")
    assert (page.one("h1").text, form["action"], form["method"], form.one("button").text) == (
        "Pension desks in two ports",
        address("submission-confirm", submission.token),
        "post",
        "Confirm and send to the moderators",
    )


@pytest.mark.parametrize(
    "name", ["submission-detail", "submission-confirm", "submission-withdraw", "submission-edit"]
)
def test_following_a_link_changes_nothing(client, name):
    submission = make_submission(State.DRAFT)

    client.get(address(name, submission.token), follow=True)

    again = Submission.objects.get()
    assert (again.state, again.submitted_at, ModerationEvent.objects.count()) == (State.DRAFT, None, 0)


@pytest.mark.parametrize("name", ["submission-confirm", "submission-withdraw", "submission-edit"])
def test_following_the_link_of_a_step_leads_to_the_page_with_the_button(client, name):
    submission = make_submission(State.DRAFT)

    response = client.get(address(name, submission.token))

    assert (response.status_code, response.url) == (302, submission.get_absolute_url())


def test_confirming_puts_the_draft_into_the_queue(client):
    submission = make_submission(State.DRAFT)

    response = client.post(address("submission-confirm", submission.token), follow=True)

    assert (response.status_code, notice(response), list(Submission.objects.awaiting_moderation())) == (
        200,
        "It waits for a moderator. We write to you as soon as there is news.",
        [submission],
    )


def test_confirming_shows_that_the_address_is_theirs(client, clock):
    submission = make_submission(State.DRAFT)

    client.post(address("submission-confirm", submission.token))

    assert Submitter.objects.get().verified_at == clock.now


def test_confirming_twice_is_fine(client):
    submission = make_submission(State.DRAFT)
    client.post(address("submission-confirm", submission.token))

    response = client.post(address("submission-confirm", submission.token), follow=True)

    assert (response.status_code, ModerationEvent.objects.count(), OutboxMessage.objects.count()) == (
        200,
        1,
        2,
    )


@pytest.mark.parametrize("state", [state for state in State if state != State.DRAFT])
def test_confirming_later_changes_nothing(client, state):
    submission = make_submission(state)

    response = client.post(address("submission-confirm", submission.token))

    submission.refresh_from_db()
    assert (response.status_code, submission.state) == (302, state)


# The status page --------------------------------------------------------------------------

STANDS = {
    State.DRAFT: "Not sent to the moderators yet. Read it once more below, then confirm. "
    "Confirm and send to the moderators",
    State.SUBMITTED: "It waits for a moderator. We write to you as soon as there is news.",
    State.IN_REVIEW: "A moderator is reading it. We write to you as soon as there is news.",
    State.CHANGES_REQUESTED: "A moderator asks you for changes. The reasons stand below. "
    "Change it and send it in again",
    State.PUBLISHED: "It is published. Read it in the catalogue",
    State.REJECTED: "It was not taken into the catalogue. The reasons stand below.",
    State.WITHDRAWN: "You have withdrawn it. Nobody will read it any more.",
    State.SPAM: "It waits for a moderator. We write to you as soon as there is news.",
}


@pytest.mark.parametrize("state", State)
def test_status_page_says_where_it_stands(client, state):
    submission = make_submission(state)

    response = client.get(submission.get_absolute_url())

    assert notice(response) == STANDS[state]


@pytest.mark.parametrize(
    ("state", "happened"),
    [
        (State.DRAFT, []),
        (State.SUBMITTED, ["Submitted"]),
        (State.IN_REVIEW, ["Submitted", "In review"]),
        (State.CHANGES_REQUESTED, ["Submitted", "Changes requested Which years?"]),
        (State.REJECTED, ["Submitted", "Rejected Not about migration."]),
        (State.SPAM, ["Submitted"]),
    ],
)
def test_status_page_tells_what_happened_so_far(client, state, happened):
    submission = make_submission(state, now=NOW)

    page = read(client.get(submission.get_absolute_url()))

    entries = [entry.text for timeline in page.all("ol", "timeline") for entry in timeline.all("li")]
    assert entries == [f"2 November 2026, 09:30{step}" for step in happened]


@pytest.mark.parametrize("trapped", [True, False])
def test_status_page_of_spam_does_not_say_so(client, trapped):
    submission = make_submission(State.SPAM, trapped=trapped)

    response = client.get(submission.get_absolute_url())

    assert (response.status_code, "spam" in response.text.casefold()) == (200, False)


def test_status_page_names_no_moderator_and_shows_no_internal_note(client, moderator):
    moderator.username = "thylacine"
    moderator.save()
    submission = make_submission(State.SUBMITTED)
    workflow.request_changes(
        submission, by=moderator, reason="Which years?", internal_note="Ask the embassy."
    )

    text = client.get(submission.get_absolute_url()).text

    assert [word for word in ("thylacine", "embassy") if word in text] == []


def test_status_page_of_a_published_practice_leads_to_it(client):
    submission = make_submission(State.PUBLISHED)

    page = read(client.get(submission.get_absolute_url()))

    assert page.one("div", role="status").links() == [
        ("Read it in the catalogue", submission.practice.get_absolute_url())
    ]


def test_status_page_shows_text_as_text(client):
    submission = make_submission(State.DRAFT, title="<script>alert(1)</script>", context="<img src=x>")

    page = read(client.get(submission.get_absolute_url()))

    assert (page.all("script"), page.all("img"), page.one("h1").text) == ([], [], "<script>alert(1)</script>")


@pytest.mark.parametrize(
    "name", ["submission-detail", "submission-confirm", "submission-edit", "submission-withdraw"]
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_unknown_link_is_not_found(client, name, method):
    make_submission(State.DRAFT)

    response = getattr(client, method)(address(name, new_token()))

    assert response.status_code == (405 if (name, method) == ("submission-detail", "post") else 404)


# Answering a moderator --------------------------------------------------------------------


@pytest.fixture
def asked():
    """A submission a moderator has sent back."""
    return make_submission(
        State.CHANGES_REQUESTED,
        now=NOW,
        credit="Port of Batumi",
        countries=["PH"],
        tags=["ports"],
        start_year=2016,
    )


def test_form_to_answer_shows_the_question_and_what_was_sent(client, asked):
    page = read(client.get(address("submission-edit", asked.token)))

    values = sent_by(page.one("main").one("form"))
    stated = {name: found for name, found in values.items() if found not in ([], [""])}
    assert (page.one("div", "notice-warm").texts("p"), stated) == (
        ["The moderator asks:", "Which years?"],
        {
            "title": ["Pension desks in two ports"],
            "summary": ["Desks in two ports help returning workers claim the pensions they earned abroad."],
            "objective": ["21"],
            "countries": ["PH"],
            "start_year": ["2016"],
            "evidence_level": ["none_stated"],
            "tags": ["ports"],
            "language": ["en"],
        },
    )


def answer(client, submission, **changes):
    path = address("submission-edit", submission.token)
    return client.post(path, sent_by(read(client.get(path)).one("main").one("form")) | changes)


def test_answer_puts_it_back_into_the_queue(client, asked):
    response = answer(client, asked, end_year="2020")

    asked.refresh_from_db()
    assert (response.status_code, response.url, asked.state) == (
        302,
        asked.get_absolute_url(),
        State.SUBMITTED,
    )


def test_answer_keeps_credit_date_and_all_that_was_not_changed(client, asked):
    answer(client, asked, end_year="2020")

    before = asked.document
    asked.refresh_from_db()
    assert (asked.document, before["credit"], before["submitted_on"]) == (
        before | {"end_year": 2020},
        "Port of Batumi",
        "2026-11-02",
    )


def test_answer_cannot_change_the_credit(client, asked):
    answer(client, asked, credit="Ministry of Everything", submitted_on="1999-01-01")

    before = asked.document
    asked.refresh_from_db()
    assert asked.document == before


def test_answer_with_a_fault_is_kept_and_explained(client, asked):
    response = answer(client, asked, end_year="2010", lessons="Open on Sundays.")

    page = read(response)
    assert (
        response.status_code,
        page.one("div", id="errors").texts("li"),
        page.one("textarea", name="lessons").raw.strip(),
        Submission.objects.get().state,
    ) == (
        422,
        ["Last year: It cannot end (2010) before it begins (2016)."],
        "Open on Sundays.",
        State.CHANGES_REQUESTED,
    )


@pytest.mark.parametrize("state", [state for state in State if state != State.CHANGES_REQUESTED])
@pytest.mark.parametrize("method", ["get", "post"])
def test_nothing_but_what_was_asked_for_can_be_changed(client, state, method):
    submission = make_submission(state)
    before = submission.document

    response = getattr(client, method)(
        address("submission-edit", submission.token), REQUIRED | {"title": "Other"}
    )

    submission.refresh_from_db()
    assert (response.status_code, submission.state, submission.document) == (302, state, before)


def test_answer_that_comes_after_a_decision_is_told_so(client, asked, moderator, monkeypatch):
    decide = workflow.answer

    def decided_meanwhile(submission, document):
        workflow.reject(Submission.objects.get(pk=submission.pk), by=moderator, reason="Too late.")
        decide(submission, document)

    monkeypatch.setattr(workflow, "answer", decided_meanwhile)

    response = answer(client, asked, end_year="2020")

    page = read(response)
    assert (response.status_code, page.one("p", role="alert").text, page.one("div", role="status").text) == (
        409,
        "That could not be done any more: your practice has moved on meanwhile. Here is where it stands now.",
        STANDS[State.REJECTED],
    )


# Withdrawing ------------------------------------------------------------------------------

WITHDRAWABLE = [State.DRAFT, State.SUBMITTED, State.IN_REVIEW, State.CHANGES_REQUESTED]


@pytest.mark.parametrize("state", WITHDRAWABLE)
def test_submission_is_withdrawn_by_its_button(client, state):
    submission = make_submission(state)
    form = read(client.get(submission.get_absolute_url())).all("form", method="post")[-1]

    response = client.post(form["action"], follow=True)

    submission.refresh_from_db()
    assert (submission.state, notice(response)) == (State.WITHDRAWN, STANDS[State.WITHDRAWN])


def test_withdrawing_twice_is_fine(client):
    submission = make_submission(State.WITHDRAWN)

    response = client.post(address("submission-withdraw", submission.token))

    assert (response.status_code, submission.events.count()) == (302, 1)


@pytest.mark.parametrize("state", [State.PUBLISHED, State.REJECTED])
def test_what_is_decided_cannot_be_withdrawn_any_more(client, state):
    submission = make_submission(state)

    response = client.post(address("submission-withdraw", submission.token))

    page = read(response)
    submission.refresh_from_db()
    assert (response.status_code, page.one("div", role="status").text, submission.state) == (
        409,
        STANDS[state],
        state,
    )


def test_withdrawing_an_update_leaves_the_practice_alone(client):
    practice = make_practice()
    update = make_submission(State.SUBMITTED, practice=practice)

    client.post(address("submission-withdraw", update.token))

    assert client.get(practice.get_absolute_url()).status_code == 200
