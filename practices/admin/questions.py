"""Questions of readers in the admin: their list, what moderators decide on them, and contacts that they name.

No page shows the address of either side.
"""

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.text import Truncator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from practices import workflow
from practices.admin import acts
from practices.admin.audited import Audited
from practices.admin.lookups import DeclaredLookups
from practices.admin.readonly import ReadOnlyAdmin
from practices.admin.search import TextSearch
from practices.choices import QuestionState
from practices.core.addresses import AddressField
from practices.documents.form_fields import PlainTextField
from practices.models import Question, QuestionContact

CHANGED = _("Nothing was done, because something has changed meanwhile. The current status is below.")
BUTTONS = {
    "release": _("Send the question"),
    "stop": _("Stop the question"),
    "keep_private": _("Do not publish"),
}
BUTTONS_OF_PUBLISHED = BUTTONS | {"keep_private": _("Remove from the page")}
DONE = {
    "release": _("The question was sent."),
    "stop": _("The question was stopped, and the asker is told."),
    "publish": _("The question and its answer are on the page of the practice."),
    "keep_private": _("The question and its answer are not public."),
}


class ToDoFilter(admin.SimpleListFilter):
    title = _("to decide")
    parameter_name = "todo"

    def lookups(self, request, model_admin):
        return [
            ("any", _("all of these")),
            ("held", _("held before sending")),
            ("publish", _("to be published?")),
        ]

    def queryset(self, request, queryset):
        match self.value():
            case "any":
                return queryset.held() | queryset.publishable()
            case "held":
                return queryset.held()
            case "publish":
                return queryset.publishable()
        return queryset


class PublicationForm(forms.Form):
    """The texts of a question and its answer as readers of the practice will see them."""

    step = forms.CharField(required=False, initial="publish", widget=forms.HiddenInput)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    text = PlainTextField(
        label=_("Question as published"), widget=forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"})
    )
    answer = PlainTextField(
        label=_("Answer as published"),
        help_text=_("Remove what should not be public, such as names and addresses. Change nothing else."),
        widget=forms.Textarea(attrs={"rows": 8, "class": "vLargeTextField"}),
    )


@admin.register(Question)
class QuestionAdmin(TextSearch, ReadOnlyAdmin):
    list_display = ["in_short", "practice", "state", "confirmed_at", "answered_at"]
    list_select_related = ["practice"]
    list_filter = [ToDoFilter, "state"]
    search_fields = ["text", "answer", "name", "practice__title"]
    date_hierarchy = "confirmed_at"
    change_form_template = "admin/practices/question/change_form.html"
    fields = [
        "practice", "moved_from", "state", "end", "name", "text", "why_held", "answer", "asker_consents",
        "contact_consents", "shown_text", "shown_answer", "confirmed_at", "sent_at", "reminded_at", "answered_at",
        "ended_at", "published_at",
    ]  # fmt: skip

    def get_queryset(self, request):
        """Leave out questions whose asker has not confirmed the address: nobody may have asked them."""
        return super().get_queryset(request).seen_by_moderators()

    def get_fields(self, request, obj=None):
        """Leave out what is empty."""
        return [name for name in self.fields if obj and self._has(obj, name)]

    def _has(self, question, name):
        return bool(question.spam_signs) if name == "why_held" else getattr(question, name) not in ("", None)

    @admin.display(description=_("question"))
    def in_short(self, question):
        return Truncator(question.text).words(15)

    @admin.display(description=_("reasons to hold it"))
    def why_held(self, question):
        return " ".join(workflow.reasons_to_hold(question))

    def get_urls(self):
        decide = self.admin_site.admin_view(require_POST(self.decide))
        return [
            path("<path:object_id>/decide/", decide, name="practices_question_decide"),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        question = self.get_object(request, unquote(object_id))
        return super().change_view(
            request, object_id, form_url, {**self._decisions(request, question), **(extra_context or {})}
        )

    def _ask_again(self, request, question, form):
        """Return the page that shows what is to be mended in the texts to publish."""
        return acts.ask(
            self,
            request,
            form=form,
            title=_("Publish a question and its answer"),
            follows=[_("Both sides agree to publish the question and its answer, without names.")],
            button=_("Publish"),
            cancel=reverse("admin:practices_question_change", args=[question.pk]),
            status=422,
        )

    def _decisions(self, request, question):
        """Return what may be decided on a question, for its page."""
        if question is None or not self._may_decide(request):
            return {}
        steps = workflow.question_steps(question, by=workflow.Party.STAFF)
        is_agreed = question.asker_consents and question.contact_consents and question.answer
        shown = {
            "seen": workflow.question_standing(question),
            "text": question.shown_text or question.text,
            "answer": question.shown_answer or question.answer,
        }
        may_publish = "publish" in steps and is_agreed
        is_published = question.state == QuestionState.PUBLISHED
        buttons = BUTTONS_OF_PUBLISHED if is_published else BUTTONS
        return {
            "buttons": [
                (name, label)
                for name, label in buttons.items()
                if name in steps and (name != "keep_private" or is_agreed)
            ],
            "publication": PublicationForm(initial=shown) if may_publish else None,
            "is_published": is_published,
            "seen": shown["seen"],
            "reasons": self.why_held(question) if question.state == QuestionState.HELD else "",
        }

    def _may_decide(self, request):
        return request.user.has_perm("practices.change_question")

    def decide(self, request, object_id):
        """Make the step that a button of the page names."""
        if not self._may_decide(request):
            raise PermissionDenied
        question = self.get_object(request, unquote(object_id))
        back = reverse("admin:practices_question_changelist")
        if question is None:
            return redirect(back)
        step = request.POST.get("step", "")
        try:
            form = self._make(request, question, step)
        except workflow.StepRefused:
            self.message_user(request, CHANGED, messages.WARNING)
        else:
            if form is not None and form.errors:
                return self._ask_again(request, question, form)
            if step in DONE:
                self.message_user(request, DONE[step], messages.SUCCESS)
        return redirect("admin:practices_question_change", question.pk)

    def _make(self, request, question, step):
        """Make a step. Returns the form if it has been filled in wrongly. Raises StepRefused."""
        seen = request.POST.get("seen", "")
        match step:
            case "release":
                workflow.release_question(question, by=request.user)
            case "stop":
                workflow.stop_question(question, by=request.user)
            case "keep_private":
                workflow.keep_question_private(question, by=request.user, seen=seen)
            case "publish":
                form = PublicationForm(request.POST)
                if not form.is_valid():
                    return form
                texts = {"text": form.cleaned_data["text"], "answer": form.cleaned_data["answer"]}
                workflow.publish_question(question, by=request.user, seen=seen, **texts)
        return None


class ContactForm(forms.ModelForm):
    address = AddressField(
        required=False,
        label=_("E-mail address"),
        help_text=_(
            "We ask this address to confirm, and do not show it here afterwards. Questions go to the submitter until it "
            "has. Leave it empty to keep the contact there is."
        ),
    )
    remove = forms.BooleanField(
        required=False,
        label=_("Remove the contact"),
        help_text=_(
            "Questions go to the submitter again. Those that the contact has not answered are closed."
        ),
    )
    language = forms.ChoiceField(choices=lambda: settings.LANGUAGES, label=_("Language of e-mails"))

    class Meta:
        model = QuestionContact
        fields = ["practice"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        row = self.instance
        self.initial |= {"address": "", "language": row.language if row.pk else get_language()}
        if not row.address:
            del self.fields["remove"]

    def clean(self):
        """Refuse to name a contact whom nobody can ask, and to name nobody by mistake."""
        cleaned = super().clean()
        practice = cleaned.get("practice") or (self.instance.practice if self.instance.practice_id else None)
        if practice is None:
            return cleaned
        row = QuestionContact.objects.filter(practice=practice).first()
        address = cleaned.get("address")
        if cleaned.get("remove"):
            if address:
                self.add_error("remove", _("Enter a new address, or remove the contact, but not both."))
        elif not address and "address" not in self.errors and not (row and row.address):
            self.add_error("address", _("Enter the address of the contact."))
        elif address and not practice.is_public:
            self.add_error("address", _("This practice is not in the catalogue, so nobody can ask about it."))
        elif address and row and row.is_off:
            self.add_error(
                "address", _("Its submitter has turned questions off, so nobody can ask about it.")
            )
        return cleaned


@admin.register(QuestionContact)
class QuestionContactAdmin(DeclaredLookups, Audited):
    """Practices whose questions go to somebody other than their submitter, or to nobody."""

    form = ContactForm
    list_display = ["practice", "has_contact", "confirmed_at", "is_off"]
    list_select_related = ["practice"]
    list_filter = ["is_off"]
    search_fields = ["practice__title"]
    raw_id_fields = ["practice"]

    def has_delete_permission(self, request, obj=None):
        return False

    def get_fields(self, request, obj=None):
        """Offer to remove the contact where there is one."""
        return ["practice", "address", "language", *(["remove"] if obj and obj.address else [])]

    def get_readonly_fields(self, request, obj=None):
        return ["practice"] if obj else []

    @admin.display(description=_("has a contact"), boolean=True)
    def has_contact(self, contact):
        return bool(contact.address)

    def save_model(self, request, obj, form, change):
        """Name the contact, who is asked to confirm. The row is written by the workflow."""
        cleaned = form.cleaned_data
        # The form has cleared the address of `obj`.
        present = QuestionContact.objects.filter(practice=obj.practice).first()
        kept = present.address if present else ""
        address = "" if cleaned.get("remove") else cleaned["address"] or kept
        workflow.set_question_contact(obj.practice, address, language=cleaned["language"], by=request.user)
        obj.pk = QuestionContact.objects.get(practice=obj.practice).pk
