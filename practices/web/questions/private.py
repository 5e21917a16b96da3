"""The private pages of a question: of its asker, of who is asked, and of a contact that moderators have named.

GET shows, POST acts, so that programs which open links in e-mails change nothing.
"""

from functools import wraps

from django.conf import settings
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods, require_safe

from practices import workflow
from practices.choices import QuestionState
from practices.core.http.guards import UnknownLink, limit_visitor, private, public_form
from practices.documents import load_local
from practices.models import Question
from practices.web.questions.forms import AnswerForm

MOST_WAITING = 100
"""Questions that the page of those that wait lists: the oldest."""


def _unknown():
    return UnknownLink(
        "web/questions/link_not_valid.html",
        confirmation_days=settings.CONFIRMATION_DAYS,
        kept_days=settings.RETENTION_QUESTION_DAYS,
    )


def _page(view):
    """Decorate a private page. A question that is deleted while it is open counts as an unknown link."""

    @private
    @public_form
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def answer(request, token):
        try:
            return view(request, token)
        except workflow.QuestionGone:
            raise _unknown() from None

    return answer


def _found(row):
    """Return a row that a link names, with its practice as readers of the page see it. Raises UnknownLink."""
    if row is None:
        raise _unknown()
    load_local([row.practice])
    return row


@_page
def question_confirm(request, token):
    """Show what was asked, and a button; POST sends the question and leads to the private page of its asker."""
    question = _found(workflow.question_to_confirm(token))
    if request.method == "POST":
        question = workflow.confirm_question(question)
    if question.confirmed_at:
        return redirect(workflow.question_path(question))
    context = {"question": question, "practice": question.practice, **_spans()}
    return TemplateResponse(request, "web/questions/confirm.html", context)


@_page
def question_asked(request, token):
    """Show the asker what has become of a question; POST says whether it may be published."""
    question = _found(workflow.question_of_asker(token))
    if request.method == "POST":
        consents = request.POST.get("consent") == "yes"
        workflow.set_question_consent(question, consents=consents, of_asker=True)
        return redirect(workflow.question_path(question))
    context = {**_context(question), "consents": question.asker_consents}
    return TemplateResponse(request, "web/questions/question.html", context)


@_page
def question_answer(request, token):
    """Show a question to who was asked; POST answers or declines it, says whether it may be published, or ends asking."""
    question = _found(workflow.question_to_answer(token))
    form, is_refused = AnswerForm(), False
    if request.method == "POST":
        limit_visitor(request, "answer", per_hour=settings.MESSAGES_PER_HOUR, person=question.key)
        form = AnswerForm(request.POST if "answer" in request.POST else None)
        try:
            if _act(request, question, form):
                return redirect(workflow.question_answer_path(question))
        except workflow.StepRefused as error:
            if isinstance(error, workflow.QuestionGone):
                raise
            is_refused = True
            question = _found(workflow.question_to_answer(token))
    steps = workflow.question_steps(question, by=workflow.Party.CONTACT)
    is_reachable = workflow.can_answer(question)
    is_done = question.state != QuestionState.SENT
    others = list(workflow.others_waiting(question)) if is_reachable and is_done else []
    context = {
        **_context(question),
        "form": form,
        "consents": question.contact_consents,
        "is_reachable": is_reachable,
        "can_answer": is_reachable and "answer" in steps,
        "can_decline": is_reachable and "decline" in steps,
        "can_turn": is_reachable and question.moved_from_id is None,
        "is_off": workflow.takes_no_questions(question.practice),
        "is_refused": is_refused,
        "others": len(others),
        "waiting_path": workflow.questions_waiting_path(*others) if others else "",
    }
    status = 409 if is_refused else 422 if form.errors else 200
    return TemplateResponse(request, "web/questions/answer.html", context, status=status)


def _act(request, question, form):
    """Do what the form asks for. Returns whether it was done."""
    if request.POST.get("consent") == "no":  # at any time, by whom the answer was, whoever is asked now
        workflow.set_question_consent(question, consents=False, of_asker=False)
        return True
    if not workflow.can_answer(question):
        raise workflow.QuestionStepRefused(question, "answer")
    match request.POST:
        case {"answer": _}:
            if not form.is_valid():
                return False
            workflow.answer_question(
                question, form.cleaned_data["text"], consents=form.cleaned_data["consents"]
            )
        case {"decline": _}:
            workflow.decline_question(question)
        case {"consent": "yes"}:
            workflow.set_question_consent(question, consents=True, of_asker=False)
        case {"questions": wanted} if question.moved_from_id is None:
            workflow.turn_questions(question.practice, on=wanted == "on")
    return True


def _context(question):
    return {
        "question": question,
        "practice": question.practice,
        "kept": question.practice.merged_into,
        "is_published": question.state == QuestionState.PUBLISHED,
        "is_publishable": question.is_publishable,
        **_spans(),
    }


def _spans():
    return {
        "days": settings.QUESTION_DAYS,
        "kept_days": settings.RETENTION_QUESTION_DAYS,
        "confirmation_days": settings.CONFIRMATION_DAYS,
    }


@_page
def question_contact(request, token):
    """Ask a contact that moderators have named to confirm; POST confirms."""
    contact = _found(workflow.contact_to_confirm(token))
    if request.method == "POST":
        workflow.confirm_question_contact(contact)
        return redirect(workflow.question_contact_path(contact))
    context = {"practice": contact.practice, "is_confirmed": contact.confirmed_at is not None}
    return TemplateResponse(request, "web/questions/contact.html", context)


@private
@require_safe
def questions_waiting(request, token):
    """List the questions that wait for an answer from one address, each with its link."""
    named = workflow.questions_of_waiting(token)
    if not named:
        raise _unknown()
    recipients = filter(None, map(workflow.recipient_of, named))
    recipient = next(recipients, None)
    waiting = Question.objects.waiting_for(recipient.address) if recipient else Question.objects.none()
    rows = list(waiting.select_related("practice")[:MOST_WAITING])
    load_local([row.practice for row in rows])
    context = {"questions": [(row, workflow.question_answer_path(row)) for row in rows]}
    return TemplateResponse(request, "web/questions/waiting.html", context)
