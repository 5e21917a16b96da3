"""Saved HTML pages of a Drupal site: pages of single practices, and listings of them with or without a pager.

Themes differ, so entries are found by what Drupal's templates have in common: elements of class `node` or `views-row`, or
an `article`, rows of a table of a view, or else a heading followed by “Submitted by … on …”.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import urljoin

import lxml.html
from lxml.html import HtmlElement

from practices.exchange.predecessor.dates import day_in
from practices.exchange.predecessor.entries import Entry, clean_credit, has_objective

HEADINGS = ("h1", "h2", "h3", "h4", "h5")


def _until(word: str, name: str) -> str:
    """Return a pattern of whom something is by, and of the day after the last such `word`, which may be missing."""
    other = f"(?:(?!{word}).)*"
    return rf"(?P<{name}>.*?)(?:{word}(?:\s*(?P<{name}_day>{other}\d{other})|\s*))?$"


_SUBMITTED = re.compile(
    r"^\s*(?:submitted|posted|published|created)\s+by\s+" + _until(r"\s+on\b", "en") +
    r"|^\s*(?:soumis|publié|proposé|envoyé)\s+par\s+" + _until(r"\s+le\b", "fr") +
    r"|^\s*(?:enviado|publicado|presentado)\s+por\s+" + _until(r"\s+el\b", "es") +
    r"|^\s*(?:опубликовано|отправлено|прислано|добавлено)\s*:?\s+(?P<ru>.*?)(?:,?\s+(?P<ru_day>\d.*))?$"
    r"|^\s*(?:أرسله|نشره|قدمه|بواسطة|كتبه)\s+" + _until(r"\s+(?:في|بتاريخ)(?!\w)", "ar") +
    r"|^\s*由\s*(?P<zh>.*?)\s*(?:于|在)\s*(?P<zh_day>[^于在]*?)\s*(?:提交|发布|發佈)?$",
    re.IGNORECASE | re.DOTALL,
)  # fmt: skip
_LONGEST_SUBMITTED = 250  # characters
_LONGEST_LABEL = 30  # characters
_BLOCKS = frozenset(
    ["p", "div", "li", "ul", "ol", "blockquote", "pre", "table", "tr", "section", "br", "dd", "dt", *HEADINGS]
)
_READ_MORE = re.compile(
    r"^(?:read more|subscribe to|lire la suite|leer más|en savoir plus|подробнее|اقرأ المزيد|阅读更多|更多)\b",
    re.IGNORECASE,
)
_NO_TEXT = (
    "script|style|noscript|template|form|nav|svg|button|header[@role='banner']|footer[@role='contentinfo']"
    "|*[@id='comments' or contains(concat(' ', normalize-space(@class), ' '), ' comment ')]"
)
_SAVED_FROM = re.compile(rb"<!--\s*saved from url=\(\d+\)(\S+)\s*-->")
ENTRY = (
    "descendant-or-self::*[self::article or contains(concat(' ', normalize-space(@class), ' '), ' node ')"
    " or contains(concat(' ', normalize-space(@class), ' '), ' views-row ')]"
)
_TERM = re.compile(
    r"taxonomy-term-reference|field[-_]+(?:name[-_]+)?(?:field[-_]+)?\w*(?:"
    r"objecti|objetiv|gcm|sdg|odd|ods|goal|term|tag|topic|categor|catégor|thème|them|tema|vocab|keyword|palabra|mots"
    r"|countr|pays|pais|país|region|región)",
    re.IGNORECASE,
)
_FIELD = re.compile(r"(?:views-field|field--name|field-name)-(?:field-)?([\w-]+)")
"""Class of a field with its name, in views and in versions 7 and later of Drupal."""
_WHO = frozenset(["name", "uid", "author", "submitter", "submitted-by"])
_WHEN = frozenset(["created", "post-date", "date"])
_TITLE = re.compile(r"(?:^|[ _-])title(?:$|[ _-])")
_TEXT = (
    "contains(@class, 'field-name-body') or contains(@class, 'field--name-body') or"
    " contains(@class, 'views-field-body') or contains(@property, 'content:encoded') or @itemprop='articleBody'"
)
_IS_TEXT = f"self::*[{_TEXT}]"
_LABEL = re.compile(r"(?:^|\s)(?:field-label|field__label|views-label[\w-]*)(?:$|\s)")
"""Class of the name of a field. The field itself has others, such as `field--label-hidden`."""
_LINKS = re.compile(
    r"(?:^|\s)(?:links|pager|node-readmore|share|social|breadcrumb|tabs|visually-hidden|print-source_url|print-links)"
    r"(?:$|\s)"
)


def read(path: Path) -> Iterator[Entry]:
    """Yield the entries of a page, those of a listing without the rest of their text."""
    content = path.read_bytes()
    page = _parsed(content)
    address = _address_of(page, content)
    for useless in page.xpath("//" + _NO_TEXT.replace("|", " | //")):
        useless.drop_tree()
    containers = _containers(page)
    entries = [entry for each in containers if (entry := _entry(each, page, address))]
    if not entries:
        entries = list(_flat(page, address))
    title = _text(next(iter(page.xpath("//h1")), None)) or _text(page.find(".//title"))
    if has_objective(title) and not (len(entries) == 1 and entries[0].title == title):
        for entry in entries:  # a page of a term, whose title is that of the term
            entry.terms.append(title)
    yield from entries


def _parsed(content: bytes) -> HtmlElement:
    try:
        content.decode()
        encoding = "utf-8"
    except UnicodeDecodeError:
        encoding = None  # as its meta element says
    return lxml.html.document_fromstring(
        content or b"<html></html>", parser=lxml.html.HTMLParser(encoding=encoding, remove_comments=True)
    )


def _address_of(page: HtmlElement, content: bytes) -> str:
    """Return the address that a page had; empty if it does not say."""
    for found in page.xpath("//link[@rel='canonical']/@href | //meta[@property='og:url']/@content"):
        return str(found).strip()
    saved = _SAVED_FROM.search(content[:2_000])
    return saved[1].decode(errors="ignore") if saved else ""


def _containers(page: HtmlElement) -> list[HtmlElement]:
    """Return the elements that hold one entry each: the innermost ones that are not parts of another entry."""
    found = [each for each in page.xpath(f"//body/{ENTRY}") if _heading(each) is not None or _submitted(each)]
    outer = [each for each in found if not any(_is_within(other, each) for other in found)]
    if outer:
        return outer
    titles = page.xpath("//*[not(self::td or self::th) and contains(@class, 'views-field-title')]")
    if titles:  # a view as a grid or list, each cell or item of which is an entry
        return [title.getparent() for title in titles]
    rows = page.xpath("//table[.//th or contains(@class, 'views-table')]//tr[td]")
    return [row for row in rows if row.xpath("./td[contains(@class, 'title')]") or row.xpath("./td//a")]


def _is_within(inner: HtmlElement, outer: HtmlElement) -> bool:
    return inner is not outer and outer in inner.iterancestors()


def _heading(entry: HtmlElement) -> HtmlElement | None:
    """Return the title within an entry: the first heading, unless it stands in the text or names a field."""
    submitted = _submitted(entry)
    for each in entry.iter():
        if submitted and each is submitted[0]:
            return None  # all that follows is text
        if isinstance(each.tag, str) and _is_heading(each) and _text(each) and not _is_in_text(each):
            return each
    return None


def _is_in_text(each: HtmlElement) -> bool:
    around = [each, *each.iterancestors()]
    return _is_label(each) or any(element.xpath(_IS_TEXT) for element in around)


def _is_heading(each: HtmlElement) -> bool:
    names = each.get("class", "")
    is_title = each.tag in HEADINGS or _TITLE.search(names.replace("--", "-"))
    is_of_the_site = "site-name" in f"{names} {each.get('id', '')}"
    return bool(is_title) and not _LINKS.search(names) and not is_of_the_site


def _is_innermost_heading(each: HtmlElement) -> bool:
    return _is_heading(each) and not any(inner.tag in _BLOCKS for inner in each.iterdescendants())


def _submitted(entry: HtmlElement) -> tuple[HtmlElement, re.Match] | None:
    """Return the smallest element that says who has submitted it, with what it says."""
    best = None
    headings = [each for each in entry.iter() if isinstance(each.tag, str) and _is_innermost_heading(each)]
    titles = {each for heading in headings for each in (*heading.iter(), *heading.iterancestors())}
    for each in entry.iter():
        if not isinstance(each.tag, str) or each in titles:
            continue
        text = _line(each)
        if text and len(text) <= _LONGEST_SUBMITTED and (match := _SUBMITTED.match(text)):
            best = each, match
    return best


def _entry(container: HtmlElement, page: HtmlElement, address: str) -> Entry | None:
    submitted = _submitted(container)
    heading = _heading(container)
    cell = (
        next(iter(container.xpath("./td[contains(@class, 'title')]")), None)
        if container.tag == "tr"
        else None
    )
    heading = cell if cell is not None else heading
    is_page = False
    if heading is None:
        heading, is_page = next(filter(_is_heading, page.xpath("//h1")), None), True
    elif heading.tag == "h1":
        is_page = True
    if heading is None or not _text(heading):
        return None
    entry = Entry(title=_line(heading))
    link = next(iter(heading.xpath(".//a/@href | ancestor::a/@href")), "")
    own = container.get("about") or container.get("data-history-node-path") or ""
    entry.add_address(urljoin(address, link or own) if link or own else (address if is_page else ""))
    for short in page.xpath("//link[@rel='shortlink']/@href") if is_page else ():
        entry.add_address(urljoin(address, short))
    used = {heading}
    if submitted:
        element, match = submitted
        used.add(element)
        _read_submitted(entry, element, match)
    else:
        _read_columns(entry, container, used)
    for field in _term_fields(container):
        used |= {field, *_label_before(field, container)}
        links = field.xpath(".//a | .//*[contains(@class, 'field__item') or contains(@class, 'field-item')]")
        entry.terms += [
            text for each in links or [field] if (text := _line(each)) and not len(each.xpath(".//a"))
        ]
    entry.terms = list(dict.fromkeys(entry.terms))
    entry.body = _body(container, used)
    return entry


def _read_submitted(entry: Entry, element: HtmlElement, match: re.Match) -> None:
    said = {name: text for name, text in match.groupdict().items() if text is not None}
    credit = next((text for name, text in said.items() if not name.endswith("_day")), "")
    days = [text for name, text in said.items() if name.endswith("_day")]
    instants = element.xpath(".//time/@datetime | .//*[@property='dc:date dc:created']/@content")
    entry.credit = clean_credit(credit)
    entry.day = next((day for text in [*instants, *days] if (day := day_in(text))), "")


def _read_columns(entry: Entry, container: HtmlElement, used: set) -> None:
    """Read who and when from fields, which have a class each."""
    for each in container.xpath(".//*[contains(@class, 'field')]"):
        names = set(_FIELD.findall(each.get("class", "").lower()))
        if names & _WHO and not entry.credit:
            entry.credit = clean_credit(_line(each).removeprefix("By "))
            used.add(each)
        elif names & _WHEN and not entry.day:
            instants = each.xpath(".//time/@datetime")
            entry.day = day_in(instants[0] if instants else _line(each))
            used.add(each)


def _term_fields(container: HtmlElement) -> list[HtmlElement]:
    found = [
        each
        for each in container.iter()
        if isinstance(each.tag, str)
        and (
            _TERM.search(each.get("class", ""))
            or (
                each.tag == "a"
                and ("/taxonomy/term/" in each.get("href", "") or "tag" in each.get("rel", "").split())
            )
        )
    ]
    return [each for each in found if not any(_is_within(each, other) for other in found)]


def _label_before(field: HtmlElement, container: HtmlElement) -> list[HtmlElement]:
    """Return what holds nothing but links to terms and a label such as “Filed under:”."""
    around = field.getparent()
    if field.tag != "a" or around is None or around is container:
        return []
    beside = "".join([around.text or "", *(each.tail or "" for each in around)])
    others = [each for each in around if each.tag != "a"]
    return [] if others or len(beside.strip()) > _LONGEST_LABEL else [around]


def _body(container: HtmlElement, used: set) -> str:
    fields = container.xpath(f".//*[{_TEXT}]")
    inner = [each for each in fields if not any(_is_within(each, other) for other in fields)]
    parts = [_paragraphs(each, used) for each in inner or [container]]
    return "\n\n".join(filter(None, parts))


def text_of(element: HtmlElement) -> str:
    """Return the text of an element, its blocks as paragraphs and its list items as bullets."""
    return _paragraphs(element, set())


def _paragraphs(element: HtmlElement, used: set) -> str:
    lines: list[str] = [""]

    def walk(each: HtmlElement) -> None:
        is_left_out = each in used or not isinstance(each.tag, str) or _is_furniture(each)
        if not is_left_out:
            if each.tag in _BLOCKS:
                lines.append("")
            if each.tag == "li":
                lines[-1] = "• "
            if each.tag in ("td", "th"):
                lines[-1] += " "
            lines[-1] += each.text or ""
            for child in each:
                walk(child)
            if each.tag in _BLOCKS and each.tag != "br":
                lines.append("")
        lines[-1] += each.tail or "" if each is not element else ""

    walk(element)
    texts = [" ".join(line.split()) for line in lines]
    texts = [text for text in texts if text.strip("• ")]
    joined = ""
    for text in texts:
        is_list = text.startswith("•") and joined.rpartition("\n")[2].startswith("•")
        joined += ("\n" if is_list else "\n\n") + text
    return joined.strip()


def _is_furniture(each: HtmlElement) -> bool:
    if _is_label(each) or _LINKS.search(each.get("class", "")):
        return True
    text = _line(each)
    is_link = each.tag == "a" or [_line(link) for link in each.xpath(".//a")] == [text]
    is_short = each.tag in ("a", "p", "div", "span") and len(text) < 40
    return (is_link or is_short) and bool(_READ_MORE.match(text))


def _is_label(each: HtmlElement) -> bool:
    return bool(_LABEL.search(each.get("class", "")))


def _flat(page: HtmlElement, address: str) -> Iterator[Entry]:
    """Yield the entries of a page without containers: what stands before “Submitted by” is a title."""
    leaves = _leaves(page)
    says_who = [*map(_is_submitted, leaves), False]
    # Of several such lines, the last one says who; a title may begin like one.
    titles = [at for at in range(len(leaves) - 1) if says_who[at + 1] and not says_who[at + 2]]
    for at, following in pairwise([*titles, len(leaves)]):
        title, submitted, *texts = leaves[at:following]
        entry = Entry(title=_line(title))
        link = next(iter(title.xpath("./@href | .//a/@href")), "")
        is_page = not link and len(titles) == 1
        entry.add_address(urljoin(address, link) if link else address if is_page else "")
        if match := _SUBMITTED.match(_line(submitted)):
            _read_submitted(entry, submitted, match)
        texts = [each for each in texts if not _is_furniture(each)]
        parts = [_paragraphs(each, set()) for each in texts]
        entry.body = re.sub(r"(?m)^(•.*)\n\n(?=• )", r"\1\n", "\n\n".join(filter(None, parts)))
        yield entry


def _leaves(page: HtmlElement) -> list[HtmlElement]:
    """Return the innermost blocks that have text, in order, and links and the like that stand in no such block."""
    found: list[HtmlElement] = []
    for each in page.iter():
        if each.tag not in ("p", "li", "div", "span", "a", "td", "dt", "dd", *HEADINGS) or not _line(each):
            continue
        is_innermost = not any(child.tag in _BLOCKS - {"br"} for child in each.iterdescendants())
        if is_innermost and not any(parent in found for parent in each.iterancestors()):
            found.append(each)
    return found


def _is_submitted(each: HtmlElement) -> bool:
    text = _line(each)
    return len(text) <= _LONGEST_SUBMITTED and bool(_SUBMITTED.match(text))


def _text(element: HtmlElement | None) -> str:
    return "" if element is None else _line(element)


def _line(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())
