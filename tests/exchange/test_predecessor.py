"""Moving in from a Drupal site: how much of what its pages say is read right, and what becomes of it here."""

import html
import io
import json
from urllib.parse import quote

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from practices import workflow
from practices.exchange import predecessor
from practices.models import FormerAddress, Practice
from tests.support.factories import make_moderator, make_practice

SITE = "https://old.example.org"
FIXTURE = settings.BASE_DIR / "fixtures" / "practices.json"

ODD = [
    ("Ayuda a la reintegración: “Volver” & más <2019>", "Ms. María-José Ñandú O'Brien", "2019-05-14"),
    ("برنامج العودة الطوعية", "وزارة الشؤون الاجتماعية", "2020-02-29"),
    ("移民工人养老金", "国际移民组织", "2018-12-01"),
    ("Концепция миграционной политики", "Г-н Иванов", "2021-08-09"),
    ("Case Study #14: 50% of returnees — a plan", "", "2016-01-31"),
]
"""Title, credit and day of entries with text that breaks careless readers."""


def expected():
    """Return what entries say that are like the practices of the fixture, and odd ones."""
    found = []
    for number, item in enumerate(json.loads(FIXTURE.read_text(encoding="utf-8"))["practices"]):
        title, credit, day = (
            item["title"],
            item.get("credit", ""),
            f"20{16 + number % 9}-{1 + number % 12:02}-{1 + number % 28:02}",
        )
        found.append([title, credit, day, item["objectives"], [item["summary"], "It began in a port."]])
    for number, (title, credit, day) in enumerate(ODD):
        found.append(
            [
                title,
                credit,
                day,
                [21, 1 + number],
                [f"{title} helps people, e.g. in O’Higgins & co.", "第二段。"],
            ]
        )
    return [
        {
            "title": title, "credit": credit, "day": day, "objectives": objectives, "body": "\n\n".join(paragraphs),
            "path": f"/good-practices/{quote(title.replace(' ', '-').lower()[:40])}-{number}",
        }
        for number, (title, credit, day, objectives, paragraphs) in enumerate(found)
    ]  # fmt: skip


MONTHS = {
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    "fr": [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    "es": [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ],
}


def escaped(text):
    return html.escape(text)


def paragraphs(entry):
    return "".join(f"<p>{escaped(text)}</p>\n" for text in entry["body"].split("\n\n"))


def shown_credit(entry):
    return escaped(entry["credit"] or "Anonymous (not verified)")


def terms(entry):
    return "".join(
        f'<div class="field__item"><a href="/taxonomy/term/{40 + number}">Objective {number}: Something</a></div>'
        for number in entry["objectives"]
    )


def own_page_of_drupal_10(entry):
    year, month, day = entry["day"].split("-")
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<title>{escaped(entry["title"])} | Network</title><link rel="canonical" href="{SITE}{entry["path"]}">
<link rel="shortlink" href="{SITE}/node/{len(entry["path"])}7{month}">
</head><body><header role="banner"><nav><a href="/">Home</a></nav></header><main>
<h1 class="page-header"><span>{escaped(entry["title"])}</span></h1>
<article role="article" class="node node--type-practice node--view-mode-full">
<footer class="node__meta"><div class="node__submitted">Submitted by
<span><span lang="">{shown_credit(entry)}</span></span>
 on <span><time datetime="{entry["day"]}T09:10:00+02:00">Tue, {month}/{day}/{year} - 09:10</time></span></div></footer>
<div class="node__content"><div class="clearfix text-formatted field field--name-body field__item">
{paragraphs(entry)}</div>
<div class="field field--name-field-objectives field--type-entity-reference field--label-above">
<div class="field__label">Objectives</div><div class="field__items">{terms(entry)}</div></div>
<ul class="links inline"><li><a href="/user/login">Log in</a> to post comments</li></ul></div></article></main>
<footer role="contentinfo">© Network</footer></body></html>"""


def own_page_of_drupal_7(entry):
    year, month, day = entry["day"].split("-")
    return f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8">
<link rel="canonical" href="{entry["path"]}"><title>{escaped(entry["title"])}</title></head><body>
<!-- saved from url=(0030){SITE}{entry["path"]} --><div id="content"><h1 class="title">{escaped(entry["title"])}</h1>
<div class="node node-practice clearfix"><span class="submitted">Submitted by {shown_credit(entry)}
on {month}/{day}/{year} - 10:22</span>
<div class="content"><div class="field field-name-body field-type-text-with-summary"><div class="field-items">
<div class="field-item even" property="content:encoded">{paragraphs(entry)}</div></div></div>
<div class="field field-name-field-gcm-objective"><div class="field-label">GCM:&nbsp;</div><div class="field-items">
{terms(entry).replace("field__item", "field-item")}</div></div></div></div></div></body></html>"""


def listing(entries, language, *, row):
    pager = '<nav class="pager"><ul><li><a href="?page=1">Next</a></li></ul></nav>'
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>Practices</title>'
        f'<link rel="canonical" href="{SITE}/practices"></head><body><h1>Good practices</h1>'
        f'<div class="view-content">{"".join(row(entry, language) for entry in entries)}</div>{pager}</body></html>'
    )


SAID = {"en": ("Submitted by", "on"), "fr": ("Soumis par", "le"), "es": ("Enviado por", "el")}


def long_date(entry, language):
    year, month, day = entry["day"].split("-")
    name = MONTHS[language][int(month) - 1]
    return f"{int(day)} de {name} de {year}" if language == "es" else f"{int(day)} {name} {year}"


def teaser(entry, language):
    by, on = SAID[language]
    return f"""<div class="views-row"><article class="node node--view-mode-teaser" about="{entry["path"]}">
<h2><a href="{entry["path"]}" rel="bookmark"><span>{escaped(entry["title"])}</span></a></h2>
<footer>{by} {shown_credit(entry)} {on} {long_date(entry, language)}</footer>
<div class="field field--name-body">{paragraphs(entry)}</div>
<div class="field--name-field-topics">{terms(entry)}</div>
<ul class="links"><li class="node-readmore"><a href="{entry["path"]}">Read more<span> about it</span></a></li></ul>
</article></div>"""


def fields_of_a_view(entry, language):
    return f"""<div class="views-row views-row-1"><div class="views-field views-field-title"><span class="field-content">
<a href="{entry["path"]}">{escaped(entry["title"])}</a></span></div>
<div class="views-field views-field-name"><span class="field-content">{shown_credit(entry)}</span></div>
<div class="views-field views-field-created"><span class="field-content">{long_date(entry, language)}</span></div>
<div class="views-field views-field-body"><div class="field-content">{paragraphs(entry)}</div></div>
<div class="views-field views-field-field-objectives">{terms(entry)}</div></div>"""


def bare(entry, language):
    """Write an entry as a theme without classes does."""
    by, on = SAID[language]
    return (
        f'<h3><a href="{entry["path"]}">{escaped(entry["title"])}</a></h3>'
        f"<p>{by} {shown_credit(entry)} {on} {long_date(entry, language)}</p>{paragraphs(entry)}"
    )


def write_site(folder):
    """Write the pages of a site in several layouts, a tenth of the entries each or more, and return what they say."""
    entries = expected()
    groups = [entries[start::8] for start in range(8)]
    for layout, group in ((own_page_of_drupal_10, groups[0]), (own_page_of_drupal_7, groups[1])):
        for number, entry in enumerate(group):
            (folder / f"{layout.__name__}-{number}.html").write_text(layout(entry), encoding="utf-8")
    lists = [
        (teaser, "en"), (teaser, "fr"), (teaser, "es"), (fields_of_a_view, "en"), (fields_of_a_view, "fr"),
    ]  # fmt: skip
    for number, ((row, language), group) in enumerate(zip(lists, groups[2:7], strict=True)):
        (folder / f"list-{number}.html").write_text(listing(group, language, row=row), encoding="utf-8")
    for entry in groups[7]:  # without classes or terms, on the page of a term
        entry["objectives"] = [21]
    page = listing(groups[7], "es", row=bare).replace(
        "Good practices", "Objective 21: Cooperate in facilitating return"
    )
    (folder / "term.html").write_text(page, encoding="utf-8")
    return entries


def test_at_least_95_percent_of_the_fields_of_saved_pages_are_right(db, tmp_path):
    entries = write_site(tmp_path)

    read = {entry.title: entry for entry in predecessor.read(tmp_path)}

    wrong = []
    for entry in entries:
        title = " ".join(entry["title"].split())
        found = read.get(title)
        says = {
            "title": title if found else None,
            "credit": found and found.credit,
            "day": found and found.day,
            "body": found and found.body,
            "objectives": found and predecessor.entries.item(found, objectives=[])["objectives"],
            "path": found and entry["path"] in map(quote, found.paths),
        }
        right = {**entry, "title": title, "path": True}
        wrong += [(title, name, right[name], says[name]) for name in says if right[name] != says[name]]
    assert len(wrong) / (6 * len(entries)) <= 0.05, wrong
    assert len(read) == len(entries)


def move_in(path, *arguments):
    out, said = io.StringIO(), io.StringIO()
    call_command("import_drupal", str(path), *arguments, stdout=out, stderr=said, no_color=True)
    return out.getvalue().splitlines(), said.getvalue().splitlines()


ENTRY = {
    "title": "Pension desks", "credit": "Port of Batumi", "day": "2019-05-14", "objectives": [22, 21],
    "body": "Desks in two ports help returning workers.\n\nThey began in 2016.", "path": "/good-practices/pension-desks",
}  # fmt: skip


@pytest.fixture
def saved(tmp_path):
    (tmp_path / "page.html").write_text(own_page_of_drupal_10(ENTRY), encoding="utf-8")
    return tmp_path


@pytest.mark.django_db
def test_saved_page_becomes_a_practice_to_which_its_old_address_leads(saved, client):
    out, said = move_in(saved)

    practice = Practice.objects.get()
    assert {name: value for name, value in practice.document.items() if value} == {
        "title": "Pension desks",
        "summary": "Desks in two ports help returning workers.",
        "objectives": [22, 21],
        "activities": "They began in 2016.",
        "evidence_level": "none_stated",
        "language": "en",
        "source_url": f"{SITE}/good-practices/pension-desks",
        "credit": "Port of Batumi",
        "submitted_on": "2019-05-14",
    }
    answers = [
        client.get(path) for path in ("/good-practices/pension-desks", "/good-practices/pension-desks/")
    ]
    assert [(answer.status_code, answer.headers["Location"]) for answer in answers] == [
        (301, practice.get_permanent_url())
    ] * 2
    assert (out[0], said) == ("Old addresses that now lead to practices: 2.", [])


@pytest.mark.django_db
def test_saved_pages_can_be_imported_again(saved):
    move_in(saved)

    out, _said = move_in(saved)

    assert out[-1].endswith(": 0 new, 0 revised, 1 unchanged, 0 refused.")
    assert FormerAddress.objects.count() == 2


@pytest.mark.django_db
def test_dry_run_of_moving_in_changes_nothing(saved):
    move_in(saved, "--dry-run")

    assert (Practice.objects.count(), FormerAddress.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_old_address_follows_a_practice_that_was_merged(saved, client):
    move_in(saved)
    other = make_practice(title="Desks for pensioners")
    workflow.merge(Practice.objects.exclude(pk=other.pk).get(), into=other, by=make_moderator())

    response = client.get("/good-practices/pension-desks", follow=True)

    assert (response.status_code, response.redirect_chain[-1][0]) == (200, other.get_absolute_url())


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/nowhere", "/a%00b", f"/{'x' * 600}"])
def test_address_that_nobody_had_is_not_found(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.django_db
def test_possible_duplicates_are_named(saved):
    double = ENTRY | {"path": "/node/7", "body": "Another text about desks in ports."}
    (saved / "double.html").write_text(own_page_of_drupal_10(double), encoding="utf-8")

    _out, said = move_in(saved)

    assert [line.partition(" (")[0] for line in said if "duplicates" in line] == [
        "Possible duplicates: “Pension desks”"
    ]


@pytest.mark.django_db
def test_teaser_and_page_of_a_practice_are_one(saved):
    short = ENTRY | {"body": "Desks in two ports help returning workers."}
    (saved / "list.html").write_text(listing([short], "en", row=teaser), encoding="utf-8")

    [entry] = predecessor.read(saved)

    assert entry.body == ENTRY["body"]


JSON_API = {
    "links": {"self": {"href": f"{SITE}/jsonapi/node/good_practice"}},
    "data": [
        {
            "type": "node--good_practice",
            "id": "n1",
            "attributes": {
                "title": "Pension desks",
                "drupal_internal__nid": 7,
                "created": "2019-05-14T09:10:00+02:00",
                "path": {"alias": "/good-practices/pension-desks"},
                "body": {
                    "processed": "<p>Desks help people &amp; ports.</p><ul><li>One</li><li>Two</li></ul>"
                },
            },
            "relationships": {
                "uid": {"data": {"type": "user--user", "id": "u1"}},
                "field_objectives": {"data": [{"type": "taxonomy_term--objectives", "id": "t1"}]},
                "field_country": {"data": {"type": "taxonomy_term--countries", "id": "t2"}},
            },
        }
    ],
    "included": [
        {"type": "user--user", "id": "u1", "attributes": {"display_name": "Ana Reyes"}},
        {"type": "taxonomy_term--objectives", "id": "t1", "attributes": {"name": "Objective 21: Return"}},
        {"type": "taxonomy_term--countries", "id": "t2", "attributes": {"name": "Côte d’Ivoire"}},
    ],
}
TABLE = (
    "Title,Body,Authored by,Authored on,Objectives,Country,Path\n"
    'Pension desks,"<p>Desks help people &amp; ports.</p><ul><li>One</li><li>Two</li></ul>",Ana Reyes,'
    f'"Tue, 05/14/2019 - 09:10","Objective 21: Return",Côte d’Ivoire,{SITE}/good-practices/pension-desks\n'
)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content", "paths"),
    [
        ("nodes.json", json.dumps(JSON_API), ["/good-practices/pension-desks", "/node/7"]),
        ("nodes.csv", TABLE, ["/good-practices/pension-desks"]),
    ],
)
def test_other_files_of_drupal_say_the_same(tmp_path, name, content, paths):
    (tmp_path / name).write_text(content, encoding="utf-8")

    move_in(tmp_path / name)

    practice = Practice.objects.get()
    said = practice.document
    assert [said[field] for field in ("title", "summary", "credit", "submitted_on", "objectives", "countries")] == [
        "Pension desks", "Desks help people & ports.", "Ana Reyes", "2019-05-14", [21], ["CI"],
    ]  # fmt: skip
    assert said["activities"] == "• One\n• Two"
    assert sorted(practice.former_addresses.values_list("path", flat=True)) == paths


def test_folder_without_pages_is_refused(tmp_path):
    with pytest.raises(CommandError) as refusal:
        move_in(tmp_path)

    assert "it has no files of these types: .html, .htm, .json, .csv, .xlsx" in str(refusal.value)
