"""An update beside the published practice: its differences, and conflicts with newer revisions."""

from django import forms
from django.utils.translation import gettext_lazy as _

from practices import documents
from practices.choices import State
from practices.documents import adaptations, diff, files, three_way_merge, translations

PUBLISHED, PROPOSED = "published", "proposed"


def beside_published(submission, newer):
    """Return the context of the review page that compares an update with the published practice."""
    practice = submission.practice
    if practice is None or submission.state == State.PUBLISHED or not submission.is_revising:
        return {}
    latest = practice.revisions.latest("number")
    published_files = files.of_practice(practice)
    return {
        "published_now": documents.read(latest.document),
        "published_files": published_files,
        "differences": [
            *diff.between(latest.document, proposal(submission, newer)),
            *files.between(published_files, proposed_files(submission, newer)),
        ],
        "newer": newer,
        "taken": [documents.label(name) for name in newer.incoming] if newer else [],
    }


def beside_original(submission):
    """Return the context of the review page that compares a translation with the original, and with the one there is."""
    practice = submission.practice
    if practice is None or not submission.is_translation:
        return {}
    latest = practice.revisions.latest("number")
    revision = practice.revisions.filter(number=submission.based_on).first() or latest
    present = practice.translations.filter(language=submission.translates_into, withdrawn_at=None).first()
    differences = None
    if present and submission.state != State.PUBLISHED:
        differences = diff.between(documents.complete(present.texts), _only_texts(submission.document))
    return {
        "original": documents.read(revision.document),
        "preview": documents.read(
            revision.document,
            translations.proposed(
                submission.document, submission.translates_into, machine=submission.machine
            ),
        ),
        "original_changes": diff.between(_only_texts(revision.document), _only_texts(latest.document)),
        "original_latest": latest,
        "present": present,
        "present_differences": differences,
    }


def beside_adaptations(submission):
    """Return the context of the review page that shows a use elsewhere beside its practice and what is told already."""
    practice = submission.practice
    if practice is None or not submission.is_adaptation:
        return {}
    told = practice.adaptations.published().select_related("country").exclude(submission=submission)
    return {
        "adaptation": adaptations.proposed(submission.document),
        "of_practice": documents.read(practice.revisions.latest("number").document),
        "told_before": told,
    }


def _only_texts(document):
    return documents.complete(documents.texts_of(document))


def proposal(submission, newer):
    """Return the document that would be published: the update, rebased onto the newest revision."""
    return newer.document if newer else submission.document


def proposed_files(submission, newer):
    """Return the files that would be published with it."""
    return newer.merged_files if newer else submission.attachments.all()


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
        return [
            (self[name], *three_way_merge.differences_of(self.newer, name)) for name in self.newer.conflicts
        ]

    @property
    def published(self):
        """Names of the fields that stay as published."""
        return [name for name in self.newer.conflicts if self.cleaned_data[name] == PUBLISHED]
