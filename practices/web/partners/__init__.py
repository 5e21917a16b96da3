"""Pages for partner sites: embedding and oEmbed."""
