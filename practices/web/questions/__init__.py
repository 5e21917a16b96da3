"""Questions of readers to those behind a practice: the form, and private pages."""
