class UnreadableFile(Exception):
    """The file as a whole cannot be read; the message says why."""
