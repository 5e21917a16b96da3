"""The button that fills the empty fields of a translation by machine translation, for a person to check."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from practices import clock, documents
from practices.core import rate_limits
from practices.core.http.guards import limit_visitor, refund_visitor
from practices.documents import FIELDS, machine_translation
from practices.web.submit.forms import typed_values
from practices.web.submit.translation_form import TranslationForm

DAY = timedelta(days=1)


@dataclass
class Filling:
    """The result of the button on a form."""

    data: Any
    """The data of the form with the texts that were filled in."""
    labels: list[Any]
    """Labels of the fields that were filled in."""
    problem: str = ""
    """The reason why others were not, in a sentence."""

    @property
    def service(self) -> str:
        return settings.MACHINE_TRANSLATION_NAME


def is_asked(request) -> bool:
    """Return whether the button was pressed."""
    return request.method == "POST" and request.POST.get("then") == "machine"


def fill(request, form: TranslationForm, *, person: str) -> Filling:
    """Fill the empty texts of a form, from the original that stands beside them. Nothing that was typed is sent.

    Waits for another server, so call it outside of transactions. Raises rate_limits.LimitReached.
    """
    filling = Filling(form.data.copy(), [])
    texts = documents.texts_of(form.original)
    empty = {name: texts[name] for name in form.text_names if not form.is_typed_in(name)}
    if form.trapped or "stamp" in form.errors or not form.offered_machine or not empty:
        filling.problem = _("There was no empty field to fill.") if not empty else ""
        return filling
    limit_visitor(request, "machine", per_hour=settings.MACHINE_TRANSLATIONS_PER_HOUR, person=person)
    try:
        rate_limits.count(
            "machine of all", "", limit=settings.MACHINE_TRANSLATIONS_PER_DAY, window=DAY, now=clock.now()
        )
    except rate_limits.LimitReached:
        filling.problem = _(
            "The catalogue has no machine translations left for today. Please translate by hand."
        )
        return filling
    made = machine_translation.translate(empty, source=form.original["language"], target=form.language)
    if made.is_refunded:
        refund_visitor(request, "machine", person=person)
        rate_limits.refund("machine of all", "", window=DAY, now=clock.now())
    for name, values in typed_values(made.texts).items():
        if name in made.texts:
            filling.data.setlist(name, values)
    filling.labels = [FIELDS[name].label for name in made.texts]
    filling.problem = str(made.error or "")
    if made.texts:
        machines = form.machines | dict.fromkeys(made.texts, settings.MACHINE_TRANSLATION_NAME)
        filling.data.setlist("filled", [TranslationForm.sign_filled(machines)])
    return filling
