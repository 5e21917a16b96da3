"""Full-text search, with the same results on both databases."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import translation

from practices import workflow
from practices.discovery import search
from practices.discovery.search import Highlighter
from practices.models import Objective, Practice
from tests.support.factories import NOW, document, make_practice
from tests.support.thesaurus import make_concept

pytestmark = pytest.mark.django_db


def found(text, **options):
    """Return the titles of the practices that have all words, most relevant first."""
    ranking = search.rank(search.plan(tuple(search.interpret(text)), is_ranked=False), **options)
    assert ranking.total == ranking.all_words == len(ranking.hits)
    return titles_of(ranking)


def listed(text):
    """Return (title, words it lacks) of the practices on the page of results, best first."""
    ranking = search.rank(search.plan(tuple(search.interpret(text)), is_ranked=True))
    return list(zip(titles_of(ranking), [hit.missing for hit in ranking.hits], strict=True))


def titles_of(ranking):
    practices = Practice.objects.in_bulk([hit.practice for hit in ranking.hits])
    return [practices[hit.practice].title for hit in ranking.hits]


@pytest.mark.parametrize("text", ["practices on pensions", "practicas pensions", "pratiques pensions"])
def test_word_for_practice_need_not_occur(text):
    make_practice(title="Pensions")

    assert listed(text) == [("Pensions", ())]


@pytest.mark.parametrize(
    "text",
    ["", "   ", "%", "_", "' \" \\", "* ( ) ^ : -", "...", "-", "<->", '""', "-desks", '-"of pensions"'],
)
def test_text_without_wanted_words_has_no_terms(text):
    assert search.interpret(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "AND OR NOT NEAR",
        "title:ports",
        "{title} : ports",
        "ports' OR 1=1 --",
        "NEAR(a b, 2)",
        "p:*A",
    ],
)
def test_operators_of_the_databases_are_words(text):
    make_practice(title="Ports")

    assert found(text) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "Remittances for all"),
        ("summary", "It makes remittances cheap."),
        ("area", "Remittances Valley"),
        ("credit", "Remittances Institute"),
        ("context", "Remittances were dear."),
        ("activities", "Remittances are compared."),
        ("results", "Remittances became cheap."),
        ("lessons", "Remittances take time."),
        ("tags", ["remittances"]),
        ("implementers", ["Remittances Bank"]),
    ],
)
def test_word_is_found_in(field, value):
    make_practice(title="Elsewhere")
    practice = make_practice(**{"title": "Here", field: value})

    assert found("remittances") == [practice.title]


@pytest.mark.parametrize("place", ["philippines", "south-eastern asia", "asia"])
def test_place_is_found_by_its_names(place):
    make_practice(title="Here", countries=["PH"])
    make_practice(title="Elsewhere", countries=["FR"])

    assert found(place) == ["Here"]


@pytest.mark.parametrize(
    ("language", "says", "typed"),
    [
        ("en", "Workers insure cargo", "insuring"),
        ("en", "Insuring workers", "insures"),
        ("fr", "La réintégration des travailleurs", "reintegrations travailleur"),
        ("es", "Oficinas para trabajadores migrantes", "oficina trabajador"),
        ("en", "Mr. Camille Saadé", "saade"),
        ("en", "Mr. Camille Saade", "Saadé"),
        ("en", "Navigation by seafarers", "navigat…"),
        ("en", "Navigation by seafarers", "navigat*"),
        ("en", "Reintegration of the seafarers", "a reintegration for seafarers"),
        ("en", "Pre-departure orientation", "pre departure"),
        ("en", "Predeparture orientation", "pre-departure"),
        ("en", "Pre departure orientations", "pre-departure orientation"),
        ("en", "Guidance from WHO", "WHO"),
        ("en", "The city’s women's desk", "women city"),
        ("de", "Straßenbahn für alle", "strassenbahn"),
        ("pl", "Łódź", "lodz"),
        ("ar", "مكاتب التقاعد", "التقاعد"),
        ("ru", "Возвращение домой", "возвращение"),
        ("zh-hans", "移民工人的养老金", "养老金"),
        ("vi", "Người lao động", "nguoi lao dong"),
        ("fr", "Population intégrée", "intégrer"),
        ("fr", "L’intégration d’accueil", "intégration accueil"),
        ("fr", "Intégration", "l'intégration"),
        ("ru", "Международный день", "международная"),
        ("ar", "تحويلات المغتربين", "التحويلات"),
        ("fa", "مهاجرت کارگری", "كارگري"),
        ("uk", "Зв’язок", "зв'язок"),
        ("en", "Asylum seeker", "asylumseekers"),
        ("en", "Asylumseeker", "asylum-seeker"),
        ("en", "H-2A visas", "H2A visa"),
        ("en", "H2A visas", "H-2A"),
        ("en", "COVID-19", "covid19"),
        ("en", "COVID 19", "covid-19"),
        ("en", "eMigrate", "e-migrate"),
        ("en", "The U.N. and the U.S.A.", "UN USA"),
        ("en", "Labour organisation programme", "labor organization program"),
        ("ko", "이주노동자의 권리", "노동자"),
        ("ko", "이주 노동자", "이주노동자"),
        ("th", "แรงงานข้ามชาติ", "ข้ามชาติ"),
        ("km", "ពលករចំណាកស្រុក", "ចំណាក"),
    ],
)
def test_word_is_found_in_any_form(language, says, typed):
    make_practice(title="Elsewhere", summary="Nothing of the kind.", objectives=[1])
    make_practice(title=says, summary="Here.", language=language)

    assert found(typed) == [says]


@pytest.mark.parametrize(
    ("language", "says", "typed"),
    [
        ("de", "Insuring", "insures"),
        ("en", "养金老", "养老金"),
        ("en", "Valletta", "Valetta"),
        ("en", "Reintegration", "reinteg"),
        ("en", "Nigeria", "Niger"),
        ("en", "Departure before dawn, pre", "pre-departure"),
        ("en", "Portugal", "port"),
    ],
)
def test_word_is_not_found_in(language, says, typed):
    make_practice(title="Port", summary="Here.")
    make_practice(title=says, summary="Here.", language=language)

    assert says not in found(typed)


@pytest.mark.parametrize(
    ("typed", "titles"),
    [
        ("pension desks", ["Pension desks", "Desks for a pension"]),
        ('"pension desks"', ["Pension desks"]),
        ("“desks for a pension”", ["Desks for a pension"]),
        ("desks -pension", ["Desks"]),
        ('desks -"a pension"', ["Desks", "Pension desks"]),
        ("desk-for-a-pension", ["Desks for a pension"]),
        ("desks-for-a", ["Desks for a pension"]),
        ("+desks for +a", ["Desks for a pension"]),
        ('"desks', ["Desks", "Pension desks", "Desks for a pension"]),
    ],
)
def test_phrases_and_exclusions(typed, titles):
    for day, title in enumerate(["Desks for a pension", "Pension desks", "Desks"]):
        make_practice(title=title, summary="Here.", now=NOW + timedelta(days=day))

    assert sorted(found(typed)) == sorted(titles)


def test_phrase_does_not_match_across_texts():
    make_practice(title="Pension", summary="Desks.", context="Ports", activities="And harbours.")

    assert (found('"pension desks"'), found('"ports and"')) == ([], [])


def test_every_word_must_occur_in_some_field():
    make_practice(title="Pension desks", area="Manila", tags=["ports"])
    make_practice(title="Pension desks, too", area="Batumi")

    assert found("manila pension ports") == ["Pension desks"]


def test_title_ranks_before_summary_before_long_texts():
    make_practice(title="By text", context="Harbours.")
    make_practice(title="By summary", summary="In harbours.")
    make_practice(title="Harbours", summary="Here.")

    assert found("harbour") == ["Harbours", "By summary", "By text"]


def test_pasted_title_finds_its_practice():
    title = (
        "“Return, with dignity” – a scheme for the women’s co-operatives (2018–2021), " + "and so forth " * 13
    )
    make_practice(title=f"{title.strip()}!")
    make_practice(title="Elsewhere")

    assert found(title) == [f"{title.strip()}!"]


def test_practices_with_most_words_follow_and_say_what_they_lack():
    make_practice(title="Visas by lottery for seasonal workers", summary="Here.")
    make_practice(title="Visas by lottery for seasonal Seafarers", summary="Here.")
    make_practice(title="Seasonal work", summary="Here.")

    assert listed("Seafarers, seasonal visas by lottery") == [
        ("Visas by lottery for seasonal Seafarers", ()),
        ("Visas by lottery for seasonal workers", ("Seafarers",)),
    ]


def test_absent_topic_finds_nothing():
    make_practice(title="Training of fishers", summary="Here.")

    assert listed("training of astronauts") == []


def test_sentence_is_found_by_few_of_its_words():
    make_practice(title="Rides to the coast", summary="Here.")
    make_practice(title="Dinners, gardens and ladders", summary="Lakes, kettles.")

    assert [
        title for title, _missing in listed("rides with dinners, gardens, ladders and kettles by lakes")
    ] == ["Dinners, gardens and ladders"]
    assert "Rides to the coast" in [
        title for title, _missing in listed("rides for gardeners with ladders to lakes")
    ]


def test_unknown_words_beside_a_concept_and_another_subject_hide_nothing():
    make_concept("ships-flags", en=["flags of convenience"])
    make_practice(title="Flags of convenience in harbours", summary="Here.")

    assert [title for title, _missing in listed("rusty flags of convenience in faraway harbours")] == [
        "Flags of convenience in harbours"
    ]
    assert listed("rusty flags of faraway pirates") == []


def test_letter_before_a_word_is_read_with_it():
    make_practice(title="Migrate well", summary="Here.")
    make_practice(title="eMigrate", summary="Here.")
    make_practice(title="How to migrate", summary="We migrate.")

    assert listed("e migrate")[0] == ("eMigrate", ())


@pytest.mark.parametrize("typed", ["какой маяк", "هو على منارة", "contre phare", "toward a lighthouse"])
def test_stop_words_need_not_occur(typed):
    make_practice(title="Маяк, منارة, phare, lighthouse", summary="Here.")

    assert found(typed) == ["Маяк, منارة, phare, lighthouse"]


def test_city_with_the_same_name_in_english_is_no_word_of_another_language():
    make_practice(title="Walks in Paris", summary="Here.")
    make_practice(title="Elsewhere", summary="Nowhere.")

    assert listed("hotel booking in Paris") == []


@pytest.mark.parametrize("typed", ["cat", "roman"])
def test_word_is_not_read_as_the_stem_of_a_city(typed):
    make_practice(title="Elsewhere", area="Rome", summary="A fair in Qatar.")

    assert listed(typed) == []


@pytest.mark.parametrize(
    "typed", ['visas lottery "in Manila"', "visas lottery +Manila", "visas lottery -visa"]
)
def test_signs_stay_strict_on_the_page_of_results(typed):
    make_practice(title="Lottery of visas", summary="Here.")

    assert listed(typed) == []


def test_unknown_word_is_replaced_on_the_page_of_results_only():
    make_practice(title="A desk in Valletta", summary="Here.")

    plan = search.plan(tuple(search.interpret("desk valetta")), is_ranked=True)

    assert (found("desk valetta"), titles_of(search.rank(plan))) == ([], ["A desk in Valletta"])
    assert plan.corrections == (("valetta", ("valletta",)),)


@pytest.mark.parametrize(
    "typed", ["flag-of-convenience ships", "pavillons de complaisance", "方便旗", "关于方便旗"]
)
def test_concept_is_found_by_its_other_names(typed):
    names = {
        "en": ["flag-of-convenience ships", "FOC"],
        "fr": ["pavillons de complaisance"],
        "zh": ["方便旗"],
    }
    make_concept("flags", **names)
    make_practice(title="Le pavillon de complaisance", language="fr", summary="Ici.", activities="关于")
    make_practice(title="A flag of some convenience", summary="Here.")

    assert found(typed) == ["Le pavillon de complaisance"]


@pytest.mark.parametrize(
    "typed", ["objective 21", "GCM 21", "sustainable reintegration", "georgia", "western asia"]
)
def test_practice_is_found_by_the_names_of_what_it_is_filed_under(typed):
    make_practice(title="Here", objectives=[21], countries=["GE"], summary="In spring.")
    make_practice(title="Elsewhere", objectives=[1], countries=["FR"], summary="In 21 places.")

    assert found(typed) == ["Here"]


def test_search_uses_the_latest_revision():
    practice = make_practice(title="Ports", summary="Here.", tags=["harbour"])
    workflow.publish_document(document(title="Quays", summary="Here."), to=practice)

    assert (found('"ports"'), found('"harbour"'), found("quays")) == ([], [], ["Quays"])


def test_withdrawn_practice_is_not_found_until_it_is_restored(moderator):
    practice = make_practice(title="Ports", withdrawn=True)
    withdrawn = found("ports")

    workflow.restore_practice(practice, by=moderator)

    assert (withdrawn, found("ports")) == ([], ["Ports"])


@pytest.mark.parametrize("order", ["newest", "oldest", "title", "relevance"])
def test_hits_are_in_the_requested_order(order):
    for day, title in enumerate(["B ports", "É ports", "A ports"]):
        make_practice(title=title, summary="Here.", now=NOW + timedelta(days=day))

    orders = {
        "newest": ["A ports", "É ports", "B ports"],
        "oldest": ["B ports", "É ports", "A ports"],
        "title": ["A ports", "B ports", "É ports"],
        "relevance": ["A ports", "É ports", "B ports"],
    }
    assert found("ports", order=order) == orders[order]


def test_results_are_limited_but_counted_in_full():
    for number in range(3):
        make_practice(title=f"Ports {number}")

    ranking = search.rank(search.plan(tuple(search.interpret("ports")), is_ranked=True), limit=2)

    assert (len(ranking.hits), ranking.all_words, ranking.total) == (2, 3, 3)


def test_facet_keys_narrow_a_search():
    make_practice(title="Ports", countries=["PH"])
    make_practice(title="Ports, too", countries=["GE"])

    assert found("ports", facet_keys=[("country:ph", "country:fr"), ("objective:21",)]) == ["Ports"]


def test_filter_matching_keeps_the_order_of_the_queryset():
    make_practice(title="B ports")
    make_practice(title="A ports")

    in_order = search.filter_matching(Practice.objects.order_by("title"), search.interpret("ports"))

    assert [practice.title for practice in in_order] == ["A ports", "B ports"]


def test_single_practice_is_matched():
    practice = make_practice(title="Ports")

    assert [search.is_match(practice, search.interpret(text)) for text in ("port", "quay")] == [True, False]


@pytest.mark.parametrize("length", [10_000, 300_000])
def test_very_long_words_and_texts_are_indexed(length):
    make_practice(title="Ports", context="a" * 20_000, results="harbour " * 2_500)

    assert found(f"ports {'a' * length}") == ["Ports"]


def test_last_word_of_a_very_long_practice_is_found():
    make_practice(title="Ports", context="移民" * 10_000, results="Harbour")

    assert found("harbour") == ["Ports"]


@pytest.mark.parametrize("typed", ["移民 汇款", "мигрантам переводы", "migrantes remesas"])
def test_word_for_migrants_that_no_practice_has_leaves_the_others_to_be_found(typed):
    make_practice(title="汇款 переводы remesas")
    for number in range(3):
        make_practice(title=f"汇款 переводы remesas {number}")

    assert len(listed(typed)) == 4


# Highlighting -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "language", "text", "marked"),
    [
        ("return", "en", "Returns & Returning", "<mark>Returns</mark> &amp; <mark>Returning</mark>"),
        ("saade", "en", "<b>Saadé</b>", "&lt;b&gt;<mark>Saadé</mark>&lt;/b&gt;"),
        ("saade", "en", "Saade\u0301!", "<mark>Saade\u0301</mark>!"),
        ('"pension desks"', "en", "Pension desks, desks", "<mark>Pension</mark> <mark>desks</mark>, desks"),
        ("reint…", "en", "Reintegration", "<mark>Reintegration</mark>"),
        ("养老金", "zh-hans", "移民养老金", "移民<mark>养</mark><mark>老</mark><mark>金</mark>"),
        ("-desk port", "en", "Desk port", "Desk <mark>port</mark>"),
        ("strasse", "de", "Straße 1", "<mark>Straße</mark> 1"),
        ("intégrer", "fr", "L’intégrée", "L’<mark>intégrée</mark>"),
        ("labor", "en", "Labour", "<mark>Labour</mark>"),
        ("H2A", "en", "H-2A visas", "<mark>H-2A</mark> visas"),
        ("h-2a", "en", "H-2A visas", "<mark>H-2A</mark> visas"),
        ("2a", "en", "H-2A visas", "H-<mark>2A</mark> visas"),
        ("노동", "ko", "이주노동자", "이주<mark>노</mark><mark>동</mark>자"),
    ],
)
def test_matching_words_are_marked(typed, language, text, marked):
    assert Highlighter(search.parse(typed), language).highlight(text) == marked


def test_excerpt_shows_the_first_hit_in_its_context():
    text = "It began in spring. " * 20 + "A <b>harbour</b> opened. " + "It ended in autumn. " * 20

    excerpt = Highlighter(search.parse("harbour"), "en").excerpt(["Nothing.", text])

    assert (excerpt[:2], excerpt[-2:], len(excerpt) < 250) == ("… ", " …", True)
    assert "A &lt;b&gt;<mark>harbour</mark>&lt;/b&gt; opened." in excerpt


def test_excerpt_without_a_hit_is_empty():
    assert Highlighter(search.parse("harbour"), "en").excerpt(["Quays."]) == ""


# Names in all languages -----------------------------------------------------------


@pytest.mark.parametrize("code", [code for code, _name in settings.LANGUAGES])
@pytest.mark.parametrize("column", ["title", "short_label"])
def test_objective_is_found_by_its_name_in_each_language(code, column):
    make_practice(title="Ports", objectives=[2])
    make_practice(title="Harbours", objectives=[13])
    objective = Objective.objects.get(number=2)
    name = getattr(objective, column) if code == "en" else objective.translation(column, code)

    assert ("Ports", ()) in listed(name)
    assert ("Harbours", ()) not in listed(name)


@pytest.mark.parametrize(
    "text",
    ["politique ou loi", "ley o política", "السياسات والقوانين", "سياسة", "политика", "政策"],
)
def test_type_is_found_by_words_of_its_name_in_other_languages(text):
    make_practice(title="Ports", type="policy-or-law")
    make_practice(title="Harbours", type="campaign")

    assert [title for title, _missing in listed(text)] == ["Ports"]


@pytest.mark.parametrize("text", ["Objectif 13", "Objetivo 13", "Цель 13", "الهدف 13", "目标13"])
def test_objective_is_found_by_its_number_in_each_language(text):
    make_practice(title="Ports", objectives=[13])
    make_practice(title="Harbours", objectives=[2])

    assert found(text) == ["Ports"]


def test_index_is_the_same_whatever_the_language_of_who_publishes():
    with translation.override("fr"):
        make_practice(title="Ports", objectives=[2])

    assert found("adverse drivers") == ["Ports"]


def test_word_that_only_shares_a_broad_stem_with_a_name_names_nothing():
    make_practice(title="Ports", implementer_kinds=["international-organisation"])

    assert listed("organ") == []
