"""Deleting personal data in two steps, the same for every link: choose, read what will happen, then confirm."""

from dataclasses import asdict
from urllib.parse import urlencode

from django import forms
from django.core import signing
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from practices import personal_data
from practices.notifications import saved_filters
from practices.web.personal_data import questions

CONTACT = {
    "honorific": _("Your title (Ms., Dr., …)"),
    "name": _("Your name"),
    "organisation": _("Your organisation"),
    "email": _("Your e-mail address"),
}
SALT = "practices.personal_data.erased"
KEEP, REMOVE = "keep", "remove"


class DeletionForm(forms.Form):
    """The choice about the public credit, where there is any, and the confirmation."""

    credit = forms.ChoiceField(
        choices=[
            (KEEP, _("Keep it. You can have it removed later.")),
            (REMOVE, _("Remove it, also from earlier revisions.")),
        ],
        widget=forms.RadioSelect,
        label=_("Your public credit"),
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), _("Choose whether to keep or to remove the public credit.")
        ),
    )
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, has_credit, **kwargs):
        super().__init__(*args, **kwargs)
        if not has_credit:
            del self.fields["credit"]

    @property
    def keeps_credit(self):
        """Return the choice; with nothing to choose, there is nothing to remove."""
        return self.cleaned_data.get("credit") != REMOVE


def deletion(request, held, template, **context):
    """Answer a page that deletes what is held: the choice, the second step, or the redirect once it is done."""
    public_credits = held.public_credits
    form = DeletionForm(request.POST if request.method == "POST" else None, has_credit=bool(public_credits))
    is_chosen = form.is_valid()
    if is_chosen and form.cleaned_data["confirmed"]:
        done = personal_data.erase(held, keep_credit=form.keeps_credit)
        signed = signing.dumps(asdict(done) | {"everything": bool(held.address)}, salt=SALT)
        return HttpResponseRedirect(f"{reverse('practices:privacy-erased')}?{urlencode({'done': signed})}")
    context |= {
        "form": form,
        "is_chosen": is_chosen,
        "keeps_credit": is_chosen and form.keeps_credit,
        "public_credits": public_credits,
        "is_credit_readable": any(practice.is_public for practice in held.credited_practices),
        "contact": _contact(held),
        "withdrawal_requests": held.submissions.requesting_withdrawal(),
        "unpublished": held.unpublished,
        "published": held.published,
        "translations": held.published_translations,
        "subscriptions": [saved_filters.describe(each.query) for each in held.subscriptions],
        **questions.listed(held),
        "messages": held.personal_messages.count(),
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, template, context, status=status)


def _contact(held):
    """Return labels for what is held to write to the submitter, and for what the submitter has written."""
    rows = list(held.submitters.values(*CONTACT))
    labels = [label for name, label in CONTACT.items() if any(row[name] for row in rows)]
    return [*labels, _("Your messages to the moderators")] if held.has_written else labels


def erased(request):
    """Return the numbers of what an erasure has done, as signed into its redirect; None for any other address."""
    try:
        return signing.loads(request.GET.get("done", ""), salt=SALT)
    except signing.BadSignature:
        return None
