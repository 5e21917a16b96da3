"""The list of submissions, by default the queue, oldest first, with its bulk actions."""

from collections import Counter

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.contrib.admin.views.main import ChangeList
from django.db.models import Count, Q
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
)
from practices.choices import LANGUAGES, State
from practices.core.titles import title_key
from practices.discovery import duplicates
from practices.models import Country, Objective, Practice, Submission
from practices.templatetags.ages import age

COUNTRIES_SHOWN = 3
MANY_LINKS = 3
MOST_SIMILAR = 3
MOST_CANDIDATES = 1_000


class QueueActionForm(ActionForm):
    assignee = forms.ModelChoiceField(queryset=None, required=False, label=_("To:"), empty_label=_("nobody"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["assignee"].queryset = workflow.moderators()


class QueueChangeList(ChangeList):
    """A page of the list, whose columns are loaded in a fixed number of queries."""

    def get_results(self, request):
        super().get_results(request)
        self.result_list = list(self.result_list)
        documents = [submission.document for submission in self.result_list]
        codes = {code for document in documents for code in document["countries"]}
        countries = dict(Country.objects.filter(code__in=codes).values_list("code", "name"))
        objectives = {objective.number: objective for objective in Objective.objects.all()}
        spam, published = self._spam_by_address(), self._similar_published(documents)
        seen = workflow.seen_versions(self.result_list)
        for submission in self.result_list:
            document = submission.document
            submission.main_objective = objectives.get((document["objectives"] or [None])[0])
            submission.country_names = [countries.get(code, code) for code in document["countries"]]
            submission.seen = seen[submission.pk]
            submission.hints = [*self._similar(submission, published), *self._hints(submission, spam)]

    def _spam_by_address(self):
        """Count spam by its confirmed address: what names an address without showing its mailbox tells nothing of it."""
        addresses = {submission.submitter.email for submission in self.result_list}
        spam = Submission.objects.filter(
            state=State.SPAM, submitter__email__in=addresses, submitter__verified_at__isnull=False
        )
        return Counter(spam.values_list("submitter__email", flat=True))

    @staticmethod
    def _similar_published(documents):
        """Return (key, source address, title key) of published practices with the same source or title key.

        A rough search for a whole page; the review page searches more thoroughly for one.
        """
        sources = {document["source_url"] for document in documents} - {""}
        titles = {title_key(document["title"]) for document in documents} - {""}
        similar = Q(source_url__in=sources) | Q(title_key__in=titles)
        found = Practice.objects.published().filter(similar).values_list("pk", "source_url", "title_key")
        return list(found[:MOST_CANDIDATES])

    @staticmethod
    def _similar(submission, published):
        source, key = submission.document["source_url"], title_key(submission.document["title"])
        others = [one for one in published if one[0] != submission.practice_id]
        same_source = [pk for pk, its_source, _key in others if source and source == its_source]
        similar = [pk for pk, _source, its_key in others if key and key == its_key]
        if len(same_source) <= duplicates.MAX_PER_SOURCE:  # one report may describe many practices
            similar += same_source
        for pk in list(dict.fromkeys(similar))[:MOST_SIMILAR]:
            yield gettext("like practice #%(pk)s") % {"pk": pk}

    def _hints(self, submission, spam):
        """Yield what a moderator might want to know before opening it."""
        document = submission.document
        links = sum(
            str(text).count("://")
            for name, text in document.items()
            if not name.endswith(("_url", "resources"))
        )
        if links >= MANY_LINKS:
            yield ngettext("%(count)s link in its texts", "%(count)s links in its texts", links) % {
                "count": links
            }
        is_counted = submission.state == State.SPAM and submission.submitter.verified_at is not None
        earlier = spam[submission.submitter.email] - is_counted
        if earlier > 0:
            yield ngettext(
                "%(count)s other from this address is spam",
                "%(count)s others from this address are spam",
                earlier,
            ) % {"count": earlier}
        if not submission.submitter.verified_at:
            yield gettext("address not confirmed")


class QueueAdmin(DeclaredLookups, admin.ModelAdmin):
    list_display = [
        "title", "waiting", "state", "objective", "countries", "written_in", "submitter", "assignee", "hints",
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
    sortable_by = ["waiting", "state"]
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
        context = {"title": _("Submissions"), "saved": self._saved(request), **(extra_context or {})}
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

    @admin.display(description=_("waiting for"), ordering="submitted_at")
    def waiting(self, submission):
        return age(submission.submitted_at) if submission.submitted_at else "–"

    @admin.display(description=_("objective"))
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

    @admin.display(description=_("hints"))
    def hints(self, submission):
        return format_html_join("", "<div>{}</div>", ((hint,) for hint in submission.hints)) or "–"

    @admin.action(description=_("Assign to me"), permissions=["change"])
    def assign_to_me(self, request, queryset):
        self._assign(request, queryset, request.user)

    @admin.action(description=_("Assign to somebody else, or to nobody"), permissions=["change"])
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
            text = ngettext("Done with %(count)s submission.", "Done with %(count)s submissions.", done)
            self.message_user(request, text % {"count": done}, messages.SUCCESS)
        if refused:
            text = gettext("Nothing was done with: %(which)s.") % {"which": "; ".join(refused)}
            self.message_user(request, text, messages.WARNING)
