"""Edits of plain rows in the admin: they count for what their page has shown, and once."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from practices.admin.audited import Audited
from practices.core.sent_forms import is_repeat
from practices.models.submission import new_token

NOT_SHOWN = {"last_login", "password"}
"""Columns that change without anybody editing them, or whose form is another one."""


class SentTwice(Exception):
    """The form that adds a row was sent a second time."""


class SentOnce(Audited):
    """A form that adds a row, and is sent twice by a double click, adds one. The page of an unchanged row says so."""

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        context: dict[str, Any] = extra_context or {}
        if object_id is None:
            context["sent_once"] = request.POST.get("form_key") or new_token()
        try:
            return super().changeform_view(request, object_id, form_url, context)
        except SentTwice:
            self.message_user(request, _("This form was sent twice. It was saved once."), messages.WARNING)
            return HttpResponseRedirect(
                reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
            )

    def save_form(self, request, form, change):
        """Raise SentTwice for a form that adds a row and has been sent before."""
        said = sorted(
            (name, values) for name, values in request.POST.lists() if not name.startswith(("csrf", "_"))
        )
        if not change and is_repeat(request.POST.get("form_key", ""), "add", self.opts.label, said):
            raise SentTwice
        return super().save_form(request, form, change)

    def log_change(self, request, obj, message):
        return None if getattr(obj, "unchanged", False) else super().log_change(request, obj, message)

    def response_change(self, request, obj):
        if getattr(obj, "unchanged", False):
            self.message_user(request, _("Nothing was changed."), messages.WARNING)
            return self.response_post_save_change(request, obj)
        return super().response_change(request, obj)


class SeenRows(SentOnce):
    """An edit is compared with the row that its page has shown, under the row's lock, so that none is lost unseen."""

    def get_object(self, request, object_id, from_field=None):
        """Return the row, locked if it is about to be edited."""
        found = super().get_object(request, object_id, from_field)
        if found is None or not self._is_edit(request):
            return found
        # Rows that name this one may be written meanwhile, as publications do, which wait for nothing here.
        locked = self.model._base_manager.select_for_update(of=("self",), no_key=True).filter(pk=found.pk)
        return super().get_object(request, object_id, from_field) if locked.first() else None

    @staticmethod
    def _is_edit(request):
        return request.method == "POST" and getattr(request, "edits_a_row", False)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        request.edits_a_row = object_id is not None
        return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        if obj is None or not self._is_edit(request) or request.POST.get("seen_row") == self._seen(obj):
            return form
        differing = self._differing(form, obj, request)

        class OutdatedForm(form):
            def clean(self):
                super().clean()
                raise ValidationError(differing)

        return OutdatedForm

    def _differing(self, form, obj, request):
        text = _(
            "Nothing was saved: somebody else changed this while you were editing. The form shows what you typed. "
            "To keep it, save again."
        )
        bound = form(request.POST, instance=obj)
        now = [
            f"{bound.fields[name].label}: {bound.get_initial_for_field(bound.fields[name], name)}"
            for name in bound.changed_data
        ]
        return [
            text,
            *([_("Saved by the other person: %(what)s.") % {"what": "; ".join(now)}] if now else []),
        ]

    def render_change_form(self, request, context, **options):
        if options["change"] and options["obj"] is not None:
            context["seen_row"] = self._seen(self.model._base_manager.get(pk=options["obj"].pk))
        return super().render_change_form(request, context, **options)

    def save_model(self, request, obj, form, change):
        obj.unchanged = change and not form.changed_data
        if not obj.unchanged:
            self.save_changed(request, obj, form, change)

    def save_changed(self, request, obj, form, change):
        """Save a row that was added or changed."""
        super().save_model(request, obj, form, change)

    @staticmethod
    def _seen(obj):
        """Return a keyed hash of what the form of a row shows."""
        columns = [
            [field.attname, field.value_to_string(obj)]
            for field in obj._meta.concrete_fields
            if field.name not in NOT_SHOWN
        ]
        related = [
            [field.name, sorted(row.pk for row in field.value_from_object(obj))]
            for field in obj._meta.many_to_many
        ]
        said = repr([columns, related])
        return salted_hmac("practices.admin.seen_rows", said, algorithm="sha256").hexdigest()
