import pytest

from practices.exchange.api.examples import Example
from practices.exchange.api.openapi import description
from tests.support.factories import make_practice

pytestmark = pytest.mark.django_db


def test_page_shows_the_answers_of_its_examples(client):
    make_practice(objectives=[21], title="Return counselling")

    page = client.get("/api/").content.decode()

    assert "&quot;title&quot;: &quot;Return counselling&quot;" in page


def test_example_about_an_objective_that_is_not_loaded_has_no_answer():
    example = Example("practice-list", "objective=99", "Practices of objective 99")

    assert example.answer == ""


def test_page_explains_each_parameter_that_it_lists(client):
    page = client.get("/api/").content.decode()

    assert "<dd></dd>" not in page


def test_topics_of_the_api_are_concepts_and_tags_are_tags():
    parameters = description()["paths"]["/api/v1/practices/"]["get"]["parameters"]

    [tag] = [each["description"] for each in parameters if each["name"] == "tag"]

    assert tag.startswith("Tag; ")


def test_page_shows_no_backticks(client):
    assert "`" not in client.get("/api/").text
