import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from practices import clock
from practices.exchange.api.throttle import VisitorThrottle
from tests.support.factories import NOW, make_practice, make_three_that_differ

pytestmark = pytest.mark.django_db

BASE = "/api/v1/"
LISTS = ["", "practices/", "objectives/", "taxonomies/", "tags/", "topics/", "statistics/", "openapi.json"]


def test_root_leads_to_every_list(client):
    found = client.get(BASE).json()

    assert all(
        client.get(address.removeprefix("http://127.0.0.1:8000")).status_code == 200
        for address in found.values()
    )


@pytest.mark.parametrize("path", LISTS)
def test_answer_may_be_kept_by_any_cache_and_read_by_any_site(client, path):
    response = client.get(BASE + path)

    assert "public" in response.headers["Cache-Control"]
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Cookie" not in response.headers.get("Vary", "")
    again = client.get(BASE + path, headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "path", ["nothing/", "practices/12/", "objectives/24/", "taxonomies/tag/", "topics/no/"]
)
def test_address_without_anything_public_says_so_as_a_problem(client, path):
    response = client.get(BASE + path)

    assert (response.status_code, response.headers["Content-Type"]) == (404, "application/problem+json")
    assert response.json()["title"] == "Not Found"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_api_only_reads(client, method):
    response = getattr(client, method)(f"{BASE}practices/")

    assert (response.status_code, response.headers["Content-Type"]) == (405, "application/problem+json")


def test_browser_gets_json_whatever_it_prefers(client):
    response = client.get(f"{BASE}practices/", headers={"Accept": "text/html"})

    assert response.headers["Content-Type"] == "application/json"


def test_visitor_beyond_the_limit_is_told_when_to_come_back(client, settings):
    settings.API_REQUESTS_PER_MINUTE = 2

    allowed = [client.get(BASE).status_code for _each in range(2)]
    refused = client.get(BASE)

    assert allowed == [200, 200]
    assert refused.status_code == 429
    assert refused.headers["Content-Type"] == "application/problem+json"
    wait = refused.headers["Retry-After"]
    assert 0 < int(wait) <= 60
    assert refused.headers["RateLimit"] == f'"visitor";r=0;t={wait}'
    assert refused.headers["RateLimit-Policy"] == '"visitor";q=2;w=60'
    assert "no-store" in refused.headers["Cache-Control"]


def test_one_visitor_at_the_limit_does_not_lock_out_another(client, settings):
    settings.API_REQUESTS_PER_MINUTE = 1

    found = [
        client.get(BASE, REMOTE_ADDR=address).status_code
        for address in ("192.0.2.1", "192.0.2.1", "198.51.100.7")
    ]

    assert found == [200, 429, 200]


def test_requests_at_once_are_all_counted(rf, settings, monkeypatch):
    settings.API_REQUESTS_PER_MINUTE = 100
    monkeypatch.setattr(clock, "source", lambda: NOW)
    request = rf.get(BASE)

    def ask(_each):
        return VisitorThrottle().allow_request(request, None)

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as threads:
            allowed = list(threads.map(ask, range(400)))
    finally:
        sys.setswitchinterval(before)

    assert sum(allowed) == 100


def test_objective_says_its_official_title_and_how_many_practices_it_has(client):
    make_practice(objectives=[21])

    found = client.get(f"{BASE}objectives/21/").json()

    assert (found["value"], found["practices"], found["gcm_paragraph"]) == ("21", 1, 37)
    assert found["title"].startswith("Cooperate in facilitating safe and dignified return")
    assert client.get(f"{BASE}objectives/").json()["objectives"][20] == found


@pytest.mark.parametrize(
    ("address", "is_ours"),
    [
        ("/api/v1/objectives/21/", False),
        ("/fr/api/v1/objectives/21/", True),
        ("/fr/api/v1/objectives/1/", False),
    ],
)
def test_objective_says_whether_its_title_is_our_translation(client, address, is_ours):
    assert client.get(address).json()["title_is_our_translation"] is is_ours


@pytest.mark.parametrize("name", ["principle", "sdg"])
def test_official_names_say_whether_they_are_our_translation(client, name):
    found = [client.get(f"{prefix}/api/v1/taxonomies/{name}/").json()["values"] for prefix in ("", "/ru")]

    assert [{value["title_is_our_translation"] for value in values} for values in found] == [{False}, {True}]


def test_taxonomies_list_the_values_that_the_filters_know(client):
    make_three_that_differ()

    for taxonomy in client.get(f"{BASE}taxonomies/").json()["taxonomies"]:
        path = taxonomy["url"].removeprefix("http://127.0.0.1:8000")
        for value in client.get(path).json()["values"]:
            if value["practices"]:
                total = client.get(
                    f"{BASE}practices/", {taxonomy["name"]: value["value"], "limit": 1}
                ).json()["total"]
                assert (taxonomy["name"], value["value"], total) == (
                    taxonomy["name"],
                    value["value"],
                    value["practices"],
                )


def test_country_says_its_other_codes_and_its_region(client):
    values = client.get(f"{BASE}taxonomies/country/").json()["values"]

    [found] = [value for value in values if value["value"] == "ge"]

    assert found == {
        "value": "ge", "label": "Georgia", "practices": 0, "alpha3": "GEO", "m49": "268",
        "subregion": "western-asia", "region": "asia",
    }  # fmt: skip


def test_tags_are_paged_in_order_of_their_slugs(client):
    make_practice(tags=["pensions", "banks", "ports"])

    first = client.get(f"{BASE}tags/", {"limit": 2}).json()
    rest = client.get(first["next"].removeprefix("http://127.0.0.1:8000")).json()

    assert [tag["value"] for tag in [*first["tags"], *rest["tags"]]] == ["banks", "pensions", "ports"]
    assert rest["next"] is None


def test_statistics_count_practices_by_what_they_state(client):
    make_three_that_differ()

    found = client.get(f"{BASE}statistics/").json()

    assert found["practices"] == 3
    assert {each["value"]: each["practices"] for each in found["by"]["objective"]["values"]} == {
        "18": 1, "20": 1, "21": 2,
    }  # fmt: skip


def test_labels_follow_the_language_of_the_path(client):
    assert client.get(f"{BASE}openapi.json").headers["Content-Language"] == "en"


def test_limit_is_counted_in_memory_and_not_in_the_database(client, django_assert_num_queries):
    client.get(BASE)

    with django_assert_num_queries(1):  # the version of the catalogue
        client.get(BASE)
