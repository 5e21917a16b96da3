"""Screenshots of the main pages for visual review: `make pictures` writes them to var/pictures.

Each page is shown wide and at 390 px: light, dark, mirrored as in a right-to-left language, and in the
pseudo-languages, where text outside ⟦brackets⟧ is either data or not ready for translation. Four more looks show it at
320 px, with text of twice the size, in forced colours and on paper.
"""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from catalogue import pseudo
from practices.choices import State
from practices.models import Practice
from tests.browser.test_four_ways import be_signed_in
from tests.browser.test_looks import A4_WITHIN_MARGINS
from tests.conftest import REFERENCE
from tests.support.addresses import open_address, preferences_address
from tests.support.documents import FULL
from tests.support.factories import (
    make_moderator,
    make_outdated_update,
    make_practice,
    make_submission,
    make_subscription,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FOLDER = settings.DATA_DIR / "pictures"
LOOKS = {
    "wide-light": {"width": 1280},
    "wide-dark": {"width": 1280, "dark": True},
    "narrow-light": {"width": 390},
    "narrow-dark": {"width": 390, "dark": True},
    "wide-pseudo": {"width": 1280},
    "narrow-pseudo": {"width": 390},
    "wide-mirrored": {"width": 1280},
    "narrow-mirrored": {"width": 390, "dark": True},
    "narrowest": {"width": 320},
    "large-text": {"width": 640},
    "forced-colours": {"width": 390, "forced_colors": "active"},
    "paper": {"width": A4_WITHIN_MARGINS},
}
NAMES = ["title", "short_label", "short_title", "meaning", "name"]
LANGUAGES = {"pseudo": pseudo.ACCENTED, "mirrored": pseudo.MIRRORED}


@pytest.fixture
def addresses():
    call_command("load_thesaurus", verbosity=0)
    call_command("import_practices", settings.BASE_DIR / "fixtures" / "practices.json", verbosity=0)
    practice = Practice.objects.get(title="Program RAICES")
    withdrawn = make_practice(title="Old", withdrawn=True)
    full = make_practice(**FULL | {"language": "en"})
    asked = make_submission(State.CHANGES_REQUESTED, title="Welcome desks in town halls", countries=["PT"])
    draft = make_submission(title="Welcome desks in town halls", countries=["PT"], activities="One desk.")
    outdated = make_outdated_update(since={"area": "Lisbon", "summary": "Other desks."}, summary="Our desks.")
    waiting = make_submission(State.SUBMITTED, **FULL | {"title": "Return bridges", "language": "en"})
    confirm = make_subscription(confirmed=False).subscriber.messages.get().context["confirm_path"]
    return {
        "home": "/",
        "objective": "/objectives/21/",
        "objective-empty": "/objectives/4/",
        "listing": "/practices/",
        "listing-filtered": "/practices/?objective=21&country=ph",
        "listing-without-results": "/practices/?q=labour+zeppelin&objective=8&country=ph",
        "topics": "/topics/",
        "topic": "/topics/remittances/",
        "topic-empty": "/topics/biometrics/",
        "countries": "/countries/",
        "gap-map": "/gaps/",
        "gap-map-subregions": "/gaps/?by=subregion",
        "gap-map-groups": "/gaps/?by=group",
        "world-map": "/map/",
        "country": "/countries/ph/",
        "country-empty": "/countries/va/",
        "region": "/regions/europe/",
        "statistics": "/statistics/",
        "practice": practice.get_absolute_url(),
        "practice-full": full.get_absolute_url(),
        "revision": f"{full.get_absolute_url()}revisions/1/",
        "comparison-empty": "/compare/",
        "kit": f"/kit/?ids={practice.pk},{full.pk}&title=For+the+meeting+in+Geneva",
        "comparison": f"/compare/?practice={practice.pk}&practice={practice.pk + 1}",
        "revisions": f"{practice.get_absolute_url()}revisions/",
        "submit": "/submit/",
        "draft": f"{draft.get_private_url()}edit/",
        "preview": f"{draft.get_private_url()}send/",
        "status": asked.get_private_url(),
        "answer": f"{asked.get_private_url()}edit/",
        "correction": f"{practice.get_absolute_url()}correct/",
        "newer": f"{outdated.get_private_url()}newer/",
        "files": f"{draft.get_private_url()}files/",
        "spreadsheet": "/submit/spreadsheet/",
        "subscribe": "/subscribe/?objective=21",
        "confirm": confirm,
        "preferences": preferences_address(make_subscription(22, "other@example.org")),
        "about": "/about/",
        "privacy": "/privacy/",
        "data": "/data/",
        "lost-link": "/submit/link/",
        "deletion": open_address("personal-data-delete"),
        "withdrawn": withdrawn.get_absolute_url(),
        "not-found": "/nowhere/",
        "styleguide": "/styleguide/",
        "admin": "/admin/",
        "admin-queue": "/admin/practices/submission/",
        "admin-review": f"/admin/practices/submission/{waiting.pk}/change/",
    }


def translate_reference_data(*, mirrored):
    """Translate the names of objectives, countries and other reference data into the pseudo-language."""
    for model in REFERENCE:
        columns = [name for name in NAMES if hasattr(model, name)]
        rows = list(model.objects.all())
        for row in rows:
            for name in columns:
                setattr(row, name, pseudo.accented(getattr(row, name), mirrored=mirrored))
        model.objects.bulk_update(rows, columns)


@pytest.mark.parametrize("look", LOOKS)
def test_pictures(open_page, addresses, look, settings):
    settings.LANGUAGE_CODE = LANGUAGES.get(look.partition("-")[2], "en")
    settings.LANGUAGES = [(settings.LANGUAGE_CODE, "")]
    pseudo.install()
    if settings.LANGUAGE_CODE != "en":
        translate_reference_data(mirrored=settings.LANGUAGE_CODE == pseudo.MIRRORED)
    folder = Path(FOLDER, look)
    folder.mkdir(parents=True, exist_ok=True)
    page = open_page(**LOOKS[look])
    be_signed_in(page, make_moderator())
    page.emulate_media(media="print" if look == "paper" else "screen")

    for name, address in addresses.items():
        page.goto(address)
        if look == "large-text":
            page.evaluate("document.documentElement.style.fontSize = '200%'")
        page.screenshot(path=folder / f"{name}.png", full_page=True)

    assert sorted(path.stem for path in folder.iterdir()) == sorted(addresses)
