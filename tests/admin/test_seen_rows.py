"""Edits of plain rows in the admin count for what their page has shown, and once."""

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from taggit.models import Tag

from practices.models import Objective, PracticeType, RejectionReason, StaffProfile
from tests.support.factories import make_moderator, make_practice
from tests.support.pages import read, sent_by

pytestmark = pytest.mark.django_db


def make_tag():
    make_practice(tags=["ports"])
    return Tag.objects.get()


ROWS = {
    "objective": (lambda: Objective.objects.get(number=21), "short_label"),
    "practice type": (PracticeType.objects.first, "name"),
    "rejection reason": (RejectionReason.objects.first, "text"),
    "tag": (make_tag, "name"),
    "user": (lambda: make_moderator("Amina"), "last_name"),
    "staff profile": (lambda: StaffProfile.objects.create(user=make_moderator("Amina")), "organisation"),
}
"""Kind of row → (function that returns one, a column that its page edits)."""


@pytest.fixture(params=ROWS)
def row(request):
    make, column = ROWS[request.param]
    return make(), column


def page_of(row):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def form_on(response):
    [form] = [form for form in read(response).all("form") if form.get("id", "").endswith("_form")]
    sent = sent_by(form)
    sent.pop("user_permissions", None)  # a browser sends none of a list in which none is chosen
    return sent


def value_of(row, column):
    return type(row).objects.values_list(column, flat=True).get(pk=row.pk)


def test_edit_of_a_row_changed_meanwhile_is_refused_and_kept(admin_client, row):
    row, column = row
    form = form_on(admin_client.get(page_of(row)))
    type(row).objects.filter(pk=row.pk).update(**{column: "theirs"})

    response = admin_client.post(page_of(row), form | {column: "mine"})

    said = read(response).one("ul", "nonfield").texts("li")
    assert (value_of(row, column), form_on(response)[column], said[1][-8:-1]) == (
        "theirs",
        ["mine"],
        " theirs",
    )


def test_edit_of_a_row_changed_meanwhile_is_saved_once_read(admin_client, row):
    row, column = row
    form = form_on(admin_client.get(page_of(row)))
    type(row).objects.filter(pk=row.pk).update(**{column: "theirs"})
    shown = form_on(admin_client.post(page_of(row), form | {column: "mine"}))

    admin_client.post(page_of(row), shown)

    assert value_of(row, column) == "mine"


def test_edit_that_changes_nothing_says_so(admin_client, row):
    row, _column = row

    response = admin_client.post(page_of(row), form_on(admin_client.get(page_of(row))), follow=True)

    assert (read(response).one("ul", "messagelist").texts("li"), LogEntry.objects.count()) == (
        ["Nothing was changed."],
        0,
    )


def test_edit_without_what_was_seen_is_refused(admin_client, row):
    row, column = row
    form = form_on(admin_client.get(page_of(row)))
    del form["seen_row"]

    admin_client.post(page_of(row), form | {column: "mine"})

    assert value_of(row, column) != "mine"


def test_edits_at_once_are_made_one_and_refused_the_others(at_once):
    reason = RejectionReason.objects.first()
    browsers = []
    for name in ("Amina", "Bo", "Chen", "Dina"):
        browser = Client()
        browser.force_login(make_moderator(name))
        browsers.append((browser, form_on(browser.get(page_of(reason))) | {"text": f"Says {name}."}))

    def save():
        browser, form = browsers.pop()
        return browser.post(page_of(reason), form).status_code

    assert sorted(at_once(4, save)) == [200, 200, 200, 302]


def test_row_added_twice_by_a_double_click_is_added_once(admin_client):
    path = reverse("admin:practices_rejectionreason_add")
    before = RejectionReason.objects.count()
    form = form_on(admin_client.get(path)) | {"title": "Too short", "text": "Say more.", "position": 1}

    for _time in range(2):
        admin_client.post(path, form)

    assert RejectionReason.objects.count() == before + 1
