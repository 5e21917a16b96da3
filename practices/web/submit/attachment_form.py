"""Forms with which submitters add files."""

from django import forms
from django.utils.translation import gettext_lazy as _

from practices.core import upload_checks
from practices.documents import LINE_LENGTH, plain
from practices.documents.form_fields import LineField


def busy_error() -> forms.ValidationError:
    """Return the error of a file that could not be checked yet, which `upload_page` answers with 503."""
    return forms.ValidationError(
        _(
            "Other files are being checked right now, so yours was not saved. "
            "Please choose it again and send it in half a minute."
        ),
        code="busy",
    )


class AttachmentForm(forms.Form):
    """A file of a practice. The cleaned value is an `upload_checks.Upload`."""

    file = forms.FileField(
        label=_("File"),
        error_messages={"required": _("Choose a file."), "empty": _("This file is empty.")},
        widget=forms.FileInput(
            attrs={"accept": ",".join(f".{extension}" for extension in upload_checks.EXTENSIONS)}
        ),
    )
    description = LineField(
        max_length=LINE_LENGTH,
        label=_("Description"),
        help_text=_("Shown instead of the file name, for example “Evaluation of 2022, in French”."),
        error_messages={"required": _("Enter a description, so that readers know what the file contains.")},
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file is None:
            return None
        try:
            return upload_checks.validate(file, name=plain(file.name))
        except upload_checks.Refused as refused:
            raise forms.ValidationError(str(refused)) from refused
        except upload_checks.Busy as busy:
            raise busy_error() from busy

    def add_limit_error(self, limit):
        self.add_error(
            "file", _("You already have %(most)s files. Please remove one first.") % {"most": limit}
        )

    def add_storage_error(self, *, full):
        """Add the error of a file that could not be stored, which `upload_page` answers with 507 or 503."""
        message = (
            _("There is no space left for files, so yours was not saved. Please send it again tomorrow.")
            if full
            else _("Files cannot be saved right now. Please send yours again in a few minutes.")
        )
        self.add_error("file", forms.ValidationError(message, code="full" if full else "away"))


class FirstFileForm(AttachmentForm):
    """A file chosen before there is a draft. It is optional, and described by its name if nothing else is entered."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = False
        self.fields["file"].label = _("File (optional)")
        self.fields["description"].label = _("Description of the file")

    def clean(self):
        cleaned = super().clean()
        if (upload := cleaned.get("file")) and not cleaned.get("description"):
            cleaned["description"] = upload.name[:LINE_LENGTH]
        return cleaned

    def add_lost_error(self):
        """Add the error of a file that came with a form which could not be saved, to a form that has no file."""
        self.add_error("file", _("Choose the file again. It was not saved."))
