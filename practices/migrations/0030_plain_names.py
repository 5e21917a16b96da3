"""Change names, help texts and labels in Django's state. None is stored in the database, so no SQL runs."""

import django.core.validators
import django.db.models.deletion
import taggit.managers
from django.db import migrations, models

from practices.migrations._operations import StateOnly


class Migration(migrations.Migration):
    dependencies = [
        ("practices", "0029_moderation_event_rebased"),
        ("taggit", "0006_rename_taggeditem_content_type_object_id_taggit_tagg_content_8fc721_idx"),
    ]

    operations = [
        StateOnly(
            operations=[
                migrations.AlterModelOptions(
                    name="criteriontick",
                    options={"verbose_name": "ticked criterion", "verbose_name_plural": "ticked criteria"},
                ),
                migrations.AlterModelOptions(
                    name="implementerkind",
                    options={
                        "ordering": ["position"],
                        "verbose_name": "type of organisation",
                        "verbose_name_plural": "types of organisation",
                    },
                ),
                migrations.AlterModelOptions(
                    name="rejectionreason",
                    options={
                        "ordering": ["position", "pk"],
                        "verbose_name": "reason not to accept",
                        "verbose_name_plural": "reasons not to accept",
                    },
                ),
                migrations.AlterModelOptions(
                    name="threadmessage",
                    options={
                        "ordering": ["at", "pk"],
                        "verbose_name": "message",
                        "verbose_name_plural": "messages",
                    },
                ),
                migrations.AlterField(
                    model_name="approval",
                    name="conflict",
                    field=models.TextField(
                        blank=True,
                        help_text="Empty if they declared that they have none.",
                        verbose_name="conflict of interest",
                    ),
                ),
                migrations.AlterField(
                    model_name="approval",
                    name="document_hash",
                    field=models.CharField(max_length=64, verbose_name="version of the document"),
                ),
                migrations.AlterField(
                    model_name="broadcast",
                    name="fanned_out_at",
                    field=models.DateTimeField(
                        blank=True, db_column="spread_at", null=True, verbose_name="announcements created"
                    ),
                ),
                migrations.AlterField(
                    model_name="broadcast",
                    name="matched",
                    field=models.JSONField(
                        blank=True,
                        help_text="Of all filters with subscriptions; found once.",
                        null=True,
                        verbose_name="matching filters",
                    ),
                ),
                migrations.AlterField(
                    model_name="broadcast",
                    name="position",
                    field=models.BigIntegerField(
                        default=0, verbose_name="key of the last subscriber processed"
                    ),
                ),
                migrations.AlterField(
                    model_name="broadcast",
                    name="revision",
                    field=models.PositiveIntegerField(
                        help_text="1 for a new practice. Higher numbers announce a change.",
                        verbose_name="revision",
                    ),
                ),
                migrations.AlterField(
                    model_name="check",
                    name="answer",
                    field=models.CharField(
                        blank=True,
                        choices=[("yes", "yes"), ("update", "needs an update"), ("ended", "ended")],
                        max_length=10,
                        verbose_name="answer",
                    ),
                ),
                migrations.AlterField(
                    model_name="hubping",
                    name="give_up_at",
                    field=models.DateTimeField(verbose_name="retried until"),
                ),
                migrations.AlterField(
                    model_name="hubping",
                    name="queued_at",
                    field=models.DateTimeField(verbose_name="created"),
                ),
                migrations.AlterField(
                    model_name="moderationevent",
                    name="act",
                    field=models.CharField(
                        choices=[
                            ("step", "step"),
                            ("assigned", "assigned"),
                            ("proposed", "proposed by a moderator"),
                            ("approved", "approved"),
                            ("conflict", "conflict of interest declared"),
                            ("corrected", "corrected"),
                            ("rebased", "updated to the latest revision"),
                            ("merged", "merged"),
                        ],
                        db_default="step",
                        default="step",
                        max_length=20,
                        verbose_name="type",
                    ),
                ),
                migrations.AlterField(
                    model_name="moderationevent",
                    name="changes",
                    field=models.JSONField(
                        blank=True,
                        db_default=models.Value({}, models.JSONField()),
                        default=dict,
                        help_text="Field of the document → its value before and after.",
                        verbose_name="corrections by a moderator",
                    ),
                ),
                migrations.AlterField(
                    model_name="moderationevent",
                    name="field_reasons",
                    field=models.JSONField(
                        blank=True,
                        db_default=models.Value({}, models.JSONField()),
                        default=dict,
                        help_text="Field of the form → requested change. Shown to the submitter.",
                        verbose_name="reasons by field",
                    ),
                ),
                migrations.AlterField(
                    model_name="moderationevent",
                    name="from_state",
                    field=models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("submitted", "submitted"),
                            ("in_review", "in review"),
                            ("changes_requested", "changes requested"),
                            ("scheduled", "scheduled"),
                            ("published", "published"),
                            ("rejected", "not accepted"),
                            ("withdrawn", "withdrawn"),
                            ("spam", "spam"),
                        ],
                        max_length=20,
                        verbose_name="from",
                    ),
                ),
                migrations.AlterField(
                    model_name="moderationevent",
                    name="internal_note",
                    field=models.TextField(
                        blank=True, help_text="Only visible to moderators.", verbose_name="internal note"
                    ),
                ),
                migrations.AlterField(
                    model_name="moderationevent",
                    name="reason",
                    field=models.TextField(
                        blank=True, help_text="Shown to the submitter.", verbose_name="reason"
                    ),
                ),
                migrations.AlterField(
                    model_name="moderationevent",
                    name="revision",
                    field=models.PositiveIntegerField(
                        blank=True,
                        help_text="For an approval to restore a practice: its latest revision at the time.",
                        null=True,
                        verbose_name="applies to revision",
                    ),
                ),
                migrations.AlterField(
                    model_name="moderationevent",
                    name="to_state",
                    field=models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("submitted", "submitted"),
                            ("in_review", "in review"),
                            ("changes_requested", "changes requested"),
                            ("scheduled", "scheduled"),
                            ("published", "published"),
                            ("rejected", "not accepted"),
                            ("withdrawn", "withdrawn"),
                            ("spam", "spam"),
                        ],
                        max_length=20,
                        verbose_name="to",
                    ),
                ),
                migrations.AlterField(
                    model_name="objective",
                    name="gcm_paragraph",
                    field=models.PositiveSmallIntegerField(verbose_name="paragraph of the Global Compact"),
                ),
                migrations.AlterField(
                    model_name="objective",
                    name="meaning",
                    field=models.TextField(
                        help_text="Two sentences without jargon.", verbose_name="plain explanation"
                    ),
                ),
                migrations.AlterField(
                    model_name="outboxmessage",
                    name="context",
                    field=models.JSONField(blank=True, default=dict, verbose_name="other content"),
                ),
                migrations.AlterField(
                    model_name="outboxmessage",
                    name="created_at",
                    field=models.DateTimeField(verbose_name="created"),
                ),
                migrations.AlterField(
                    model_name="outboxmessage",
                    name="give_up_at",
                    field=models.DateTimeField(verbose_name="retried until"),
                ),
                migrations.AlterField(
                    model_name="outboxmessage",
                    name="leased_until",
                    field=models.DateTimeField(
                        blank=True, null=True, verbose_name="claimed by a sender until"
                    ),
                ),
                migrations.AlterField(
                    model_name="practice",
                    name="checked_on",
                    field=models.DateField(
                        blank=True,
                        help_text="The day on which the submitter last confirmed that it is still true.",
                        null=True,
                        verbose_name="checked on",
                    ),
                ),
                migrations.AlterField(
                    model_name="practice",
                    name="credit",
                    field=models.CharField(
                        blank=True,
                        help_text="Empty if submitted anonymously.",
                        max_length=200,
                        verbose_name="public credit",
                    ),
                ),
                migrations.AlterField(
                    model_name="practice",
                    name="evidence_reason",
                    field=models.TextField(
                        blank=True, db_default="", verbose_name="how the results are known"
                    ),
                ),
                migrations.AlterField(
                    model_name="practice",
                    name="hindsight",
                    field=models.TextField(blank=True, verbose_name="what they would do differently"),
                ),
                migrations.AlterField(
                    model_name="practice",
                    name="implementer_kinds",
                    field=models.ManyToManyField(
                        blank=True,
                        related_name="practices",
                        to="practices.implementerkind",
                        verbose_name="types of implementing organisation",
                    ),
                ),
                migrations.AlterField(
                    model_name="practice",
                    name="implementers",
                    field=models.JSONField(
                        blank=True, default=list, verbose_name="implementing organisations"
                    ),
                ),
                migrations.AlterField(
                    model_name="practice",
                    name="licence",
                    field=models.CharField(
                        blank=True,
                        choices=[
                            ("CC-BY-4.0", "CC BY 4.0: anyone may reuse it if they name the source"),
                            ("CC-BY-SA-4.0", "CC BY-SA 4.0: as CC BY, and adaptations need the same licence"),
                            ("CC-BY-NC-4.0", "CC BY-NC 4.0: as CC BY, but not for commercial use"),
                            ("CC0-1.0", "CC0 1.0: no rights reserved"),
                        ],
                        max_length=20,
                        verbose_name="licence",
                    ),
                ),
                migrations.AlterField(
                    model_name="practice",
                    name="merged_into",
                    field=models.ForeignKey(
                        blank=True,
                        help_text="Its address redirects there.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="absorbed",
                        to="practices.practice",
                        verbose_name="merged into",
                    ),
                ),
                migrations.AlterField(
                    model_name="practice",
                    name="replication",
                    field=models.TextField(blank=True, verbose_name="what is needed to do it elsewhere"),
                ),
                migrations.AlterField(
                    model_name="practice",
                    name="tags",
                    field=taggit.managers.TaggableManager(
                        blank=True,
                        help_text="A comma-separated list of tags.",
                        through="practices.TaggedPractice",
                        to="taggit.Tag",
                        verbose_name="topics",
                    ),
                ),
                migrations.AlterField(
                    model_name="practice",
                    name="withdrawal_reason",
                    field=models.TextField(blank=True, verbose_name="reason for withdrawal"),
                ),
                migrations.AlterField(
                    model_name="rejectionreason",
                    name="text",
                    field=models.TextField(help_text="Shown to the submitter.", verbose_name="text"),
                ),
                migrations.AlterField(
                    model_name="rejectionreason",
                    name="title",
                    field=models.CharField(
                        help_text="Shown in the list of reasons.", max_length=100, verbose_name="title"
                    ),
                ),
                migrations.AlterField(
                    model_name="revision",
                    name="files_recorded",
                    field=models.BooleanField(
                        db_default=False,
                        default=False,
                        help_text="Revisions made before version 0.3.0 do not record their files.",
                        verbose_name="files are recorded",
                    ),
                ),
                migrations.AlterField(
                    model_name="revisionfile",
                    name="removed_at",
                    field=models.DateTimeField(blank=True, null=True, verbose_name="permanently deleted"),
                ),
                migrations.AlterField(
                    model_name="staffprofile",
                    name="answers",
                    field=models.BooleanField(
                        db_default=False,
                        default=False,
                        help_text="An e-mail when the submitter of a submission assigned to you writes or resubmits.",
                        verbose_name="answers from submitters",
                    ),
                ),
                migrations.AlterField(
                    model_name="staffprofile",
                    name="nightly_summary",
                    field=models.BooleanField(
                        default=False,
                        help_text="An e-mail about submissions that wait for a decision, on nights when there are any.",
                        verbose_name="nightly summary",
                    ),
                ),
                migrations.AlterField(
                    model_name="staffprofile",
                    name="organisation",
                    field=models.CharField(
                        blank=True,
                        help_text="Members of staff cannot approve submissions of their own organisation.",
                        max_length=200,
                        verbose_name="organisation",
                    ),
                ),
                migrations.AlterField(
                    model_name="submission",
                    name="based_on",
                    field=models.PositiveIntegerField(
                        blank=True,
                        help_text="The latest revision of the practice when the update was started.",
                        null=True,
                        verbose_name="based on revision",
                    ),
                ),
                migrations.AlterField(
                    model_name="submission",
                    name="begun_from",
                    field=models.ForeignKey(
                        blank=True,
                        help_text="The published submission whose private link was used to start this update.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="updates",
                        to="practices.submission",
                        verbose_name="started from submission",
                    ),
                ),
                migrations.AlterField(
                    model_name="submission",
                    name="created_at",
                    field=models.DateTimeField(verbose_name="started"),
                ),
                migrations.AlterField(
                    model_name="submission",
                    name="file_changes",
                    field=models.PositiveIntegerField(
                        db_default=0, default=0, verbose_name="number of changes to its files"
                    ),
                ),
                migrations.AlterField(
                    model_name="submission",
                    name="form_key",
                    field=models.CharField(
                        editable=False,
                        help_text="So that a form that is sent twice is stored once.",
                        max_length=40,
                        unique=True,
                        verbose_name="key of its form",
                    ),
                ),
                migrations.AlterField(
                    model_name="submission",
                    name="is_material",
                    field=models.BooleanField(
                        db_default=False,
                        default=False,
                        help_text="Subscribers are told when it is published.",
                        verbose_name="important change",
                    ),
                ),
                migrations.AlterField(
                    model_name="submission",
                    name="language",
                    field=models.CharField(default="en", max_length=10, verbose_name="language of e-mails"),
                ),
                migrations.AlterField(
                    model_name="submission",
                    name="practice",
                    field=models.ForeignKey(
                        blank=True,
                        help_text="The practice that it updates or has created.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="submissions",
                        to="practices.practice",
                        verbose_name="practice",
                    ),
                ),
                migrations.AlterField(
                    model_name="submission",
                    name="publish_at",
                    field=models.DateTimeField(blank=True, null=True, verbose_name="publication date"),
                ),
                migrations.AlterField(
                    model_name="submission",
                    name="sent_at",
                    field=models.DateTimeField(
                        blank=True,
                        help_text="A draft that was sent waits until its submitter confirms the address.",
                        null=True,
                        verbose_name="sent",
                    ),
                ),
                migrations.AlterField(
                    model_name="submission",
                    name="state",
                    field=models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("submitted", "submitted"),
                            ("in_review", "in review"),
                            ("changes_requested", "changes requested"),
                            ("scheduled", "scheduled"),
                            ("published", "published"),
                            ("rejected", "not accepted"),
                            ("withdrawn", "withdrawn"),
                            ("spam", "spam"),
                        ],
                        db_index=True,
                        default="draft",
                        max_length=20,
                        verbose_name="status",
                    ),
                ),
                migrations.AlterField(
                    model_name="submission",
                    name="typed",
                    field=models.JSONField(
                        blank=True,
                        db_default=models.Value({}, models.JSONField()),
                        default=dict,
                        help_text="Field of the form → text as typed, valid or not, while the submitter works on it.",
                        verbose_name="form as typed",
                    ),
                ),
                migrations.AlterField(
                    model_name="submission",
                    name="version",
                    field=models.PositiveIntegerField(
                        db_default=1,
                        default=1,
                        help_text="So that two browsers do not overwrite each other's changes.",
                        verbose_name="number of the last save",
                    ),
                ),
                migrations.AlterField(
                    model_name="submission",
                    name="warned_at",
                    field=models.DateTimeField(blank=True, null=True, verbose_name="warned before deletion"),
                ),
                migrations.AlterField(
                    model_name="submitter",
                    name="erased_at",
                    field=models.DateTimeField(blank=True, null=True, verbose_name="personal data deleted"),
                ),
                migrations.AlterField(
                    model_name="submitter",
                    name="honorific",
                    field=models.CharField(blank=True, max_length=40, verbose_name="title (Ms., Dr., …)"),
                ),
                migrations.AlterField(
                    model_name="subscriber",
                    name="bounced_on",
                    field=models.DateField(
                        blank=True, null=True, verbose_name="last day with a permanent failure"
                    ),
                ),
                migrations.AlterField(
                    model_name="subscriber",
                    name="bounces",
                    field=models.PositiveSmallIntegerField(
                        default=0, verbose_name="permanent failures in a row"
                    ),
                ),
                migrations.AlterField(
                    model_name="subscriber",
                    name="created_at",
                    field=models.DateTimeField(verbose_name="first request"),
                ),
                migrations.AlterField(
                    model_name="subscriber",
                    name="digest_hour",
                    field=models.PositiveSmallIntegerField(
                        default=8,
                        validators=[django.core.validators.MaxValueValidator(23)],
                        verbose_name="time of daily and weekly e-mails",
                    ),
                ),
                migrations.AlterField(
                    model_name="subscriber",
                    name="suspended_because",
                    field=models.CharField(
                        blank=True,
                        choices=[("bounces", "returned e-mail"), ("complaint", "a spam complaint")],
                        max_length=20,
                        verbose_name="reason for suspension",
                    ),
                ),
                migrations.AlterField(
                    model_name="subscription",
                    name="consent",
                    field=models.CharField(
                        blank=True,
                        help_text="Version of the form's text.",
                        max_length=20,
                        verbose_name="accepted wording",
                    ),
                ),
                migrations.AlterField(
                    model_name="subscription",
                    name="former_keys",
                    field=models.TextField(
                        blank=True,
                        db_default="",
                        default="",
                        editable=False,
                        verbose_name="keys of merged subscriptions",
                    ),
                ),
                migrations.AlterField(
                    model_name="subscription",
                    name="query",
                    field=models.CharField(
                        blank=True,
                        db_index=True,
                        help_text="Query string of a list; empty for all practices.",
                        max_length=1000,
                        verbose_name="filter",
                    ),
                ),
                migrations.AlterField(
                    model_name="subscription",
                    name="requested_at",
                    field=models.DateTimeField(verbose_name="requested"),
                ),
                migrations.AlterField(
                    model_name="suspendedaddress",
                    name="because",
                    field=models.CharField(
                        choices=[("bounces", "returned e-mail"), ("complaint", "a spam complaint")],
                        max_length=20,
                        verbose_name="reason",
                    ),
                ),
                migrations.AlterField(
                    model_name="threadmessage",
                    name="from_staff",
                    field=models.BooleanField(
                        help_text="Otherwise from the submitter.", verbose_name="from a moderator"
                    ),
                ),
            ]
        )
    ]
