"""Acts of administrators that change more than one row: each asks once, and is recorded."""

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.template.response import TemplateResponse
from django.utils.translation import override


def record(request, model, text, *, flag=CHANGE):
    """Record an act in the log of the admin, in English. `text` names no person: the log outlasts what is erased."""
    with override("en"):
        LogEntry.objects.create(
            user=request.user,
            content_type=ContentType.objects.get_for_model(model),
            object_repr=str(model._meta.verbose_name),
            action_flag=flag,
            change_message=str(text),
        )


def ask(model_admin, request, *, form, title, follows, button, cancel, status=200, **context):
    """Return the page that asks before an act: `follows` says in sentences what it does, `cancel` leads back."""
    context |= {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": title,
        "form": form,
        "follows": follows,
        "button": button,
        "cancel": cancel,
    }
    return TemplateResponse(request, "admin/practices/ask.html", context, status=status)
