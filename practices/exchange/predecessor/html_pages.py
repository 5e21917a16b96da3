"""Saved HTML pages of a Drupal site: pages of single practices, and listings of them with or without a pager.

Themes differ, so entries are found by what Drupal's templates have in common: elements of class `node` or `views-row`, or
an `article`, rows of a table of a view, or else a heading followed by “Submitted by … on …”.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import lxml.html
from lxml.html import HtmlElement

from practices.exchange.predecessor.dates import day_in
from practices.exchange.predecessor.entries import Entry, clean_credit, has_objective

HEADINGS = ("h1", "h2", "h3", "h4", "h5")
_SUBMITTED = re.compile(
    r"^\s*(?:submitted|posted|published|created)\s+by\s+(?P<en>.*?)(?:\s+on\b\s*(?P<en_day>.*))?$"
    r"|^\s*(?:soumis|publié|proposé|envoyé)\s+par\s+(?P<fr>.*?)(?:\s+le\b\s*(?P<fr_day>.*))?$"
    r"|^\s*(?:enviado|publicado|presentado)\s+por\s+(?P<es>.*?)(?:\s+el\b\s*(?P<es_day>.*))?$"
    r"|^\s*(?:опубликовано|отправлено|прислано|добавлено)\s*:?\s+(?P<ru>.*?)(?:,?\s+(?P<ru_day>\d.*))?$"
    r"|^\s*(?:أرسله|نشره|قدمه|بواسطة|كتبه)\s+(?P<ar>.*?)(?:\s+(?:في|بتاريخ)\s*(?P<ar_day>.*))?$"
    r"|^\s*由\s*(?P<zh>.*?)\s*(?:于|在)\s*(?P<zh_day>.*?)\s*(?:提交|发布|發佈)?$",
    re.IGNORECASE | re.DOTALL,
)
_LONGEST_SUBMITTED = 250  # characters
_BLOCKS = frozenset(
    ["p", "div", "li", "ul", "ol", "blockquote", "pre", "table", "tr", "section", "br", "dd", "dt", *HEADINGS]
)
_READ_MORE = re.compile(
    r"^(?:read more|lire la suite|leer más|en savoir plus|подробнее|اقرأ المزيد|阅读更多|更多)\b",
    re.IGNORECASE,
)
_NO_TEXT = (
    "script|style|noscript|template|form|nav|svg|button|header[@role='banner']|footer[@role='contentinfo']"
)
_SAVED_FROM = re.compile(rb"<!--\s*saved from url=\(\d+\)(\S+)\s*-->")
ENTRY = (
    "descendant-or-self::*[self::article or contains(concat(' ', normalize-space(@class), ' '), ' node ')"
    " or contains(concat(' ', normalize-space(@class), ' '), ' views-row ')]"
)
_TERM = re.compile(
    r"field[-_]+(?:name[-_]+)?(?:field[-_]+)?\w*(?:objective|term|tag|topic|countr|categor|theme|sdg|region|vocab)",
    re.IGNORECASE,
)
_TITLE = re.compile(r"(?:^|[ _-])title(?:$|[ _-])")
_LINKS = re.compile(
    r"(?:^|\s)(?:links|pager|node-readmore|share|social|breadcrumb|tabs|visually-hidden)(?:$|\s)"
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
    rows = page.xpath("//table[.//th or contains(@class, 'views-table')]//tr[td]")
    return [row for row in rows if row.xpath("./td[contains(@class, 'title')]") or row.xpath("./td//a")]


def _is_within(inner: HtmlElement, outer: HtmlElement) -> bool:
    return inner is not outer and outer in inner.iterancestors()


def _heading(entry: HtmlElement) -> HtmlElement | None:
    found = (each for each in entry.iter() if isinstance(each.tag, str) and _is_heading(each))
    return next((each for each in found if _text(each)), None)


def _is_heading(each: HtmlElement) -> bool:
    names = each.get("class", "")
    is_title = each.tag in HEADINGS or _TITLE.search(names.replace("--", "-"))
    return bool(is_title) and not _LINKS.search(names)


def _submitted(entry: HtmlElement) -> tuple[HtmlElement, re.Match] | None:
    """Return the smallest element that says who has submitted it, with what it says."""
    best = None
    for each in entry.iter():
        if not isinstance(each.tag, str):
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
        heading, is_page = next(iter(page.xpath("//h1")), None), True
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
        used.add(field)
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
    """Read who and when from fields of a view, which have a class each."""
    for each in container.xpath(".//*[contains(@class, 'field')]"):
        kind = each.get("class", "").lower()
        if re.search(r"field[-_]+(?:name|uid|author|field[-_]author|submitter)\b", kind) and not entry.credit:
            entry.credit = clean_credit(_line(each).removeprefix("By "))
            used.add(each)
        elif re.search(r"field[-_]+(?:created|post[-_]date|date)\b", kind) and not entry.day:
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


def _body(container: HtmlElement, used: set) -> str:
    fields = container.xpath(
        ".//*[contains(@class, 'field-name-body') or contains(@class, 'field--name-body') or"
        " contains(@class, 'views-field-body') or contains(@property, 'content:encoded') or @itemprop='articleBody']"
    )
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
    is_label = re.search(r"field[-_]+label|views-label", each.get("class", ""))
    return bool(
        is_label
        or _LINKS.search(each.get("class", ""))
        or (each.tag == "a" and _READ_MORE.match(_line(each)))
        or (each.tag in ("a", "p", "div", "span") and len(_line(each)) < 40 and _READ_MORE.match(_line(each)))
    )


def _flat(page: HtmlElement, address: str) -> Iterator[Entry]:
    """Yield the entries of a page without containers: what stands before “Submitted by” is a title."""
    leaves = [
        each
        for each in page.iter()
        if each.tag in ("p", "li", "div", "span", "a", "td", *HEADINGS)
        and _line(each)
        and not any(child.tag in _BLOCKS for child in each.iter() if child is not each)
        and not any(parent.tag in ("p", "li", *HEADINGS) for parent in each.iterancestors())
    ]
    entry: Entry | None = None
    parts: list[str] = []
    for place, each in enumerate(leaves):
        following = leaves[place + 1] if place + 1 < len(leaves) else None
        match = _SUBMITTED.match(_line(each)) if len(_line(each)) <= _LONGEST_SUBMITTED else None
        if following is not None and _is_submitted(following) and not match:
            if entry:
                entry.body = "\n\n".join(parts)
                yield entry
            entry, parts = Entry(title=_line(each)), []
            link = next(iter(each.xpath("./@href | .//a/@href")), "")
            entry.add_address(urljoin(address, link) if link else "")
        elif match and entry:
            _read_submitted(entry, each, match)
        elif entry and not _is_furniture(each):
            text = _line(each)
            parts.append(f"• {text}" if each.tag == "li" else text)
    if entry:
        entry.body = "\n\n".join(parts).replace("\n\n• ", "\n• ").strip()
        yield entry


def _is_submitted(each: HtmlElement) -> bool:
    text = _line(each)
    return len(text) <= _LONGEST_SUBMITTED and bool(_SUBMITTED.match(text))


def _text(element: HtmlElement | None) -> str:
    return "" if element is None else _line(element)


def _line(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())
