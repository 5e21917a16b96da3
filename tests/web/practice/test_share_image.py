"""Share images: their size, the scripts they can show, and how often they are drawn."""

from io import BytesIO

import pytest
from PIL import Image

from practices.core import catalogue_version
from practices.models import Objective
from practices.web.practice import drawing
from practices.web.practice.drawing import Picture, fonts, marks
from practices.web.practice.drawing.drawing import wrap
from tests.support.factories import make_practice
from tests.support.pages import read

LONGEST = ("Verwaltungsdienstleistungsvereinfachungsprogramm " * 5)[:219]
ARABIC = "عيادات متنقلة للعمال المهاجرين مع IOM"
UNWRITTEN = "\U00012000\U00012001"  # cuneiform


def drawn(**words):
    return drawing.draw(
        Picture(
            **{
                "title": "Pension desks",
                "site": "Good Practices",
                "accent": "#0b4a63",
                "on_accent": "#ffffff",
                "objective": 21,
                **words,
            }
        )
    )


def opened(png):
    return Image.open(BytesIO(png))


@pytest.mark.parametrize("title", ["Pension desks", LONGEST, ARABIC, "", UNWRITTEN, "W" * 219])
def test_picture_of_any_title_has_the_size_that_networks_want(title):
    png = drawn(title=title, eyebrow="Objective 21", facts="Georgia · 2016")

    assert (opened(png).format, opened(png).size, len(png) < 60_000) == ("PNG", (1200, 630), True)


def test_title_without_a_font_is_left_out(monkeypatch):
    monkeypatch.setattr(fonts, "_system_fonts", list)
    fonts._find.cache_clear()

    assert drawn(title="出稼ぎ労働者のための巡回診療所") == drawn(title="")


@pytest.mark.parametrize(
    ("text", "font"), [("Réseau", 0), ("Σύνδεσμος", 0), ("Программа", 0), ("Chương trình", 0), (ARABIC, 1)]
)
def test_scripts_of_our_own_fonts_need_none_of_the_machine(text, font):
    assert fonts.find(text) == fonts.BUNDLED[font]


def test_file_that_is_no_font_is_passed_over(tmp_path, monkeypatch):
    (tmp_path / "broken.ttf").write_bytes(b"not a font")
    monkeypatch.setattr(fonts, "_system_fonts", lambda: [tmp_path / "broken.ttf", tmp_path / "missing.ttf"])
    fonts._find.cache_clear()

    assert fonts.find(UNWRITTEN) is None


def test_arabic_letters_are_joined():
    font = fonts.load(fonts.BUNDLED[1], 60)
    joined, apart = font.mask("عمل", is_rtl=True).image, font.mask("ع م ل", is_rtl=True).image

    assert (stretches_of_ink(joined), stretches_of_ink(apart)) == (1, 3)


def test_latin_name_in_an_arabic_line_stands_left_of_what_precedes_it():
    font = fonts.load(fonts.BUNDLED[1], 60)
    line, name = font.mask("مع IOM", is_rtl=True).image, font.mask("IOM").image

    beginning = line.crop((0, 0, name.width, line.height))
    assert beginning.crop(beginning.getbbox()).tobytes() == name.crop(name.getbbox()).tobytes()


def stretches_of_ink(image):
    """Return the number of separate runs of columns with ink."""
    columns = [bool(image.crop((x, 0, x + 1, image.height)).getbbox()) for x in range(image.width)]
    return sum(now and not before for before, now in zip([False, *columns], columns, strict=False))


def test_lines_break_at_spaces_in_long_words_and_between_chinese_signs():
    font = fonts.load(fonts.BUNDLED[0], 20)
    width = font.width("abcdef ghi")

    assert wrap("abcdef ghi jkl", font, width) == ["abcdef ghi", "jkl"]
    assert all(font.width(line) <= width for line in wrap("x" * 40 + " 移民" * 9, font, width))


@pytest.mark.parametrize("number", range(1, 24))
def test_every_mark_can_be_drawn(number):
    left, top, right, bottom = marks.mask(number, 96).getbbox()

    assert right - left > 60
    assert bottom - top > 40


@pytest.mark.django_db
def test_page_names_its_picture(client, settings):
    settings.SITE_URL = "https://practices.example.org"
    practice = make_practice(title="Pension desks in two ports")
    pages = {
        practice.get_absolute_url(): f"{practice.get_absolute_url()}picture.png",
        "/objectives/21/": "/objectives/21/picture.png",
        "/": "/picture.png",
        "/practices/": "/picture.png",
    }

    named = {path: read(client.get(path)).one("meta", property="og:image")["content"] for path in pages}

    assert named == {path: f"https://practices.example.org{picture}" for path, picture in pages.items()}


@pytest.mark.django_db
def test_picture_is_drawn_once_and_not_at_all_for_a_cache_that_has_it(client):
    practice = make_practice(title="Pension desks in two ports")
    path = f"{practice.get_absolute_url()}picture.png"
    drawing.draw.cache_clear()
    etags = {client.get(path).headers["ETag"] for _time in range(2)}
    drawn_for_two = drawing.draw.cache_info().misses
    drawing.draw.cache_clear()

    again = client.get(path, headers={"If-None-Match": etags.pop()})

    assert (drawn_for_two, again.status_code, drawing.draw.cache_info().misses) == (1, 304, 0)


@pytest.mark.django_db
def test_picture_changes_with_its_text(client):
    path = "/objectives/21/picture.png"
    etag = client.get(path).headers["ETag"]
    Objective.objects.filter(number=21).update(short_label="Return")
    catalogue_version.bump()  # as the admin does

    assert client.get(path).headers["ETag"] != etag


@pytest.mark.django_db
def test_withdrawn_practice_has_no_picture(client):
    practice = make_practice(withdrawn=True)

    assert client.get(f"{practice.get_absolute_url()}picture.png").status_code == 410
