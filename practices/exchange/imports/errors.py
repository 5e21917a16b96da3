"""Errors of files that cannot be read."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext


class UnreadableFile(Exception):
    """The file cannot be read; the message says why."""


@contextmanager
def reading() -> Iterator[None]:
    """Turn what goes wrong while a file of JSON is read into UnreadableFile."""
    try:
        yield
    except OSError as error:
        raise UnreadableFile(
            gettext("the file cannot be opened: %(why)s") % {"why": error.strerror}
        ) from error
    except UnicodeDecodeError as error:
        raise UnreadableFile(gettext("the file is not UTF-8 text")) from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, lists thousands deep
        raise UnreadableFile(
            gettext("the file contains JSON that is too large or too deeply nested: %(why)s") % {"why": error}
        ) from error
