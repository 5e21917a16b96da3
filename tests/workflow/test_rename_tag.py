"""Renaming of tags, which adds a revision to every practice concerned."""

import pytest
from taggit.models import Tag

from practices import workflow
from practices.core import catalogue_version
from practices.models import OutboxMessage
from practices.notifications import sender
from tests.support.factories import judged, make_practice, make_submission, make_subscription
from tests.support.pages import read, sent_by

pytestmark = pytest.mark.django_db


def page_of(name):
    return f"/admin/taggit/tag/{Tag.objects.get(name=name).pk}/change/"


def rename(client, tag, **typed):
    """Fill in the form of a tag and save it."""
    form = sent_by(read(client.get(page_of(tag))).one("form", id="tag_form"))
    return client.post(page_of(tag), form | typed, follow=True)


def tags_of(practice):
    """Return the tags in its latest revision, and those it is listed by."""
    practice.refresh_from_db()
    latest = practice.revisions.first()
    return latest.number, latest.document["tags"], sorted(practice.tags.names())


def test_renamed_tag_is_a_revision_of_each_practice_that_has_it(moderator):
    ports, other = make_practice(tags=["prots", "work"]), make_practice(tags=["work"])

    count = workflow.rename_tag(Tag.objects.get(name="prots"), "ports", by=moderator)

    assert (count, tags_of(ports), tags_of(other)) == (
        1,
        (2, ["ports", "work"], ["ports", "work"]),
        (1, ["work"], ["work"]),
    )
    latest = ports.revisions.first()
    assert (latest.note, latest.by) == ("Topic “prots” was renamed to “ports”", moderator)


def test_renamed_tag_keeps_its_address(client, moderator):
    make_practice(title="Desk", tags=["prots"])

    workflow.rename_tag(Tag.objects.get(), "ports", by=moderator)

    page = read(client.get("/practices/?tag=prots"))
    assert (page.texts("h3", "practice-card-title"), "ports" in page.one("main").text) == (["Desk"], True)


def test_name_of_another_tag_joins_the_two(moderator):
    both, one = make_practice(tags=["prots", "work", "Ports"]), make_practice(tags=["prots"])

    workflow.rename_tag(Tag.objects.get(name="prots"), "ports", by=moderator)

    assert (tags_of(both)[1:], tags_of(one)[1:]) == (
        (["Ports", "work"], ["Ports", "work"]),
        (["Ports"], ["Ports"]),
    )
    assert sorted(Tag.objects.values_list("name", flat=True)) == ["Ports", "work"]


def test_tag_can_be_renamed_to_another_spelling(moderator):
    practice = make_practice(tags=["éducation"])

    workflow.rename_tag(Tag.objects.get(), "Éducation", by=moderator)

    assert tags_of(practice) == (2, ["Éducation"], ["Éducation"])


def test_renaming_is_a_new_version_and_no_news(moderator):
    make_subscription(21)
    make_practice(tags=["prots"])
    before = catalogue_version.current()

    workflow.rename_tag(Tag.objects.get(), "ports", by=moderator)

    news = OutboxMessage.objects.filter(kind__startswith="practice")
    assert (catalogue_version.current() != before, news.exists()) == (True, False)


def test_administrator_renames_a_tag(admin_client):
    practice = make_practice(tags=["prots"])

    answer = rename(admin_client, "prots", name=" ports ", slug="forged")

    assert read(answer).one("ul", "messagelist").text == "Renamed in 1 practice."
    assert (tags_of(practice), Tag.objects.get().slug) == ((2, ["ports"], ["ports"]), "prots")


@pytest.mark.parametrize("name", ["", "a, b", "a；b", "x" * 61, "\x00", "#"])
def test_name_that_cannot_be_is_refused(admin_client, name):
    practice = make_practice(tags=["prots"])

    answer = rename(admin_client, "prots", name=name)

    assert (answer.status_code, tags_of(practice)[1]) == (200, ["prots"])


def test_same_name_changes_nothing(admin_client):
    practice = make_practice(tags=["ports"])

    rename(admin_client, "ports", name="ports")

    assert tags_of(practice)[0] == 1


@pytest.mark.parametrize("page", ["/admin/taggit/tag/add/", "delete"])
def test_tags_are_neither_added_nor_deleted_past_the_practices(admin_client, page):
    make_practice(tags=["ports"])

    path = page if page.startswith("/") else page_of("ports").replace("change", page)

    assert admin_client.get(path).status_code == 403


def test_start_page_of_the_admin_names_its_parts_in_words(admin_client):
    headings = read(admin_client.get("/admin/")).texts("caption")

    assert [heading for heading in headings if "taggit" in heading.casefold()] == []


def test_open_update_follows_the_new_name(moderator):
    practice = make_practice(tags=["prots"], title="Desks")
    update = make_submission("submitted", practice=practice, tags=["prots"], title="Two desks")
    type(update).objects.update(based_on=1)
    update.refresh_from_db()
    workflow.rename_tag(Tag.objects.get(), "ports", by=moderator)

    workflow.publish(judged(update), by=moderator)

    assert tags_of(practice) == (3, ["ports"], ["ports"])


def test_slug_of_a_merged_tag_leads_to_the_other_one(client, moderator):
    make_practice(title="Desk", tags=["prots"])
    make_practice(title="Harbour", tags=["harbours"])
    make_practice(title="Port", tags=["ports"])
    workflow.rename_tag(Tag.objects.get(name="harbours"), "prots", by=moderator)
    workflow.rename_tag(Tag.objects.get(name="prots"), "ports", by=moderator)

    for slug in ("harbours", "prots", "ports", "prots&tag=ports"):
        page = read(client.get(f"/practices/?tag={slug}"))
        assert page.texts("h3", "practice-card-title") == ["Port", "Harbour", "Desk"]
        assert client.get(f"/practices/feed.atom?tag={slug}").status_code == 200
    [canonical] = [
        link["href"] for link in read(client.get("/practices/?tag=prots")).all("link", rel="canonical")
    ]
    assert canonical.endswith("/practices/?tag=ports")


def test_subscription_to_a_merged_tag_follows_the_other_one(moderator):
    make_practice(tags=["prots"])
    make_practice(title="Port", tags=["ports"])
    subscription = make_subscription(query="tag=prots")
    workflow.rename_tag(Tag.objects.get(name="prots"), "ports", by=moderator)

    announced = make_practice(title="New port", tags=["ports"], announce=True)
    sender.fan_out_all()

    assert OutboxMessage.objects.filter(subscriber=subscription.subscriber, practice=announced).count() == 1


def test_new_tag_with_the_slug_of_a_merged_one_is_a_tag_of_its_own(client, moderator):
    make_practice(tags=["prots"])
    make_practice(title="Port", tags=["ports"])
    workflow.rename_tag(Tag.objects.get(name="prots"), "ports", by=moderator)

    make_practice(title="Prot", tags=["prots"])

    assert read(client.get("/practices/?tag=prots")).texts("h3", "practice-card-title") == ["Prot"]
