from practices.models.adaptation import Adaptation
from practices.models.announcement import Announcement, Broadcast
from practices.models.attachment import Attachment, RevisionFile, StoredFile
from practices.models.check import Check
from practices.models.data_request import DataRequest
from practices.models.discovery import (
    ALL_PRACTICES,
    WITHOUT_REGION,
    FacetCount,
    FacetEntry,
    FacetKey,
    IndexedPractice,
    IndexedWord,
    PracticeVector,
)
from practices.models.doi import DoiRegistration
from practices.models.dump import Dump, delete_dumps
from practices.models.former_address import FormerAddress
from practices.models.imports import ColumnMapping, PracticeImport
from practices.models.limits import LimitBucket, SentForm
from practices.models.moderation import (
    Approval,
    CriterionTick,
    DismissedDuplicate,
    RejectionReason,
    StaffProfile,
)
from practices.models.operation import AuditEvent, Fault, JobRun
from practices.models.outbox import OutboxMessage, SendingHold
from practices.models.practice import (
    FormerTag,
    Placement,
    Practice,
    Revision,
    TaggedPractice,
    in_brief,
    text_direction,
    year_span,
)
from practices.models.question import Question, QuestionContact
from practices.models.submission import ModerationEvent, Submission, Submitter, ThreadMessage
from practices.models.subscription import QUERY_LENGTH, Subscriber, Subscription, SuspendedAddress
from practices.models.taxonomy import (
    Country,
    GuidingPrinciple,
    ImplementerKind,
    Objective,
    PracticeType,
    Region,
    SustainableDevelopmentGoal,
    Taxonomy,
)
from practices.models.thesaurus import Concept
from practices.models.translation import Translation
from practices.models.version import CatalogueVersion
from practices.models.websub import HubPing

__all__ = [
    "ALL_PRACTICES",
    "QUERY_LENGTH",
    "WITHOUT_REGION",
    "Adaptation",
    "Announcement",
    "Approval",
    "Attachment",
    "AuditEvent",
    "Broadcast",
    "CatalogueVersion",
    "Check",
    "ColumnMapping",
    "Concept",
    "Country",
    "CriterionTick",
    "DataRequest",
    "DismissedDuplicate",
    "DoiRegistration",
    "Dump",
    "FacetCount",
    "FacetEntry",
    "FacetKey",
    "Fault",
    "FormerAddress",
    "FormerTag",
    "GuidingPrinciple",
    "HubPing",
    "ImplementerKind",
    "IndexedPractice",
    "IndexedWord",
    "JobRun",
    "LimitBucket",
    "ModerationEvent",
    "Objective",
    "OutboxMessage",
    "Placement",
    "Practice",
    "PracticeImport",
    "PracticeType",
    "PracticeVector",
    "Question",
    "QuestionContact",
    "Region",
    "RejectionReason",
    "Revision",
    "RevisionFile",
    "SendingHold",
    "SentForm",
    "StaffProfile",
    "StoredFile",
    "Submission",
    "Submitter",
    "Subscriber",
    "Subscription",
    "SuspendedAddress",
    "SustainableDevelopmentGoal",
    "TaggedPractice",
    "Taxonomy",
    "ThreadMessage",
    "Translation",
    "delete_dumps",
    "in_brief",
    "text_direction",
    "year_span",
]
