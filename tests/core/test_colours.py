"""Own colours: what can be read is accepted, and for what cannot a colour is named that can."""

import pytest

from practices.core import colours


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21), ("#777777", "#ffffff", 4.48), ("#0b4a63", "#0b4a63", 1)],
)
def test_contrast_is_that_of_wcag(one, other, ratio):
    assert round(colours.contrast(one, other), 2) == ratio


def test_colours_of_the_checkout_have_no_fault(settings):
    names = {name for pair in colours.TEXT + colours.EDGES for name in pair}
    settings.COLOURS = {name: (colours.colour(name), colours.colour(name, "dark")) for name in names}

    assert colours.check_contrast(None) == []


def test_pale_accent_is_refused_with_one_that_can_be_read(settings):
    settings.COLOURS = {"accent": ("#f2c200", "#a0d4ea")}

    messages = colours.check_contrast(None)

    on_paper = messages[0]
    assert on_paper.id == "practices.E002"
    assert on_paper.msg == "COLOURS: “accent” #f2c200 on “paper” #fcfaf5 (light) has a contrast of 1.6 to 1."
    assert on_paper.hint == (
        "It needs 4.5 to 1 to be seen by everybody. For “accent” (light), #8a6f00 would do."
    )
    assert {"light" in message.msg for message in messages} == {True}


@pytest.mark.parametrize(
    ("wanted", "beside"), [("#f2c200", "#fcfaf5"), ("#204060", "#0b1115"), ("#808080", "#777777")]
)
def test_colour_that_is_named_can_be_read(wanted, beside):
    assert colours.contrast(colours.readable(wanted, beside, 4.5), beside) >= 4.5


def test_band_that_is_too_pale_for_its_words_is_refused(settings):
    settings.COLOURS = {"band": ("#e0e0e0", "#0a2532")}

    assert {message.hint.rpartition("For ")[2][:15] for message in colours.check_contrast(None)} == {
        "“band” (light),"
    }


def test_colour_of_the_setting_takes_the_place_of_that_of_the_checkout(settings):
    settings.COLOURS = {"band": ("#102030", "#000001")}

    assert [colours.colour(*which) for which in (("band",), ("band", "dark"), ("paper",))] == [
        "#102030", "#000001", "#fcfaf5",
    ]  # fmt: skip
