class UnreadableFile(Exception):
    """The file cannot be read; the message says why."""
