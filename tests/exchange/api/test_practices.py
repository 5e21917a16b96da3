import json
from datetime import timedelta

import pytest
from django.utils import timezone

from practices import documents, workflow
from practices.choices import State
from practices.core.upload_checks import Upload
from practices.models import Practice
from tests.support.factories import document, judged, make_moderator, make_practice, make_submission

pytestmark = pytest.mark.django_db

LIST = "/api/v1/practices/"
REPORT = Upload("report.pdf", b"%PDF-1.7", "application/pdf", "0" * 64)


def answer(client, path, status=200, **query):
    response = client.get(path, query)
    assert response.status_code == status, response.content
    return response.json()


def titles(answered):
    return [practice["title"] for practice in answered["practices"]]


def walk(client, **query):
    """Return what each page of a list holds, following `next`."""
    pages, path = [], f"{LIST}?{'&'.join(f'{name}={value}' for name, value in query.items())}"
    while path:
        page = client.get(path.removeprefix("http://127.0.0.1:8000")).json()
        pages.append([practice["id"] for practice in page["practices"]])
        path = page["next"]
    return pages


def test_practice_says_all_of_its_document_and_where_it_stands(client):
    practice = make_practice(countries=["PH"], tags=["pensions"])

    [found] = answer(client, LIST)["practices"]

    assert {name: found[name] for name in documents.FIELDS} == practice.document
    assert (found["id"], found["status"], found["revision"]) == (practice.pk, "published", 1)
    assert found["url"] == f"http://127.0.0.1:8000/p/{practice.pk}"


def test_practice_names_its_public_files(client):
    submission = make_submission()
    workflow.attach(submission, REPORT, description="Report")
    workflow.submit(submission, seen=submission.content_version)
    practice = workflow.publish(judged(submission), by=make_moderator())

    [file] = answer(client, f"{LIST}{practice.pk}/")["files"]

    assert (file["name"], file["sha256"], file["size"]) == (REPORT.name, REPORT.sha256, len(REPORT.content))
    assert client.get(file["url"].removeprefix("http://127.0.0.1:8000")).status_code == 200


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"objective": "20"}, ["Remittances"]),
        ({"country": ["ge", "ph"]}, ["Remittances", "Ports"]),
        ({"q": "remittances"}, ["Remittances"]),
        ({"sort": "title"}, ["Ports", "Remittances"]),
        ({"since": "2019"}, ["Remittances"]),
    ],
)
def test_list_takes_the_filters_of_the_listing(client, query, found):
    make_practice(title="Ports", countries=["PH"], start_year=2016, end_year=2018)
    make_practice(title="Remittances", objectives=[20], countries=["GE"], start_year=2019)

    assert titles(answer(client, LIST, **query)) == found


@pytest.mark.parametrize("text", ["-desk", "…"])
def test_search_without_a_word_to_look_for_finds_nothing(client, text):
    make_practice()

    assert answer(client, LIST, q=text)["total"] == 0


@pytest.mark.parametrize(("tags", "found"), [(["nope"], []), (["nope", "ports"], ["Ports"])])
def test_tag_that_no_practice_has_finds_nothing_and_is_no_fault(client, tags, found):
    make_practice(title="Ports", tags=["ports"])
    make_practice(title="Banks", tags=["banks"])

    assert titles(answer(client, LIST, tag=tags)) == found


def test_results_of_a_search_say_which_words_they_lack(client):
    make_practice(title="Pension desks")
    make_practice(title="Pension letters", summary="Letters about pensions reach returning workers.")

    matches = {each["title"]: each["match"] for each in answer(client, LIST, q="pension desks")["practices"]}

    assert matches == {
        "Pension desks": {"kind": "all_words", "missing": []},
        "Pension letters": {"kind": "some_words", "missing": ["desks"]},
    }


@pytest.mark.parametrize(
    "query", [{}, {"sort": "title"}, {"sort": "oldest"}, {"objective": "21"}, {"q": "desk"}]
)
def test_pages_hold_every_practice_once(client, query):
    made = [make_practice(title=f"Desk {number}").pk for number in range(5)]

    pages = walk(client, limit=2, **query)

    assert sorted(key for page in pages for key in page) == made
    assert [len(page) for page in pages] == [2, 2, 1]


def test_pages_go_on_while_practices_are_published_and_withdrawn(client, moderator):
    made = [make_practice(title=f"Desk {number}") for number in range(6)]
    page = answer(client, LIST, limit=2)

    make_practice(title="New")
    workflow.withdraw_practice(made[4], by=moderator, reason="Its source is gone.")
    rest = client.get(page["next"].removeprefix("http://127.0.0.1:8000")).json()

    assert titles(rest) == ["Desk 3", "Desk 2"]


def test_link_header_repeats_the_links_of_the_body(client):
    for number in range(2):
        make_practice(title=f"Desk {number}")

    response = client.get(LIST, {"limit": 1})

    assert f'<{response.json()["next"]}>; rel="next"' in response.headers["Link"]
    assert f'<http://127.0.0.1:8000{LIST}?limit=1>; rel="first"' in response.headers["Link"]


def test_fields_leave_out_the_others_but_for_the_id(client):
    practice = make_practice()

    [found] = answer(client, LIST, fields="title,objectives")["practices"]

    assert found == {"id": practice.pk, "title": practice.title, "objectives": [21]}


def test_changed_since_lists_what_changed_in_that_order_and_what_was_withdrawn(client, moderator, clock):
    kept, withdrawn, edited = (make_practice(title=title) for title in ("Kept", "Withdrawn", "Edited"))
    clock.shift(timedelta(hours=1))
    since = timezone.now()
    workflow.edit_practice(edited, document(title="Edited"), by=moderator, note="A title.")
    workflow.edit_practice(edited, document(title="Edited twice"), by=moderator, note="A title.")
    clock.shift(timedelta(seconds=1))
    workflow.withdraw_practice(withdrawn, by=moderator, reason="Its source is gone.")

    found = answer(client, LIST, changed_since=since.isoformat().replace("+00:00", "Z"))["practices"]

    assert [(each["id"], each["status"]) for each in found] == [
        (edited.pk, "published"),
        (withdrawn.pk, "withdrawn"),
    ]
    assert "title" not in found[1]
    assert kept.pk not in [each["id"] for each in found]


def test_changed_since_takes_the_last_changed_at_as_it_is_in_an_answer(client, clock):
    first = make_practice(title="First")
    clock.shift(timedelta(hours=1))
    second = make_practice(title="Second")
    last = answer(client, LIST, changed_since="2000-01-01")["practices"][-1]["changed_at"]

    pasted = client.get(f"{LIST}?changed_since={last}")
    encoded = answer(client, LIST, changed_since=last)["practices"]

    assert last.endswith("+00:00")
    assert pasted.status_code == 200
    assert [each["id"] for each in pasted.json()["practices"]] == [each["id"] for each in encoded]
    assert [each["id"] for each in encoded] == [second.pk] != [first.pk]


@pytest.mark.parametrize(
    "since", ["2026-11-02T09:30+02:00", "2026-11-02T09:30:00.5+0200", "2026-11-02 09:30:00+02"]
)
def test_offset_may_have_lost_its_sign(client, since):
    assert client.get(f"{LIST}?changed_since={since}").status_code == 200


@pytest.mark.parametrize("since", ["2026-11-02 09:30", "2026-11-02T09:30:00  02:00"])
def test_space_elsewhere_is_no_offset(client, since):
    assert client.get(LIST, {"changed_since": since}).status_code == 400


def test_changed_since_goes_on_where_many_changed_at_one_instant(client, clock):
    made = [make_practice(title=f"Desk {number}").pk for number in range(5)]

    assert walk(client, changed_since="2000-01-01", limit=2) == [made[:2], made[2:4], made[4:]]


def test_changed_since_with_a_filter_tells_of_all_withdrawals(client, moderator):
    make_practice(title="Another", objectives=[3])
    match = make_practice(title="Match", objectives=[20])
    gone = make_practice(title="Gone", objectives=[3])
    workflow.withdraw_practice(gone, by=moderator, reason="Its source is gone.")

    found = answer(client, LIST, changed_since="2000-01-01", objective="20")["practices"]

    assert [each["id"] for each in found] == [match.pk, gone.pk]


def test_withdrawn_practice_is_a_tombstone(client):
    practice = make_practice(withdrawn=True)

    found = answer(client, f"{LIST}{practice.pk}/", 410)

    assert (found["status"], found["reason"]) == ("withdrawn", "Its source is gone.")
    assert not set(found) & set(documents.FIELDS)
    assert answer(client, f"{LIST}{practice.pk}/revisions/", 410) == found
    assert answer(client, f"{LIST}{practice.pk}/revisions/1/", 410) == found
    assert answer(client, LIST)["practices"] == []


def test_merged_practice_leads_to_the_one_that_was_kept(client, moderator):
    practice, kept = make_practice(), make_practice(title="Kept")
    workflow.merge(practice, into=kept, by=moderator)

    response = client.get(f"{LIST}{practice.pk}/")

    assert response.status_code == 301
    assert response.headers["Location"] == f"http://127.0.0.1:8000{LIST}{kept.pk}/"
    assert response.json()["merged_into"] == kept.pk


def test_tombstone_of_a_merged_practice_does_not_name_one_withdrawn_since(client, moderator):
    practice, kept = make_practice(), make_practice(title="Case of Ann Example")
    workflow.merge(practice, into=kept, by=moderator)
    workflow.withdraw_practice(kept, by=moderator, reason="It named a person.")

    response = client.get(f"{LIST}{practice.pk}/")

    assert response.status_code == 410
    assert (response.json()["status"], response.json()["reason"]) == ("merged", "")
    assert "Ann" not in response.content.decode()


def test_revisions_are_listed_newest_first(client, moderator):
    practice = make_practice()
    workflow.edit_practice(practice, document(title="Desks"), by=moderator, note="Shorter.")

    first = answer(client, f"{LIST}{practice.pk}/revisions/", limit=1)
    second = client.get(first["next"].removeprefix("http://127.0.0.1:8000")).json()

    assert [each["note"] for each in first["revisions"]] == ["Shorter."]
    assert [each["document"]["title"] for each in second["revisions"]] == [practice.title]
    assert second["next"] is None
    assert answer(client, f"{LIST}{practice.pk}/revisions/1/") == second["revisions"][0]


def test_nothing_of_a_submission_is_in_the_api(client):
    make_submission(State.SUBMITTED, title="Hidden desks", tags=["hidden"])

    for path in (LIST, "/api/v1/tags/", "/api/v1/statistics/", "/api/v1/taxonomies/objective/"):
        answered = answer(client, path)
        assert "idden" not in json.dumps(answered)
    assert answer(client, LIST)["total"] == 0


@pytest.mark.parametrize(
    ("query", "parameter", "says"),
    [
        ({"limit": "0"}, "limit", "from 1 to 100"),
        ({"limit": "ten"}, "limit", "from 1 to 100"),
        ({"cursor": "x"}, "cursor", "same question"),
        ({"fields": "title,nope"}, "fields", "“nope” is no field"),
        ({"changed_since": "yesterday"}, "changed_since", "2026-11-02"),
        ({"changed_since": "2026-02-30"}, "changed_since", "2026-11-02"),
        ({"objective": "99"}, "objective", "/api/v1/taxonomies/objective/"),
        ({"since": "soon"}, "since", "from 1000 to 2100"),
        ({"sort": "best"}, "sort", "must be one of: relevance, newest, oldest, title"),
        ({"main": "2"}, "main", "must be one of: 1, 0"),
        ({"page": "2"}, "page", "no parameter"),
    ],
)
def test_fault_names_the_parameter_and_what_would_do(client, query, parameter, says):
    response = client.get(LIST, query)

    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"
    [error] = response.json()["errors"]
    assert error["parameter"] == parameter
    assert says in error["detail"]


def test_list_asks_the_database_no_more_often_for_more_practices(client, django_assert_max_num_queries):
    make_practice()
    client.get(LIST)  # reads reference data
    for number in range(9):
        make_practice(title=f"Office {number}", countries=["GE"], tags=["old age"])

    with django_assert_max_num_queries(5):
        assert len(answer(client, LIST)["practices"]) == 10


def test_practice_withdrawn_and_restored_is_published_again(client, moderator):
    practice = make_practice(withdrawn=True)

    workflow.restore_practice(practice, by=moderator, reason="Its source is back.")

    assert answer(client, f"{LIST}{practice.pk}/")["status"] == "published"
    assert Practice.objects.get().changed_at > practice.changed_at
