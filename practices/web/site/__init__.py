"""Pages about the site, error pages, and addresses for crawlers, operators and developers."""
