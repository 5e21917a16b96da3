"""An update beside what is published: what it would change, and what was published since it was begun."""

from django import forms
from django.utils.translation import gettext_lazy as _

from practices import documents
from practices.choices import State
from practices.documents import diff

PUBLISHED, PROPOSED = "published", "proposed"


def as_read(submission):
    """Names what a moderator has before them: the last event, whatever the clock says, and the newest revision."""
    event = submission.events.order_by("pk").values_list("pk", flat=True).last()
    return f"{event or ''}/{newest_number(submission) or ''}"


def newest_number(submission):
    """Of the revisions of the practice it updates; None where it updates none."""
    if submission.practice is None:
        return None
    return submission.practice.revisions.values_list("number", flat=True).first()


def beside_what_is_published(submission, newer):
    """For the review page: what is published now, what the update would change, and what is to be settled first."""
    practice = submission.practice
    if practice is None or submission.state == State.PUBLISHED:
        return {}
    latest = practice.revisions.latest("number")
    return {
        "published_now": documents.read(latest.document),
        "published_files": practice.attachments.all(),
        "differences": diff.between(latest.document, proposal(submission, newer)),
        "newer": newer,
        "taken": [documents.label(name) for name in newer.taken] if newer else [],
    }


def proposal(submission, newer):
    """What would be published: the update, on top of what was published since."""
    return newer.document if newer else submission.document


class CatchUpForm(forms.Form):
    """Which stays of what both the update and a newer revision changed."""

    def __init__(self, data=None, *, newer):
        super().__init__(data)
        self.newer = newer
        for name in newer.disputed:
            self.fields[name] = forms.ChoiceField(
                label=documents.label(name),
                choices=[(PUBLISHED, _("As published")), (PROPOSED, _("As proposed"))],
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose one.")},
            )

    def questions(self):
        """(field, what the newer revision changed, what the update would change it to) of each in dispute."""
        published = self.newer.revision.document
        changed = {one.field: one for one in diff.between(self.newer.base, published)}
        undone = {one.field: one for one in diff.between(published, self.newer.document)}
        return [
            (self[name], [changed[name]] if name in changed else [], [undone[name]])
            for name in self.newer.disputed
        ]

    @property
    def published(self):
        """Fields that stay as published."""
        return [name for name in self.newer.disputed if self.cleaned_data[name] == PUBLISHED]
