"""Questions of readers to those behind a practice, and who answers them."""

from django.db import models
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from practices import clock
from practices.choices import QuestionEnd, QuestionState, interface_languages
from practices.models.addresses import AddressField
from practices.models.fields import RuntimeCharField, RuntimeDateTimeField
from practices.models.practice import Practice
from practices.models.submission import Submission, new_token


class QuestionContact(models.Model):
    """The contact who answers questions on a practice in place of its submitter, or the choice that nobody does."""

    practice = models.OneToOneField(
        Practice, models.CASCADE, related_name="question_contact", verbose_name=_("practice")
    )
    is_off = models.BooleanField(
        _("takes no questions"), default=False, db_default=False, help_text=_("As the submitter has chosen.")
    )
    key = RuntimeCharField(max_length=40, unique=True, default=new_token, editable=False)
    """Names the address, and is another one for another address."""
    address = AddressField(_("e-mail address"), blank=True, db_default="")
    language = RuntimeCharField(
        _("language of e-mails"), max_length=10, default="en", db_default="en", choices=interface_languages
    )
    named_at = models.DateTimeField(_("named"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("address confirmed"), null=True, blank=True)

    class Meta:
        ordering = ["practice"]
        verbose_name = _("contact for questions")
        verbose_name_plural = _("contacts for questions")

    def __str__(self):
        return str(self.practice)


class QuestionQuerySet(models.QuerySet["Question"]):
    def public(self):
        """Filter to questions that anyone may read, of practices that anyone may read."""
        return self.filter(state=QuestionState.PUBLISHED, practice__withdrawn_at=None)

    def seen_by_moderators(self):
        """Filter to questions whose asker has confirmed the address."""
        return self.exclude(confirmed_at=None)

    def sent_to(self, address):
        """Filter to questions that were sent to an address, on whichever practice and in whichever role."""
        contacts = QuestionContact.objects.filter(address=address)
        of_submitter = models.Q(contact_key="", submission__submitter__email=address)
        return self.filter(models.Q(contact_key__in=contacts.values("key")) | of_submitter)

    def waiting_for(self, address):
        """Filter to questions that wait for an answer from an address, oldest first."""
        waiting = self.sent_to(address).filter(state=QuestionState.SENT, practice__withdrawn_at=None)
        return waiting.order_by("sent_at", "pk")

    def held(self):
        """Filter to questions that a moderator has to read before they are sent, oldest first."""
        return self.filter(state=QuestionState.HELD).order_by("confirmed_at", "pk")

    def publishable(self):
        """Filter to answered questions that both sides let be published, and on which no moderator has decided."""
        both = self.filter(state=QuestionState.ANSWERED, asker_consents=True, contact_consents=True)
        return both.order_by("answered_at", "pk")


class Question(models.Model):
    """A question about a practice and its answer. `workflow` alone writes it."""

    key = RuntimeCharField(max_length=40, unique=True, default=new_token, editable=False)
    practice = models.ForeignKey(
        Practice, models.CASCADE, related_name="questions", verbose_name=_("practice")
    )
    moved_from = models.ForeignKey(
        Practice,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("asked about"),
        help_text=_("The practice it was asked about, if that was merged with this one."),
    )
    state = models.CharField(
        _("status"),
        max_length=20,
        choices=QuestionState,
        default=QuestionState.ASKED,
        db_default=QuestionState.ASKED,
        db_index=True,
    )
    end = models.CharField(
        _("reason for its end"), max_length=20, choices=QuestionEnd, blank=True, db_default=""
    )
    name = models.CharField(_("asked by"), max_length=200, blank=True, db_default="")
    address = AddressField(_("address of the asker"), blank=True, db_default="")
    language = RuntimeCharField(
        _("language of e-mails"), max_length=10, default="en", db_default="en", choices=interface_languages
    )
    text = models.TextField(pgettext_lazy("of a reader", "question"))
    asker_consents = models.BooleanField(_("the asker lets it be published"), default=False, db_default=False)
    spam_signs = models.JSONField(
        _("reasons to hold it"), default=list, db_default=models.Value([], models.JSONField()), blank=True
    )
    submission = models.ForeignKey(
        Submission,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="questions",
        verbose_name=_("sent to the submitter of"),
    )
    contact_key = models.CharField(max_length=40, blank=True, db_default="", editable=False)
    """Key of the contact it was sent to, if that is not a submitter."""
    answer = models.TextField(_("answer"), blank=True, db_default="")
    contact_consents = models.BooleanField(
        _("the contact lets it be published"), default=False, db_default=False
    )
    shown_text = models.TextField(_("question as published"), blank=True, db_default="")
    shown_answer = models.TextField(_("answer as published"), blank=True, db_default="")
    asked_at = RuntimeDateTimeField(_("asked"), default=clock.now)
    confirmed_at = models.DateTimeField(_("address confirmed"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = pgettext_lazy("of a reader", "question")
        verbose_name_plural = pgettext_lazy("of readers", "questions")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=QuestionState.values), name="question_state_is_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(state=QuestionState.PUBLISHED)
                | models.Q(asker_consents=True, contact_consents=True, published_at__isnull=False),
                name="published_question_has_both_consents",
            ),
        ]

    def __str__(self):
        return Truncator(self.text).words(15)

    @property
    def is_publishable(self):
        return self.state == QuestionState.ANSWERED and self.asker_consents and self.contact_consents
