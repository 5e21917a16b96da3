"""Frozen copies: whole, without a broken link, with nothing that is not public."""

import json
import re
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest
from django.core.management import CommandError, call_command

from practices import workflow
from practices.exchange import freeze
from practices.exchange.freeze.search_index import words
from practices.exchange.freeze.site import Site
from tests.support.documents import FULL
from tests.support.factories import NOW, document, make_file, make_moderator, make_practice, make_submission
from tests.support.thesaurus import make_concept

pytestmark = pytest.mark.django_db

SITE = "https://practices.example.org"
SECRET = "Lorelei"


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL, settings.SITE_HOST = SITE, "practices.example.org"
    settings.ALLOWED_HOSTS = ["practices.example.org"]


class Links(HTMLParser):
    """Addresses that a page leads to, and elements that do nothing on a disk."""

    def __init__(self, page):
        super().__init__()
        self.found, self.dead = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.found += [given[name] for name in ("href", "src") if given.get(name)]
        if tag in ("form", "button", "select", "textarea") or given.get("type") == "module":
            self.dead.append(tag)


def crawl(folder):
    """Return the files that links lead to from index.html, and (page, address) of those that lead nowhere."""
    waiting, met, broken = [folder / "index.html"], {folder / "index.html"}, []
    while waiting:
        page = waiting.pop()
        if page.suffix != ".html":
            continue
        for address in Links(page.read_text()).found:
            parts = urlsplit(address)
            if parts.scheme or not parts.path:
                continue
            file = (page.parent / unquote(parts.path)).resolve()
            if parts.path.startswith("/") or parts.query or not file.is_file():
                broken.append((page.name, address))
            elif file not in met:
                met.add(file)
                waiting.append(file)
    return met, broken


def make_catalogue():
    """Make practices of every kind: with files, in scripts of all kinds, revised. Returns the one that says most."""
    make_concept("pensions", en=["pensions"], objectives=[])
    whole = make_practice(now=NOW, **FULL)
    workflow.publish_document(document(**FULL | {"area": "Batumi"}), to=whole)
    make_practice(title="مكاتب", language="ar", countries=["JO"])
    make_practice(title="移民服务：社区", language="zh-hans", countries=["CN"])
    make_practice(title="Old", summary=SECRET, withdrawn=True)
    make_submission(title=SECRET)
    return whole


@pytest.fixture
def catalogue(settings):
    """Make practices of every kind, on several pages."""
    settings.PRACTICES_PER_PAGE = 2
    return make_catalogue()


@pytest.fixture(scope="module")
def copied(rolled_back, tmp_path_factory):
    """Make a copy of practices of every kind, which no test changes: the folder, the number written, one of them."""
    folder = tmp_path_factory.mktemp("copies") / "copy"
    host = SITE.removeprefix("https://")
    with rolled_back(SITE_URL=SITE, SITE_HOST=host, ALLOWED_HOSTS=[host], PRACTICES_PER_PAGE=2):
        practice = make_catalogue()
        return folder, freeze.freeze(folder, now=NOW), practice


def test_copy_has_every_page_and_no_broken_link(copied):
    folder, written, practice = copied

    met, broken = crawl(folder)
    files = {file for file in folder.rglob("*") if file.is_file()}
    not_linked = {str(file.relative_to(folder)) for file in files - met}
    assert (written, broken) == (3, [])
    assert {name.partition("/")[0] for name in not_linked} == {"frozen.json", "search", "static"}
    page = f"practices/{practice.pk}-{practice.slug}"
    assert {
        name
        for name in (
            f"{page}/index.html", f"{page}/cite.bib", f"{page}/revisions/index.html", f"{page}/revisions/1/index.html",
            "practices/page-2.html", "practices/feed.atom", "practices/export.csv", "practices/export.xlsx",
            "objectives/21/index.html", "objectives/21/feed.rss", "countries/ph/index.html", "map/index.html",
            "gaps/by-type.html", "gaps-by-region.csv", "data/catalog.jsonld", "about/index.html", "search.html",
        )
        if not (folder / name).is_file()
    } == set()  # fmt: skip


def test_page_of_a_copy_needs_no_server(copied):
    folder, _written, practice = copied

    pages = {file: Links(file.read_text()) for file in folder.rglob("*.html")}

    assert {file.name: page.dead for file, page in pages.items() if page.dead} == {}
    live = [
        address for page in pages.values() for address in page.found if urlsplit(address).netloc == SITE[8:]
    ]
    assert f"{SITE}/submit/" in live
    assert f"{SITE}/p/{practice.pk}" in live


def test_page_of_a_copy_says_what_it_is_and_where_the_live_one_is(copied):
    folder, _written, _practice = copied

    listing = (folder / "practices" / "index.html").read_text()

    assert "This is a copy of 2 November 2026." in listing
    assert "This copy has no forms. Use this one on the live site:" in listing
    assert f'<a href="{SITE}/practices/">' in listing


def test_copy_has_nothing_that_is_not_public(copied):
    folder, _written, _practice = copied

    found = [
        file.name for file in folder.rglob("*") if file.is_file() and SECRET.encode() in file.read_bytes()
    ]

    assert found == []


def test_copy_has_the_files_of_practices(tmp_path):
    file = make_file("evaluation 2019?.pdf", b"%PDF-1.4 An evaluation")
    practice = workflow.publish_document(document(), files=[file])

    freeze.freeze(tmp_path)

    copied = tmp_path / "practices" / str(practice.pk) / "files" / file.sha256 / "evaluation 2019_.pdf"
    assert (copied.read_bytes(), crawl(tmp_path)[1]) == (b"%PDF-1.4 An evaluation", [])


# Search ---------------------------------------------------------------------------


def read_part(file):
    name, content = re.fullmatch(r'frozenPart\("([^"]+)",(.*)\);\n', file.read_text(), re.DOTALL).groups()
    assert name == file.stem
    return json.loads(content)


def test_index_of_a_copy_finds_practices_by_their_words(copied):
    folder, _written, _practice = copied

    found = {}
    for file in (folder / "search").glob("*.js"):
        if not file.name.startswith("titles-"):
            found |= read_part(file)

    titles = read_part(folder / "search" / "titles-0.js")
    assert [title for title, *_rest in titles] == ["移民服务：社区", "مكاتب", FULL["title"]]
    assert all((folder / unquote(address)).is_file() for _title, address, *_rest in titles)
    assert (found["pension"], found["manila"], found["移"], found["مكاتب"]) == (
        [[2], []],
        [[], [2]],
        [[0], []],
        [[1], []],
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Café-Desks, 2019!", ["cafe", "desks", "2019"]),
        ("O'Brien_Søn", ["o", "brien", "søn"]),
        ("移民 services", ["移", "民", "services"]),
        ("مُكاتب", ["مكاتب"]),
    ],
)
def test_words_of_the_index(text, expected):
    assert words(text) == expected


# Again ----------------------------------------------------------------------------


class Cut(Exception):
    """The copy was cut off."""


def cut_after(practices):
    def progress(done, _total):
        if done == practices:
            raise Cut

    return progress


def test_copy_that_was_cut_off_is_taken_up_again(catalogue, tmp_path, monkeypatch):
    with pytest.raises(Cut):
        freeze.freeze(tmp_path, progress=cut_after(2), now=NOW)
    asked, get = [], Site.get
    monkeypatch.setattr(Site, "get", lambda self, *args: asked.append(args[0]) or get(self, *args))

    written = freeze.freeze(tmp_path)

    pages = [path for path in asked if re.fullmatch(r"/practices/\d+-[^/]+/", path)]
    assert (written, pages, crawl(tmp_path)[1]) == (3, [catalogue.get_absolute_url()], [])
    assert json.loads((tmp_path / "frozen.json").read_text())["made_at"] == NOW.isoformat()


def test_copy_is_replaced_once_something_was_published(tmp_path):
    first, second = make_practice(title="Desk"), make_practice(title="Port")
    with pytest.raises(Cut):
        freeze.freeze(tmp_path, progress=cut_after(1))
    workflow.withdraw_practice(second, by=make_moderator(), reason="Its source is gone.")

    written = freeze.freeze(tmp_path)

    pages = {file.parent.name for file in (tmp_path / "practices").glob("*-*/index.html")}
    assert (written, pages) == (1, {f"{first.pk}-desk"})


def test_folder_with_other_files_is_left_alone(tmp_path):
    (tmp_path / "letter.txt").write_text("Dear all")

    with pytest.raises(CommandError, match="holds other files"):
        call_command("freeze", tmp_path)

    assert [file.name for file in tmp_path.iterdir()] == ["letter.txt"]


def test_command_shows_how_far_it_is(tmp_path, capsys):
    make_practice()

    call_command("freeze", tmp_path)

    assert capsys.readouterr().out == f"practices: 1 of 1 …\n1 practice in {tmp_path}.\n"


def test_copy_stops_where_the_site_fails(tmp_path, settings):
    make_practice()
    settings.MAINTENANCE = True

    with pytest.raises(CommandError, match=r"/ answers 503\. Run the command again to go on\."):
        call_command("freeze", tmp_path, verbosity=0)
