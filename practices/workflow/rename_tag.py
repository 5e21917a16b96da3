"""Renaming and merging tags."""

from datetime import datetime

from django.db import transaction
from django.utils.text import Truncator
from taggit.models import Tag

from practices import clock
from practices.core import catalogue_version
from practices.core.titles import tag_key
from practices.documents import tags_named
from practices.models import FormerTag, Practice, Revision, revision_notes
from practices.workflow.publishing import publish_document
from practices.workflow.transitions import Staff


@transaction.atomic
def rename_tag(tag: Tag, name: str, *, by: Staff, now: datetime | None = None) -> int:
    """Rename a tag, or merge it into the tag that has that name. Returns the number of practices that had it.

    Each of them gets a revision, which is not announced. A renamed tag keeps its slug, and that of a merged tag leads to
    the other one.
    """
    catalogue_version.bump(names_changed=True)
    now, before = now or clock.now(), tag.name
    other = tags_named([name]).get(name)
    if other == tag:
        other = None
    if other is None:
        Tag.objects.filter(pk=tag.pk).update(name=name)
        tag.name = name
    else:
        name = other.name
    note = revision_notes.TOPIC_RENAMED % {"before": before, "name": name}
    practices = list(Practice.objects.filter(tagged_items__tag=tag).order_by("pk"))
    for practice in practices:
        tags = [name if tag_key(each) == tag_key(before) else each for each in practice.document["tags"]]
        once = {tag_key(each): each for each in tags}
        publish_document(
            practice.document | {"tags": list(once.values())},
            to=practice,
            by=by,
            note=Truncator(note).chars(Revision.NOTE_LENGTH),
            announce=False,
            now=now,
        )
    if other is not None:
        FormerTag.objects.filter(tag=tag).update(tag=other)
        FormerTag.objects.update_or_create(slug=tag.slug, defaults={"tag": other})
        tag.delete()
    return len(practices)
