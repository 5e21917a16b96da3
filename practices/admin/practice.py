"""Published practices in the admin. Adding and editing go through the workflow and leave a revision."""

from functools import partial

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from practices import documents, workflow
from practices.admin import acts
from practices.admin.adaptations import AdaptationViews
from practices.admin.lookups import DeclaredLookups
from practices.admin.practice_forms import PracticeAdminForm, ReasonForm, RedactionForm
from practices.admin.search import TextSearch
from practices.admin.seen_rows import SentOnce
from practices.choices import AuditAct, PracticeState, State
from practices.core.http.numbers import whole_number
from practices.core.punctuation import listed
from practices.discovery import search
from practices.documents.sections import FORM_SECTIONS, fields_in
from practices.models import Practice, QuestionContact, RevisionFile, Submission

MOST_MERGED = 10
"""Practices merged at once; more would be a mistake."""
EDITED_MEANWHILE = _(
    "Nothing was changed: somebody else has edited the practice. Read it again, then try again."
)


class StateFilter(admin.SimpleListFilter):
    title = _("status")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return PracticeState.choices

    def queryset(self, request, queryset):
        return queryset.in_state(self.value()) if self.value() in PracticeState.values else queryset


class NoneGivenFilter(admin.RelatedFieldListFilter):
    """A filter that labels the empty value."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.empty_value_display = _("not stated")


@admin.register(Practice)
class PracticeAdmin(AdaptationViews, TextSearch, DeclaredLookups, SentOnce):
    list_display = ["title", "main_objective", "published_at", "revised_at", "withdrawn_at"]
    list_filter = [StateFilter, ("type", NoneGivenFilter), ("objectives", NoneGivenFilter)]
    search_fields = ["title", "summary", "credit"]
    date_hierarchy = "published_at"
    change_form_template = "admin/practices/practice/change_form.html"
    actions = ["merge"]

    fieldsets = [
        *((section.title, {"fields": section.fields}) for section in FORM_SECTIONS),
        (_("Credit"), {"fields": [*fields_in(""), *fields_in("you")]}),
        (_("This change"), {"fields": ["note", "seen_revision"]}),
    ]

    def has_change_permission(self, request, obj=None):
        if obj is None:
            return super().has_change_permission(request)
        return "edit_practice" in workflow.available(obj, by=request.user)

    def has_delete_permission(self, request, obj=None):
        """Return False: a published practice is withdrawn, never deleted, and keeps its address."""
        return False

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("placements__objective")

    def history_view(self, request, object_id, extra_context=None):
        """Show what staff edited here, and lead to the submissions, whose pages show how it was decided on.

        Nobody but its submitter knows of a draft.
        """
        submissions = Submission.objects.filter(practice=self.get_object(request, unquote(object_id)))
        sent = submissions.exclude(state=State.DRAFT).order_by("pk")
        return super().history_view(request, object_id, {"submissions": sent})

    def get_search_results(self, request, queryset, search_term):
        """Return what the public search finds with all words, and practices whose texts have them, as withdrawn ones."""
        found, _duplicates = super().get_search_results(request, queryset, search_term)
        if terms := search.interpret(search_term):
            public = search.filter_matching(Practice.objects.all(), terms)
            found = queryset.filter(Q(pk__in=found.values("pk")) | Q(pk__in=public.values("pk")))
        return found, False

    @admin.display(description=_("main objective"))
    def main_objective(self, practice):
        return practice.placements.all()[0].objective

    def get_form(self, request, obj=None, change=False, **kwargs):
        if self._is_read_only(request, obj):
            return super().get_form(request, obj, change=change, **kwargs)
        return PracticeAdminForm

    def get_fieldsets(self, request, obj=None):
        """Return the fieldsets of the document form; without change permission, of the model's columns and relations."""
        if not self._is_read_only(request, obj):
            return self.fieldsets
        columns = {"objective": "main_objective", "other_objectives": "objectives"}
        return [
            (title, {"fields": [columns.get(name, name) for name in options["fields"]]})
            for title, options in self.fieldsets[:-1]
        ]

    def _is_read_only(self, request, practice):
        return practice is not None and not self.has_change_permission(request, practice)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Show the form again, with what was published and what was typed, if another revision came first."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except workflow.PracticeRevisedMeanwhile:
            return super().changeform_view(request, object_id, form_url, extra_context)

    def save_model(self, request, obj, form, change):
        """Publish the form; where publishing takes several people, it goes into the queue instead."""
        document, note, seen = form.document(), form.cleaned_data["note"], form.cleaned_data["seen_revision"]
        if change:
            obj.proposal = workflow.edit_practice(obj, document, by=request.user, seen=seen, note=note)
            obj.refresh_from_db()
            obj.unchanged = obj.proposal is None and obj.revision_number == seen
            return
        match workflow.add_practice(document, by=request.user, note=note):
            case Submission() as proposal:
                obj.proposal = proposal
            case practice:
                obj.pk = practice.pk
                obj.refresh_from_db()

    def log_change(self, request, obj, message):
        return None if getattr(obj, "proposal", None) else super().log_change(request, obj, message)

    def log_addition(self, request, obj, message):
        return None if getattr(obj, "proposal", None) else super().log_addition(request, obj, message)

    def response_add(self, request, obj, post_url_continue=None):
        return self._response_proposed(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        return self._response_proposed(request, obj) or super().response_change(request, obj)

    def _response_proposed(self, request, obj):
        proposal = getattr(obj, "proposal", None)
        if proposal is None:
            return None
        text = ngettext(
            "Not public yet: %(count)s other person has to approve it first.",
            "Not public yet: %(count)s other people have to approve it first.",
            settings.APPROVALS_NEEDED,
        )
        self.message_user(request, text % {"count": settings.APPROVALS_NEEDED}, messages.WARNING)
        return HttpResponseRedirect(reverse("admin:practices_submission_change", args=[proposal.pk]))

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            *self.adaptation_urls(),
            path(
                "<path:object_id>/translations/<slug:language>/withdraw/",
                wrap(self.withdraw_translation_view),
                name="practices_practice_withdraw_translation",
            ),
            path(
                "<path:object_id>/translations/<slug:language>/restore/",
                wrap(self.restore_translation_view),
                name="practices_practice_restore_translation",
            ),
            path("<path:object_id>/withdraw/", wrap(self.withdraw_view), name="practices_practice_withdraw"),
            path(
                "<path:object_id>/files/<slug:sha256>/remove/",
                wrap(self.remove_file_view),
                name="practices_practice_remove_file",
            ),
            path(
                "<path:object_id>/keep/",
                wrap(self.decline_view),
                name="practices_practice_decline_withdrawal",
            ),
            path("<path:object_id>/restore/", wrap(self.restore_view), name="practices_practice_restore"),
            path(
                "<path:object_id>/revisions/<int:number>/redact/",
                wrap(self.redact_view),
                name="practices_practice_redact",
            ),
            *super().get_urls(),
        ]

    @admin.action(description=_("Merge practices"), permissions=["change"])
    def merge(self, request, queryset):
        """Ask which practice stays, then merge the others into it."""
        practices = list(queryset.order_by("pk")[:MOST_MERGED])
        stayable = [one for one in practices if "absorb" in workflow.available(one, by=request.user)]
        if len(practices) < 2 or not stayable or queryset.count() > MOST_MERGED:
            text = _("Choose 2 to %(most)s practices. At least one has to be public.") % {"most": MOST_MERGED}
            self.message_user(request, text, messages.WARNING)
            return None
        stays = next((one for one in stayable if str(one.pk) == request.POST.get("stays")), None)
        if stays is None:
            context = {
                **self.admin_site.each_context(request),
                "title": _("Which practice do you want to keep?"),
                "opts": self.opts,
                "practices": [(one, workflow.standing(one), one in stayable) for one in practices],
                "asked_in_vain": "asked" in request.POST,
            }
            return TemplateResponse(request, "admin/practices/practice/merge.html", context)
        others = [practice for practice in practices if practice != stays]
        seen = {practice.pk: request.POST.get(f"seen-{practice.pk}", "") for practice in practices}
        try:
            with transaction.atomic():
                workflow.absorb(stays, others, by=request.user, seen=seen)
                for practice in others:
                    self.log_change(request, practice, str(_("Merged into #%(pk)s") % {"pk": stays.pk}))
        except workflow.MergeRefused:
            text = _("Nothing was merged: “%(title)s” is no longer public.") % {"title": stays}
            self.message_user(request, text, messages.ERROR)
            return None
        except workflow.PracticeRevisedMeanwhile:
            text = _(
                "Nothing was merged: one of the practices has changed. Read them again, then merge them."
            )
            self.message_user(request, text, messages.ERROR)
            return None
        text = _("Merged. The other addresses now lead to “%(title)s”.") % {"title": stays}
        self.message_user(request, text, messages.SUCCESS)
        return None

    def withdraw_view(self, request, object_id):
        return self._ask_for_reason(
            request,
            object_id,
            "withdraw_practice",
            title=_("Withdraw “%(practice)s”?"),
            help_text=_(
                "Public: it is shown at the address of the practice, and e-mailed to its submitters and to those who "
                "subscribed to it in a kit. "
                "You can restore the practice later."
            ),
            not_done=_("Nothing was changed: it has already been withdrawn."),
        )

    def decline_view(self, request, object_id):
        return self._ask_for_reason(
            request,
            object_id,
            "decline_withdrawal",
            title=_("Keep “%(practice)s” in the catalogue?"),
            help_text=_("Sent to the submitter who asked to have it withdrawn."),
            not_done=_("Nothing was changed: nobody asks to have it withdrawn any more."),
            changed=_(
                "Nothing was changed: the practice or the requests to withdraw it have changed. Read them again, then "
                "try again."
            ),
            standing=workflow.withdrawal_standing,
        )

    def restore_view(self, request, object_id):
        return self._ask_for_reason(
            request,
            object_id,
            "restore_practice",
            title=_("Restore “%(practice)s”?"),
            help_text=_("Public. It appears in the list of revisions."),
            not_done=_("Nothing was changed: it is already public."),
        )

    def remove_file_view(self, request, object_id, sha256):
        return self._ask_for_reason(
            request,
            object_id,
            "remove_file",
            title=_("Remove a file of “%(practice)s” permanently?"),
            help_text=_("Only moderators can read it. The file is deleted and cannot be restored."),
            not_done=_("Nothing was changed: the file has already been removed."),
            sha256=sha256,
        )

    def withdraw_translation_view(self, request, object_id, language):
        return self._ask_about_translation(
            request,
            object_id,
            language,
            "withdraw_translation",
            title=_("Withdraw the translation “%(translation)s”?"),
            not_done=_("Nothing was changed: it has already been withdrawn."),
        )

    def restore_translation_view(self, request, object_id, language):
        return self._ask_about_translation(
            request,
            object_id,
            language,
            "restore_translation",
            title=_("Restore the translation “%(translation)s”?"),
            not_done=_("Nothing was changed: readers already see it."),
        )

    def _ask_about_translation(self, request, object_id, language, name, *, title, not_done):
        """Ask for the reason to withdraw or restore a translation; POST does it, if it is as the page has shown it."""
        practice = self._practice(request, object_id)
        translation = get_object_or_404(practice.translations, language=language)
        step = workflow.transition(name, by=request.user)
        form = ReasonForm(
            request.POST if request.method == "POST" else None, initial={"seen": translation.number}
        )
        form.fields["reason"].help_text = _("Sent to whoever translated it.")
        if request.method == "POST" and form.is_valid():
            reason, seen = form.cleaned_data["reason"], whole_number(form.cleaned_data["seen"]) or 0
            try:
                was_made = getattr(workflow, name)(
                    practice, language=language, by=request.user, reason=reason, seen=seen
                )
            except workflow.TransitionNotAllowed:
                return self._not_done(
                    request, practice, _("Nothing was changed: the practice is no longer public.")
                )
            except workflow.PracticeRevisedMeanwhile:
                translation.refresh_from_db()
                form.data = {**form.data.dict(), "seen": str(translation.number)}
                form.add_error(
                    None,
                    _(
                        "Nothing was changed: there is a newer version of the translation. Read it, then try again."
                    ),
                )
            else:
                if was_made:
                    return self._done(request, practice, step.done)
                return self._not_done(request, practice, not_done)
        title = title % {"translation": translation}
        return self._ask(request, practice, form=form, title=title, button=step.label, requests=[])

    def redact_view(self, request, object_id, number):
        """Ask which texts of an earlier revision are removed for good, and why; POST removes them."""
        practice = self.get_object(request, unquote(object_id))
        if practice is None or "redact_revision" not in workflow.available(practice, by=request.user):
            raise PermissionDenied
        revision = get_object_or_404(
            practice.revisions.exclude(number=practice.revision_number), number=number
        )
        data = request.POST if request.method == "POST" else None
        form = RedactionForm(data, initial={"seen": workflow.standing(practice)}, revision=revision)
        if data and form.is_valid() and (answer := self._redact(request, practice, number, form)):
            return answer
        follows = [
            _("The texts are removed from revision %(number)s for good. This cannot be undone.")
            % {"number": number},
            _("They are also removed from other earlier revisions and from submissions with the same text."),
            _("Pages, comparisons and the API show that something was removed, when, and your note."),
            _(
                "Archives for download are deleted; a new one is made at night. Backups and copies elsewhere stay."
            ),
        ]
        return acts.ask(
            self,
            request,
            form=form,
            title=_("Redact revision %(number)s of “%(practice)s”?")
            % {"number": number, "practice": practice},
            follows=follows,
            button=workflow.transition("redact_revision", by=request.user).label,
            cancel=reverse("admin:practices_practice_change", args=[practice.pk]),
            came_from=practice,
            status=422 if form.errors else 200,
        )

    def _redact(self, request, practice, number, form):
        """Redact a revision and return the answer; None if the form says why not."""
        cleaned = form.cleaned_data
        try:
            with transaction.atomic():
                was_made = workflow.redact_revision(
                    practice,
                    number,
                    fields=cleaned["fields_to_redact"],
                    by=request.user,
                    reason=cleaned["reason"],
                    seen=cleaned["seen"],
                )
                if was_made:
                    self.log_named(
                        AuditAct.REVISION_REDACTED, request, practice, f"Redacted revision {number}."
                    )
        except workflow.PracticeRevisedMeanwhile:
            practice.refresh_from_db()
            form.data = {**form.data.dict(), "seen": workflow.standing(practice)}
            form.add_error(None, EDITED_MEANWHILE)
            return None
        except workflow.StillPublished as refused:
            labels = listed(documents.label(name) for name in refused.fields)
            text = _(
                "Nothing was changed: the current text says the same (%(fields)s). Edit the practice first."
            )
            form.add_error("fields_to_redact", text % {"fields": labels})
            return None
        if not was_made:
            return self._not_done(request, practice, _("Nothing was changed: it is already removed."))
        self.message_user(
            request, workflow.transition("redact_revision", by=request.user).done, messages.SUCCESS
        )
        return HttpResponseRedirect(reverse("admin:practices_practice_change", args=[practice.pk]))

    def render_change_form(self, request, context, **options):
        """Add the steps there are, and the files of all revisions, each once, which can be removed for good."""
        if practice := options["obj"]:
            context["steps"] = workflow.available(practice, by=request.user)
            context["requests"] = self._requests(practice)
            context["contact_path"] = self._contact_path(request, practice)
            context["translations"] = practice.translations.all()
            context["adaptations"] = practice.adaptations.select_related("country", "practice")
            context["earlier_revisions"] = practice.revisions.exclude(number=practice.revision_number)
            rows = RevisionFile.objects.filter(revision__practice=practice, removed_at=None)
            context["files"] = {
                row.sha256: row for row in rows.select_related("revision").order_by("pk")
            }.values()
        return super().render_change_form(request, context, **options)

    def _contact_path(self, request, practice):
        """Return the path of the form that names who answers questions about a practice; empty for whoever may not."""
        row = QuestionContact.objects.filter(practice=practice).first()
        if row and request.user.has_perm("practices.change_questioncontact"):
            return reverse("admin:practices_questioncontact_change", args=[row.pk])
        if row is None and practice.is_public and request.user.has_perm("practices.add_questioncontact"):
            return f"{reverse('admin:practices_questioncontact_add')}?practice={practice.pk}"
        return ""

    def _ask_for_reason(
        self,
        request,
        object_id,
        name,
        *,
        title,
        help_text,
        not_done,
        changed=EDITED_MEANWHILE,
        standing=workflow.standing,
        **arguments,
    ):
        """Ask for a reason; POST makes the step, if the practice is as the page has shown it.

        `standing` returns what identifies that, and `changed` says that it is different now.
        """
        practice = self._practice(request, object_id)
        step = workflow.transition(name, by=request.user)
        initial = {"seen": standing(practice)}
        form = ReasonForm(request.POST if request.method == "POST" else None, initial=initial)
        form.fields["reason"].help_text = help_text
        if request.method == "POST" and form.is_valid():
            cleaned = form.cleaned_data
            make_step = partial(getattr(workflow, name), practice, by=request.user, **arguments)
            try:
                was_made = make_step(reason=cleaned["reason"], seen=cleaned["seen"]) is not False
            except workflow.TransitionNotAllowed:
                return self._not_done(request, practice, not_done)
            except workflow.PracticeRevisedMeanwhile:
                practice.refresh_from_db()
                form.data = {**form.data.dict(), "seen": standing(practice)}
                form.add_error(None, changed)
            else:
                if was_made:
                    return self._done(request, practice, step.done)
                if missing := workflow.restorations_missing(practice):
                    return self._wait_for_others(request, practice, missing)
                return self._not_done(request, practice, not_done)
        title = title % {"practice": practice}
        requests = self._requests(practice) if name in ("withdraw_practice", "decline_withdrawal") else []
        return self._ask(request, practice, form=form, title=title, button=step.label, requests=requests)

    @staticmethod
    def _requests(practice):
        """Return (submission, reason) of each open request to withdraw the practice."""
        asking = practice.submissions.requesting_withdrawal().select_related("submitter").order_by("pk")
        return [(submission, workflow.withdrawal_reason(submission)) for submission in asking]

    def _practice(self, request, object_id):
        practice = self.get_object(request, unquote(object_id))
        if practice is None or not self.has_change_permission(request, practice):
            raise PermissionDenied
        return practice

    def _ask(self, request, practice, **context):
        context |= {
            **self.admin_site.each_context(request),
            "title": context["title"],
            "opts": self.opts,
            "practice": practice,
        }
        return TemplateResponse(request, "admin/practices/practice/ask.html", context)

    def _not_done(self, request, practice, text):
        self.message_user(request, text, messages.WARNING)
        return HttpResponseRedirect(reverse("admin:practices_practice_change", args=[practice.pk]))

    def _wait_for_others(self, request, practice, missing):
        text = ngettext(
            "Your approval is recorded. %(count)s more person has to restore it before it is public.",
            "Your approval is recorded. %(count)s more people have to restore it before it is public.",
            missing,
        )
        return self._not_done(request, practice, text % {"count": missing})

    def _done(self, request, practice, text):
        self.log_change(request, practice, str(text))
        self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:practices_practice_change", args=[practice.pk]))
