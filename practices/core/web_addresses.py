"""Web addresses as people type and copy them: what they mean, and whether two of them lead to the same page."""

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit, urlunsplit

_TRACKING = re.compile(
    r"utm_\w+|mtm_\w+|pk_\w+|hsa_\w+"  # campaigns, by programs for statistics
    r"|(?:fb|g|d|tt|tw|ys|y|msclk|gclk)clid|msclkid|gclsrc|[gw]braid|igsh(?:id)?|li_fat_id|srsltid|epik"  # clicks
    r"|mc_[ce]id|mkt_tok|_hs(?:enc|mi)|__hs\w+|oly_(?:anon|enc)_id|vero_(?:conv|id)|wickedid|s_cid|wt\.mc_id"  # letters
    r"|_g[al]|_openstat",
    re.IGNORECASE,
)
"""Names of parameters that say how a reader came to a page, and nothing about the page."""
_IN_TEXT = re.compile(
    r"https?://[^\s<>\"'“”«»\u3000-\u3002\u3008-\u3011\uff01-\uff0f\uff1a-\uff20،؛؟۔।॥።፣፤]+", re.IGNORECASE
)
"""A whole web address, perhaps with the punctuation of its sentence. Other schemes and `www.` alone stay text."""
_NUMBERED = re.compile(r"[?&](?:page|paged|pg|offset|start)=\d+(?:&|$)|/page/\d+$", re.IGNORECASE)
"""Parameters, and the end of a path, that number the pages of a list."""
_DIRECTIVE = re.compile(r":~:.*", re.DOTALL)
"""Words to scroll to, which browsers add to the fragment of addresses that they copy."""

_DOI = re.compile(
    r"(?:(?:https?://)?(?:dx\.|www\.)?doi\.org/)?(?:doi[:\s]\s*)?(10\.\d{4,9}/\S+)", re.IGNORECASE
)
"""Digital Object Identifier (ISO 26324): alone, with its prefix, or as an address."""
_OUTSIDE_OF_DOI = str.maketrans({"<": "%3C", ">": "%3E", '"': "%22", "#": "%23", "?": "%3F"})

_WRAPPED = re.compile(r"<(?:URL:)?(.+)>|\((.+)\)|\[(.+)\]|[\"“”„«‘'](.+)[\"“”»’']", re.IGNORECASE)
"""An address between brackets or quotation marks (RFC 3986, appendix C)."""
_SENTENCE_ENDS = ".,;:!?…’*}"
_BRACKETS = {")": "(", "]": "["}
_BEGINNING = re.compile(r"<?(?:https?://|www\.)|(?:doi[:\s]\s*)?10\.\d{4,9}/", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s+|[,;|]\s*(?=<?(?:https?://|www\.))", re.IGNORECASE)
_LOOKS_LIKE_ONE = re.compile(r"<?(?:https?://|www\.|(?:[\w-]+\.)+[^\W\d_]{2,}(?:/|$))", re.IGNORECASE)


def clean_address(typed: str) -> str:
    """Return the address that was meant by one line of text, which may still be none.

    Adds a missing scheme, turns a DOI into its address, and takes off brackets and quotation marks around it,
    punctuation behind it and what tells where a reader came from. Idempotent.
    """
    address = without_sentence_end(typed.strip())
    while wrapped := _WRAPPED.fullmatch(address):
        address = without_sentence_end(next(filter(None, wrapped.groups())).strip())
    if doi := _DOI.fullmatch(address):
        return "https://doi.org/" + doi[1].translate(_OUTSIDE_OF_DOI)
    if not address or re.search(r"\s", address):
        return address
    scheme, separator, rest = address.partition("://")
    if separator:
        address = f"{scheme.lower()}://{rest}"
    elif ":" not in address.split("/")[0] and "@" not in address.split("/")[0]:
        address = f"https://{address}"
    return _without_tracking(address)


def starts_like_address(text: str) -> bool:
    """Return whether a text, which may also be a citation, begins as web addresses and DOIs do."""
    return bool(_BEGINNING.match(text))


def count_addresses(typed: str) -> int:
    """Return how many web addresses one line of text seems to contain."""
    return sum(bool(_LOOKS_LIKE_ONE.match(part)) for part in _SEPARATOR.split(typed))


def without_sentence_end(address: str) -> str:
    """Return an address without punctuation behind it, and without a bracket that was opened before it."""
    while address and (
        address[-1] in _SENTENCE_ENDS
        or (address[-1] in _BRACKETS and address.count(address[-1]) > address.count(_BRACKETS[address[-1]]))
    ):
        address = address[:-1]
    return address


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """Yield the pieces of a text, each with the web address that it is; empty for the words between them."""
    end = 0
    for match in _IN_TEXT.finditer(text):
        address = without_sentence_end(match[0])
        if not address.endswith("/") or address.count("/") > 2:  # "https://" has no host
            yield text[end : match.start()], ""
            yield address, address
            end = match.start() + len(address)
    yield text[end:], ""


def page_key(address: str) -> str:
    """Return a key that addresses of the same page share; empty for what is no address with a host.

    They may differ in scheme, “www.”, case of the host, a trailing slash, escapes, fragments of the page and in what
    tells where a reader came from. Programs in a browser put pages into fragments that begin with “/” or “!”.
    """
    try:
        parts = urlsplit(_without_tracking(address))
        host, port = (parts.hostname or "").removeprefix("www."), parts.port
    except ValueError:
        return ""
    if not host:
        return ""
    path, query = (_unescaped(part) for part in (parts.path.rstrip("/"), parts.query))
    if host in ("doi.org", "dx.doi.org"):
        host, path = "doi.org", path.casefold()
    return "".join(
        [
            host,
            f":{port}" if port not in (None, 80, 443) else "",
            path,
            f"?{query}" if query else "",
            f"#{parts.fragment}" if parts.fragment.startswith(("/", "!")) else "",
        ]
    )


def is_numbered_page(key: str) -> bool:
    """Return whether a page, by its key, is one of several that a long list is spread over: “…/practices?page=7”."""
    return bool(_NUMBERED.search(key))


def _without_tracking(address: str) -> str:
    """Return an address without what tells where a reader came from; unchanged if there is nothing of the kind."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    query = "&".join(
        part for part in parts.query.split("&") if not _TRACKING.fullmatch(part.partition("=")[0])
    )
    fragment = _DIRECTIVE.sub("", parts.fragment)
    if (query, fragment) == (parts.query, parts.fragment):
        return address
    return urlunsplit(parts._replace(query=query, fragment=fragment))


def _unescaped(part: str) -> str:
    return unicodedata.normalize("NFC", unquote(part))
