"""The list of submissions, by default the queue, oldest first, with its bulk actions."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.contrib.admin.views.main import ChangeList
from django.db.models import Count
from django.utils.html import format_html, format_html_join
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
    saved_tabs,
    tabs,
)
from practices.admin.submission.rows import described
from practices.choices import LANGUAGES, State
from practices.models import Submission
from practices.templatetags.ages import age

COUNTRIES_SHOWN = 3


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
    """A page of the list, whose columns are loaded in a fixed number of queries."""

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
    ordering = ["submitted_at", "pk"]
    sortable_by = ["waiting", "status"]
    action_form = QueueActionForm
    show_facets = admin.ShowFacets.NEVER
    actions = ["assign_to_me", "assign_to", "mark_spam"]
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
        """Return (name, label, count, whether it is shown) of the saved tabs."""
        tabs = saved_tabs(request)
        counts = Submission.objects.aggregate(
            **{name: Count("pk", filter=condition) for name, (_label, condition) in tabs.items()}
        )
        shown = request.GET.get("pile")
        return [(name, label, counts[name], name == shown) for name, (label, _condition) in tabs.items()]

    def action_checkbox(self, submission):
        """Return the checkbox, with what a bulk action on this row counts for."""
        seen = format_html('<input type="hidden" name="seen-{}" value="{}">', submission.pk, submission.seen)
        return super().action_checkbox(submission) + seen

    @admin.display(description=_("title"))
    def title(self, submission):
        return submission.title

    @admin.display(description=_("kind"))
    def kind(self, submission):
        return label(submission.kind)

    @admin.display(description=_("waiting"), ordering="submitted_at")
    def waiting(self, submission):
        return age(submission.submitted_at) if submission.submitted_at else "–"

    @admin.display(description=_("status"), ordering="state")
    def status(self, submission):
        return label(submission.get_state_display(), submission.state)

    @admin.display(description=_("main objective"))
    def objective(self, submission):
        objective = submission.main_objective
        return f"{objective.number}. {objective.short_label}" if objective else "–"

    @admin.display(description=_("countries"))
    def countries(self, submission):
        names = submission.country_names
        more = len(names) - COUNTRIES_SHOWN
        shown = ", ".join(names[:COUNTRIES_SHOWN])
        return f"{shown} +{more}" if more > 0 else shown or "–"

    @admin.display(description=_("language"))
    def written_in(self, submission):
        code = submission.document["language"]
        return dict(LANGUAGES).get(code, code)

    @admin.display(description=_("assigned to"), empty_value="–")
    def assigned_to(self, submission):
        return submission.assignee

    @admin.display(description=_("to check"))
    def hints(self, submission):
        return format_html_join(" ", "{}", ((label(hint, "alert"),) for hint in submission.hints)) or "–"

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

    def _each(self, request, queryset, step):
        """Make a step with each submission chosen, and name those with which it was refused.

        It counts for what the list has shown of each; for those chosen beyond the page, for what they are.
        """
        beyond = None if request.POST.get("select_across") == "1" else ""
        done, refused = 0, []
        for submission in queryset:
            try:
                step(submission, request.POST.get(f"seen-{submission.pk}", beyond))
            except workflow.TransitionNotAllowed as error:
                refused.append(f"{submission} ({error.state.label})")
            else:
                done += 1
        if done:
            text = ngettext("%(count)s submission updated.", "%(count)s submissions updated.", done)
            self.message_user(request, text % {"count": done}, messages.SUCCESS)
        if refused:
            text = gettext("Not updated: %(which)s.") % {"which": "; ".join(refused)}
            self.message_user(request, text, messages.WARNING)
