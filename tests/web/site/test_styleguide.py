import re

import pytest
from django.conf import settings

from tests.support.documents import FULL
from tests.support.factories import make_practice
from tests.support.pages import read

pytestmark = pytest.mark.django_db


def test_style_guide_is_for_staff(client, moderator):
    before = client.get("/styleguide/").status_code
    client.force_login(moderator)

    assert (before, client.get("/styleguide/").status_code) == (404, 200)


def test_style_guide_shows_every_component(client, moderator):
    make_practice(**FULL)
    client.force_login(moderator)

    shown = {name for element in read(client.get("/styleguide/")).inside() for name in element.classes}

    folder = settings.BASE_DIR / "static" / "css" / "components"
    classes = {path.stem: set(re.findall(r"\.([a-z][\w-]*)", path.read_text())) for path in folder.iterdir()}
    assert [name for name in classes if not classes[name] & shown] == []
