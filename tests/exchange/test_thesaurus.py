import json

import pytest
from django.core.management import CommandError, call_command

from practices.core import catalogue_version
from practices.exchange.thesaurus import Loaded, load_thesaurus
from practices.models import Concept

pytestmark = pytest.mark.django_db


def item(slug, *, name=None, related=(), objectives=()):
    return {
        "slug": slug,
        "names": {"en": [name or slug]},
        "related": list(related),
        "objectives": list(objectives),
    }


def stored():
    """Return slug → (first English name, related slugs, objectives)."""
    return {
        concept.slug: (
            concept.names["en"][0],
            [other.slug for other in concept.related.all()],
            [objective.number for objective in concept.objectives.all()],
        )
        for concept in Concept.objects.all()
    }


def test_loading_adds_changes_and_removes_concepts():
    load_thesaurus([item("costs"), item("visas")])

    loaded = load_thesaurus([item("costs", name="prices"), item("money", related=["costs"], objectives=[20])])

    assert loaded == Loaded(added=1, changed=1, removed=1)
    assert stored() == {"costs": ("prices", ["money"], []), "money": ("money", ["costs"], [20])}


def test_loading_leaves_alone_what_staff_have_edited_or_added():
    load_thesaurus([item("costs"), item("money", related=["costs"])])
    Concept.objects.filter(slug="costs").update(names={"en": ["ours"]}, is_edited=True)
    Concept.objects.get(slug="costs").related.clear()
    Concept.objects.create(slug="added", names={"en": ["added"]}, is_edited=True)

    load_thesaurus([item("costs", name="theirs"), item("money", related=["costs"])])

    assert stored() == {"added": ("added", [], []), "costs": ("ours", [], []), "money": ("money", [], [])}


def test_loading_the_same_again_changes_nothing():
    load_thesaurus([item("costs", objectives=[20])])
    version = catalogue_version.names_version()

    loaded = load_thesaurus([item("costs", objectives=[20])])

    assert (loaded, catalogue_version.names_version()) == (Loaded(), version)


def test_file_with_an_unknown_related_concept_is_refused_whole(tmp_path):
    file = tmp_path / "thesaurus.json"
    file.write_text(json.dumps([item("costs", related=["nowhere"])]), encoding="utf-8")

    with pytest.raises(CommandError, match="nowhere"):
        call_command("load_thesaurus", file)

    assert stored() == {}


def test_thesaurus_that_comes_with_the_catalogue_can_be_loaded():
    call_command("load_thesaurus", verbosity=0)

    assert Concept.objects.get(slug="remittances").name == "remittances"
