"""About, privacy, errors, sitemap, operations and development pages."""
