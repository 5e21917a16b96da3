"""Writing XML element by element."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import StringIO
from xml.sax.xmlreader import AttributesImpl

from django.utils.xmlutils import SimplerXMLGenerator

XSI = "http://www.w3.org/2001/XMLSchema-instance"


class Xml(SimplerXMLGenerator):
    """A document in the making; `text` holds what has been written."""

    def __init__(self) -> None:
        self.text = StringIO()
        super().__init__(self.text, "utf-8")

    @contextmanager
    def element(self, name: str, attributes: Mapping[str, str] | None = None) -> Iterator[None]:
        """Write an element around what is written within."""
        self.startElement(name, AttributesImpl(dict(attributes or {})))
        yield
        self.endElement(name)
