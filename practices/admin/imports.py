"""Imports in the admin: a file is uploaded, its columns are assigned, the sender checks it, and then imports it."""

from pathlib import Path

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from practices.admin.readonly import ReadOnlyAdmin
from practices.choices import IMPORT_STAGES_OF_THE_SENDER, ImportStage
from practices.core import sandbox, stored_files
from practices.core.plain_text import plain
from practices.core.punctuation import listed
from practices.core.sent_forms import is_repeat
from practices.documents.form_fields import LineField
from practices.exchange.exports import COLUMNS
from practices.exchange.imports import FORMATS, TABLES, columns
from practices.exchange.spreadsheets import tables
from practices.exchange.spreadsheets.reader import REASONS
from practices.models import ColumnMapping, PracticeImport
from practices.models.imports import import_storage_name
from practices.models.submission import new_token

REFRESH_SECONDS = 3
LONGEST_NAME = 80  # characters


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "CSV or Excel (XLSX) with one practice per row, JSON or JSON Lines with the fields of our export, or an "
            "archive from /data/. Nothing is imported before you have seen a report."
        ),
        widget=forms.FileInput(attrs={"accept": ",".join(FORMATS)}),
    )
    form_key = forms.CharField(required=False, widget=forms.HiddenInput)
    headings: list = []
    """(heading, example) of each column of a table."""

    def clean_file(self):
        file = self.cleaned_data["file"]
        extension = Path(file.name).suffix.lower()
        if extension not in FORMATS:
            raise forms.ValidationError(
                _("This is a file of another type. Choose one of these: %(formats)s.")
                % {"formats": listed(FORMATS)}
            )
        if file.size > settings.ATTACHMENT_MB * 1024 * 1024:
            raise forms.ValidationError(
                _(
                    "This file is larger than %(most)s MB. Divide it into several files, or ask an operator to import it "
                    "with the command import_practices."
                )
                % {"most": settings.ATTACHMENT_MB}
            )
        if extension in TABLES:
            self.headings = self._headings(file.read(), extension)
        return file

    @staticmethod
    def _headings(content, extension):
        try:
            found, _none = sandbox.run(tables.head, content, extension=extension)
        except sandbox.Rejected as rejected:
            raise forms.ValidationError(REASONS[rejected.reason] % rejected.details) from rejected
        except sandbox.Busy as busy:
            raise forms.ValidationError(
                _("Other files are being read. Please try again in a minute.")
            ) from busy
        return [(plain(heading).strip(), plain(example)) for heading, example in found]


class ColumnsForm(forms.Form):
    """A choice for each column of a table, and a name under which the choices are remembered."""

    def __init__(self, *args, headings, chosen, **kwargs):
        super().__init__(*args, **kwargs)
        ours = [(name, COLUMNS[name].label) for name in columns.NAMES]
        for number, (heading, example) in enumerate(headings):
            self.fields[f"column_{number}"] = forms.ChoiceField(
                choices=[("", _("Leave out")), *ours],
                required=False,
                label=heading or _("(no heading)"),
                help_text=example,
                initial=chosen.get(heading, ""),
            )
        self.headings = [heading for heading, _example in headings]
        self.fields["remember"] = LineField(
            required=False,
            max_length=LONGEST_NAME,
            label=_("Remember these choices as"),
            help_text=_(
                "For example the name of the partner who sends such files. They are proposed for the next file with "
                "these headings. Leave it empty if there will be none."
            ),
        )

    def columns(self):
        return {
            heading: self.cleaned_data[f"column_{number}"] for number, heading in enumerate(self.headings)
        }

    def clean(self):
        super().clean()
        chosen = self.columns().values()
        if not self.errors and not {"title", "url", "id"} & set(chosen):
            raise forms.ValidationError(
                _("No column is the title. Choose it, or the address of practices that are here already.")
            )


@admin.register(PracticeImport)
class PracticeImportAdmin(ReadOnlyAdmin):
    """Only people with the permission to add imports may start one; others with that to view them see the reports."""

    list_display = ["name", "stage", "results", "by", "created_at"]
    list_select_related = ["by"]
    list_filter = ["stage"]

    def has_add_permission(self, request):
        return admin.ModelAdmin.has_add_permission(self, request)

    def has_view_permission(self, request, obj=None):
        return super().has_view_permission(request, obj) or self.has_add_permission(request)

    @admin.display(description=pgettext_lazy("import", "results"))
    def results(self, job):
        return listed(f"{number} {label}" for label, number in _counted(job) if number)

    def add_view(self, request, form_url="", extra_context=None):
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = (
            UploadForm(request.POST, request.FILES)
            if request.method == "POST"
            else UploadForm(initial={"form_key": new_token()})
        )
        if request.method == "POST" and form.is_valid():
            if is_repeat(form.cleaned_data["form_key"], "import"):
                return HttpResponseRedirect(reverse("admin:practices_practiceimport_changelist"))
            try:
                return HttpResponseRedirect(_address(self._begin(form, by=request.user)))
            except stored_files.StorageFailed:
                form.add_error("file", _("The file could not be stored. Please try again later."))
        return self._page(request, "upload.html", title=_("Import practices"), form=form)

    @staticmethod
    def _begin(form, *, by):
        file = form.cleaned_data["file"]
        file.seek(0)
        name = plain(file.name)[-LONGEST_NAME:]
        return PracticeImport.objects.create(
            name=name,
            file=stored_files.store(file.read(), name=name, naming=import_storage_name),
            headings=form.headings,
            stage=ImportStage.COLUMNS if form.headings else ImportStage.CHECKING,
            by=by,
        )

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Show an import as far as it has come, and take the next step."""
        job = self.get_object(request, object_id)
        if job is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, job):
            raise PermissionDenied
        form = self._columns_form(request, job) if job.stage == ImportStage.COLUMNS else None
        if request.method == "POST":
            if not self.has_add_permission(request):
                raise PermissionDenied
            if answer := self._step(request, job, form):
                return answer
        return self._page(
            request,
            "progress.html",
            title=job.name,
            job=job,
            form=form,
            counted=_counted(job),
            is_running=job.stage in IMPORT_STAGES_OF_THE_SENDER,
            refresh_seconds=REFRESH_SECONDS,
            may_act=self.has_add_permission(request),
            mappings=ColumnMapping.objects.all() if form else [],
            remembered=getattr(form, "remembered", ""),
        )

    def _columns_form(self, request, job):
        headings = [heading for heading, _example in job.headings]
        name = request.GET.get("mapping", "")
        known = columns.remembered(name) if name else None
        if known is None:
            name, known = columns.remembered_for(headings)
        chosen = {**columns.guessed(headings), **known, **job.columns}
        sent = request.POST if request.POST.get("step") == "check" else None
        form = ColumnsForm(sent, headings=job.headings, chosen=chosen)
        form.remembered = name
        return form

    def _step(self, request, job, form):
        """Take the step that a button of the page asks for; return None if the form has errors."""
        step = request.POST.get("step")
        if step == "discard":
            job.delete()
            self.message_user(
                request, _("“%(name)s” was discarded. Nothing was imported.") % {"name": job.name}
            )
            return HttpResponseRedirect(reverse("admin:practices_practiceimport_changelist"))
        values = {"done": 0, "counts": {}, "report": {}, "error": "", "finished_at": None}
        if step == "check" and job.stage == ImportStage.COLUMNS:
            if not form.is_valid():
                return None
            if name := form.cleaned_data["remember"]:
                columns.remember(name, form.columns())
            values |= {"stage": ImportStage.CHECKING, "columns": form.columns()}
        elif step == "columns" and job.stage == ImportStage.CHECKED and job.headings:
            values |= {"stage": ImportStage.COLUMNS}
        elif step == "import" and job.stage == ImportStage.CHECKED:
            values |= {"stage": ImportStage.IMPORTING, "by": request.user}
        else:
            values = {}
        # Of two people who press a button at once, one takes the step.
        if values and PracticeImport.objects.filter(pk=job.pk, stage=job.stage).update(**values):
            if step == "import":
                self.log_change(request, job, str(_("Import started.")))
        else:
            self.message_user(request, _("This import has moved on meanwhile."), messages.WARNING)
        return HttpResponseRedirect(_address(job))

    def _page(self, request, template, *, title, **context):
        context |= {**self.admin_site.each_context(request), "title": title, "opts": self.opts}
        return TemplateResponse(request, f"admin/practices/practiceimport/{template}", context)


def _address(job):
    return reverse("admin:practices_practiceimport_change", args=[job.pk])


def _counted(job):
    """Return (result, number) of an import, in words of what would happen or has happened."""
    labels = {
        "new": pgettext_lazy("practices", "new"),
        "revised": _("revised"),
        "unchanged": _("unchanged"),
        "refused": _("refused"),
    }
    return [(label, job.counts.get(result, 0)) for result, label in labels.items()]


@admin.register(ColumnMapping)
class ColumnMappingAdmin(ReadOnlyAdmin):
    list_display = ["name"]

    def has_delete_permission(self, request, obj=None):
        return admin.ModelAdmin.has_delete_permission(self, request, obj)
