"""Words of Django and its packages that these have not translated into all of our languages. Our message files have them.

`tests/catalogue/test_package_words.py` asks every page of the admin which words are missing.
"""

from django.utils.translation import gettext_noop

gettext_noop("- Select an option -")
gettext_noop(
    "Are you sure you want to delete the %(object_name)s “%(escaped_object)s”? All of the following related items will "
    "be deleted:"
)
gettext_noop("Filter by %(field_name)s")
gettext_noop("No %s matches the given query.")
gettext_noop("Pagination %(name)s")
gettext_noop("Run")
gettext_noop("tags")
