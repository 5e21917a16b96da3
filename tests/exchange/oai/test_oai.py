import base64
import json
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import oaipmh_scythe
import oaipmh_scythe.response
import pytest
import sickle
import sickle.response
from django.utils import timezone
from lxml import etree

from practices import workflow
from tests.support.factories import document, make_practice

pytestmark = pytest.mark.django_db

OAI = "{http://www.openarchives.org/OAI/2.0/}"
DC = "{http://purl.org/dc/elements/1.1/}"
PROTOCOL = etree.XMLSchema(etree.parse(Path(__file__).parent / "protocol.xsd"))
VERBS_OF_LISTS = ["ListRecords", "ListIdentifiers"]


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL, settings.SITE_HOST = "https://practices.example.org", "practices.example.org"


def ask(client, **query):
    """Return the answer as a tree, after holding it against the schema of the protocol."""
    response = client.get("/oai", query)
    assert response.status_code == 200
    tree = etree.fromstring(response.content)
    PROTOCOL.assertValid(tree)
    return tree


def texts(tree, name):
    return [element.text for element in tree.iter(OAI + name)]


def keys(tree):
    return [int(text.rpartition(":")[2]) for text in texts(tree, "identifier")]


def code(tree):
    return [error.get("code") for error in tree.iter(OAI + "error")]


# Verbs ------------------------------------------------------------------------


def test_identify_says_how_to_harvest(client):
    tree = ask(client, verb="Identify")

    assert texts(tree, "baseURL") == ["https://practices.example.org/oai"]
    assert texts(tree, "deletedRecord") == ["persistent"]


def test_earliest_datestamp_is_not_later_than_any_record(client, clock):
    make_practice(now=timezone.now())
    clock.shift(timedelta(days=1))
    make_practice(title="Later")

    earliest = texts(ask(client, verb="Identify"), "earliestDatestamp")

    assert earliest == texts(ask(client, verb="ListIdentifiers", metadataPrefix="oai_dc"), "datestamp")[:1]


def test_formats_are_those_of_a_practice_too(client):
    practice = make_practice()

    everywhere = ask(client, verb="ListMetadataFormats")
    of_one = ask(client, verb="ListMetadataFormats", identifier=f"oai:practices.example.org:{practice.pk}")

    assert texts(everywhere, "metadataPrefix") == texts(of_one, "metadataPrefix") == ["oai_dc", "practice"]


def test_sets_are_objectives_and_the_countries_and_languages_in_use(client):
    make_practice(countries=["PH"], language="fr")

    specs = texts(ask(client, verb="ListSets"), "setSpec")

    assert len([spec for spec in specs if spec.startswith("objective:")]) == 23
    assert [spec for spec in specs if spec.startswith(("country:", "language:"))] == [
        "country:ph",
        "language:fr",
    ]


def test_dublin_core_names_organisations_as_creators(client):
    practice = make_practice(
        implementers=["Port of Batumi"], partners=["IOM"], countries=["GE"], tags=["pensions"], sdgs=[10],
        licence="CC-BY-4.0", start_year=2016, end_year=2018, source_url="https://example.org/report",
    )  # fmt: skip

    tree = ask(
        client,
        verb="GetRecord",
        metadataPrefix="oai_dc",
        identifier=f"oai:practices.example.org:{practice.pk}",
    )

    found = [(element.tag.removeprefix(DC), element.text) for element in tree.iter(f"{DC}*")]
    assert found == [
        ("title", practice.title),
        ("creator", "Port of Batumi"),
        ("contributor", "IOM"),
        ("publisher", "Migration Good Practices"),
        ("subject", "Global Compact for Migration, objective 21. Dignified return and reintegration"),
        ("subject", "pensions"),
        ("subject", "http://metadata.un.org/sdg/10"),
        ("description", practice.summary),
        ("date", timezone.localdate(practice.published_at).isoformat()),
        ("type", "Text"),
        ("identifier", f"https://practices.example.org/p/{practice.pk}"),
        ("source", "https://example.org/report"),
        ("language", "en"),
        ("coverage", "Georgia"),
        ("coverage", "2016–2018"),
        ("rights", "https://creativecommons.org/licenses/by/4.0/"),
    ]


def test_own_format_holds_the_whole_practice_and_keeps_its_schema(client):
    practice = make_practice(
        countries=["GE"],
        tags=["a < b"],
        start_year=2016,
        figures=[{"number": "40", "meaning": "people", "source": ""}],
    )
    schema = etree.XMLSchema(etree.fromstring(client.get("/oai/practice.xsd").content))

    tree = ask(
        client,
        verb="GetRecord",
        metadataPrefix="practice",
        identifier=f"oai:practices.example.org:{practice.pk}",
    )

    [metadata] = tree.iter(OAI + "metadata")
    schema.assertValid(metadata[0])
    found = [(etree.QName(element).localname, element.text) for element in metadata[0]]
    for pair in (("title", practice.title), ("tags", "a < b"), ("start_year", "2016"), ("revision", "1")):
        assert pair in found


def test_post_asks_as_get_does(client):
    make_practice()

    posted = client.post("/oai", {"verb": "ListIdentifiers", "metadataPrefix": "oai_dc"})

    assert keys(etree.fromstring(posted.content)) == keys(
        ask(client, verb="ListIdentifiers", metadataPrefix="oai_dc")
    )


# Errors -----------------------------------------------------------------------


def made_up(**changes):
    values = {
        "prefix": "oai_dc",
        "set": "",
        "since": "",
        "until": "",
        "after": 0,
        "given": 1,
        "total": 2,
        **changes,
    }
    return base64.urlsafe_b64encode(json.dumps(list(values.values())).encode()).decode()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "badVerb"),
        ("verb=Nope", "badVerb"),
        ("verb=Identify&verb=Identify", "badVerb"),
        ("verb=Identify&set=x", "badArgument"),
        ("verb=GetRecord&metadataPrefix=oai_dc", "badArgument"),
        ("verb=ListRecords", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-02-30", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-11-02&until=2026-11-01", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-11-02&until=2026-11-03T00:00:00Z", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=%01", "badArgument"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=%00", "badArgument"),
        ("verb=ListRecords&metadataPrefix=%EF%BF%BE", "badArgument"),
        ("verb=ListRecords&resumptionToken=%00", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&%EF%BF%BF=1", "badArgument"),
        ("verb=ListRecords&metadataPrefix=marc", "cannotDisseminateFormat"),
        (
            "verb=GetRecord&metadataPrefix=marc&identifier=oai:practices.example.org:1",
            "cannotDisseminateFormat",
        ),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:practices.example.org:999", "idDoesNotExist"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:elsewhere.example.org:1", "idDoesNotExist"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=nonsense", "idDoesNotExist"),
        ("verb=ListMetadataFormats&identifier=nonsense", "idDoesNotExist"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=planet:mars", "noRecordsMatch"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=9999-12-31", "noRecordsMatch"),
        ("verb=ListRecords&metadataPrefix=oai_dc&until=9999-12-31&set=objective:3", "noRecordsMatch"),
        ("verb=ListRecords&resumptionToken=nonsense", "badResumptionToken"),
        ("verb=ListRecords&resumptionToken=", "badResumptionToken"),
        (f"verb=ListRecords&resumptionToken={made_up(after=-1)}", "badResumptionToken"),
        (f"verb=ListRecords&resumptionToken={made_up(since='soon')}", "badResumptionToken"),
        (f"verb=ListRecords&resumptionToken={made_up()}&from=2026-11-02", "badArgument"),
        ("verb=ListSets&resumptionToken=nonsense", "badResumptionToken"),
    ],
)
def test_error_is_the_one_that_the_protocol_has(client, query, expected):
    make_practice()
    response = client.get(f"/oai?{query}")
    tree = etree.fromstring(response.content)

    PROTOCOL.assertValid(tree)
    assert (response.status_code, code(tree)) == (200, [expected])


# Lists ------------------------------------------------------------------------


def test_withdrawn_practice_stays_as_a_deleted_record_in_its_sets(client, moderator):
    practice = make_practice(countries=["PH"], withdrawn=True)

    for query in ({}, {"set": "country:ph"}, {"set": "objective:21"}, {"set": "language:en"}):
        tree = ask(client, verb="ListRecords", metadataPrefix="oai_dc", **query)
        assert [header.get("status") for header in tree.iter(OAI + "header")] == ["deleted"]
        assert (keys(tree), list(tree.iter(OAI + "metadata"))) == ([practice.pk], [])


def test_set_has_the_practices_of_its_objective_main_or_not(client):
    main, also = make_practice(objectives=[20]), make_practice(title="Also", objectives=[21, 20])
    make_practice(title="Other", objectives=[3])

    assert keys(ask(client, verb="ListIdentifiers", metadataPrefix="oai_dc", set="objective:20")) == [
        main.pk,
        also.pk,
    ]


@pytest.mark.parametrize(
    ("since", "until", "found"),
    [
        ("2026-11-03", "", ["third", "fourth"]),
        ("", "2026-11-02", ["first", "second"]),
        ("2026-11-02T09:30:00Z", "2026-11-02T09:30:00Z", ["first"]),
        ("2026-11-02T09:30:01Z", "2026-11-03T00:00:00Z", ["second", "third"]),
    ],
)
def test_from_and_until_include_their_own_second_or_day(client, clock, since, until, found):
    made = {}
    for title, at in {
        "first": "2026-11-02T09:30:00.600Z", "second": "2026-11-02T23:59:59Z", "third": "2026-11-03T00:00:00Z",
        "fourth": "2026-11-04T12:00:00Z",
    }.items():  # fmt: skip
        clock.move_to(at)
        made[make_practice(title=title).pk] = title
    limits = {name: value for name, value in (("from", since), ("until", until)) if value}

    tree = ask(client, verb="ListIdentifiers", metadataPrefix="oai_dc", **limits)

    assert [made[key] for key in keys(tree)] == found


def test_edit_and_restoration_renew_the_datestamp(client, moderator, clock):
    edited, restored = make_practice(title="Edited"), make_practice(title="Restored", withdrawn=True)
    make_practice(title="Untouched")
    clock.shift(timedelta(hours=1))
    since = f"{timezone.now():%Y-%m-%dT%H:%M:%SZ}"
    workflow.edit_practice(edited, document(title="Edited", area="Batumi"), by=moderator, note="Named it.")
    workflow.restore_practice(restored, by=moderator, reason="Its source is back.")

    tree = ask(client, verb="ListIdentifiers", metadataPrefix="oai_dc", **{"from": since})

    assert keys(tree) == [edited.pk, restored.pk]


def test_harvest_that_begins_at_a_response_date_misses_no_change_in_between(client, clock):
    first = texts(ask(client, verb="Identify"), "responseDate")
    practice = make_practice()  # in the same second, and committed after the answer

    assert keys(ask(client, verb="ListIdentifiers", metadataPrefix="oai_dc", **{"from": first[0]})) == [
        practice.pk
    ]


@pytest.mark.parametrize("verb", VERBS_OF_LISTS)
@pytest.mark.parametrize(("number", "sizes"), [(1, [1]), (2, [2]), (3, [2, 1]), (4, [2, 2])])
def test_last_of_several_parts_ends_with_an_empty_token(client, settings, verb, number, sizes):
    settings.OAI_PAGE_LENGTH = 2
    for each in range(number):
        make_practice(title=f"Desk {each}")

    parts, query = [], {"metadataPrefix": "oai_dc"}
    while query:
        parts.append(ask(client, verb=verb, **query))
        tokens = list(parts[-1].iter(OAI + "resumptionToken"))
        query = {"resumptionToken": tokens[0].text} if tokens and tokens[0].text else {}

    assert [len(keys(part)) for part in parts] == sizes
    assert bool(tokens) == (len(parts) > 1)
    if len(parts) > 1:
        said = [next(part.iter(OAI + "resumptionToken")) for part in parts]
        assert [token.get("completeListSize") for token in said] == [str(number)] * len(parts)
        assert [token.get("cursor") for token in said] == ["0", "2"]


# Harvesters -------------------------------------------------------------------


def answer(client, query):
    response = client.get("/oai", query)
    return SimpleNamespace(
        content=response.content,
        text=response.content.decode(),
        status_code=response.status_code,
        encoding="utf-8",
    )


class Sickle(sickle.Sickle):
    def __init__(self, client):
        super().__init__("https://practices.example.org/oai")
        self.asks = client

    def harvest(self, **query):
        return sickle.response.OAIResponse(answer(self.asks, query), params=query)

    def list_all(self, **query):
        return self.ListRecords(**query)


class Scythe(oaipmh_scythe.Scythe):
    def __init__(self, client):
        super().__init__("https://practices.example.org/oai")
        self.asks = client

    def harvest(self, query):
        return oaipmh_scythe.response.OAIResponse(answer(self.asks, query), params=query)

    def list_all(self, **query):
        return self.list_records(metadata_prefix=query["metadataPrefix"], from_=query.get("from"))


def harvested(harvester, client, *, after_each=(), **query):
    """Return the (key, is deleted) of each record in the order of the harvest, with a step after each of the first."""
    steps, found = iter(after_each), []
    for record in harvester(client).list_all(metadataPrefix="oai_dc", **query):
        found.append((int(record.header.identifier.rpartition(":")[2]), record.header.deleted))
        next(steps, lambda: None)()
    return found


@pytest.fixture
def changes(moderator):
    """Return six practices, and steps that withdraw, publish, edit and restore: one after each record of a harvest.

    The published one joins the six.
    """
    made = [make_practice(title=f"Desk {number}") for number in range(6)]
    return made, [
        lambda: workflow.withdraw_practice(made[0], by=moderator, reason="Its source is gone."),
        lambda: workflow.withdraw_practice(made[4], by=moderator, reason="Its source is gone."),
        lambda: made.append(make_practice(title="New")),
        lambda: workflow.edit_practice(
            made[5], document(title="Desk 5", area="Batumi"), by=moderator, note="Named it."
        ),
        lambda: workflow.restore_practice(made[0], by=moderator, reason="Its source is back."),
    ]


@pytest.mark.parametrize("harvester", [Sickle, Scythe])
@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 6, 7, 100])
def test_harvester_gets_every_record_once_while_practices_change(client, settings, changes, harvester, size):
    settings.OAI_PAGE_LENGTH = size
    made, steps = changes

    found = harvested(harvester, client, after_each=steps)

    # A part tells what was there when it was asked for: six practices, or the new one too if more than one part
    # follows; the fifth, which is withdrawn after two records, as deleted unless its part was there by then.
    expected = made if size < 6 else made[:6]
    begins_after = 4 // size * size  # records before the part that has the fifth
    assert found == [(practice.pk, practice is made[4] and begins_after >= 2) for practice in expected]


@pytest.mark.parametrize("harvester", [Sickle, Scythe])
@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_next_harvest_brings_a_copy_up_to_date(client, settings, changes, harvester, size):
    settings.OAI_PAGE_LENGTH = size
    made, steps = changes
    begun = texts(ask(client, verb="Identify"), "responseDate")[0]
    copy = dict(harvested(harvester, client, after_each=steps))

    copy.update(harvested(harvester, client, **{"from": begun}))

    assert copy == {practice.pk: practice is made[4] for practice in made}
