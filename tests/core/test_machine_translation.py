"""The service of machine translation: a stand-in on this machine, with both forms of API."""

import threading
import time

import pytest

from practices.core import machine_translation
from practices.core.machine_translation import lines
from practices.core.machine_translation.services import SERVICES
from tests.support.silent_server import silent_server
from tests.support.translator import running_translator

pytestmark = pytest.mark.usefixtures("own_breaker")

TEXT = "Desks open on Sundays.\n\n- Ask for Ana.\n"


@pytest.fixture(params=SERVICES)
def translator(request, settings):
    with running_translator(settings, request.param) as translator:
        yield translator


@pytest.fixture
def libretranslate(settings):
    with running_translator(settings) as translator:
        yield translator


def translate(text=TEXT, *, source="en", target="fr", **more):
    return machine_translation.translate({"summary": text, **more}, source=source, target=target)


def test_text_keeps_its_lines_and_bullets(translator):
    made = translate()

    code = "FR" if translator.asked[0].startswith("/v2") else "fr"
    assert made.error is None
    assert made.texts == {"summary": f"[{code}] Desks open on Sundays.\n\n- [{code}] Ask for Ana.\n"}


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("en", {"en", "EN-GB"}), ("zh-hans", {"zh-Hans", "ZH-HANS"}), ("nb", {"nb", "NB"})],
)
def test_language_is_spelt_as_the_service_does(translator, ours, theirs):
    made = translate("Guichets", source="fr", target=ours)

    assert made.texts["summary"] in {f"[{code}] Guichets" for code in theirs}


def test_traditional_chinese_is_read_by_a_service_with_one_chinese(settings):
    with running_translator(settings, "deepl"):
        made = translate("櫃檯", source="zh-hant", target="fr")

    assert made.texts == {"summary": "[FR] 櫃檯"}


def test_traditional_chinese_is_not_written_as_simplified(settings):
    with running_translator(settings, "deepl"):
        made = translate("Desks", target="zh-hant")

    assert made.texts == {}


def test_no_service_is_asked_without_a_setting(settings):
    settings.MACHINE_TRANSLATION = ""

    assert (machine_translation.is_on(), machine_translation.can_translate("en", "fr")) == (False, False)


@pytest.mark.parametrize(
    "kept",
    [
        "https://example.org/a?b=%20c",
        "ana.reyes@example.org",
        "%(count)s",
        "{name}",
        "+995 32 123 45 67",
        "0171 234 56 78",
        "DE89 3704 0044 0532 0130 00",
        "C01X00T47123456",
    ],
)
def test_what_are_no_words_is_kept_and_not_sent(libretranslate, kept):
    made = translate(f"Write to {kept}, please.")

    assert kept in made.texts["summary"]
    assert libretranslate.sent == [["Write to", ", please."]]


def test_text_without_words_asks_nobody(libretranslate):
    made = translate("1,200 – 1,500\n\n")

    assert (made.texts, libretranslate.sent) == ({"summary": "1,200 – 1,500\n\n"}, [])


def test_long_text_is_sent_in_several_requests(libretranslate, settings):
    settings.MACHINE_TRANSLATION_CHARACTERS = 40
    text = "One desk is open. Two desks are closed. Three desks are planned."

    made = translate(text)

    assert libretranslate.sent == [["One desk is open. Two desks are closed."], ["Three desks are planned."]]
    assert made.texts["summary"] == (
        "[fr] One desk is open. Two desks are closed. [fr] Three desks are planned."
    )


def test_request_has_no_more_texts_than_services_take(libretranslate):
    translate("\n".join(f"Line {number} of many" for number in range(60)))

    assert [len(texts) for texts in libretranslate.sent] == [50, 10]


def test_pieces_put_together_are_the_text():
    text = "  * One.\r\n\tTwo (see www.example.org)! 3.\u2028四。五。\n\n(1) Six"

    parts = lines.pieces(text, most=3)

    assert lines.joined(parts, {part: part for part in parts}) == text


def test_translation_is_remembered(libretranslate):
    translate()

    again = machine_translation.remembered({"summary": TEXT}, source="en", target="fr")
    translate()

    assert again["summary"].startswith("[fr] Desks")
    assert len(libretranslate.sent) == 1


def test_half_a_translation_is_not_remembered(libretranslate):
    translate("One.")

    found = machine_translation.remembered({"title": "One.", "summary": "Two."}, source="en", target="fr")

    assert found == {}


def test_nothing_is_remembered_where_that_is_off(libretranslate, settings):
    settings.MACHINE_TRANSLATION_KEPT_HOURS = 0
    translate()

    assert machine_translation.remembered({"summary": TEXT}, source="en", target="fr") == {}


def test_languages_are_asked_once(libretranslate):
    translate("One.")
    translate("Two.")

    assert libretranslate.asked == ["/languages"]


@pytest.mark.parametrize(("target", "can"), [("fr", True), ("ka", False)])
def test_page_knows_whether_the_service_translates_once_that_was_asked(libretranslate, target, can):
    before = machine_translation.can_translate("en", target)
    translate("One.")

    assert (before, machine_translation.can_translate("en", target)) == (True, can)


def test_language_of_no_service_is_named(translator):
    made = translate(target="ka")

    assert str(made.error).endswith("does not translate these languages: English → ქართული (Georgian).")
    assert (made.texts, translator.sent) == ({}, [])


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (456, "has used up what DeepL translates"),
        (429, "DeepL gets too many requests"),
        (403, "DeepL does not accept our requests."),
        (400, "DeepL does not accept our requests."),
        (302, "DeepL does not accept our requests."),
        (500, "DeepL does not answer right now."),
        (503, "DeepL does not answer right now."),
    ],
)
def test_refusal_is_told_in_words(settings, status, says):
    with running_translator(settings, "deepl") as translator:
        translator.status = status
        made = translate()

    assert (made.texts, says in str(made.error)) == ({}, True)


@pytest.mark.parametrize(
    "content",
    [
        "<html>",
        '{"translatedText": ["one"]}',
        '{"translatedText": [1, 2]}',
        "[]",
        "{}",
        "[" * 100_000,
        '"\ud83d"',
    ],
)
def test_answer_that_is_none_is_told_in_words(libretranslate, content):
    translate("One.")
    libretranslate.content = content.encode(errors="surrogatepass").decode(errors="replace")

    made = translate()

    assert "sent an answer that the catalogue cannot read" in str(made.error)


@pytest.mark.parametrize("content", ["<html>", "{}", '[{"code": 1, "targets": [2]}]', '[{"code": "en"}]'])
def test_list_of_languages_that_is_none_is_told_in_words(libretranslate, content):
    libretranslate.content = content

    assert "sent an answer that the catalogue cannot read" in str(translate().error)


def test_long_text_without_spaces_is_cut_quickly():
    began = time.process_time()
    lines.pieces("工" * 100_000, most=2_000)

    assert time.process_time() - began < 2


def test_answer_without_an_end_is_not_read(libretranslate):
    translate("One.")
    libretranslate.content = f'"{"x" * 3_000_000}"'

    assert "does not answer right now" in str(translate().error)


def test_slow_service_is_left_alone_after_its_time(libretranslate, settings):
    settings.MACHINE_TRANSLATION_TIMEOUT_SECONDS = 0.3
    translate("One.")
    libretranslate.seconds = 0.6

    first, second = translate(), translate("Two.")

    assert "does not answer right now" in str(first.error)
    assert "does not answer right now" in str(second.error)
    assert libretranslate.sent == [["One."], ["Desks open on Sundays.", "Ask for Ana."]]


def test_service_that_hangs_is_given_up(settings):
    with silent_server() as port:
        settings.MACHINE_TRANSLATION, settings.MACHINE_TRANSLATION_NAME = "libretranslate", "LibreTranslate"
        settings.MACHINE_TRANSLATION_URL = f"http://127.0.0.1:{port}"
        settings.MACHINE_TRANSLATION_TIMEOUT_SECONDS = 0.2
        made = translate()

    assert "does not answer right now" in str(made.error)


def test_refusal_does_not_keep_others_from_asking(libretranslate):
    libretranslate.status = 429
    translate("One.")
    libretranslate.status = None

    assert translate("Two.").texts == {"summary": "[fr] Two."}


def test_texts_that_are_ready_are_returned_with_the_error(libretranslate, settings):
    settings.MACHINE_TRANSLATION_CHARACTERS = 10
    libretranslate.status, libretranslate.refuses_after = 429, 1

    made = translate("Two of them.", title="One of them.")

    assert made.texts == {"summary": "[fr] Two of them."}
    assert "too many requests" in str(made.error)


def test_another_form_waits_for_its_turn(libretranslate, monkeypatch):
    turns = threading.BoundedSemaphore(1)
    monkeypatch.setattr(machine_translation, "_turns", turns)

    with turns:
        made = translate()

    assert "Another text is being translated" in str(made.error)
    assert translate().error is None


def test_log_has_no_text_and_no_key(libretranslate, caplog):
    libretranslate.status = 403
    translate("Desks for Ana.")

    assert "NotAccepted" in caplog.text
    assert "Ana" not in caplog.text
    assert "secret" not in caplog.text
