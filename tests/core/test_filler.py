"""Filler, such as “test test test”."""

import pytest

from practices.core.filler import is_filler


@pytest.mark.parametrize(
    "text",
    [
        "test test test",
        "Test",
        "asdf asdfasdf qwertz",
        "aaaaaaaa",
        "sdkjfhskdjfh lkjhgfdsxcvb",
        "lorem ipsum 123",
        "Buy pills at once. " * 9,
        "测试测试测试",
        "good good good practice",
        "йцукен",
        "фывапролдж",
        "شسيبل",
        "asd asd",
        "qweqwe asdasd zxczxc",
        "测试",
        "тест",
        "اختبار",
        "asdf jkl; asdf jkl;",
        "asd jkl qwe",
        "fdsa lkjh",
        "qweasd asdfjkl",
        "gfdgdf gdfgdf",
    ],
)
def test_text_that_fills_a_field_is_filler(text):
    assert is_filler(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2019",
        "Desks in two ports help returning workers claim the pensions they earned abroad.",
        "BMZ, GIZ, UNHCR and MGNREGA",
        "Test of skills for nurses",
        "Were they heard? They were.",
        "Children with ASD",
        "Hand in hand",
        "Strč prst skrz krk",
        "Poder, dewdew",
        "在两个港口设立服务台，帮助归国工人领取他们在国外赚取的养老金。",
        "Die Stadt bietet Deutschkurse an.",
    ],
)
def test_text_that_says_something_is_no_filler(text):
    assert not is_filler(text)
