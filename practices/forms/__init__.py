"""What people and files send in, checked."""

from practices.forms.document import DocumentForm, Section, checked, document_choices
from practices.forms.public import (
    STAMP_SALT,
    AnswerForm,
    SubmissionForm,
    SubscriptionForm,
    bound_sections,
)

__all__ = [
    "STAMP_SALT",
    "AnswerForm",
    "DocumentForm",
    "Section",
    "SubmissionForm",
    "SubscriptionForm",
    "bound_sections",
    "checked",
    "document_choices",
]
