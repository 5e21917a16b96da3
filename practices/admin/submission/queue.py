"""The list of submissions, by default the queue, oldest first, with its bulk actions."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.contrib.admin.views.main import ChangeList
from django.db.models import F
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from practices import workflow
from practices.admin.lookups import DeclaredLookups
from practices.admin.submission.filters import (
    AssigneeFilter,
    CountryFilter,
    LanguageFilter,
    ObjectiveFilter,
    QueueTabFilter,
    counted_tabs,
    saved_tabs,
    tabs,
)
from practices.admin.submission.rows import described
from practices.admin.submission.undo import with_undo
from practices.choices import State
from practices.templatetags.ages import age

COUNTRIES_SHOWN = 3
ROWS = 25
"""Submissions on a page. Duplicates are searched for each of them."""


def label(text, look=""):
    """Return a short text as a label. Its look repeats what it says."""
    return format_html('<span class="label{}">{}</span>', f" label-{look}" if look else "", text)


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
    actions = ["assign_to_me", "assign_to", "mark_spam", "confirm_spam"]
    change_list_template = "admin/practices/submission/change_list.html"

    def get_queryset(self, request):
        sent = super().get_queryset(request).exclude(state=State.DRAFT)
        return sent.select_related("submitter", "assignee")

    def get_changelist(self, request, **kwargs):
        return QueueChangeList

    def changelist_view(self, request, extra_context=None):
        shown = tabs(request).get(request.GET.get("pile"), tabs(request)["queue"])[0]
        context = {
            "title": _("Submissions"),
            "saved": self._saved(request),
            "tab": shown,
            "is_queue": request.GET.get("pile", "queue") == "queue",
            "is_narrowed": bool(request.GET.keys() - {"pile", "o", "p"}),
            **(extra_context or {}),
        }
        return super().changelist_view(request, context)

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
        return label(submission.kind, "answered" if submission.has_come_back else "")

    @admin.display(description=_("waiting"), ordering="submitted_at")
    def waiting(self, submission):
        return age(submission.submitted_at or submission.created_at)

    @admin.display(description=_("status"), ordering="state")
    def status(self, submission):
        is_unchecked = submission.state == State.SPAM and submission.spam_checked_at is None
        text = _("possible spam") if is_unchecked else submission.get_state_display()
        return label(text, submission.state)

    @admin.display(description=_("main objective"))
    def objective(self, submission):
        objective = submission.main_objective
        return f"{objective.number}. {objective.short_label}" if objective else _("none chosen")

    @admin.display(description=_("countries"))
    def countries(self, submission):
        names = submission.country_names
        more = len(names) - COUNTRIES_SHOWN
        shown = ", ".join(names[:COUNTRIES_SHOWN])
        return f"{shown} +{more}" if more > 0 else shown or _("none named")

    @admin.display(description=_("language"))
    def written_in(self, submission):
        return submission.language_name

    @admin.display(description=_("assigned to"), empty_value=_("nobody"))
    def assigned_to(self, submission):
        return submission.assignee

    @admin.display(description=_("to check"))
    def hints(self, submission):
        return render_to_string("admin/hints.html", {"hints": submission.hints})

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
        def assign(submission, seen):
            workflow.assign(submission, to=to, by=request.user, seen=seen)

        self._each(request, queryset, assign)

    @admin.action(description=_("Mark as spam"), permissions=["change"])
    def mark_spam(self, request, queryset):
        def mark_spam(submission, seen):
            workflow.mark_spam(submission, by=request.user, seen=seen)

        self._each(request, queryset, mark_spam)

    @admin.action(description=_("Confirm as spam"), permissions=["change"])
    def confirm_spam(self, request, queryset):
        def confirm_spam(submission, seen):
            workflow.confirm_spam(submission, by=request.user, seen=seen)

        self._each(request, queryset, confirm_spam, can_undo=False)

    def _each(self, request, queryset, step, *, can_undo=True):
        """Make a step with each submission chosen, offer to undo it, and name those with which it was refused.

        It counts for what the list has shown of each; for those chosen beyond the page, for what they are.
        """
        beyond = None if request.POST.get("select_across") == "1" else ""
        done, refused = [], []
        for submission in queryset:
            try:
                done.append(
                    workflow.undoable(submission, step, request.POST.get(f"seen-{submission.pk}", beyond))
                )
            except workflow.TransitionNotAllowed as error:
                refused.append(f"{submission} ({error.state.label})")
        if done:
            text = ngettext("%(count)s submission updated.", "%(count)s submissions updated.", len(done))
            text %= {"count": len(done)}
            self.message_user(request, with_undo(request, text, done if can_undo else []), messages.SUCCESS)
        if refused:
            text = gettext("Not updated: %(which)s.") % {"which": "; ".join(refused)}
            self.message_user(request, text, messages.WARNING)
