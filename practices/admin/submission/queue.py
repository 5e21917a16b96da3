"""The list of submissions, by default the queue, oldest first, with its bulk actions."""

import dataclasses
from functools import partial

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME, ActionForm
from django.contrib.admin.options import ActionLocation
from django.contrib.admin.views.main import ChangeList
from django.contrib.humanize.templatetags.humanize import intcomma
from django.db import transaction
from django.db.models import Case, F, Q, When
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from practices import personal_data, workflow
from practices.admin import acts
from practices.admin.lookups import DeclaredLookups
from practices.admin.submission.decisions import STAFF_STEPS
from practices.admin.submission.filters import (
    AssigneeFilter,
    CountryFilter,
    LanguageFilter,
    ObjectiveFilter,
    QueueTabFilter,
    counted_tabs,
    saved_tabs,
    states_of,
    tabs,
)
from practices.admin.submission.rows import described
from practices.admin.submission.undo import with_undo
from practices.choices import DECIDED, AuditAct, State
from practices.core import audit
from practices.core.punctuation import listed
from practices.core.quotes import quoted
from practices.models.submission import UNCHECKED_SPAM, WAITING_SINCE
from practices.templatetags.ages import age
from practices.templatetags.people import said_to

COUNTRIES_SHOWN = 3
ROWS = 25
"""Submissions on a page."""
AT_ONCE = 200
"""Submissions that one request of a bulk action changes, so that it is answered in a few seconds."""
ACTION_STEPS = {
    "assign_to_me": "assign",
    "assign_to": "assign",
    "mark_spam": "mark_spam",
    "confirm_spam": "confirm_spam",
    "delete_spam": "confirm_spam",
}
"""Bulk action → a step of the submissions that it can change."""
NAMED = 10
"""Submissions that a message names."""
_ALL = Q()
_SINCE = Case(When(state=State.CHANGES_REQUESTED, then=F("requested_at")), default=WAITING_SINCE)
"""The instant since which moderators, or the submitter of a submission that was sent back, have been waited for."""


def label(text, look=""):
    """Return a short text as a label. Its look repeats what it says."""
    return format_html('<span class="label{}">{}</span>', f" label-{look}" if look else "", text)


def _is_across(request):
    """Return whether a bulk action was chosen for the whole list, beyond the rows of the page."""
    return request.POST.get("select_across") == "1"


def _is_unchecked_spam(submission):
    return submission.state == State.SPAM and submission.spam_checked_at is None


class QueueActionForm(ActionForm):
    assignee = forms.ModelChoiceField(
        queryset=None, required=False, label=_("Assign to"), empty_label=_("nobody")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["assignee"].queryset = workflow.moderators()


class QueueChangeList(ChangeList):
    """A page of the list, whose columns are loaded for all rows together."""

    def get_results(self, request):
        super().get_results(request)
        self.result_list = described(self.result_list)
        for submission in self.result_list:
            submission.assigned = submission.assignee and said_to(submission.assignee, request.user)


class ChosenForm(forms.Form):
    """The rows that a bulk action was chosen for, hidden in the page that asks about it."""

    action = forms.CharField(widget=forms.HiddenInput)
    _selected_action = forms.MultipleChoiceField(widget=forms.MultipleHiddenInput)


def said_done(step, count):
    """Return in words what a bulk action has done with a number of submissions, which it puts in itself."""
    match step:
        case "mark_spam":
            return ngettext(
                "%(count)s submission marked as spam.", "%(count)s submissions marked as spam.", count
            )
        case "confirm_spam":
            return ngettext(
                "%(count)s submission confirmed as spam.", "%(count)s submissions confirmed as spam.", count
            )
        case "assign":
            return ngettext(
                "%(count)s submission assigned to %(to)s.", "%(count)s submissions assigned to %(to)s.", count
            )
        case _:
            raise ValueError(f"{step} is no bulk action")


class Refused:
    """Submissions that a bulk action leaves as they are for the same reason; NAMED of them at most are named."""

    def __init__(self, reason):
        self.reason = reason
        self.names = []
        self.number = 0

    def add(self, submissions, *, number):
        names = [f"{submission} ({submission.get_state_display()})" for submission in submissions]
        self.names = [*self.names, *names][:NAMED]
        self.number += number

    def __str__(self):
        if not self.names:
            return ""
        said, more = {"reason": self.reason, "which": "; ".join(self.names)}, self.number - len(self.names)
        if more:
            text = ngettext(
                "%(reason)s %(which)s, and %(count)s other.",
                "%(reason)s %(which)s, and %(count)s others.",
                more,
            )
            return text % {**said, "count": intcomma(more)}
        return gettext("%(reason)s %(which)s.") % said


@dataclasses.dataclass
class BulkResult:
    """Outcome of a bulk action."""

    step: str
    number: int
    """Number of submissions that it could change, of which AT_ONCE are tried."""
    already: int
    """Number of submissions that needed no change."""
    to: str = ""
    """The person to whom they are assigned."""
    deleted: int = 0
    """Number of submissions that were deleted while their list was shown."""
    done: list[workflow.UndoableStep] = dataclasses.field(default_factory=list)
    impossible: Refused = dataclasses.field(
        default_factory=lambda: Refused(gettext("Left as they are, because their status does not allow it:"))
    )
    changed: Refused = dataclasses.field(
        default_factory=lambda: Refused(
            gettext("Left as they are, because they have changed since this list was loaded:")
        )
    )

    @property
    def said_done(self):
        return said_done(self.step, len(self.done)) % {"count": intcomma(len(self.done)), "to": self.to}

    @property
    def said_left(self):
        left = self.number - AT_ONCE
        text = ngettext(
            "%(left)s submission is left, because %(most)s are updated at once. Choose the action again for it.",
            "%(left)s submissions are left, because %(most)s are updated at once. Choose the action again for them.",
            left,
        )
        return text % {"left": intcomma(left), "most": AT_ONCE} if left > 0 else ""

    @property
    def said_already(self):
        text = ngettext(
            "%(count)s submission needed no change.", "%(count)s submissions needed no change.", self.already
        )
        return text % {"count": intcomma(self.already)} if self.already else ""

    @property
    def said_deleted(self):
        text = ngettext(
            "%(count)s submission has been deleted since this list was loaded.",
            "%(count)s submissions have been deleted since this list was loaded.",
            self.deleted,
        )
        return text % {"count": intcomma(self.deleted)} if self.deleted else ""

    @property
    def warnings(self):
        said = self.said_left, self.said_already, str(self.impossible), str(self.changed), self.said_deleted
        return [text for text in said if text]


class QueueAdmin(DeclaredLookups, admin.ModelAdmin):
    list_display = [
        "title", "kind", "waiting", "status", "hints", "assigned_to", "objective", "countries", "written_in",
        "submitter",
    ]  # fmt: skip
    list_display_links = ["title"]
    list_filter = [
        QueueTabFilter,
        ("assignee", AssigneeFilter),
        ObjectiveFilter,
        CountryFilter,
        LanguageFilter,
    ]
    search_fields = ["document__title", "submitter__name", "submitter__email", "submitter__organisation"]
    ordering = [
        F("spam_checked_at").asc(nulls_first=True),  # of spam, what nobody has checked comes first
        F("submitted_at").asc(nulls_first=True),
        "pk",
    ]
    sortable_by = ["waiting", "status"]
    list_per_page = ROWS
    action_form = QueueActionForm
    show_facets = admin.ShowFacets.NEVER
    actions = ["assign_to_me", "assign_to", "mark_spam", "confirm_spam", "delete_spam"]
    change_list_template = "admin/practices/submission/change_list.html"

    def get_actions(self, request, action_location=ActionLocation.CHANGE_LIST):
        """Return the actions that can change something in the list that is shown."""
        shown, states = super().get_actions(request, action_location), states_of(request)
        return {
            name: action
            for name, action in shown.items()
            if name not in ACTION_STEPS or states & STAFF_STEPS[ACTION_STEPS[name]].sources
        }

    def response_action(self, request, queryset, **options):
        """Pass on the chosen rows also where they have left the list meanwhile, so that the action says what they are."""
        if not _is_across(request):
            queryset = self.get_queryset(request)
        return super().response_action(request, queryset, **options)

    def get_queryset(self, request):
        sent = super().get_queryset(request).exclude(state=State.DRAFT)
        return sent.select_related("submitter", "assignee", "practice").with_request()

    def get_changelist(self, request, **kwargs):
        return QueueChangeList

    def changelist_view(self, request, extra_context=None):
        shown = tabs(request).get(request.GET.get("pile"), tabs(request)["queue"])[0]
        saved = self._saved(request)
        context = {
            "title": _("Submissions"),
            "saved": saved,
            "waits_for_submitters": any(
                number for name, _label, number, *_rest in saved if name == "waiting"
            ),
            "tab": shown,
            "is_queue": request.GET.get("pile", "queue") == "queue",
            "is_narrowed": bool(request.GET.keys() - {"pile", "o", "p"}),
            **(extra_context or {}),
        }
        response = super().changelist_view(request, context)
        action_form = getattr(response, "context_data", {}).get("action_form")
        if action_form and "assign_to" not in dict(action_form.fields["action"].choices):
            del action_form.fields["assignee"]
        return response

    @staticmethod
    def _saved(request):
        """Return (name, label, count, how many of them are unchecked, whether it is shown) of the saved tabs."""
        shown = request.GET.get("pile")
        return [(*tab, tab[0] == shown) for tab in counted_tabs(saved_tabs(request), request)]

    def action_checkbox(self, submission):
        """Return the checkbox, with what a bulk action on this row counts for."""
        seen = format_html('<input type="hidden" name="seen-{}" value="{}">', submission.pk, submission.seen)
        return super().action_checkbox(submission) + seen

    @admin.display(description=_("title"))
    def title(self, submission):
        return submission.title

    @admin.display(description=_("kind"))
    def kind(self, submission):
        kind = label(submission.kind, "answered" if submission.has_come_back else "")
        if not submission.sender:
            return kind
        return format_html("{} <small>{}</small>", kind, submission.sender.brief)

    @admin.display(description=_("waiting"), ordering=_SINCE)
    def waiting(self, submission):
        if submission.withdrawal_requested_at:
            return age(submission.withdrawal_requested_at)
        if submission.state in DECIDED and not _is_unchecked_spam(submission):
            return None
        if submission.state == State.CHANGES_REQUESTED:
            return age(submission.requested_at)
        waits = age(submission.waiting_since)
        if not submission.returned_at:
            return waits
        first = gettext("first sent %(age)s ago") % {"age": age(submission.submitted_at)}
        return format_html("{} <small>{}</small>", waits, first)

    @admin.display(description=_("status"), ordering="state")
    def status(self, submission):
        if _is_unchecked_spam(submission):
            return label(_("possible spam"), submission.state)
        practice = submission.practice
        if submission.state == State.PUBLISHED and practice and not practice.is_public:
            text = _("practice merged") if practice.merged_into_id else _("practice withdrawn")
            return label(text, State.WITHDRAWN)
        return label(submission.get_state_display(), submission.state)

    @admin.display(description=_("main objective"))
    def objective(self, submission):
        objective = submission.main_objective
        return str(objective or _("none chosen"))

    @admin.display(description=_("countries"))
    def countries(self, submission):
        names = submission.country_names
        more = len(names) - COUNTRIES_SHOWN
        shown = listed(names[:COUNTRIES_SHOWN])
        return f"{shown} +{more}" if more > 0 else shown or _("none named")

    @admin.display(description=_("language"))
    def written_in(self, submission):
        return submission.language_name

    @admin.display(description=_("assigned to"), empty_value=_("nobody"))
    def assigned_to(self, submission):
        return submission.assigned

    @admin.display(description=_("to check"))
    def hints(self, submission):
        page = reverse("admin:practices_submission_change", args=[submission.pk])
        context = {"hints": submission.hints, "further": submission.further_hints, "page": page}
        return render_to_string("admin/folded_hints.html", context)

    @admin.action(description=_("Assign to me"), permissions=["change"])
    def assign_to_me(self, request, queryset):
        self._assign(request, queryset, request.user)

    @admin.action(description=_("Assign to …"), permissions=["change"])
    def assign_to(self, request, queryset):
        form = self.action_form(request.POST)
        form.fields["action"].choices = self.get_action_choices(request)
        form.full_clean()  # known to be valid: Django has checked it before
        self._assign(request, queryset, form.cleaned_data["assignee"])

    def _assign(self, request, queryset, to):
        others = ~Q(assignee=to) if to else Q(assignee__isnull=False)
        name = said_to(to, request.user) if to else gettext("nobody")
        self._each(request, queryset, "assign", to_change=others, said_to=name, to=to)

    @admin.action(description=_("Mark as spam"), permissions=["change"])
    def mark_spam(self, request, queryset):
        self._each(request, queryset, "mark_spam")

    @admin.action(description=_("Confirm as spam"), permissions=["change"])
    def confirm_spam(self, request, queryset):
        self._each(request, queryset, "confirm_spam", to_change=UNCHECKED_SPAM)

    def has_delete_spam_permission(self, request):
        return request.user.has_perm("practices.delete_submission")

    @admin.action(description=_("Delete spam permanently"), permissions=["delete_spam"])
    def delete_spam(self, request, queryset):
        """Ask, then delete those of the chosen submissions that are spam."""
        spam = list(queryset.filter(state=State.SPAM)[:AT_ONCE])
        if not spam:
            text = _("Nothing was deleted: only what is marked as spam can be.")
            self.message_user(request, text, messages.ERROR)
            return None
        if "confirmed" not in request.POST:
            return self._ask_to_delete(request, spam)
        with transaction.atomic():
            deleted = sum(personal_data.delete_spam(submission) for submission in spam)
            audit.record(
                AuditAct.SPAM_DELETED, by=request.user.get_username(), what=f"submissions: {deleted}"
            )
        text = ngettext("%(count)s submission deleted.", "%(count)s submissions deleted.", deleted)
        self.message_user(request, text % {"count": deleted}, messages.SUCCESS)
        return None

    def _ask_to_delete(self, request, spam):
        form = ChosenForm(initial={"action": "delete_spam", "_selected_action": [each.pk for each in spam]})
        follows = [
            ngettext(
                "%(count)s submission is deleted, with its files, messages and the contact of its submitter.",
                "%(count)s submissions are deleted, with their files, messages and the contacts of their submitters.",
                len(spam),
            )
            % {"count": len(spam)},
            _("Later submissions from these addresses are no longer compared with it as earlier spam."),
            _("This cannot be undone, and nobody is told."),
            *(quoted(submission) for submission in spam[:NAMED]),
        ]
        return acts.ask(
            self,
            request,
            form=form,
            title=_("Delete spam permanently?"),
            follows=follows,
            button=_("Delete spam permanently"),
            cancel=request.get_full_path(),
        )

    def _each(self, request, queryset, name, *, to_change=_ALL, said_to="", **options):
        """Make a step with the chosen submissions, AT_ONCE of them at most, each in a transaction of its own.

        It counts for what the list has shown of each; for those chosen beyond the page, for what they are. `to_change`
        tells those that are not so already, `said_to` to whom they are assigned.
        """
        step = STAFF_STEPS[name]
        beyond = None if _is_across(request) else ""
        fitting, others = queryset.filter(state__in=step.sources), queryset.exclude(state__in=step.sources)
        possible = fitting.filter(to_change)
        number = possible.count()
        result = BulkResult(name, number=number, already=fitting.count() - number, to=said_to)
        if not _is_across(request):
            result.deleted = len(set(request.POST.getlist(ACTION_CHECKBOX_NAME))) - queryset.count()
        result.impossible.add(others[:NAMED], number=others.count())
        for submission in possible[:AT_ONCE]:
            seen = request.POST.get(f"seen-{submission.pk}", beyond)
            make = partial(getattr(workflow, name), by=request.user, seen=seen, **options)
            try:
                result.done.append(workflow.undoable(submission, make))
            except workflow.TransitionNotAllowed:
                result.changed.add([submission], number=1)
        if result.done:
            text = with_undo(request, result.said_done, step, result.done, back=request.get_full_path())
            self.message_user(request, text, messages.SUCCESS)
        for text in result.warnings:
            self.message_user(request, text, messages.WARNING)
