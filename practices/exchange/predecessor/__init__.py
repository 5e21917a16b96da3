"""Moving in: practices of a predecessor that ran on Drupal, from files that its operators or anyone can save."""

from practices.exchange.predecessor.addresses import keep_addresses
from practices.exchange.predecessor.entries import Entry, items
from practices.exchange.predecessor.files import doubles, read

__all__ = ["Entry", "doubles", "items", "keep_addresses", "read"]
