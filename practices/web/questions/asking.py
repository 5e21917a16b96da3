"""The form that asks those behind a practice a question."""

from django.conf import settings
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from practices import workflow
from practices.core.http.guards import (
    limit_visitor,
    mailbox_path,
    private,
    public_form,
    typed_person,
    visitor_address,
)
from practices.core.http.numbers import whole_number
from practices.core.http.sent_pages import only_after_sending, sent_address
from practices.documents import load_local
from practices.models import Practice
from practices.web.practice.withdrawn import gone
from practices.web.questions.forms import QuestionForm


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def practice_ask(request, pk, slug):
    """Show the form for a question; POST stores it and mails the asker, for every address alike."""
    practice = get_object_or_404(Practice, pk=pk)
    if not practice.is_public and request.method != "POST":  # what was typed is shown again
        return gone(request, practice)
    load_local([practice])
    form = QuestionForm(request.POST if request.method == "POST" else None)
    can_ask = workflow.recipient_for(practice) is not None
    if form.is_bound and can_ask:
        person = typed_person(request, form["address"].value() or "")
        limit_visitor(request, "question", per_hour=settings.QUESTIONS_PER_HOUR, person=person)
        if form.is_valid():
            if not form.trapped:
                _ask(request, practice, form)
            query = QueryDict(mutable=True)
            query["practice"] = str(practice.pk)
            return redirect(sent_address("practices:question-sent", query.urlencode()))
    context = {
        "practice": practice,
        "form": form,
        "can_ask": can_ask,
        "is_held": settings.QUESTIONS_HELD,
        "reminder_days": settings.QUESTION_REMINDER_DAYS,
        "days": settings.QUESTION_DAYS,
    }
    status = 409 if form.is_bound and not can_ask else 422 if form.is_bound else 200
    return TemplateResponse(request, "web/questions/ask.html", context, status=status)


def _ask(request, practice, form):
    cleaned = form.cleaned_data
    workflow.ask_question(
        practice,
        text=cleaned["text"],
        name=cleaned["name"],
        address=cleaned["address"],
        consents=cleaned["consents"],
        language=get_language(),
        form_key=form.form_key,
        asked_from=visitor_address(request),
    )


@private
@require_safe
@only_after_sending("practices:practice-list")
def question_sent(request):
    number = whole_number(request.GET.get("practice", ""))
    practice = Practice.objects.published().filter(pk=number or 0).first()
    load_local(filter(None, [practice]))
    context = {
        "practice": practice,
        "days": settings.CONFIRMATION_DAYS,
        "most_mails": settings.QUESTION_MAILS_PER_DAY,
        "mailbox_path": mailbox_path(),
    }
    return TemplateResponse(request, "web/questions/sent.html", context)
