"""An update beside the published practice: its differences, and conflicts with newer revisions."""

from django import forms
from django.utils.translation import gettext_lazy as _

from practices import documents
from practices.choices import State
from practices.documents import diff

PUBLISHED, PROPOSED = "published", "proposed"


def seen_version(submission):
    """Return a string that identifies what a moderator reads: the last event, and the newest revision."""
    event = submission.events.order_by("pk").values_list("pk", flat=True).last()
    return f"{event or ''}/{newest_number(submission) or ''}"


def newest_number(submission):
    """Return the number of the newest revision of the practice it updates; None if it updates none."""
    if submission.practice is None:
        return None
    return submission.practice.revisions.values_list("number", flat=True).first()


def beside_published(submission, newer):
    """Return the context of the review page that compares an update with the published practice."""
    practice = submission.practice
    if practice is None or submission.state == State.PUBLISHED:
        return {}
    latest = practice.revisions.latest("number")
    return {
        "published_now": documents.read(latest.document),
        "published_files": practice.attachments.all(),
        "differences": diff.between(latest.document, proposal(submission, newer)),
        "newer": newer,
        "taken": [documents.label(name) for name in newer.incoming] if newer else [],
    }


def proposal(submission, newer):
    """Return the document that would be published: the update, rebased onto the newest revision."""
    return newer.document if newer else submission.document


class RebaseForm(forms.Form):
    """The choice, for each field changed by both the update and a newer revision, which version stays."""

    def __init__(self, data=None, *, newer):
        super().__init__(data)
        self.newer = newer
        for name in newer.conflicts:
            self.fields[name] = forms.ChoiceField(
                label=documents.label(name),
                choices=[(PUBLISHED, _("As published")), (PROPOSED, _("As proposed"))],
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose one.")},
            )

    def questions(self):
        """Return (field, differences of the newer revision, differences of the update) of each field in conflict."""
        published = self.newer.revision.document
        changed = {one.field: one for one in diff.between(self.newer.base, published)}
        undone = {one.field: one for one in diff.between(published, self.newer.document)}
        return [
            (self[name], [changed[name]] if name in changed else [], [undone[name]])
            for name in self.newer.conflicts
        ]

    @property
    def published(self):
        """Names of the fields that stay as published."""
        return [name for name in self.newer.conflicts if self.cleaned_data[name] == PUBLISHED]
