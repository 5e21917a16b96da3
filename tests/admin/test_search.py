"""Search in the lists of the admin, which reads words as the public search does."""

import pytest

from practices.choices import State
from tests.support.factories import make_practice, make_submission, make_submitter

pytestmark = pytest.mark.django_db


@pytest.fixture
def found(admin_client):
    """Return a function that returns the number of rows that a list has for a search."""

    def count(page, typed):
        response = admin_client.get(f"/admin/practices/{page}/", {"q": typed})
        assert response.status_code == 200
        return response.context["cl"].result_count

    return count


TYPED = ["ecole", "École d'été", "ete ECOLE", '"ecole d’ete"', "écoles"]


@pytest.mark.parametrize("withdrawn", [False, True])
def test_practice_is_found_in_any_spelling(found, withdrawn):
    make_practice(title="École d’été", language="fr", withdrawn=withdrawn)
    make_practice(title="Elsewhere")

    assert [found("practice", typed) for typed in TYPED] == [1] * len(TYPED)


def test_submission_is_found_in_any_spelling(found):
    jose = make_submitter(name="José Saadé", email="jose@example.org")
    make_submission(State.SUBMITTED, title="École d’été", submitter=jose)
    make_submission(State.SUBMITTED, title="Elsewhere", submitter=make_submitter(email="other@example.org"))

    typed = [*TYPED, "saade", "Jose@example.org"]

    assert [found("submission", each) for each in typed] == [1] * len(typed)


def test_published_practice_is_found_by_what_the_public_search_knows(found):
    make_practice(title="Labour desks", countries=["CI"])
    make_practice(title="Elsewhere", countries=["FR"])

    assert (found("practice", "labor"), found("practice", "Ivory Coast")) == (1, 1)


@pytest.mark.parametrize("page", ["practice", "submission"])
def test_any_text_can_be_searched_for(found, page):
    typed = ["²", '"', '"" \'', "\\", "[", "(?", "a" * 5_000, "qé " * 500]

    assert [found(page, each) for each in typed] == [0] * len(typed)
