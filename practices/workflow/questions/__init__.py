"""Questions of readers to those behind a practice, and their answers. `steps` has the table of steps."""
