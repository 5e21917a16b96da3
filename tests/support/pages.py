"""Parser of responses: elements, text, links and forms."""

from html.parser import HTMLParser

BLOCKS = {
    "blockquote", "dd", "div", "dl", "dt", "fieldset", "h1", "h2", "h3", "legend", "li", "ol", "p", "section",
    "td", "ul",
}  # fmt: skip
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Element:
    def __init__(self, tag, attributes, parent=None):
        self.tag, self.attributes, self.parent, self.children = tag, attributes, parent, []

    def __getitem__(self, attribute):
        return self.attributes[attribute]

    def get(self, attribute, default=None):
        return self.attributes.get(attribute, default)

    @property
    def classes(self):
        return (self.get("class") or "").split()

    @property
    def raw(self):
        """All text within, unchanged, with blocks separated."""
        edge = " " if self.tag in BLOCKS else ""
        return (
            edge + "".join(child if isinstance(child, str) else child.raw for child in self.children) + edge
        )

    @property
    def text(self):
        """All text within, with white space collapsed. A hyphen at which no line breaks is a hyphen."""
        return " ".join(self.raw.split()).replace("\u2011", "-")

    def inside(self):
        """Yield every element within, in document order."""
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.inside()

    def all(self, tag=None, class_=None, **attributes):
        """Return the elements within that have this tag, class and attributes."""
        return [
            element
            for element in self.inside()
            if (tag is None or element.tag == tag)
            and (class_ is None or class_ in element.classes)
            and all(element.get(name) == value for name, value in attributes.items())
        ]

    def one(self, tag=None, class_=None, **attributes):
        """Return the only such element. Fails if there is none or more than one."""
        [element] = self.all(tag, class_, **attributes)
        return element

    def texts(self, tag=None, class_=None, **attributes):
        return [element.text for element in self.all(tag, class_, **attributes)]

    def links(self):
        """Return (text, address) of every link within."""
        return [(link.text, link["href"]) for link in self.all("a")]


class _Reader(HTMLParser):
    """Parser that fails on elements that are not closed or nested correctly."""

    def __init__(self):
        super().__init__()
        self.root = Element("", {})
        self.open = [self.root]

    def handle_starttag(self, tag, attributes):
        element = Element(tag, {name: value or "" for name, value in attributes}, self.open[-1])
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag, attributes):
        self.open[-1].children.append(Element(tag, dict(attributes), self.open[-1]))

    def handle_endtag(self, tag):
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data):
        self.open[-1].children.append(data)


def read(response):
    """Parse the page in `response`."""
    return read_html(response.text)


def read_html(text):
    """Parse a page, or a part of one."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == [reader.root], f"<{reader.open[-1].tag}> is never closed"
    return reader.root


def main_forms(page):
    """Return the forms of the main part of a page that send something, without those beside the text."""
    main = page.one("main")
    beside = [form for aside in main.all("aside") for form in aside.all("form")]
    return [form for form in main.all("form", method="post") if form not in beside]


def sent_by(form):
    """Return {name: values} that a browser sends for `form` when its first button is pressed."""
    values = {}
    for control in form.inside():
        name = control.get("name")
        match control.tag, control.get("type"):
            case _ if not name:
                continue
            case "input", "checkbox" | "radio":
                found = [control.get("value", "on")] if "checked" in control.attributes else []
            case "input", _:
                found = [control.get("value", "")]
            case "textarea", _:
                found = [control.raw.removeprefix("\n")]
            case "select", _:
                chosen = [option for option in control.all("option") if "selected" in option.attributes]
                found = [option["value"] for option in chosen or control.all("option")[:1]]
            case _:
                continue
        values.setdefault(name, []).extend(found)
    return values
