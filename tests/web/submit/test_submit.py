from datetime import UTC, datetime, timedelta
from unittest.mock import ANY

import pytest
from django.core import signing
from django.core.signing import Signer
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from practices import clock, workflow
from practices.choices import EDITABLE, Kind, State
from practices.core.http.public_forms import STAMP_SALT
from practices.documents.sections import FURTHER
from practices.models import ModerationEvent, OutboxMessage, Submission, Submitter
from practices.models.submission import new_token
from practices.notifications import emails
from practices.web.submit.attachment_form import FirstFileForm
from practices.web.submit.forms import StartForm
from practices.workflow import private_links
from tests.support.addresses import address, sent
from tests.support.factories import NOW, document, judged, make_practice, make_submission, make_submitter
from tests.support.pages import main_forms, read, sent_by

pytestmark = pytest.mark.django_db

FULL = {
    "title": "Pension desks in two ports",
    "summary": "Desks help returning workers claim their pensions.\nThey are free.",
    "objective": "21",
    "countries": "Georgia, Philippines",
    "area": "Manila and Batumi",
    "implementers": "City of Manila\nPort of Batumi",
    "start_year": "2016",
    "end_year": "2020",
    "source_url": "https://example.org/desks",
    "honorific": "Mr.",
    "name": "Camille Saadé",
    "organisation": "Port of Batumi",
    "email": "camille@example.org",
    "credit_as": "both",
    "licence": "CC-BY-4.0",
}
"""The short form with every field filled in, as a browser sends it."""

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
    """Post a new form with these values and return the response."""
    return client.post("/submit/", {"stamp": stamp()} | values | changes, headers=headers)


def form_on(response):
    """Return the first form of the page that is not beside the text."""
    return main_forms(read(response))[0]


def begun(client, values=REQUIRED, **changes):
    """Post a new form and return the submission that it starts."""
    return Submission.objects.get(token=post(client, values, **changes).url.split("/")[2])


def press(client, path, **typed):
    """Send a page's form with its current values and those `typed`, and return the response."""
    return client.post(path, sent_by(form_on(client.get(path))) | typed)


def confirm(client, submission, **options):
    """Press the button on the page of the confirmation link."""
    path = workflow.confirm_path(submission)
    return client.post(path, {"version": submission.version}, **options)


def notice(response):
    return read(response).one("div", role="status").text


# The form -------------------------------------------------------------------------


def test_form_shows_its_sections_with_why_they_matter(client):
    page = read(client.get("/submit/"))

    sections = [
        (part.one("h2").text, part.one("header").one("p").text)
        for part in page.all("section", "form-section")
    ]
    assert sections == [
        *((str(section.title), " ".join(str(section.why).split())) for section in StartForm.sections),
        ("A file", "Such as a report or a picture, up to 10 MB. You can add more later."),
    ]


def test_form_explains_its_fields(client):
    page = read(client.get("/submit/"))

    help_texts = {text["id"]: text.text for text in page.all("div", "helptext")}
    assert help_texts == {
        f"id_{name}_helptext": str(field.help_text)
        for name, field in (StartForm().fields | FirstFileForm().fields).items()
        if field.help_text
    }


def test_form_marks_required_fields(client):
    page = read(client.get("/submit/"))

    assert [mark.parent.text for mark in page.all("span", "field-required")] == [
        "Title required",
        "Summary required",
        "Main objective required",
        "Countries this or “Area” is required for publication",
        "Area this or “Countries” is required for publication",
        "Implementing organisation required for publication",
        "Start year required for publication",
        "Your name required",
        "Your e-mail address required",
        "Shown publicly as required",
    ]


def test_form_from_an_objective_has_that_objective_chosen(client):
    form = form_on(client.get("/submit/?objective=21"))

    assert sent_by(form)["objective"] == ["21"]


def test_form_from_a_gap_has_its_objective_chosen_and_asks_for_countries_of_its_region(client):
    page = read(client.get("/submit/?objective=8&region=oceania"))

    assert page.one("select", name="objective").one("option", selected="")["value"] == "8"
    assert page.one("div", id="id_countries_helptext").text.startswith(
        "Name the countries in Oceania where the practice takes place. Country names"
    )


def test_form_from_a_country_has_that_country_filled_in(client):
    form = form_on(client.get("/submit/?country=fj"))

    assert sent_by(form)["countries"] == ["Fiji"]


def test_form_from_an_unknown_country_is_as_any_other(client):
    form = form_on(client.get("/submit/?country=xx"))

    assert sent_by(form)["countries"] == [""]


@pytest.mark.parametrize("region", ["", "atlantis", "%00"])
def test_form_from_an_unknown_region_is_as_any_other(client, region):
    page = read(client.get(f"/submit/?region={region}"))

    assert page.one("div", id="id_countries_helptext").text.startswith("Country names")


def steps_on(response):
    """Return the steps named at the top of the page, and the current one."""
    steps = read(response).one("ol", "steps").all("li")
    return [step.text for step in steps], [step.text for step in steps if step.get("aria-current") == "step"]


def test_pages_of_a_new_practice_name_its_three_steps(client):
    submission = begun(client)

    pages = [
        client.get(path)
        for path in (
            "/submit/",
            address("submission-edit", submission.token),
            address("submission-send", submission.token),
        )
    ]

    ahead = ["The practice", "More details (optional)", "Check and send"]
    steps = ["The practice", "More details", "Check and send"]  # the full form repeats what is required
    assert [steps_on(page) for page in pages] == [
        (ahead, [steps[0]]),
        (steps, [steps[1]]),
        (steps, [steps[2]]),
    ]


def test_form_with_errors_is_still_at_the_first_step(client):
    submission = begun(client, {"title": "Desks"})

    response = client.get(f"{address('submission-edit', submission.token)}?all")

    assert steps_on(response)[1] == ["The practice"]


def test_pages_of_a_correction_name_its_two_steps(client):
    practice = make_practice()
    update = make_submission(practice=practice)

    pages = [
        client.get(path)
        for path in (
            address("practice-correct", practice.pk, practice.slug),
            address("submission-edit", update.token),
        )
    ]

    assert [steps_on(page) for page in pages] == [
        (["Your changes", "Check and send"], ["Your changes"]),
    ] * 2


def test_form_says_what_happens_next(client):
    page = read(client.get("/submit/"))

    assert page.one("p", "notice").text == (
        "Nothing is sent yet: you will see a preview first. Both buttons save a draft with a private link, so you can "
        "stop and continue on another day. How we use your data"
    )


# A draft --------------------------------------------------------------------------


def test_form_is_kept_as_a_draft(client):
    response = post(client, FULL, then="preview")

    submission = Submission.objects.get()
    assert (response.url, submission.state, submission.sent_at, submission.document) == (
        address("submission-send", submission.token),
        State.DRAFT,
        None,
        document(
            **FULL
            | {
                "objectives": [21],
                "countries": ["GE", "PH"],
                "implementers": ["City of Manila", "Port of Batumi"],
                "start_year": 2016,
                "end_year": 2020,
                "credit": "Mr. Camille Saadé, Port of Batumi",
            }
        ),
    )


def test_form_stores_the_submitter_and_mails_nothing_yet(client):
    post(client, FULL)

    kept = Submitter.objects.values("honorific", "name", "organisation", "email", "verified_at").get()
    assert (kept, OutboxMessage.objects.count()) == (
        {
            "honorific": "Mr.",
            "name": "Camille Saadé",
            "organisation": "Port of Batumi",
            "email": "camille@example.org",
            "verified_at": None,
        },
        0,
    )


def test_incomplete_draft_keeps_everything_that_was_typed(client):
    typed = {"title": "Desks", "start_year": "soon", "countries": "Phillipines", "email": "ana@"}
    submission = begun(client, typed)

    page = read(client.get(address("submission-edit", submission.token)))

    kept = sent_by(page.all("form", method="post")[0])
    faults = [
        (part.one("label").text.split(" ")[0], part.one("ul", "errorlist").text)
        for part in page.all("div", "field-invalid")
    ]
    assert ({name: kept[name][0] for name in typed}, faults, submission.document) == (
        typed,
        [
            ("Countries", "We do not know a country called “Phillipines”. Did you mean Philippines?"),
            ("Start", "Enter a year from 1000 to 2100, such as 2019."),
            ("Your", "Enter a full e-mail address, such as name@example.org."),
        ],
        document() | {"title": "Desks", "summary": "", "objectives": []},
    )


FOR_PUBLICATION = "Also required for publication: Start year, Implementing organisation, Countries or Area."


def test_draft_lists_missing_fields(client):
    submission = begun(client, {"title": "Desks", "objective": "21"})

    line = read(client.get(address("submission-edit", submission.token))).one("p", "draft-progress").text

    assert line.partition(". ")[2] == (
        "Still missing before you can send it: Summary, Your name, Your e-mail address, Shown publicly as. "
        f"{FOR_PUBLICATION} Optional sections started: 0 of 5."
    )


@pytest.mark.parametrize(
    ("typed", "said", "status"),
    [
        (REQUIRED, f"Ready to check and send. {FOR_PUBLICATION}", 200),
        (
            REQUIRED | {"start_year": "2019", "implementers": "City of Manila", "area": "Manila"},
            "Ready to check and send.",
            200,
        ),
        (
            REQUIRED | {"title": ""},
            f"Still missing before you can send it: Title. {FOR_PUBLICATION}",
            302,
        ),
        (
            REQUIRED | {"start_year": "soon", "countries": "Korea", "title": ""},
            (
                "Still missing before you can send it: Title. To correct before you can send it: Countries, Start year."
                " Also required for publication: Implementing organisation."
            ),
            302,
        ),
    ],
    ids=["ready", "complete", "incomplete", "faulty"],
)
def test_draft_says_that_it_can_be_sent_only_if_it_can(client, typed, said, status):
    submission = begun(client, typed)

    shown = read(client.get(address("submission-edit", submission.token))).one(
        "span", **{"data-progress": ""}
    )

    sending = client.get(address("submission-send", submission.token))
    assert (shown.text.partition(" Optional")[0], sending.status_code) == (said, status)


def test_empty_form_is_not_kept(client):
    response = post(client, {"name": "Ana", "credit_as": "name"})

    assert (response.status_code, Submission.objects.count()) == (422, 0)


def test_preview_of_an_incomplete_draft_lists_its_errors(client):
    submission = begun(client, title="", start_year="soon", end_year="2010")

    response = client.get(address("submission-send", submission.token), follow=True)

    summary = read(response).one("div", id="errors")
    assert (response.status_code, summary.one("h2").text, summary.links()) == (
        200,
        "There are 2 problems",
        [("Title", "#id_title"), ("Start year", "#id_start_year")],
    )


def test_error_is_shown_and_read_out_with_its_field(client):
    page = read(client.get(address("submission-edit", begun(client, start_year="soon").token)))

    field = page.one("input", name="start_year")
    described = [part.text for part in page.inside() if part.get("id") in field["aria-describedby"].split()]
    assert (field["aria-invalid"], described) == (
        "true",
        [
            "The year in which the practice started.",
            "Enter a year from 1000 to 2100, such as 2019.",
        ],
    )


def test_summary_of_errors_does_not_repeat_those_of_a_field_with_several(client):
    submission = begun(client, countries="Korea, Congo")

    page = read(client.get(address("submission-edit", submission.token)))

    assert page.one("div", id="errors").texts("li") == ["Countries: 2 corrections needed"]


def test_further_sections_are_closed_until_something_needs_attention(client):
    submission = begun(client)

    response = press(client, address("submission-edit", submission.token), evidence_url="javascript:x")

    page = read(client.get(response.url))
    opened = [part["id"] for part in page.all("details", "form-section") if "open" in part.attributes]
    assert opened == ["section-results"]


def test_save_keeps_further_fields_and_counts(client):
    submission = begun(client)
    path = address("submission-edit", submission.token)

    press(client, path, lessons="Open on Sundays.", other_objectives=["3", "22"], tags="ports")

    submission.refresh_from_db()
    page = read(client.get(path))
    filled = page.texts("span", "form-section-filled")
    assert (submission.version, submission.document["objectives"], submission.document["tags"], filled) == (
        2,
        [21, 3, 22],
        ["ports"],
        [
            f"{done} of {len(section.fields)} filled in"
            for done, section in zip([0, 0, 1, 1, 1], FURTHER, strict=True)
        ],
    )


def test_checklist_answers_on_save(client):
    submission = begun(client, FULL, summary="x" * 80)

    page = read(client.get(address("submission-edit", submission.token)))

    items = page.one("ul", "checklist").all("li")
    assert [item["id"].partition("-")[2] for item in items if "data-met" in item.attributes] == [
        "tried",
        "objective",
        "summary",
        "whom-to-ask",
        "source",
    ]


FRENCH = {
    "title": "Guichets de retraite dans deux ports",
    "summary": "Les travailleurs de retour y demandent la pension qu’ils ont gagnée à l’étranger.",
}


def test_language_is_read_from_the_text_and_said(client):
    submission = begun(client, **FRENCH)

    form = form_on(client.get(address("submission-edit", submission.token)))
    preview = read(client.get(address("submission-send", submission.token)))

    assert (submission.document["language"], sent_by(form)["language"]) == ("fr", ["fr"])
    assert preview.texts("p", "notice")[0] == (
        "This text looks like français (French). If it is not, choose “Edit again” and correct the language."
    )


def test_language_can_be_corrected(client):
    submission = begun(client, **FRENCH)

    press(client, address("submission-edit", submission.token), language="ht")

    submission.refresh_from_db()
    assert submission.document["language"] == "ht"
    assert read(client.get(address("submission-send", submission.token))).texts("p", "notice") == [
        f"{FOR_PUBLICATION} You can send it without. A moderator will then ask you for it."
    ]


def test_script_saves_and_is_told_what_changed(client):
    submission = begun(client)
    path = address("submission-edit", submission.token)
    values = sent_by(form_on(client.get(path))) | {"replication": "x" * 80}

    answer = client.post(path, values, headers={"Accept": "application/json"})

    assert answer.json() == {
        "version": 2,
        "progress": f"Ready to check and send. {FOR_PUBLICATION} Optional sections started: 1 of 5.",
        "errors": [],
        "met": ["objective", "summary", "transfer"],
        "filled": {
            "basics": 4,
            "place": 0,
            "you": 3,
            "story": 0,
            "results": 0,
            "learning": 1,
            "kind": 0,
            "finding": 0,
        },
    }


def test_form_sent_twice_is_kept_once(client):
    values = REQUIRED | {"stamp": stamp()}

    answers = {client.post("/submit/", values).url for _time in range(2)}

    assert (len(answers), Submission.objects.count()) == (1, 1)


def test_link_to_a_draft_is_mailed_on_request(client):
    submission = begun(client)

    response = client.post(address("submission-link", submission.token), follow=True)

    message = OutboxMessage.objects.get()
    assert (read(response).one("p", role="alert").text, message.kind, message.address) == (
        "Check your e-mail for the link.",
        Kind.SUBMISSION_LINK,
        "ana@example.org",
    )


def test_form_sent_back_too_quickly_is_refused_and_kept(client, settings):
    settings.FORM_MINIMUM_SECONDS = 3

    page = read(post(client))

    assert (page.one("div", id="errors").texts("li"), page.one("input", name="title")["value"]) == (
        ["The form was sent within seconds, as spam often is. Please check it and send it again."],
        "Pension desks in two ports",
    )


def test_form_open_for_more_than_a_day_can_be_sent_once_more(client, clock):
    values = REQUIRED | {"stamp": stamp()}
    clock.shift(timedelta(hours=25))
    page = form_on(client.post("/submit/", values))

    response = client.post("/submit/", sent_by(page))

    assert (response.status_code, Submission.objects.count()) == (302, 1)


def test_form_in_the_honeypot_gets_thanks_and_no_link(client):
    response = post(client, website="https://spam.example")

    assert (response.url, Submission.objects.get().state, OutboxMessage.objects.count()) == (
        sent("submission-sent"),
        State.SPAM,
        0,
    )


@pytest.mark.parametrize("changes", [{"summary": ""}, {"email": "nobody"}, {"name": ""}, {"title": ""}])
def test_incomplete_form_in_the_honeypot_is_spam(client, changes):
    response = post(client, website="https://spam.example", **changes)

    submission = Submission.objects.get()
    assert (response.url, submission.state) == (sent("submission-sent"), State.SPAM)


def test_empty_form_is_not_stored_trapped_or_not(client):
    response = client.post("/submit/", {"stamp": stamp(), "website": "https://spam.example"})

    assert (response.status_code, Submission.objects.count()) == (422, 0)


def test_honeypot_is_hidden_from_screen_readers(client):
    trap = read(client.get("/submit/")).one("div", "trap")

    field = trap.one("input")
    assert (trap["aria-hidden"], field["tabindex"], field["autocomplete"]) == ("true", "-1", "off")


# Two browsers ---------------------------------------------------------------------


@pytest.fixture
def overtaken(client):
    """Save a draft from two browsers that opened it; return the draft and the second one's response."""
    submission = begun(client)
    path = address("submission-edit", submission.token)
    first, second = (sent_by(form_on(client.get(path))) for _browser in range(2))
    client.post(path, first | {"title": "Desks of the first", "area": "Manila"})
    response = client.post(path, second | {"title": "Desks of the second"})
    submission.refresh_from_db()
    return submission, response


def test_second_browser_sees_both_versions_and_overwrites_nothing(overtaken):
    submission, response = overtaken

    shown = {
        part.one("legend").text: part.texts("span", "conflict-text")
        for part in read(response).all("fieldset", "conflict")
    }
    assert (response.status_code, submission.title, shown) == (
        409,
        "Desks of the first",
        {"Title": ["Desks of the second", "Desks of the first"], "Area": ["(empty)", "Manila"]},
    )


def test_second_browser_takes_either_field_by_field(client, overtaken):
    submission, response = overtaken
    form = read(response).one("main").one("form")

    client.post(form["action"], sent_by(form) | {"take-area": "saved"})

    submission.refresh_from_db()
    assert (submission.title, submission.document["area"], submission.version) == (
        "Desks of the second",
        "Manila",
        3,
    )


def test_same_text_saved_by_two_browsers_is_no_conflict(client):
    path = address("submission-edit", begun(client).token)
    values = sent_by(form_on(client.get(path))) | {"title": "Desks"}

    answers = [client.post(path, values).status_code for _browser in range(2)]

    assert answers == [302, 302]


def test_autosave_of_the_second_browser_reports_the_conflict(client):
    path = address("submission-edit", begun(client).token)
    values = sent_by(form_on(client.get(path)))
    client.post(path, values | {"title": "First"})

    answer = client.post(path, values | {"title": "Second"}, headers={"Accept": "application/json"})

    assert (answer.status_code, answer.json()) == (409, {"version": 2})


def test_outdated_preview_is_shown_again_instead_of_sent(client):
    submission = begun(client)
    preview = form_on(client.get(address("submission-send", submission.token)))
    press(client, address("submission-edit", submission.token), title="Changed elsewhere")

    response = client.post(preview["action"], sent_by(preview))

    page = read(response)
    assert (
        response.status_code,
        page.one("h2", "title-of-submitter").text,
        OutboxMessage.objects.count(),
    ) == (
        409,
        "Changed elsewhere",
        0,
    )


# Sending it -----------------------------------------------------------------------


def test_preview_shows_the_practice_as_it_will_look(client):
    submission = begun(client, FULL)

    page = read(client.get(address("submission-send", submission.token)))

    facts = page.one("article").one("section", "reading-facts")
    assert (
        page.one("h2", "title-of-submitter").text,
        facts.texts("bdi"),
        form_on(client.get(address("submission-send", submission.token))).one("button").text,
    ) == (
        "Pension desks in two ports",
        ["Manila and Batumi", "City of Manila", "Port of Batumi"],
        "Send for review",
    )


def test_sending_mails_its_submitter_the_link_that_confirms(client):
    submission = begun(client)

    response = press(client, address("submission-send", submission.token))

    message = OutboxMessage.objects.get()
    assert (response.url, message.kind, message.address, message.context["confirm_path"]) == (
        submission.get_private_url(),
        Kind.SUBMISSION_CONFIRM,
        "ana@example.org",
        workflow.confirm_path(submission),
    )


def test_draft_sent_to_a_wrong_address_can_be_sent_to_the_right_one(client):
    submission = begun(client, email="wrong@example.org")
    press(client, address("submission-send", submission.token))
    wrong = OutboxMessage.objects.get().context["confirm_path"]
    press(client, address("submission-edit", submission.token), email="right@example.org")
    press(client, address("submission-send", submission.token))

    client.post(wrong)

    submission.refresh_from_db()
    assert (
        submission.state,
        list(OutboxMessage.objects.order_by("pk").values_list("address", flat=True)),
    ) == (
        State.DRAFT,
        ["wrong@example.org", "right@example.org"],
    )


# Lost links -----------------------------------------------------------------------


def links_mailed():
    return OutboxMessage.objects.filter(kind=Kind.SUBMISSION_LINKS)


def ask_for_links(client, mailbox="ana@example.org", **typed):
    return client.post("/submit/link/", {"address": mailbox, **typed})


def test_lost_links_are_mailed_to_their_address(client):
    published = make_submission(State.PUBLISHED)
    draft = make_submission(State.DRAFT)
    make_submission(State.WITHDRAWN)
    make_submission(submitter=make_submitter(email="other@example.org"))

    ask_for_links(client, "Ana@Example.org")

    message = links_mailed().get()
    paths = [link["path"] for link in [message.context["newest"], *message.context["others"]]]
    assert (message.address, paths) == (
        "ana@example.org",
        [draft.get_private_url(), published.get_private_url()],
    )


def test_drafts_of_strangers_push_no_confirmed_one_out_of_the_mailed_links(client, monkeypatch):
    monkeypatch.setattr(private_links, "MOST_LINKS", 1)
    confirmed = make_submission(State.SUBMITTED)
    make_submission(State.DRAFT)

    ask_for_links(client)

    assert links_mailed().get().context == {
        "newest": {"path": confirmed.get_private_url(), "title": ANY, "state": ANY, "day": ANY},
        "others": [],
    }


def test_request_for_lost_links_is_answered_alike_for_every_address(client):
    make_submission()

    answers = [ask_for_links(client, mailbox) for mailbox in ("ana@example.org", "nobody@example.org")]

    assert [(answer.status_code, answer.url) for answer in answers] == [(302, sent("submit-link-sent"))] * 2
    assert links_mailed().count() == 1


def test_address_gets_a_limited_number_of_mails_with_lost_links(client, settings):
    settings.LINK_MAILS_PER_DAY = 2
    make_submission()

    statuses = {ask_for_links(client).status_code for _time in range(4)}

    assert (statuses, links_mailed().count()) == ({302}, 2)


def test_stranger_does_not_use_up_the_mails_with_lost_links(client, settings):
    settings.LINK_MAILS_PER_DAY = 1
    make_submission()
    ask_for_links(Client(REMOTE_ADDR="198.51.100.9"))

    ask_for_links(client)

    assert links_mailed().count() == 2


def test_mail_with_lost_links_names_what_was_sent_from_a_confirmed_address(client):
    make_submission(State.SUBMITTED, title="Desks at the border")

    ask_for_links(client)

    text = emails.compose(links_mailed().get()).body
    assert "The newest one is “Desks at the border”, started on" in " ".join(text.split())


def test_mail_with_lost_links_tells_drafts_of_one_day_apart(client, clock):
    clock.move_to(NOW)
    make_submission(State.DRAFT, title="First")
    clock.move_to(NOW + timedelta(hours=2))
    make_submission(State.DRAFT, title="Second")

    ask_for_links(client)

    mailed = links_mailed().get().context
    assert [link["day"] for link in (mailed["newest"], *mailed["others"])] == [
        "2 November 2026, 11:30 UTC",
        "2 November 2026, 09:30 UTC",
    ]


def test_mail_with_lost_links_says_nothing_that_a_stranger_may_have_typed(client):
    make_submission(State.DRAFT, title="Buy my pills")

    ask_for_links(client)

    assert "pills" not in str(emails.compose(links_mailed().get()).message())


def test_lost_links_of_spam_are_those_its_submitter_believes_in(client):
    spam = make_submission(State.SPAM)
    make_submission(trapped=True)

    ask_for_links(client)

    newest = links_mailed().get().context["newest"]
    assert (newest["path"], newest["state"]) == (spam.get_private_url(), "submitted")


def test_mail_with_lost_links_tells_an_update_from_its_practice(client):
    workflow.begin_update(make_submission(State.PUBLISHED), language="en")

    ask_for_links(client)

    context = links_mailed().get().context
    assert [link["state"] for link in [context["newest"], *context["others"]]] == [
        "update, draft",
        "published",
    ]


def test_unknown_private_link_leads_to_the_page_for_lost_links(client):
    response = client.get("/submissions/unknown/edit/")

    assert (response.status_code, read(response).one("main").one("a", "button")["href"]) == (
        404,
        "/submit/link/",
    )


# Rate limits ----------------------------------------------------------------------


@pytest.fixture
def one_an_hour(settings, clock):
    settings.SUBMISSIONS_PER_HOUR = settings.PEOPLE_PER_ADDRESS = 1
    clock.move_to(datetime(2026, 11, 2, 9, 45, tzinfo=UTC))


@pytest.mark.usefixtures("one_an_hour")
def test_network_over_the_limit_is_told_when_to_retry(client):
    post(client)

    response = post(client, email="other@example.org")

    assert (response.status_code, response.headers["Retry-After"], read(response).one("p", "lead").text) == (
        429,
        "901",
        "We received too many requests from your network. Please try again in 16 minutes.",
    )


@pytest.mark.usefixtures("one_an_hour")
def test_refusal_of_too_many_stores_nothing(client):
    post(client)

    post(client, email="other@example.org")

    assert Submission.objects.count() == 1


@pytest.mark.usefixtures("one_an_hour")
def test_person_over_the_limit_is_refused_whatever_the_spelling_of_the_address(client):
    press(client, address("submission-send", begun(client).token))
    second = workflow.begin(
        document(), submitter=make_submitter(email="ANA@example.org"), form_key="2", language="en"
    )

    response = press(client, address("submission-send", second.token))

    assert (response.status_code, response.headers["Retry-After"], OutboxMessage.objects.count()) == (
        429,
        "901",
        1,
    )


@pytest.mark.usefixtures("one_an_hour")
def test_stranger_keeps_nobody_from_sending_a_first_draft(client, settings):
    settings.SUBMISSION_MAILS_PER_DAY = 1
    drafts = [begun(client), begun(Client(REMOTE_ADDR="192.0.2.7"))]

    for draft, network in zip(drafts, ("198.51.100.9", "192.0.2.7"), strict=True):
        press(Client(REMOTE_ADDR=network), address("submission-send", draft.token))

    confirmations = OutboxMessage.objects.filter(kind=Kind.SUBMISSION_CONFIRM)
    assert sorted(confirmations.values_list("submission", flat=True)) == [draft.pk for draft in drafts]


@pytest.mark.usefixtures("one_an_hour")
def test_refusal_to_send_keeps_the_draft_and_says_when_it_can_be_sent(client, settings):
    settings.PEOPLE_PER_ADDRESS = 2
    press(client, address("submission-send", begun(client).token))
    second = begun(client, title="Desks at the border")

    page = read(press(client, address("submission-send", second.token)))

    second.refresh_from_db()
    assert (second.state, second.sent_at) == (State.DRAFT, None)
    assert page.one("div", role="alert").text == (
        "Not sent yet. Too many practices have been sent with the address ana@example.org. Your draft is saved. You can "
        f"send it in 16 minutes. Keep its private link to come back: http://127.0.0.1:8000{second.get_private_url()}"
    )


@pytest.mark.usefixtures("one_an_hour")
def test_people_of_one_network_address_do_not_use_up_each_others_limit(client, settings):
    settings.PEOPLE_PER_ADDRESS = 3

    answers = [post(client, email=f"{name}@example.org").status_code for name in ("ana", "ben", "cai", "dia")]

    assert answers == [302, 302, 302, 429]


@pytest.mark.usefixtures("one_an_hour")
def test_page_of_too_many_sends_what_was_typed_again(client, clock):
    post(client)
    refused = post(client, title="Desks at the border", email="other@example.org")
    clock.shift(timedelta(minutes=15))

    response = client.post("/submit/", sent_by(form_on(refused)))

    assert (response.status_code, Submission.objects.latest("pk").title) == (302, "Desks at the border")


def test_address_gets_a_limited_number_of_mails_a_day(client, settings, clock):
    clock.move_to(NOW)
    settings.SUBMISSION_MAILS_PER_DAY = 3
    submission = make_submission(State.DRAFT, submitter=make_submitter(email="victim@example.org"))
    OutboxMessage.objects.all().delete()

    statuses = []
    for _hour in range(5):
        statuses.append(client.post(address("submission-link", submission.token)).status_code)
        clock.shift(timedelta(minutes=61))

    assert (statuses, OutboxMessage.objects.count()) == ([302, 302, 302, 429, 429], 3)


def test_drafts_of_strangers_use_up_no_limit_of_a_confirmed_address(client, settings, clock):
    clock.move_to(NOW)
    settings.SUBMISSIONS_PER_HOUR = 1
    update = workflow.begin_update(make_submission(State.PUBLISHED), language="en")
    update = Submission.objects.get(pk=update.pk)
    strangers = make_submission(State.DRAFT)
    client.post(address("submission-link", strangers.token))
    note = {"note": ["The desks opened in May."]}
    workflow.save(update, typed=note, seen=update.version, document=update.document, submitter={})

    client.post(address("submission-send", update.token), {"version": update.content_version})

    assert Submission.objects.get(pk=update.pk).state == State.SUBMITTED


def test_limit_of_a_day_says_how_many_hours_to_wait(client, settings, clock):
    clock.move_to(datetime(2026, 11, 2, 9, 45, tzinfo=UTC))
    settings.SUBMISSION_MAILS_PER_DAY = 1
    submission = make_submission(State.DRAFT)

    for _once_too_often in range(2):
        response = client.post(address("submission-link", submission.token))

    assert read(response).one("p", "lead").text == "Please try again in 15 hours."


@pytest.mark.usefixtures("one_an_hour")
def test_network_may_send_again_an_hour_later(client, clock):
    post(client)
    clock.shift(timedelta(minutes=15))

    assert post(client).status_code == 302


@pytest.mark.usefixtures("one_an_hour")
def test_other_network_may_send_meanwhile(client):
    post(client)

    response = client.post(
        "/submit/", REQUIRED | {"stamp": stamp(), "email": "other@example.org"}, REMOTE_ADDR="192.0.2.7"
    )

    assert response.status_code == 302


@pytest.mark.usefixtures("one_an_hour")
def test_empty_forms_count_for_less(client, settings):
    settings.FORMS_PER_HOUR = 10
    answers = [post(client, {"name": "Ana"}).status_code for _time in range(11)]

    assert answers == [422] * 10 + [429]


@pytest.mark.parametrize(
    ("proxies", "forwarded", "status"),
    [
        (0, ["203.0.113.1", "203.0.113.2"], 429),  # no trusted proxy, so the header is forged
        (1, ["203.0.113.1", "203.0.113.2"], 302),
        (1, ["203.0.113.1, 198.51.100.9", "203.0.113.2, 198.51.100.9"], 429),  # the first is forged
        (2, ["203.0.113.1, 198.51.100.9", "203.0.113.2, 198.51.100.9"], 302),
        (2, ["x, 203.0.113.1, 198.51.100.9", "y, 203.0.113.1, 198.51.100.8"], 429),
        (2, ["198.51.100.9", "198.51.100.8"], 302),  # came by one proxy, which has seen it
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


# Origin ---------------------------------------------------------------------------

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
def test_form_from_our_site_is_accepted(client, headers):
    response = post(client, headers=headers)

    assert (response.status_code, Submission.objects.count()) == (302, 1)


@pytest.mark.parametrize(
    ("state", "name"),
    [
        (State.DRAFT, "submission-withdraw"),
        (State.DRAFT, "submission-edit"),
        (State.DRAFT, "submission-send"),
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


# Sending it again -----------------------------------------------------------------

UNSENT = "You have saved changes that the moderators do not have yet."


@pytest.mark.parametrize("changed", [{"title": "Changed desks"}, {"start_year": "soon"}])
def test_status_says_that_saved_changes_are_not_sent_yet(client, changed):
    submission = make_submission(State.CHANGES_REQUESTED)
    path, edit = submission.get_private_url(), address("submission-edit", submission.token)
    asked = read(client.get(path)).one("main").text
    press(client, edit)
    unchanged = read(client.get(path)).one("main").text
    press(client, edit, **changed)

    page = read(client.get(path)).one("main")

    assert [UNSENT in said for said in (asked, unchanged, page.text)] == [False, False, True]
    assert ("Check and send", address("submission-send", submission.token)) in page.links()


def test_preview_says_whether_the_moderators_have_the_text(client):
    submission = make_submission(State.CHANGES_REQUESTED)
    edit, send = (address(name, submission.token) for name in ("submission-edit", "submission-send"))
    press(client, edit)
    unchanged = read(client.get(send)).one("p", "preview-note").text
    press(client, edit, title="Changed desks")

    changed = read(client.get(send)).one("p", "preview-note").text

    assert unchanged == "This is a preview. The text is the one that the moderators have."
    assert changed == "This is a preview. The moderators do not have this version yet."


# Confirming -----------------------------------------------------------------------


def test_link_of_the_mail_shows_how_it_will_look_and_one_button(client):
    submission = make_submission(State.DRAFT)
    path = workflow.confirm_path(submission)

    page = read(client.get(path))

    form = page.one("main").one("form")
    assert (
        page.one("h2", "title-of-submitter").text,
        form["action"],
        form["method"],
        form.one("button").text,
    ) == (
        "Pension desks in two ports",
        path,
        "post",
        "Confirm and send to the moderators",
    )


STEPS = [f"submission-{step}" for step in ("edit", "send", "link", "write", "update", "withdraw")]


@pytest.mark.parametrize("state", [State.DRAFT, State.CHANGES_REQUESTED, State.PUBLISHED])
def test_following_links_changes_nothing(client, state):
    submission = make_submission(state)
    paths = [workflow.confirm_path(submission), *(address(name, submission.token) for name in STEPS)]
    before = Submission.objects.values().get(), OutboxMessage.objects.count()

    for path in paths:
        client.get(path, follow=True)

    assert (Submission.objects.values().get(), OutboxMessage.objects.count()) == before


def test_confirming_puts_the_draft_into_the_queue(client):
    submission = make_submission(State.DRAFT)

    response = confirm(client, submission, follow=True)

    assert (response.status_code, notice(response), list(Submission.objects.awaiting_moderation())) == (
        200,
        "Your practice has reached the moderators. We will e-mail you their decision or questions.",
        [submission],
    )


@pytest.mark.parametrize("key", ["x", "", "A" * 43])
def test_private_link_alone_confirms_nothing(client, key):
    submission = make_submission(State.DRAFT)
    path = workflow.confirm_path(submission).rsplit("/", 2)[0] + f"/{key or '²'}/"

    client.post(path)

    submission.refresh_from_db()
    assert submission.state == State.DRAFT


def test_draft_that_was_broken_after_it_was_sent_is_not_confirmed(client):
    submission = make_submission(State.DRAFT)
    press(client, address("submission-edit", submission.token), title="")

    response = confirm(client, submission)

    submission.refresh_from_db()
    assert (response.url, submission.state) == (
        f"{address('submission-edit', submission.token)}?all",
        State.DRAFT,
    )


def test_confirmation_link_does_not_sign_the_number_of_its_row(client):
    submission = make_submission(State.DRAFT)
    key = workflow.confirm_path(submission).split("/")[-2]

    Submission.objects.filter(pk=submission.pk).update(token=new_token())

    submission.refresh_from_db()
    assert workflow.is_confirm_key(submission, key) is False


def test_confirmation_link_of_an_earlier_release_works(client):
    submission = make_submission(State.DRAFT)
    key = (
        Signer(salt="practices.submission.confirm")
        .sign(f"{submission.pk} ana@example.org")
        .rpartition(":")[2]
    )

    client.post(address("submission-confirm", submission.token, key), {"version": submission.content_version})

    submission.refresh_from_db()
    assert submission.state == State.SUBMITTED


def test_confirming_counts_for_the_text_that_was_shown(client):
    submission = make_submission(State.DRAFT)
    path = workflow.confirm_path(submission)
    read_by_owner = sent_by(form_on(client.get(path)))
    press(client, address("submission-edit", submission.token), title="Quokka fence")

    response = client.post(path, read_by_owner)

    submission.refresh_from_db()
    page = read(response)
    title = page.one("h2", "title-of-submitter").text
    assert (response.status_code, submission.state, title) == (409, State.DRAFT, "Quokka fence")
    assert page.one(role="alert").text.startswith("Nothing was sent: this practice was changed")


def test_confirming_without_a_version_shows_the_page_again(client):
    submission = make_submission(State.DRAFT)

    response = client.post(workflow.confirm_path(submission))

    submission.refresh_from_db()
    assert (response.status_code, submission.state) == (409, State.DRAFT)


def test_confirming_of_the_page_shown_again_counts(client):
    submission = make_submission(State.DRAFT)
    path = workflow.confirm_path(submission)
    press(client, address("submission-edit", submission.token), title="Quokka fence")
    again = client.post(path, {"version": 1})

    client.post(path, sent_by(form_on(again)))

    submission.refresh_from_db()
    assert (submission.state, submission.title) == (State.SUBMITTED, "Quokka fence")


def test_confirming_page_says_that_the_text_was_changed_since_the_mail(client):
    submission = make_submission(State.DRAFT)
    path = workflow.confirm_path(submission)
    before = read(client.get(path)).texts("p", "notice")

    press(client, address("submission-edit", submission.token), title="Quokka fence")

    assert (before, read(client.get(path)).texts("p", "notice")) == (
        [],
        ["This practice was changed after we e-mailed you the link. The new version is below."],
    )


def test_confirming_page_says_whose_address_it_confirms(client):
    page = read(client.get(workflow.confirm_path(make_submission(State.DRAFT))))

    assert "with the address ana@example.org" in page.one("p", "preview-note").text


def test_confirming_shows_that_the_address_is_theirs(client, clock):
    confirm(client, make_submission(State.DRAFT))

    assert Submitter.objects.get().verified_at == timezone.now()


def test_confirming_is_idempotent(client):
    submission = make_submission(State.DRAFT)
    confirm(client, submission)

    response = confirm(client, submission, follow=True)

    assert (response.status_code, ModerationEvent.objects.count(), OutboxMessage.objects.count()) == (
        200,
        1,
        2,
    )


@pytest.mark.parametrize("state", [state for state in State if state != State.DRAFT])
def test_confirming_later_changes_nothing(client, state):
    submission = make_submission(state)

    response = confirm(client, submission)

    submission.refresh_from_db()
    assert (response.status_code, submission.state) == (302, state)


# The status page ------------------------------------------------------------------

STANDS = {
    State.DRAFT: "Check your e-mail. Open the link in our e-mail to ana@example.org and confirm. A moderator "
    "will then review your practice.",
    State.SUBMITTED: "Your practice has reached the moderators. We will e-mail you their decision or questions.",
    State.IN_REVIEW: "A moderator is reviewing your practice. We will e-mail you their decision or questions.",
    State.CHANGES_REQUESTED: "A moderator has asked for changes. The reasons are below.",
    State.SCHEDULED: "Your practice has been accepted. It will be published on {day}.",
    State.PUBLISHED: "Your practice is published. Read it in the catalogue",
    State.REJECTED: "Your practice was not accepted. The reasons are below.",
    State.WITHDRAWN: "Your practice was withdrawn. It will not be published.",
    State.SPAM: "Your practice has reached the moderators. We will e-mail you their decision or questions.",
}


@pytest.mark.parametrize("state", State)
def test_status_page_shows_the_status(client, state):
    submission = make_submission(state)

    response = client.get(submission.get_private_url())

    day = date_format(submission.publish_at, "DATE_FORMAT") if submission.publish_at else ""
    assert notice(response) == STANDS[state].format(day=day)


@pytest.mark.parametrize(
    ("state", "now"),
    [
        (State.DRAFT, ["You confirm your e-mail address"]),
        (State.SUBMITTED, ["A moderator reviews it"]),
        (State.CHANGES_REQUESTED, ["You make the changes that a moderator asked for"]),
        (State.SCHEDULED, ["It is published in the catalogue"]),
    ],
)
def test_status_page_says_which_step_comes_next(client, state, now):
    response = client.get(make_submission(state).get_private_url())

    assert steps_on(response)[1] == now


@pytest.mark.parametrize("name", ["submission-edit", "submission-send", "submission-attachments"])
@pytest.mark.parametrize(
    ("state", "way_on"),
    [
        (State.SUBMITTED, "If something has to change, write to the moderators: they can return it to you."),
        (State.SCHEDULED, "If something has to change, write to the moderators"),
        (State.PUBLISHED, "To change what is published, choose “Update practice” below."),
    ],
)
def test_link_to_the_form_of_what_cannot_be_edited_now_says_so_and_what_to_do(client, name, state, way_on):
    response = client.get(address(name, make_submission(state).token), follow=True)

    said = read(response).one("header", "stack").one("p", "notice").text
    assert said.startswith("Your link leads to the form, but this practice cannot be edited there now.")
    assert way_on in said


@pytest.mark.parametrize("state", [State.PUBLISHED, State.REJECTED, State.WITHDRAWN])
def test_status_page_names_no_steps_once_it_is_decided(client, state):
    page = read(client.get(make_submission(state).get_private_url()))

    assert page.all("ol", "steps") == []


@pytest.mark.parametrize(
    ("state", "happened"),
    [
        (State.DRAFT, []),
        (State.SUBMITTED, ["Submitted"]),
        (State.IN_REVIEW, ["Submitted", "In review"]),
        (State.CHANGES_REQUESTED, ["Submitted", "Changes requested Which years?"]),
        (State.REJECTED, ["Submitted", "Not accepted Not about migration."]),
        (State.SPAM, ["Submitted"]),
    ],
)
def test_status_page_shows_the_history(client, state, happened):
    submission = make_submission(state, now=NOW)

    page = read(client.get(submission.get_private_url()))

    entries = [entry.text for timeline in page.all("ol", "timeline") for entry in timeline.all("li")]
    assert entries == [f"2 November 2026, 09:30 UTC {step}" for step in happened]


def test_title_of_a_form_with_requested_changes_has_no_space_before_its_colon(client):
    submission = make_submission(State.CHANGES_REQUESTED, title="Desk")

    page = read(client.get(f"{submission.get_private_url()}edit/"))

    assert page.one("title").text == "Change your practice: Desk – Migration Good Practices"


def test_last_request_for_changes_is_the_one_shown_though_the_clock_was_set_back(client, moderator):
    submission = make_submission(State.CHANGES_REQUESTED, now=NOW)
    workflow.resubmit(submission, submission.document, seen=submission.content_version, now=NOW)
    earlier = NOW - timedelta(hours=1)
    workflow.request_changes(submission, by=moderator, reason="And where?", now=earlier)

    page = read(client.get(submission.get_private_url()))
    form = client.get(f"/submissions/{submission.token}/edit/").text

    entries = [entry.text.partition(":30 UTC ")[2] for entry in page.one("ol", "timeline").all("li")]
    assert entries == [
        "Submitted",
        "Changes requested Which years?",
        "Sent again",
        "Changes requested And where?",
    ]
    assert ("And where?" in form, "Which years?" in form) == (True, False)


@pytest.mark.parametrize("trapped", [True, False])
def test_status_page_of_spam_does_not_say_so(client, trapped):
    submission = make_submission(State.SPAM, trapped=trapped)

    response = client.get(submission.get_private_url())

    assert (response.status_code, "spam" in response.text.casefold()) == (200, False)


def test_status_page_names_no_moderator_and_shows_no_internal_note(client, moderator):
    moderator.username = "thylacine"
    moderator.save()
    submission = make_submission(State.SUBMITTED)
    workflow.request_changes(
        submission, by=moderator, reason="Which years?", internal_note="Ask the embassy."
    )
    workflow.write(submission, "And where?", by=moderator)

    text = client.get(submission.get_private_url()).text

    assert [word for word in ("thylacine", "embassy") if word in text] == []


def test_status_page_of_a_published_practice_leads_to_it(client):
    submission = make_submission(State.PUBLISHED)

    page = read(client.get(submission.get_private_url()))

    assert page.one("div", role="status").links() == [
        ("Read it in the catalogue", submission.practice.get_absolute_url())
    ]


def test_status_page_of_a_practice_withdrawn_since_says_so(client, moderator):
    submission = make_submission(State.PUBLISHED)
    workflow.withdraw_practice(submission.practice, by=moderator, reason="Its source is gone.")

    response = client.get(submission.get_private_url())

    day = date_format(timezone.localdate(), "DATE_FORMAT")
    assert notice(response) == (
        f"This practice was withdrawn from the catalogue on {day}. Its page shows only this reason: Its source is gone. "
        "If this is a mistake, or if you can put it right, write to the moderators below."
    )


def test_status_page_of_a_merged_practice_leads_to_the_one_that_stays(client, moderator):
    submission = make_submission(State.PUBLISHED)
    workflow.merge(submission.practice, into=make_practice(title="Other"), by=moderator)

    response = client.get(submission.get_private_url())

    assert notice(response) == (
        "This practice was merged with another one. It was in the catalogue twice. We have kept this one: Other "
        "Your updates will change that one."
    )


def test_status_page_shows_text_as_text(client):
    submission = make_submission(State.DRAFT, title="<script>alert(1)</script>", context="<img src=x>")

    main = read(client.get(submission.get_private_url())).one("main")

    assert (main.all("script"), main.all("img"), main.one("h1").text) == ([], [], "<script>alert(1)</script>")


@pytest.mark.parametrize(
    "name", ["submission-detail", "submission-edit", "submission-send", "submission-withdraw"]
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_unknown_link_is_not_found(client, name, method):
    make_submission(State.DRAFT)

    response = getattr(client, method)(address(name, new_token()))

    assert response.status_code == (405 if (name, method) == ("submission-detail", "post") else 404)


# Answering a moderator ------------------------------------------------------------


@pytest.fixture
def asked():
    """Create a submission for which a moderator requested changes."""
    return make_submission(
        State.CHANGES_REQUESTED,
        now=NOW,
        credit="Port of Batumi",
        countries=["PH"],
        tags=["ports"],
        start_year=2016,
    )


def test_answer_form_shows_the_question_and_the_submission(client, asked):
    page = read(client.get(address("submission-edit", asked.token)))

    values = sent_by(page.one("main").one("form"))
    stated = {name: found for name, found in values.items() if any(found)}
    assert (page.one("div", "notice-warm").texts("p"), stated) == (
        ["The moderator asks:", "Which years?"],
        {
            "title": ["Pension desks in two ports"],
            "summary": ["Desks in two ports help returning workers claim the pensions they earned abroad."],
            "objective": ["21"],
            "countries": ["Philippines"],
            "start_year": ["2016"],
            "evidence_level": ["none_stated"],
            "tags": ["ports"],
            "language": ["en"],
            "version": ["1"],
        },
    )


def answer(client, submission, **changes):
    saved = press(client, address("submission-edit", submission.token), then="preview", **changes)
    return press(client, saved.url)


def test_reasons_stand_at_their_fields(client, moderator):
    submission = make_submission(State.SUBMITTED)
    workflow.request_changes(submission, by=moderator, reason="Nearly there.")
    submission.events.filter(to_state=State.CHANGES_REQUESTED).update(
        field_reasons={"start_year": "Which years?", "objectives": "Rather 22?"}
    )

    page = read(client.get(address("submission-edit", submission.token)))

    asked = {part["id"]: part.text for part in page.all("p", "field-asked")}
    assert asked == {
        "id_objective_asked": "The moderator asks: Rather 22?",
        "id_start_year_asked": "The moderator asks: Which years?",
    }


def test_form_begins_with_all_that_a_moderator_asks_for(client, moderator):
    submission = make_submission(State.SUBMITTED)
    workflow.request_changes(
        submission,
        by=moderator,
        reason="",
        field_reasons={"start_year": "Which years?", "objectives": "Rather 22?"},
    )

    page = read(client.get(address("submission-edit", submission.token)))

    asked = page.one("header", "stack").all("li")[-2:]
    assert [(each.text, each.one("a")["href"]) for each in asked] == [
        ("Main objective: Rather 22?", "#id_objective"),
        ("Start year: Which years?", "#id_start_year"),
    ]


def test_start_year_in_the_future_is_named_before_sending(client):
    submission = make_submission(start_year=clock.now().year + 3)

    page = read(client.get(address("submission-send", submission.token)))

    needed = [part.text for part in page.all("p", "notice") if "required for publication" in part.text]
    assert [part.partition(".")[0] for part in needed] == [
        "Also required for publication: Start year (not in the future), Implementing organisation, Countries or Area"
    ]


def test_answer_is_saved_unseen_until_it_is_sent(client, asked):
    path = address("submission-edit", asked.token)

    press(client, path, end_year="2020")

    before = asked.document
    asked.refresh_from_db()
    kept = sent_by(form_on(client.get(path)))["end_year"]
    assert (asked.state, asked.document, kept) == (State.CHANGES_REQUESTED, before, ["2020"])


def test_answer_puts_it_back_into_the_queue(client, asked):
    response = answer(client, asked, end_year="2020")

    asked.refresh_from_db()
    assert (response.url, asked.state, asked.typed) == (asked.get_private_url(), State.SUBMITTED, {})


def test_answer_keeps_credit_date_and_all_that_was_not_changed(client, asked):
    answer(client, asked, end_year="2020", credit="Ministry of Everything", submitted_on="1999-01-01")

    before = asked.document
    asked.refresh_from_db()
    assert (asked.document, before["credit"], before["submitted_on"]) == (
        before | {"end_year": 2020},
        "Port of Batumi",
        "2026-11-02",
    )


def test_answer_with_a_fault_is_kept_and_explained(client, asked):
    press(client, address("submission-edit", asked.token), end_year="2010", lessons="Open on Sundays.")

    response = client.get(address("submission-send", asked.token), follow=True)

    page = read(response)
    assert (
        page.one("div", id="errors").texts("li"),
        page.one("textarea", name="lessons").raw.strip(),
        Submission.objects.get().state,
    ) == (
        ["End year: The end year (2010) is before the start year (2016). Please correct one of them."],
        "Open on Sundays.",
        State.CHANGES_REQUESTED,
    )


@pytest.mark.parametrize("state", [state for state in State if state not in EDITABLE])
@pytest.mark.parametrize(("name", "status"), [("submission-edit", 409), ("submission-send", 302)])
def test_submission_in_review_cannot_be_changed(client, state, name, status):
    submission = make_submission(state)
    before = submission.document

    response = client.post(address(name, submission.token), REQUIRED | {"title": "Other", "version": "1"})

    submission.refresh_from_db()
    assert (response.status_code, submission.state, submission.document) == (status, state, before)


def test_save_after_the_answer_shows_what_was_not_saved(client, asked):
    workflow.resubmit(asked, asked.document, seen=asked.content_version)

    response = client.post(
        address("submission-edit", asked.token), {"lessons": "Open on Sundays.", "version": 1}
    )

    page = read(response)
    typed = [(one.one("h2").text, one.one("p").text) for one in page.all("section", "conflict")]
    assert (response.status_code, page.one("h1").text, typed) == (
        409,
        "Your changes were not saved",
        [("Lessons learnt", "Open on Sundays.")],
    )


@pytest.mark.parametrize(
    ("step", "offers"),
    [
        (lambda one: workflow.resubmit(one, one.document, seen=one.content_version), True),
        (workflow.withdraw, False),  # to which nobody can write any more
    ],
)
def test_late_save_offers_a_message_only_where_one_can_be_written(client, asked, step, offers):
    step(asked)

    response = client.post(
        address("submission-edit", asked.token), {"lessons": "Open on Sundays.", "version": 1}
    )

    assert ("send it to the moderators as a message" in read(response).one("p", "lead").text) == offers


def test_answer_to_an_earlier_save_is_refused_and_keeps_the_save(client, asked):
    path = address("submission-send", asked.token)
    read_before = sent_by(read(client.get(path)).one("form", "button-row"))
    saved = {"lessons": "Open on Sundays.", "version": asked.version}
    client.post(address("submission-edit", asked.token), REQUIRED | saved)

    response = client.post(path, read_before)

    asked.refresh_from_db()
    assert (response.status_code, asked.state, asked.typed["lessons"]) == (
        409,
        State.CHANGES_REQUESTED,
        ["Open on Sundays."],
    )


def test_draft_sent_twice_from_one_page_mails_one_confirmation(client):
    submission = make_submission()
    path = address("submission-send", submission.token)
    form = sent_by(read(client.get(path)).one("form", "button-row"))
    before = OutboxMessage.objects.count()

    for _time in range(2):
        client.post(path, form)

    assert OutboxMessage.objects.count() == before + 1


def test_answer_after_a_decision_is_refused(client, asked, moderator, monkeypatch):
    decide = workflow.resubmit

    def decided_meanwhile(submission, document, *, seen):
        workflow.reject(Submission.objects.get(pk=submission.pk), by=moderator, reason="Too late.")
        decide(submission, document, seen=seen)

    monkeypatch.setattr(workflow, "resubmit", decided_meanwhile)

    page = read(client.get(answer(client, asked, end_year="2020").url))

    assert (page.one("p", role="alert").text, page.one("div", role="status").text) == (
        "This could not be done, because something changed while your page was open. The current status is below.",
        STANDS[State.REJECTED],
    )


# The thread -----------------------------------------------------------------------


def test_submitter_and_moderators_write_to_each_other(client, moderator):
    submission = make_submission(State.SUBMITTED, now=NOW)
    workflow.write(submission, "Is there a report?", by=moderator, now=NOW)

    client.post(address("submission-write", submission.token), {"text": "Yes, on our page."})

    page = read(client.get(submission.get_private_url()))
    entries = page.one("section", id="thread").one("ol").all("li")
    said = [(entry.one("strong").text, entry.one("div").text) for entry in entries]
    assert said == [("A moderator", "Is there a report?"), ("You", "Yes, on our page.")]


def test_empty_message_is_refused_beside_its_field(client):
    submission = make_submission(State.SUBMITTED)

    response = client.post(address("submission-write", submission.token), {"text": " "})

    fault = read(response).one("section", id="thread").one("ul", "errorlist").text
    assert (response.status_code, fault, submission.thread.count()) == (422, "Enter a message.", 0)


# Updates --------------------------------------------------------------------------


def test_reader_suggests_a_correction_to_a_published_practice(client):
    practice = make_practice(title="Old desks", countries=["PH"], tags=["ports"], credit="Port of Batumi")
    path = address("practice-correct", practice.pk, practice.slug)

    response = press(
        client, path, title="New desks", note="It was renamed.", name="Ben", email="ben@example.org"
    )

    submission = Submission.objects.get()
    latest = practice.revisions.get().document
    assert (response.status_code, submission.practice, submission.based_on, submission.document) == (
        302,
        practice,
        1,
        latest | {"title": "New desks"},
    )


def test_correction_becomes_the_next_revision_and_its_reason_is_read(client, moderator):
    practice = make_practice(title="Old desks", now=NOW, credit="Port of Batumi", submitted_on="2020-01-01")
    path = address("practice-correct", practice.pk, practice.slug)
    press(client, path, title="New desks", note="It was renamed.", name="Ben", email="ben@example.org")
    submission = Submission.objects.get()
    press(client, address("submission-send", submission.token))
    confirm(client, submission)
    submission.refresh_from_db()

    workflow.publish(judged(submission), by=moderator)

    latest = practice.revisions.latest("number")
    said = [message.text for message in submission.thread.all()]
    assert (
        latest.number,
        latest.document["title"],
        latest.document["credit"],
        latest.document["submitted_on"],
        said,
    ) == (
        2,
        "New desks",
        "Port of Batumi",
        "2020-01-01",
        ["It was renamed."],
    )


def test_submitter_updates_a_published_practice(client):
    submission = make_submission(State.PUBLISHED)
    button = read(client.get(submission.get_private_url())).all("form", method="post")[0]

    response = client.post(button["action"])

    update = Submission.objects.get(state=State.DRAFT)
    assert (response.url, update.practice, update.based_on, update.submitter.email) == (
        address("submission-edit", update.token),
        submission.practice,
        1,
        "ana@example.org",
    )


def test_update_is_begun_once(client):
    path = address("submission-update", make_submission(State.PUBLISHED).token)

    answers = {client.post(path).url for _time in range(2)}

    assert len(answers) == 1


# Withdrawing ----------------------------------------------------------------------

WITHDRAWABLE = [State.SUBMITTED, State.IN_REVIEW, State.CHANGES_REQUESTED]


@pytest.mark.parametrize("state", WITHDRAWABLE)
def test_submission_is_withdrawn_by_its_button(client, state):
    submission = make_submission(state)
    form = read(client.get(submission.get_private_url())).all("form", method="post")[-1]

    response = client.post(form["action"], follow=True)

    submission.refresh_from_db()
    assert (submission.state, notice(response)) == (State.WITHDRAWN, STANDS[State.WITHDRAWN])


def discard(client, submission):
    form = read(client.get(submission.get_private_url())).all("form", method="post")[-1]
    said = {"step": form.one("button")["value"]}
    return form, client.post(form["action"], said, follow=True)


@pytest.mark.parametrize("is_sent", [False, True])
def test_draft_is_deleted_and_not_withdrawn(client, is_sent):
    submission = make_submission(State.DRAFT)
    Submission.objects.update(sent_at=timezone.now() if is_sent else None)

    form, response = discard(client, submission)

    said = read(response).one("p", "notice-good").text
    assert (form.one("button").text, said) == ("Delete draft", "Your draft is deleted.")
    counts = [model.objects.count() for model in (Submission, Submitter, OutboxMessage)]
    assert counts == [0, 0, 0]


def test_draft_that_was_confirmed_meanwhile_is_not_deleted(client):
    submission = make_submission(State.SUBMITTED)

    response = client.post(address("submission-withdraw", submission.token), {"step": "discard"})

    submission.refresh_from_db()
    assert (response.status_code, submission.state) == (409, State.SUBMITTED)


def test_withdrawing_is_idempotent(client):
    submission = make_submission(State.WITHDRAWN)

    response = client.post(address("submission-withdraw", submission.token))

    assert (response.status_code, submission.events.count()) == (302, 2)


@pytest.mark.parametrize("state", [State.PUBLISHED, State.REJECTED])
def test_decided_submission_cannot_be_withdrawn(client, state):
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


@pytest.mark.parametrize(
    ("decisions", "said"),
    [(9, ""), (10, "Most recent submissions were decided within 6 hours.")],
)
def test_usual_wait_is_told_from_ten_decisions_on(client, moderator, decisions, said):
    for number in range(decisions):
        decided = make_submission(State.REJECTED)
        Submission.objects.filter(pk=decided.pk).update(
            submitted_at=NOW, decided_at=NOW + timedelta(hours=number + 1, minutes=-1)
        )
    waiting = make_submission(State.SUBMITTED)

    text = read(client.get(waiting.get_private_url())).one("main").text

    assert ("recent submissions" in text) == bool(said)
    assert said in text


def test_short_form_is_shown_in_another_language_with_what_was_typed(client):
    typed = sent_by(read(client.get("/submit/")).one("form", "stack-large")) | {
        "title": "Bureaux",
        "then": "language",
    }

    page = read(client.post("/fr/submit/", typed))

    assert page.one("html")["lang"] == "fr"
    assert sent_by(page.one("form", "stack-large"))["title"] == ["Bureaux"]
    assert not Submission.objects.exists()


def test_draft_is_saved_before_it_is_shown_in_another_language(client):
    draft = make_submission(State.DRAFT)
    form = read(client.get(f"{draft.get_private_url()}edit/")).one("form", id="draft")
    [french] = [each for each in form.all("button") if each.get("lang") == "fr"]

    response = client.post(
        french["formaction"], sent_by(form) | {"title": "Bureaux", "then": french["value"]}
    )

    draft.refresh_from_db()
    assert draft.document["title"] == "Bureaux"
    assert response.url.startswith("/fr/submissions/")
