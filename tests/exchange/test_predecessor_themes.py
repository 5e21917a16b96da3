"""Moving in from Drupal: pages of themes that differ in what surrounds an entry, and in where its parts stand."""

import html
from types import SimpleNamespace

import pytest

from practices.exchange import predecessor

pytestmark = pytest.mark.django_db

SITE = "https://old.example.org"
LONG = ["A desk began in Batumi.", "• It listens\n• It pays", "It went on & on."]
SHORT = ["The “Desk” helps.", "It began in 2015."]


def practice(title, credit, body, *, day="2017-03-02", objectives=(21,), country="Nepal"):
    return SimpleNamespace(
        title=title, credit=credit, day=day, objectives=list(objectives), country=country, body=body,
        path=f"/content/{title.lower().replace(' ', '-')}",
    )  # fmt: skip


PRACTICES = [
    practice("Pension desks", "Foundation on Migration", LONG, objectives=(22, 21)),
    practice("On return", "Dr. Li Wei-On", SHORT, country="Moldova"),
    practice("Submitted by nobody", "", SHORT, objectives=(6,)),
]


def credit(entry):
    return html.escape(entry.credit or "Anonymous (not verified)")


def marked(entry, tag="p"):
    return "".join(
        f"<ul>{''.join(f'<li>{item[2:]}</li>' for item in part.splitlines())}</ul>"
        if part.startswith("•")
        else f"<{tag}>{html.escape(part)}</{tag}>"
        for part in entry.body
    )


def document(entry, body, *, title=""):
    address = f'<link rel="canonical" href="{SITE}{entry.path}">' if entry else ""
    return f'<html><head><meta charset="utf-8"><title>{title} | Network</title>{address}</head><body>{body}</body></html>'


def bartik(entry):
    """Drupal 7: the title above the node, names of fields as headings, metadata in RDF, a comment below."""
    objectives = "".join(
        f'<li><a href="/gcm/{each}">Objective {each}: A, b</a></li>' for each in entry.objectives
    )
    return document(entry, f"""<h1 id="site-name"><a href="/">Network</a></h1><div class="block"><h2>Recent content</h2>
<a href="/content/x">Another</a></div><h1 class="title" id="page-title">{entry.title}</h1>
<div class="node node-good-practice node-full" about="{entry.path}"><span property="dc:title" class="rdf-meta"></span>
<div class="meta submitted"><span property="dc:date dc:created" content="{entry.day}T11:20:00+00:00">Submitted by
<span class="username" property="foaf:name">{credit(entry)}</span> on Thu, 03/02/2017 - 11:20</span></div>
<div class="content"><div class="field field-name-body field-label-hidden"><div class="field-items">
<div class="field-item even" property="content:encoded">{marked(entry)}</div></div></div>
<div class="field field-name-field-gcm field-type-taxonomy-term-reference field-label-above">
<h3 class="field-label">GCM objectives: </h3><ul class="links">{objectives}</ul></div>
<div class="field field-name-field-country"><div class="field-label">Country:&nbsp;</div>
<div class="field-item">{entry.country}</div></div></div>
<div id="comments"><h2 class="title">Comments</h2><div class="comment"><div class="submitted">Submitted by Bob on Fri,
01/05/2018 - 10:00</div><h3><a href="/comment/1">Great</a></h3><div class="field-item">Great work!</div></div></div>
</div>""")  # fmt: skip


def olivero(entry):
    """Drupal 9 and later: fields for who and when, another article with the picture, labels that are not shown."""
    objectives = "".join(
        f'<li class="field__item"><a href="/taxonomy/term/{each}">Objective {each}</a></li>'
        for each in entry.objectives
    )
    return document(entry, f"""<header class="site-header"><a href="/">Network</a></header><main>
<article data-history-node-id="3" class="node node--type-article node--view-mode-full"><header>
<h1 class="title page-title"><span class="field field--name-title field--label-hidden">{entry.title}</span></h1>
<div class="node__meta"><div><article class="profile"><img src="u.png"></article></div><span>By
<span class="field field--name-uid">{credit(entry)}</span>,
<span class="field field--name-created">2 Mar 2017</span></span></div></header><div class="node__content">
<div class="field field--name-body field--label-hidden field__item">{marked(entry)}</div>
<div class="field field--name-field-tags field--label-above"><div class="field__label">Tags</div>
<ul class="field__items">{objectives}</ul></div>
<div class="field field--name-field-countries field--label-inline"><div class="field__label">Countries</div>
<div class="field__items"><div class="field__item">{entry.country}</div></div></div></div>
<section class="comments"><article class="comment"><h3><a>Yes</a></h3><p>Yes indeed.</p></article></section>
</article></main>""")  # fmt: skip


def headings_in_the_text(entry):
    """A text with headings and a table of its own, and terms in a line with a label."""
    objectives = " ".join(
        f'<a rel="tag" href="/t/{each}">Objective {each}: X</a>' for each in entry.objectives
    )
    return document(entry, f"""<h1>{entry.title}</h1><article class="node"><p>Submitted by <b>{credit(entry)}</b> on
<em>Thursday, March 2, 2017 - 10:22</em></p><div class="body"><h3>Background</h3>{marked(entry)}
<table><tr><td>Year</td><td>2015</td></tr></table></div><p>Filed under: {objectives}
<a rel="tag" href="/t/c">{entry.country}</a></p></article>""")  # fmt: skip


def tables_for_layout(entry):
    """A page of the nineties: capitals, no classes, spaces that do not break, paragraphs divided by line breaks."""
    name = credit(entry).replace(" ", "&nbsp;")
    return document(entry, f"""<TABLE><TR><TD><A HREF=/>Home</A></TD></TR><TR><TD><H1>{entry.title}</H1>
<P><I>Submitted&nbsp;by&nbsp;{name}&nbsp;on 02.03.2017, 10:22</I><P>{"<BR><BR>".join(map(html.escape, entry.body))}
</TD></TR></TABLE>""")  # fmt: skip


def read(folder, pages):
    for number, page in enumerate(pages):
        (folder / f"{number}.html").write_text(page, encoding="utf-8")
    return {
        entry.title: (
            entry.credit, entry.day, predecessor.entries.item(entry, objectives=[]), entry.body.split("\n\n"),
            entry.paths,
        )
        for entry in predecessor.read(folder)
    }  # fmt: skip


def said(entry, *, body=None, day=None, objectives=None, has_country=True, paths=None):
    countries = {"Nepal": ["NP"], "Moldova": ["MD"]}[entry.country] if has_country else None
    return (
        entry.credit,
        entry.day if day is None else day,
        (entry.objectives if objectives is None else objectives, countries),
        entry.body if body is None else body,
        [entry.path] if paths is None else paths,
    )


def compared(found):
    return {
        title: (by, day, (item["objectives"], item.get("countries")), body, paths)
        for title, (by, day, item, body, paths) in found.items()
    }


@pytest.mark.parametrize("theme", [bartik, olivero])
def test_page_of_a_default_theme_is_read_whole(tmp_path, theme):
    found = read(tmp_path, map(theme, PRACTICES))

    assert compared(found) == {entry.title: said(entry) for entry in PRACTICES}


def test_headings_and_tables_of_a_text_are_text(tmp_path):
    found = read(tmp_path, map(headings_in_the_text, PRACTICES))

    assert compared(found) == {
        entry.title: said(entry, body=["Background", *entry.body, "Year 2015"]) for entry in PRACTICES
    }


def test_page_without_classes_is_read_by_its_lines(tmp_path):
    plain = [entry for entry in PRACTICES if entry.body is SHORT]

    found = read(tmp_path, map(tables_for_layout, plain))

    assert compared(found) == {entry.title: said(entry, objectives=[], has_country=False) for entry in plain}


def test_listing_of_blocks_alone_is_read_by_its_lines(tmp_path):
    objective = "Objective 21: Cooperate in facilitating return"
    rows = "".join(
        f'<div><a href="{SITE}{entry.path}">{entry.title}</a></div><div><br></div>'
        f"<div>Submitted by {credit(entry)} on</div><div>&nbsp;</div>{marked(entry, 'div')}"
        for entry in PRACTICES
    )
    page = f'<div>{objective}</div>{rows}<div><a href="/feed">Subscribe to {objective}</a></div>'

    found = read(tmp_path, [document(None, page, title=objective)])

    assert compared(found) == {
        entry.title: said(entry, day="", objectives=[21], has_country=False) for entry in PRACTICES
    }


def test_version_for_print_is_read_without_what_is_around_it(tmp_path):
    pages = [
        document(entry, f"""<div class="print-site_name">Published on Network</div>
<h1 class="print-title">{entry.title}</h1><div class="print-submitted">Submitted by <span>{credit(entry)}</span> on Thu,
03/02/2017 - 11:20</div><div class="print-content">{marked(entry)}</div><div class="print-source_url"><strong>Source
URL:</strong> {SITE}{entry.path}</div>""")
        for entry in PRACTICES
    ]  # fmt: skip

    found = read(tmp_path, pages)

    assert compared(found) == {
        entry.title: said(entry, objectives=[], has_country=False) for entry in PRACTICES
    }


def test_listing_as_a_grid_has_an_entry_in_each_cell(tmp_path):
    cells = "".join(
        f'<td><div class="views-field views-field-title"><a href="{SITE}{entry.path}">{entry.title}</a></div>'
        f'<div class="views-field views-field-name">{credit(entry)}</div>'
        '<div class="views-field views-field-created">2017-03-02 10:22</div></td>'
        for entry in PRACTICES
    )
    page = f'<h1>Practices</h1><table class="views-view-grid"><tr>{cells}</tr></table>'

    found = read(tmp_path, [document(None, page)])

    assert compared(found) == {
        entry.title: said(entry, body=[""], objectives=[], has_country=False) for entry in PRACTICES
    }


def test_listing_of_definitions_is_read_by_its_lines(tmp_path):
    plain = [entry for entry in PRACTICES if entry.body is SHORT]
    rows = "".join(
        f'<dt><a href="{SITE}{entry.path}">{entry.title}</a></dt>'
        f"<dd>Submitted by {credit(entry)} on 2 Mar 2017</dd>{marked(entry, 'dd')}"
        for entry in plain
    )

    found = read(tmp_path, [document(None, f"<h1>Practices</h1><dl>{rows}</dl>")])

    assert compared(found) == {entry.title: said(entry, objectives=[], has_country=False) for entry in plain}


@pytest.mark.parametrize(
    ("line", "by", "day"),
    [
        ("Submitted by Foundation on Migration on", "Foundation on Migration", ""),
        ("Submitted by Foundation on Migration", "Foundation on Migration", ""),
        ("Submitted by Foundation on Migration on 2 March 2017", "Foundation on Migration", "2017-03-02"),
        (
            "Soumis par Agence pour le Travail le jeu, 2 mars 2017 - 10:22",
            "Agence pour le Travail",
            "2017-03-02",
        ),
        ("Enviado por Oficina para el Empleo el 2 de marzo de 2017", "Oficina para el Empleo", "2017-03-02"),
        ("由驻在国使馆于2017年3月2日提交", "驻在国使馆", "2017-03-02"),
        ("نشره مركز العودة في بيروت في 2 مارس 2017", "مركز العودة في بيروت", "2017-03-02"),
    ],
)
def test_credit_ends_at_the_word_before_the_day(tmp_path, line, by, day):
    [(found_by, found_day, *_rest)] = read(
        tmp_path, [f"<h1>Pension desks</h1><p>{line}</p><p>It helps.</p>"]
    ).values()

    assert (found_by, found_day) == (by, day)
