"""DOIs: registered with DataCite (a stand-in on this machine), kept up to date, hidden with their practice."""

import json
from datetime import timedelta

import extruct
import pytest
import rispy
from django.core.management import call_command
from signposting import find_signposting_http_link

from practices import workflow
from practices.core import catalogue_version
from practices.exchange import dois
from practices.exchange.dois import datacite as client
from practices.models import DoiRegistration, Practice
from tests.support.datacite import running_datacite
from tests.support.documents import FULL
from tests.support.factories import NOW, document, make_moderator, make_practice
from tests.support.pages import read

pytestmark = pytest.mark.django_db

SITE = "https://practices.example.org"


@pytest.fixture
def datacite(settings):
    with running_datacite() as datacite:
        settings.DATACITE_URL, settings.DATACITE_PREFIX = datacite.address, "10.5072"
        settings.DATACITE_REPOSITORY, settings.DATACITE_PASSWORD = "UN.MIGRATION", "secret"
        settings.SITE_URL, settings.SITE_HOST = SITE, "practices.example.org"
        yield datacite


def registered(**changes):
    practice = make_practice(now=NOW, **changes)
    dois.deliver_due()
    practice.refresh_from_db()
    return practice


def waiting():
    return list(DoiRegistration.objects.exclude(due_at=None).values_list("practice", "attempts", "error"))


def due_again():
    DoiRegistration.objects.exclude(due_at=None).update(due_at=NOW)


# Registration ---------------------------------------------------------------------


def test_datacite_is_told_all_of_a_practice(datacite):
    practice = registered(**FULL)

    doi = f"10.5072/practice.{practice.pk}"
    attributes = datacite.attributes[doi]
    subjects = attributes.pop("subjects")
    assert (practice.doi, datacite.state, waiting()) == (doi, {doi: "findable"}, [])
    assert attributes == {
        "doi": doi,
        "event": "publish",
        "url": f"{SITE}/p/{practice.pk}",
        "schemaVersion": "http://datacite.org/schema/kernel-4",
        "types": {"resourceTypeGeneral": "Text", "resourceType": "Good practice"},
        "creators": [
            {"name": "City of Manila", "nameType": "Organizational"},
            {"name": "Port of Batumi", "nameType": "Organizational"},
        ],
        "titles": [{"title": FULL["title"], "lang": "ar"}],
        "publisher": {"name": "Migration Good Practices"},
        "publicationYear": "2026",
        "dates": [
            {"date": "2026-11-02", "dateType": "Issued"},
            {"date": "2026-11-02", "dateType": "Updated"},
        ],
        "contributors": [
            {"name": "Seafarers' union", "nameType": "Organizational", "contributorType": "Other"}
        ],
        "language": "ar",
        "version": "1",
        "descriptions": [
            {"description": FULL["summary"], "descriptionType": "Abstract", "lang": "ar"},
            {"description": "Submitted by Port of Batumi", "descriptionType": "Other"},
        ],
        "geoLocations": [{"geoLocationPlace": "Philippines"}, {"geoLocationPlace": "Georgia"}],
        "rightsList": [
            {
                "rightsUri": "https://creativecommons.org/licenses/by/4.0/",
                "rightsIdentifier": "cc-by-4.0",
                "rightsIdentifierScheme": "SPDX",
            }
        ],
        "relatedIdentifiers": [
            {
                "relatedIdentifier": "https://example.org/desks",
                "relatedIdentifierType": "URL",
                "relationType": "IsDerivedFrom",
            }
        ],
    }
    assert [each.get("valueUri", each["subject"][:30]) for each in subjects] == [
        *["Global Compact for Migration, "] * 3,
        "http://metadata.un.org/sdg/10",
        "http://metadata.un.org/sdg/8",
        "pensions",
        "ports",
    ]


def test_practice_of_nobody_is_registered_too(datacite):
    practice = registered(implementers=[], credit="")

    assert datacite.attributes[practice.doi]["creators"] == [{"name": ":unkn"}]


def test_nothing_is_sent_without_an_account(datacite, settings):
    settings.DATACITE_PREFIX = ""

    practice = registered()

    assert (practice.doi, datacite.requests, DoiRegistration.objects.count()) == ("", 0, 0)


def test_nothing_is_sent_while_sending_is_held(datacite, settings):
    settings.OUTBOX_HELD = True

    assert (registered().doi, datacite.requests) == ("", 0)


def test_sender_registers_practices(datacite):
    practice = make_practice()

    call_command("send_outbox", verbosity=0)

    assert list(datacite.state) == [f"10.5072/practice.{practice.pk}"]


def test_practice_is_sent_once_for_each_change(datacite):
    practice = registered()
    dois.deliver_due()
    requests = [datacite.requests]
    workflow.publish_document(document(title="Pension offices"), to=practice)
    dois.deliver_due()
    dois.deliver_due()
    requests.append(datacite.requests)

    titles = datacite.attributes[practice.doi]["titles"]
    assert (requests, titles) == ([1, 2], [{"title": "Pension offices", "lang": "en"}])


def test_many_practices_are_registered_whatever_the_size_of_a_lease(datacite, monkeypatch):
    monkeypatch.setattr(client, "IN_A_LEASE", 2)
    practices = [make_practice(title=f"Desk {number}") for number in range(5)]

    dois.deliver_due()

    assert sorted(datacite.state) == [f"10.5072/practice.{practice.pk}" for practice in practices]
    assert Practice.objects.exclude(doi="").count() == 5


def test_caches_are_emptied_once_for_many_dois(datacite, monkeypatch):
    monkeypatch.setattr(client, "IN_A_LEASE", 1)
    practices = [make_practice(title=f"Practice {number}") for number in range(3)]
    bumps, bump = [], catalogue_version.bump
    monkeypatch.setattr(catalogue_version, "bump", lambda: bumps.append(datacite.requests) or bump())

    dois.deliver_due()
    dois.deliver_due()

    assert Practice.objects.exclude(doi="").count() == len(practices)
    assert bumps == [3]


def test_caches_are_emptied_when_registration_breaks_off(datacite, monkeypatch):
    monkeypatch.setattr(client, "IN_A_LEASE", 1)
    make_practice(title="Registered")
    make_practice(title="Not yet")
    before, put = catalogue_version.current(), client.put

    def put_one(*registration):
        if datacite.requests:
            raise KeyboardInterrupt
        put(*registration)

    monkeypatch.setattr(client, "put", put_one)
    with pytest.raises(KeyboardInterrupt):
        dois.deliver_due()

    assert Practice.objects.exclude(doi="").get().title == "Registered"
    assert catalogue_version.current() != before


# Withdrawal -----------------------------------------------------------------------


def test_doi_of_a_withdrawn_practice_stays_registered_but_is_not_found(datacite):
    practice = registered()
    staff = make_moderator()

    workflow.withdraw_practice(practice, by=staff, reason="Its source is gone.")
    dois.deliver_due()
    hidden = dict(datacite.state)
    workflow.restore_practice(practice, by=staff)
    dois.deliver_due()

    assert (hidden, datacite.state) == ({practice.doi: "registered"}, {practice.doi: "findable"})
    practice.refresh_from_db()
    assert practice.doi == f"10.5072/practice.{practice.pk}"


def test_practice_withdrawn_before_it_was_registered_gets_no_doi(datacite):
    practice = make_practice(title="Old", withdrawn=True)

    dois.deliver_due()

    practice.refresh_from_db()
    assert (practice.doi, datacite.state, waiting()) == ("", {}, [])


def test_practice_keeps_its_doi_when_the_prefix_changes(datacite, settings):
    practice = registered()
    settings.DATACITE_PREFIX = "10.9999"
    workflow.publish_document(document(title="Pension offices"), to=practice)

    dois.deliver_due()

    assert list(datacite.state) == [f"10.5072/practice.{practice.pk}"]


# Failures -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "reason"),
    [(500, "500 Internal Server Error: Not today"), (429, "429 Too Many Requests: Not today")],
)
def test_registration_is_tried_again(datacite, status, reason):
    datacite.status = status
    practice = registered()
    failed = (practice.doi, waiting())
    datacite.status = None
    due_again()

    dois.deliver_due()

    assert failed == ("", [(practice.pk, 1, reason)])
    assert (datacite.state, waiting()) == ({f"10.5072/practice.{practice.pk}": "findable"}, [])


def test_registration_waits_before_it_is_tried_again(datacite):
    datacite.status = 500
    registered()

    assert (dois.deliver_due(), datacite.requests) == (0, 1)


def test_wrong_password_is_told_to_staff(datacite, settings):
    settings.DATACITE_PASSWORD = "wrong"

    practice = registered()

    assert waiting() == [(practice.pk, 1, "401 Unauthorized: Bad credentials.")]


def test_server_that_is_away_holds_up_nothing_else(datacite, settings):
    settings.DATACITE_URL = "http://127.0.0.1:9"

    practice = registered()

    [(pk, attempts, reason)] = waiting()
    assert (pk, attempts, reason.partition(":")[0]) == (practice.pk, 1, "URLError")


def test_practice_revised_while_it_is_registered_is_sent_again(datacite, monkeypatch):
    practice = make_practice(now=NOW)
    put = client.put

    def revised_meanwhile(doi, attributes):
        put(doi, attributes)
        monkeypatch.setattr(client, "put", put)
        workflow.publish_document(
            document(title="Pension offices"), to=practice, now=NOW + timedelta(hours=1)
        )

    monkeypatch.setattr(client, "put", revised_meanwhile)
    dois.deliver_due()
    dois.deliver_due()

    [attributes] = datacite.attributes.values()
    assert (attributes["titles"][0]["title"], waiting()) == ("Pension offices", [])


# Where it is shown ----------------------------------------------------------------


def test_practice_page_cites_by_the_doi(client, datacite):
    practice = registered(implementers=["City of Manila"], credit="")
    response = client.get(practice.get_absolute_url())

    page = read(response)
    found = extruct.extract(response.text, base_url=SITE, syntaxes=["json-ld", "dublincore"])
    links = find_signposting_http_link([response.headers["Link"]], SITE)

    doi = f"https://doi.org/{practice.doi}"
    permanent = f"{SITE}/p/{practice.pk}"
    assert page.one(id="citation-apa").text == (
        f"City of Manila. (2026). {practice.title} (Revision 1). Migration Good Practices. {doi}"
    )
    assert doi in [address for _text, address in page.links()]
    assert found["json-ld"][0]["identifier"] == [permanent, doi]
    identifiers = [
        each["content"] for each in found["dublincore"][0]["elements"] if each["name"] == "DC.identifier"
    ]
    assert identifiers == [permanent, doi]
    assert page.one("meta", name="citation_doi")["content"] == practice.doi
    assert str(links.citeAs.target) == doi


def test_page_shows_the_doi_as_soon_as_it_is_registered(client, datacite):
    practice = make_practice()
    before = client.get(practice.get_absolute_url()).text

    dois.deliver_due()

    assert ("doi.org" in before, "doi.org" in client.get(practice.get_absolute_url()).text) == (False, True)


def test_files_for_reference_managers_have_the_doi(client, datacite):
    practice = registered()
    bib, ris, csl = (
        client.get(f"{practice.get_absolute_url()}cite.{kind}").text for kind in ("bib", "ris", "json")
    )

    assert f"doi = {{{practice.doi}}}" in bib
    assert (rispy.loads(ris)[0]["doi"], json.loads(csl)[0]["DOI"]) == (practice.doi, practice.doi)


def test_exports_the_api_and_harvested_records_have_the_doi(client, datacite):
    practice = registered()
    asked = {"verb": "GetRecord", "identifier": f"oai:practices.example.org:{practice.pk}"}

    records = [
        client.get("/oai", asked | {"metadataPrefix": prefix}).text for prefix in ("oai_dc", "practice")
    ]

    [exported] = json.loads(client.get("/practices/export.json").content)["practices"]
    assert exported["doi"] == practice.doi
    assert client.get(f"/api/v1/practices/{practice.pk}/").json()["doi"] == practice.doi
    assert f"<dc:identifier>https://doi.org/{practice.doi}</dc:identifier>" in records[0]
    assert f"<doi>{practice.doi}</doi>" in records[1]


def test_harvesters_are_told_of_a_new_doi(datacite):
    practice = make_practice()
    before = practice.changed_at

    dois.deliver_due()

    practice.refresh_from_db()
    assert practice.changed_at > before
