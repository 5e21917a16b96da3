"""Forms of published practices in the admin: to edit one, and to give the reason for a step."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from practices import documents, workflow
from practices.core.punctuation import listed
from practices.documents import diff, three_way_merge
from practices.documents.form import DocumentForm
from practices.documents.form_fields import LineField, PlainTextField
from practices.models import Practice, Revision


class PracticeAdminForm(DocumentForm):
    """The document form with the interface of a ModelForm, as the admin expects."""

    published_since: list[diff.Difference] = []
    """The differences of the latest revision from the one that the form was made from, if it is not the same."""

    note = LineField(
        required=False,
        max_length=200,
        label=_("What you changed"),
        help_text=_("Public. It appears in the list of revisions."),
    )
    seen_revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, instance=None, initial=None, **kwargs):
        self.instance = instance or Practice()
        self.latest = self.instance.revisions.first() if self.instance.pk else None
        if self.latest:
            initial = {
                **self.values_from(self.latest.document),
                "seen_revision": self.latest.number,
                **(initial or {}),
            }
        super().__init__(*args, initial=initial, **kwargs)

    def clean(self):
        """Report a fault of the hidden field above the form, because its row is hidden."""
        cleaned = super().clean()
        if self.latest and cleaned.get("seen_revision") != self.latest.number:
            self._show_newer(cleaned.get("seen_revision"))
        return cleaned

    def _show_newer(self, seen):
        """Merge what was typed with the latest revision, for its editor to read and save once more.

        Raises ValidationError.
        """
        number, note = self.latest.number, self.latest.note or _("no note")
        base = self.instance.revisions.filter(number=seen).first() if seen else None
        if base is None:
            raise ValidationError(
                _("Nothing was saved: this form is out of date. Open the practice again to edit it.")
            )
        self.published_since = diff.between(base.document, self.latest.document)
        if self.errors:
            raise ValidationError(
                _("Nothing was saved: revision %(number)s was published while you were editing (%(note)s).")
                % {"number": number, "note": note}
            )
        merged = three_way_merge.merge(base, self.latest, self.document(), all_updatable=True)
        self._type({name: self.latest.document[name] for name in merged.incoming}, seen_revision=number)
        text = _(
            "Nothing was saved yet: revision %(number)s was published while you were editing (%(note)s). Its changes "
            "are shown above and are already in the form, except in fields that you changed too. Check the form, "
            "then save again."
        )
        raise ValidationError(
            text % {"number": number, "note": note}
            if not merged.conflicts
            else [
                text % {"number": number, "note": note},
                _(
                    "You both changed: %(fields)s. The form shows your version. Saving it replaces the other one."
                )
                % {"fields": listed(documents.label(name) for name in merged.conflicts)},
            ]
        )

    def _type(self, document, **more):
        """Put values into the form as if they had been typed."""
        data = self.data.copy()
        values = self.values_from(documents.complete(document))
        for name in [name for part in document for name in documents.FIELDS[part].to_form(document[part])]:
            value = self.fields[name].prepare_value(values[name])
            data.setlist(
                name,
                [str(each) for each in value]
                if isinstance(value, list)
                else ["" if value is None else str(value)],
            )
        for name, value in more.items():
            data[name] = str(value)
        self.data = data

    def save(self, commit=True):
        return self.instance

    def save_m2m(self):
        """Do nothing: publishing has written the relations."""


class ReasonForm(forms.Form):
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    """`standing` of the practice when the page was made."""
    reason = PlainTextField(
        label=_("Reason"), widget=forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"})
    )


class RedactionForm(ReasonForm):
    """The texts of a revision to remove, each with what it says, and why."""

    fields_to_redact = forms.MultipleChoiceField(
        label=_("Remove"), widget=forms.CheckboxSelectMultiple, choices=[]
    )
    reason = LineField(
        label=_("Public note"),
        max_length=Revision.NOTE_LENGTH,
        help_text=_("Readers of the revision see it. Do not repeat what you remove."),
    )
    field_order = ["fields_to_redact", "reason"]

    def __init__(self, *args, revision, **kwargs):
        super().__init__(*args, **kwargs)
        now = revision.practice.document
        names = workflow.redactable(revision)
        texts = {name: f"{documents.label(name)}: {_in_short(revision.document[name])}" for name in names}
        repeated = [name for name in names if revision.document[name] == now[name]]
        field = self.fields["fields_to_redact"]
        field.choices = texts.items()
        # All are valid, so that one published again meanwhile is refused with its reason.
        field.widget.choices = [(name, text) for name, text in texts.items() if name not in repeated]
        if repeated:
            field.help_text = _(
                "Not offered, because the current text says the same: %(fields)s. To redact it, edit the practice first."
            ) % {"fields": listed(documents.label(name) for name in repeated)}


def _in_short(value):
    """Return the beginning of a text, or of the items of a list."""
    text = value if isinstance(value, str) else "; ".join(map(str, value))
    return Truncator(text).words(25)
