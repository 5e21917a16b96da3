import pytest

from practices.discovery import thesaurus
from practices.discovery.thesaurus import Mention
from tests.support.thesaurus import make_concept

pytestmark = pytest.mark.django_db


def test_concept_is_mentioned_by_any_of_its_names_in_any_form():
    make_concept("remittances", en=["remittances"], es=["envíos de dinero"], ru=["денежные переводы"])

    mentions = [
        thesaurus.concepts_in(text.split())
        for text in ["Remittance costs", "los envíos de dinero", "переводы"]
    ]

    assert mentions == [[Mention("remittances", 0, 1)], [Mention("remittances", 1, 4)], []]


def test_longest_name_is_mentioned_and_none_inside_it():
    make_concept("trafficking", en=["trafficking"])
    make_concept("child-trafficking", en=["child trafficking", "trafficking in children"])

    mentions = thesaurus.concepts_in(["trafficking", "in", "children", "and", "trafficking"])

    assert mentions == [Mention("child-trafficking", 0, 3), Mention("trafficking", 4, 5)]


def test_name_of_two_concepts_mentions_both():
    make_concept("irregular", en=["undocumented"])
    make_concept("stateless", en=["undocumented"])

    assert [each.concept for each in thesaurus.concepts_in(["undocumented"])] == ["irregular", "stateless"]


def test_name_as_it_is_written_goes_before_one_of_the_same_stem():
    make_concept("migrants", en=["illegal immigrants"])
    make_concept("migration", en=["illegal immigration"])

    mentions = [
        [each.concept for each in thesaurus.concepts_in(text.split())]
        for text in ["illegal immigrants", "illegal immigration", "illegally immigrate"]
    ]

    assert mentions == [["migrants"], ["migration"], ["migrants", "migration"]]


def test_name_of_one_word_is_not_mentioned_by_others_that_share_its_stem():
    make_concept("nationality", en=["nationality"], fr=["nationalité"], es=["nacionalidad"])

    mentions = [
        bool(thesaurus.concepts_in([word])) for word in ["nationalities", "nacionalidades", "national"]
    ]

    assert (mentions, ("en~nation",) in thesaurus.phrases("nationality")) == ([True, True, False], False)


def test_abbreviation_is_mentioned_as_a_whole_word_only():
    make_concept("aids", en=["HIV", "AIDS"])

    mentions = [thesaurus.concepts_in([word]) for word in ["aids", "AIDS", "aid", "HIVs", "aiding"]]

    assert [bool(each) for each in mentions] == [True, True, False, True, False]


def test_abbreviation_of_two_letters_is_mentioned_in_capitals_only():
    make_concept("particulate-matter", en=["particulate matter", "PM"])

    mentions = [bool(thesaurus.concepts_in([word])) for word in ["PM", "pm"]]

    assert (mentions, thesaurus.phrases("particulate-matter")) == (
        [True, False],
        (("particulate", "matter"), ("en~particul", "en~matter")),
    )


def test_abbreviation_of_two_concepts_means_neither():
    make_concept("recognition", en=["RPL"])
    make_concept("another", en=["RPL"])

    assert thesaurus.concepts_in(["RPL"]) == []


def test_words_of_a_script_without_spaces_are_mentioned_sign_by_sign():
    make_concept("remittances", zh=["汇款"])

    assert thesaurus.concepts_in(["移", "民", "汇", "款"]) == [Mention("remittances", 2, 4)]


def test_word_of_the_same_stem_mentions_nothing():
    make_concept("transport", en=["train"])

    assert thesaurus.concepts_in(["training"]) == []
    assert thesaurus.concepts_in(["Trains"]) == [Mention("transport", 0, 1)]


def test_part_of_a_hyphenated_word_mentions_nothing():
    make_concept("labour", en=["labour"])

    assert thesaurus.concepts_in(["labour-intensive"]) == []


def test_phrases_contain_no_longer_name_with_another_in_it():
    make_concept("remittances", en=["remittances", "migrant remittances"], ar=["التحويلات"])

    assert thesaurus.phrases("remittances") == (
        ("ar~تحويل",),
        ("التحويلات",),
        ("remittance",),
        ("remittances",),
    )


def test_hidden_concept_is_not_mentioned():
    make_concept("remittances", en=["remittances"], is_hidden=True)

    assert (thesaurus.concepts_in(["remittances"]), thesaurus.names("remittances")) == ([], {})


def test_concept_is_named_by_a_whole_text_only():
    make_concept("remittances", en=["remittances", "money transfers"])

    named = [thesaurus.concept_named(text) for text in ["Money transfers", "costs of money transfers", ""]]

    assert named == ["remittances", None, None]


def test_mentions_cost_only_the_query_of_the_version_once_they_are_compiled(django_assert_num_queries):
    make_concept("remittances", en=["remittances"])
    thesaurus.concepts_in(["remittances"])

    with django_assert_num_queries(1):
        thesaurus.concepts_in(["cheap", "remittances", "and", "pensions"])


def test_edit_of_a_concept_compiles_no_other_anew(monkeypatch):
    compiled, compile_name = [], thesaurus._name
    monkeypatch.setattr(
        thesaurus, "_name", lambda *args: compiled.append(args[1]) or compile_name(*args)
    )  # args: the concept, the name, its words and language
    make_concept("pensions", en=["pensions of Utopia"])
    thesaurus.concepts_in(["pensions"])

    make_concept("visas", en=["visas for Utopia"])
    mentions = thesaurus.concepts_in(["visas", "for", "Utopia"])

    assert (compiled, mentions) == (["pensions of Utopia", "visas for Utopia"], [Mention("visas", 0, 3)])
