"""Tools of views: guards, caching, public forms, files."""
