"""Pages of the live site made into pages of a frozen copy: relative links, no scripts, a sentence in place of a form."""

from collections.abc import Callable
from html import escape
from html.parser import HTMLParser
from urllib.parse import urlsplit

from django.utils.html import format_html
from django.utils.translation import gettext

ADDRESSES = frozenset(["href", "src", "data"])
"""Attributes that hold an address."""
CONTROLS = frozenset(["button", "datalist", "label", "select", "textarea"])
"""Elements that do nothing outside of a form."""
VOID = frozenset(["input", "link"])
KEPT = "data-frozen"
"""Attribute of scripts and controls that are part of the copy."""

type Attributes = list[tuple[str, str | None]]


class FrozenPage(HTMLParser):
    """Writer of a page. What it does not change stays as it was written."""

    def __init__(
        self,
        *,
        link: Callable[[str], str],
        live: str,
        search: str,
        banner: str,
        marks: Callable[[set[str]], str],
    ) -> None:
        """`link` returns where a link leads in the copy.

        `live` is the address of the page on the live site, `search` that of the search of the copy, `banner` the HTML
        at the top, and `marks` returns the SVG of symbols, which browsers take from no other file on a disk.
        """
        super().__init__(convert_charrefs=False)
        self._link, self._live, self._search = link, live, search
        self._banner, self._marks = banner, marks
        self._used_marks: set[str] = set()
        self._parts: list[str] = []
        self._left_out = ""
        """The element that is being left out, with all that it contains."""
        self._depth = 0

    def rewrite(self, page: str) -> str:
        self.feed(page)
        self.close()
        return "".join(self._parts)

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        if self._left_out:
            self._depth += tag == self._left_out
            return
        given = dict(attrs)
        if KEPT not in given and self._is_left_out(tag, given):
            if tag not in VOID:
                self._left_out, self._depth = tag, 1
            self._parts.append(self._in_place_of(tag, given))
            return
        self._parts.append(self._tag(tag, attrs))
        if tag == "body":
            self._parts.append(self._banner)

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        if not self._left_out:
            self._parts.append(self._tag(tag, attrs, end="/"))

    def handle_endtag(self, tag: str) -> None:
        if self._left_out:
            self._depth -= tag == self._left_out
            if not self._depth:
                self._left_out = ""
            return
        if tag == "body" and self._used_marks:
            self._parts.append(self._marks(self._used_marks))
        self._parts.append(f"</{tag}>")

    def _is_left_out(self, tag: str, given: dict[str, str | None]) -> bool:
        return (
            tag in CONTROLS
            or tag in ("form", "input")
            or given.get("role") == "search"
            or (tag == "script" and "src" in given)
            or (tag == "link" and given.get("rel") == "manifest")
        )

    def _in_place_of(self, tag: str, given: dict[str, str | None]) -> str:
        if given.get("role") == "search":
            return format_html(
                '<p class="{}"><a href="{}">{}</a></p>',
                given.get("class") or "", self._search, gettext("Search this copy"),
            )  # fmt: skip
        if tag == "form":
            return format_html(
                '<p>{} <a href="{}"><bdi>{}</bdi></a></p>',
                gettext("This copy has no forms. Use this one on the live site:"),
                self._live, urlsplit(self._live).netloc,
            )  # fmt: skip
        return ""

    def _tag(self, tag: str, attrs: Attributes, *, end: str = "") -> str:
        changed = [(name, self._changed(tag, name, value)) for name, value in attrs]
        if changed == attrs:
            return self.get_starttag_text() or ""
        written = "".join(
            f" {name}" if value is None else f' {name}="{escape(value)}"' for name, value in changed
        )
        return f"<{tag}{written}{end}>"

    def _changed(self, tag: str, name: str, value: str | None) -> str | None:
        if name not in ADDRESSES or not value:
            return value
        if tag == "use" and not value.startswith("#"):
            mark = value.rpartition("#")[2]
            self._used_marks.add(mark)
            return f"#mark-{mark}"
        return self._link(value)

    # What is copied as it is --------------------------------------------------------------

    def _copy(self, text: str) -> None:
        if not self._left_out:
            self._parts.append(text)

    def handle_data(self, data: str) -> None:
        self._copy(data)

    def handle_entityref(self, name: str) -> None:
        self._copy(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._copy(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        self._copy(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self._copy(f"<!{decl}>")
