"""Rows that tests start from, made once for those tests that follow each other instead of once for each.

A module names the fixture, or the parameter, that stands for them and what makes them:

    pytestmark = [pytest.mark.django_db, pytest.mark.shared_rows(practices=make_three_that_differ)]

    @pytest.fixture
    def practices(db):
        pass

They are made in a transaction around those of the tests, and are gone before a test that does not ask for them.
"""

from contextlib import ExitStack

from django.db import transaction


class SharedRows:
    def __init__(self):
        self.made_by = None
        self.around = ExitStack()

    def have(self, make):
        """Let the database hold what `make` makes, and nothing that something else has made."""
        if make is not None and make is self.made_by:
            return
        self.around.close()
        self.made_by = None
        if make is not None:
            self.around.enter_context(transaction.atomic())
            self.around.callback(transaction.set_rollback, True)
            make()
            self.made_by = make


def wanted(request):
    """What makes the rows that a test starts from; None if it shares none."""
    found = [
        make
        for marker in request.node.iter_markers("shared_rows")
        for name, make in marker.kwargs.items()
        if name in request.fixturenames
    ]
    [make] = found or [None]
    return make
