"""Every change of state of submissions and practices. No other code writes them.

A step and its effects (event, revision, messages) are one transaction. `transitions` has the table of steps.
"""

from practices.workflow.approvals import (
    first_for,
    is_blind,
    judgement,
    reading_judgement,
    too_few_moderators,
)
from practices.workflow.attachments import TooManyAttachments, attach, detach, put_first
from practices.workflow.criteria_ticks import left_alone, required_missing, tick_criteria, ticks
from practices.workflow.dismissals import dismiss_duplicate, restore_duplicate
from practices.workflow.draft_expiry import expire_drafts
from practices.workflow.edits import add_practice, edit_practice
from practices.workflow.errors import (
    ApprovalOfOwnText,
    ApprovalRefused,
    ApprovalsMissing,
    ChangedMeanwhile,
    CriteriaMissing,
    MergeRefused,
    NothingToUndo,
    OtherDecided,
    PracticeRevisedMeanwhile,
    PracticeWithdrawn,
    RevisedMeanwhile,
    SavedMeanwhile,
    StepRefused,
    StillPublished,
    SubmissionErased,
    TransitionNotAllowed,
)
from practices.workflow.file_removal import remove_file
from practices.workflow.health import has_moderators
from practices.workflow.invitations import AccountExists, invite_moderator, invited
from practices.workflow.merge import absorb, merge
from practices.workflow.messages import Cause
from practices.workflow.moderators import MODERATE, moderators
from practices.workflow.nightly_summary import send_summaries
from practices.workflow.private_links import mail_links
from practices.workflow.proposals import propose
from practices.workflow.publishing import (
    Analysis,
    NewPractice,
    Origin,
    analyse,
    publish_document,
    publish_documents,
    reserve_numbers,
    standing,
)
from practices.workflow.rebase import rebase
from practices.workflow.redaction import redact_revision, redactable
from practices.workflow.rename_tag import rename_tag
from practices.workflow.review import (
    approve,
    assign,
    confirm_spam,
    correct,
    declare_conflict,
    keep_open,
    mark_spam,
    publish,
    reject,
    reopen,
    request_changes,
    return_to_queue,
    start_review,
)
from practices.workflow.scheduling import (
    cancel_publication,
    drop_probably_sent,
    publish_due,
    schedule,
    scheduled_with,
)
from practices.workflow.spam import spam_reasons, spam_score
from practices.workflow.still_true import (
    ask_if_still_true,
    confirm_still_true,
    mark_ended,
    mark_outdated,
    send_check,
)
from practices.workflow.submission import (
    begin,
    begin_correction,
    begin_update,
    confirm_path,
    discard,
    is_confirm_key,
    mail_link,
    resubmit,
    save,
    send,
    submit,
    withdraw,
)
from practices.workflow.thread import write
from practices.workflow.transitions import (
    TRANSITIONS,
    Staff,
    Transition,
    available,
    seen_version,
    seen_versions,
    transition,
)
from practices.workflow.translations import (
    begin_translation,
    remove_translator,
    restore_translation,
    withdraw_translation,
)
from practices.workflow.unanswered import close, close_unanswered
from practices.workflow.undo import UndoableStep, undo, undoable
from practices.workflow.withdrawal import restorations_missing, restore_practice, withdraw_practice
from practices.workflow.withdrawal_requests import (
    cancel_withdrawal_request,
    decline_withdrawal,
    request_withdrawal,
    withdrawal_reason,
    withdrawal_standing,
)

__all__ = [
    "MODERATE",
    "TRANSITIONS",
    "AccountExists",
    "Analysis",
    "ApprovalOfOwnText",
    "ApprovalRefused",
    "ApprovalsMissing",
    "Cause",
    "ChangedMeanwhile",
    "CriteriaMissing",
    "MergeRefused",
    "NewPractice",
    "NothingToUndo",
    "Origin",
    "OtherDecided",
    "PracticeRevisedMeanwhile",
    "PracticeWithdrawn",
    "RevisedMeanwhile",
    "SavedMeanwhile",
    "Staff",
    "StepRefused",
    "StillPublished",
    "SubmissionErased",
    "TooManyAttachments",
    "Transition",
    "TransitionNotAllowed",
    "UndoableStep",
    "absorb",
    "add_practice",
    "analyse",
    "approve",
    "ask_if_still_true",
    "assign",
    "attach",
    "available",
    "begin",
    "begin_correction",
    "begin_translation",
    "begin_update",
    "cancel_publication",
    "cancel_withdrawal_request",
    "close",
    "close_unanswered",
    "confirm_path",
    "confirm_spam",
    "confirm_still_true",
    "correct",
    "declare_conflict",
    "decline_withdrawal",
    "detach",
    "discard",
    "dismiss_duplicate",
    "drop_probably_sent",
    "edit_practice",
    "expire_drafts",
    "first_for",
    "has_moderators",
    "invite_moderator",
    "invited",
    "is_blind",
    "is_confirm_key",
    "judgement",
    "keep_open",
    "left_alone",
    "mail_link",
    "mail_links",
    "mark_ended",
    "mark_outdated",
    "mark_spam",
    "merge",
    "moderators",
    "propose",
    "publish",
    "publish_document",
    "publish_documents",
    "publish_due",
    "put_first",
    "reading_judgement",
    "rebase",
    "redact_revision",
    "redactable",
    "reject",
    "remove_file",
    "remove_translator",
    "rename_tag",
    "reopen",
    "request_changes",
    "request_withdrawal",
    "required_missing",
    "reserve_numbers",
    "restorations_missing",
    "restore_duplicate",
    "restore_practice",
    "restore_translation",
    "resubmit",
    "return_to_queue",
    "save",
    "schedule",
    "scheduled_with",
    "seen_version",
    "seen_versions",
    "send",
    "send_check",
    "send_summaries",
    "spam_reasons",
    "spam_score",
    "standing",
    "start_review",
    "submit",
    "tick_criteria",
    "ticks",
    "too_few_moderators",
    "transition",
    "undo",
    "undoable",
    "withdraw",
    "withdraw_practice",
    "withdraw_translation",
    "withdrawal_reason",
    "withdrawal_standing",
    "write",
]
