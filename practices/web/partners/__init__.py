"""Embedding and oEmbed."""
