from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import ngettext

from practices.choices import AuditAct
from practices.core import audit


class Command(BaseCommand):
    help = (
        "Turn off two-factor authentication for a member of staff who has lost access to it, and end their sessions. "
        "They then sign in with their password and set it up again."
    )

    def add_arguments(self, parser):
        parser.add_argument("name", help="the user name they sign in with")

    def handle(self, *, name, **options):
        user = get_user_model().objects.filter(username=name).first()
        if user is None:
            raise CommandError(f"There is no account named “{name}”.")
        factors, _by_model = Authenticator.objects.filter(user=user).delete()
        sessions = list(UserSession.objects.filter(user=user))
        for session in sessions:
            session.end()
        audit.record(AuditAct.FACTOR_REMOVED, by=user.get_username(), what="reset_mfa")
        removed = ngettext("%(count)s authenticator removed", "%(count)s authenticators removed", factors)
        ended = ngettext("%(count)s session ended", "%(count)s sessions ended", len(sessions))
        self.stdout.write(f"{name}: {removed % {'count': factors}}, {ended % {'count': len(sessions)}}.")
