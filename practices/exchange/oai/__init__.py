"""Harvesting by OAI-PMH 2.0 (https://www.openarchives.org/OAI/openarchivesprotocol.html) at /oai.

`arguments` reads what a harvester asks, `records` finds it, `formats` writes a practice as metadata, `responses` writes
the answer, and `views` joins them. A list walks practices by their keys, so that each comes exactly once while others
are published and withdrawn, and a resumption token holds all that a list needs, so that it outlives a restart.
"""
