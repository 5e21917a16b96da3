"""What people and files send in, checked."""

from practices.forms.document import DocumentForm, Section, checked, document_choices
from practices.forms.public import STAMP_SALT
from practices.forms.spreadsheet import SpreadsheetForm, from_answers, template_rows
from practices.forms.submission import (
    AnswerForm,
    AttachmentForm,
    StartForm,
    StartUpdateForm,
    SubmissionForm,
    ThreadForm,
    UpdateForm,
    as_data,
    as_typed,
    bound_sections,
    differences,
    form_class,
    new_submitter,
)
from practices.forms.subscribing import (
    CadenceForm,
    LinkForm,
    PreferencesForm,
    SubscriptionForm,
    TimeZoneField,
)

__all__ = [
    "STAMP_SALT",
    "AnswerForm",
    "AttachmentForm",
    "CadenceForm",
    "DocumentForm",
    "LinkForm",
    "PreferencesForm",
    "Section",
    "SpreadsheetForm",
    "StartForm",
    "StartUpdateForm",
    "SubmissionForm",
    "SubscriptionForm",
    "ThreadForm",
    "TimeZoneField",
    "UpdateForm",
    "as_data",
    "as_typed",
    "bound_sections",
    "checked",
    "differences",
    "document_choices",
    "form_class",
    "from_answers",
    "new_submitter",
    "template_rows",
]
