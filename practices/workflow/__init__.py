"""Every change of a submission's or a practice's state. Nothing else writes them.

A step and what it sets off (event, revision, messages) are one transaction.
"""

from practices.workflow.conversing import write
from practices.workflow.expiring import expire_drafts
from practices.workflow.moderating import (
    assign,
    mark_spam,
    publish,
    reject,
    request_changes,
    return_to_queue,
    start_review,
)
from practices.workflow.publishing import publish_document, restore_practice, withdraw_practice
from practices.workflow.steps import ALLOWED, DECIDED, Staff, TransitionNotAllowed, allowed
from practices.workflow.submitting import (
    EDITABLE,
    SavedMeanwhile,
    answer,
    begin,
    confirm_path,
    confirms,
    mail_link,
    save,
    send,
    submit,
    withdraw,
)

__all__ = [
    "ALLOWED",
    "DECIDED",
    "EDITABLE",
    "SavedMeanwhile",
    "Staff",
    "TransitionNotAllowed",
    "allowed",
    "answer",
    "assign",
    "begin",
    "confirm_path",
    "confirms",
    "expire_drafts",
    "mail_link",
    "mark_spam",
    "publish",
    "publish_document",
    "reject",
    "request_changes",
    "restore_practice",
    "return_to_queue",
    "save",
    "send",
    "start_review",
    "submit",
    "withdraw",
    "withdraw_practice",
    "write",
]
