"""Every change of a submission's or a practice's state. Nothing else writes them.

A step and what it sets off (event, revision, messages) are one transaction.
"""

from practices.workflow.approvals import (
    ApprovalRefused,
    ApprovalsMissing,
    approvals_missing,
    approve,
    is_independent,
    said_of,
)
from practices.workflow.attachments import TooManyAttachments, attach, detach, put_first
from practices.workflow.criteria_ticks import tick
from practices.workflow.draft_expiry import expire_drafts
from practices.workflow.merge import MergeRefused, merge
from practices.workflow.publishing import publish_document, restore_practice, withdraw_practice
from practices.workflow.rebase import RevisedMeanwhile, catch_up
from practices.workflow.rename_tag import rename_tag
from practices.workflow.review import (
    assign,
    correct,
    mark_spam,
    publish,
    reject,
    request_changes,
    return_to_queue,
    start_review,
)
from practices.workflow.scheduling import cancel_publication, publish_due, schedule
from practices.workflow.still_true import ask_if_still_true, confirm_still_true, mark_changed, mark_ended
from practices.workflow.submission import (
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
from practices.workflow.thread import write
from practices.workflow.transitions import ALLOWED, DECIDED, EDITABLE, Staff, TransitionNotAllowed, allowed

__all__ = [
    "ALLOWED",
    "DECIDED",
    "EDITABLE",
    "ApprovalRefused",
    "ApprovalsMissing",
    "MergeRefused",
    "RevisedMeanwhile",
    "SavedMeanwhile",
    "Staff",
    "TooManyAttachments",
    "TransitionNotAllowed",
    "allowed",
    "answer",
    "approvals_missing",
    "approve",
    "ask_if_still_true",
    "assign",
    "attach",
    "begin",
    "cancel_publication",
    "catch_up",
    "confirm_path",
    "confirm_still_true",
    "confirms",
    "correct",
    "detach",
    "expire_drafts",
    "is_independent",
    "mail_link",
    "mark_changed",
    "mark_ended",
    "mark_spam",
    "merge",
    "publish",
    "publish_document",
    "publish_due",
    "put_first",
    "reject",
    "rename_tag",
    "request_changes",
    "restore_practice",
    "return_to_queue",
    "said_of",
    "save",
    "schedule",
    "send",
    "start_review",
    "submit",
    "tick",
    "withdraw",
    "withdraw_practice",
    "write",
]
