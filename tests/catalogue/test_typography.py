"""Translations are written in one way in each language: spaces and letters that differ between habits."""

import re

import pytest
from babel.messages.pofile import read_po
from django.conf import settings

NOT_SHOWN = re.compile(r"<[^>]*>")
HAN = r"[\u3400-\u9fff，。、；：？！“”（）《》]"
WRONG = {
    # A space that is not fixed lets a line begin with the sign.
    "fr": r"(?<=\w|\)|s) [:;?!»]|« ",
    # The letter yo is written without its dots, as the documents of the United Nations do.
    "ru": r"[ёЁ]",
    # No space between Chinese and Latin letters, digits and what is filled in.
    "zh_Hans": rf"{HAN} [\w%{{]|(?:[A-Za-z0-9}}]|%\(\w+\)[sd]) {HAN}",
}
"""Language → pattern of what its messages do not contain."""


@pytest.mark.parametrize("language", WRONG)
def test_messages_keep_to_the_habits_of_their_language(language):
    with (settings.BASE_DIR / f"locale/{language}/LC_MESSAGES/django.po").open("rb") as file:
        messages = [message.string for message in read_po(file) if message.id]
    texts = [text for each in messages for text in ([each] if isinstance(each, str) else each)]

    assert [text for text in texts if re.search(WRONG[language], NOT_SHOWN.sub("", text))] == []
