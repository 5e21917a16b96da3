"""Tools every room may use: the catalogue's version, limits, tokens, titles, HTTP."""
