"""Network addresses as proxies write them."""

import re
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

type Address = IPv4Address | IPv6Address

_BRACKETED = re.compile(r"\[(.+)\](?::\d*)?")
_WITH_PORT = re.compile(r"([^:]+):\d*")
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052 §2.1


def parse_address(text: str) -> Address | None:
    """Return the address in `text`, or None where it is none: empty, “unknown” or “_hidden” (RFC 7239 §6), junk.

    Takes `203.0.113.9:51234` and `[2001:db8::1]:443`, as some proxies write them, without the port. Zone ids such as
    `%eth0` are left out. An IPv4 address in an IPv6 one, whether mapped or translated by NAT64, becomes the former.
    """
    text = text.strip().strip('"')
    if match := _BRACKETED.fullmatch(text) or _WITH_PORT.fullmatch(text):
        text = match[1]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if address.version == 6:
        if address.ipv4_mapped:
            address = address.ipv4_mapped
        elif address in _NAT64:
            address = IPv4Address(int(address) & 0xFFFF_FFFF)
    return None if address.is_unspecified else address
