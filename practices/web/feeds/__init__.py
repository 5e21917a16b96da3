"""Atom, RSS and JSON Feed of every view of the catalogue (RFC 4287, RSS 2.0, JSON Feed 1.1; archives by RFC 5005)."""
