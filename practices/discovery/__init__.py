"""Finding practices: facets, filters, results, search, likeness, statistics."""
