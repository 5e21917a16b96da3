"""Everything that opens or proves something by being known: tokens, keys and signed links."""

from practices import workflow
from practices.choices import State
from practices.models import (
    Check,
    DataRequest,
    OutboxMessage,
    Question,
    QuestionContact,
    Submission,
    Subscriber,
)
from practices.notifications import subscriptions
from tests.support.factories import make_check, make_question, make_submission, make_subscription


def capabilities():
    """Return every private link, key and token that there is."""
    columns = [(DataRequest, "key"), (Check, "token"), (Submission, "form_key"), (Submission, "token")]
    columns += [(Question, "key"), (QuestionContact, "key")]
    secrets = {value for model, column in columns for value in model.objects.values_list(column, flat=True)}
    for submission in Submission.objects.select_related("submitter"):
        secrets.add(workflow.confirm_path(submission).split("/")[-2])
    for subscriber in Subscriber.objects.all():
        secrets.add(subscriptions.preferences_path(subscriber).split("/")[-2].split(":")[0])
    for context in OutboxMessage.objects.values_list("context", flat=True):
        secrets |= {str(value) for name, value in context.items() if name.endswith("_path")}
    return secrets


def everything_of_ana():
    """Create what can be held on Ana: a draft, a published practice, a submission to answer, questions, subscriptions.

    Return the published submission.
    """
    check = make_check(title="Desks")
    make_submission(State.DRAFT, title="Draft")
    make_submission(State.CHANGES_REQUESTED, title="Waits")
    make_question(practice=check.practice)
    make_question(practice=check.practice, address="ana@example.org", text="Where else is this done?")
    make_subscription(address="ana@example.org", objective=20)
    make_subscription(address="ana@example.org", confirmed=False)
    return check.submission
