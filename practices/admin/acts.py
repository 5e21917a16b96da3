"""The page that asks before an act of administrators that concerns more than one row."""

from django.template.response import TemplateResponse


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
