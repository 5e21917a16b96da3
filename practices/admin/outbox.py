"""Queued messages and broadcasts in the admin."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from practices import clock, workflow
from practices.admin.readonly import ReadOnlyAdmin
from practices.admin.search import TextSearch
from practices.models import Broadcast, DoiRegistration, HubPing, OutboxMessage
from practices.notifications import hold, outbox


class OutcomeFilter(admin.SimpleListFilter):
    title = _("status")
    parameter_name = "became"

    def lookups(self, request, model_admin):
        return [
            ("waiting", _("waiting")),
            ("due", _("due now")),
            ("sent", _("sent")),
            ("failed", _("failed")),
            ("cancelled", _("cancelled")),
        ]

    def queryset(self, request, queryset):
        conditions = {
            "sent": {"sent_at__isnull": False},
            "failed": {"failed_at__isnull": False},
            "cancelled": {"cancelled_at__isnull": False},
        }
        if self.value() == "waiting":
            return queryset.waiting()
        if self.value() == "due":
            return queryset.due(clock.now())
        return queryset.filter(**conditions.get(self.value(), {}))


@admin.register(OutboxMessage)
class OutboxMessageAdmin(TextSearch, ReadOnlyAdmin):
    list_display = ["kind", "address", "created_at", "due_at", "attempts", "sent_at", "failed_at", "error"]
    list_filter = [OutcomeFilter, "kind"]
    search_fields = ["address"]
    date_hierarchy = "created_at"
    actions = ["retry", "cancel"]
    exclude = ["context"]  # it holds private links of submitters and subscribers

    @admin.action(description=_("Send failed messages again"), permissions=["retry"])
    def retry(self, request, queryset):
        count = outbox.retry(queryset, now=clock.now())
        self.record_act(request, "retried", *queryset)
        text = ngettext(
            "%(count)s message will be sent again.", "%(count)s messages will be sent again.", count
        )
        self.message_user(request, text % {"count": count}, messages.SUCCESS)

    @admin.action(description=_("Cancel messages that are waiting"), permissions=["retry"])
    def cancel(self, request, queryset):
        count = outbox.cancel(queryset, now=clock.now())
        self.record_act(request, "cancelled", *queryset)
        text = ngettext("%(count)s message was cancelled.", "%(count)s messages were cancelled.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS)

    def get_urls(self):
        end_hold = self.admin_site.admin_view(require_POST(self.end_hold))
        return [path("hold/", end_hold, name="practices_outboxmessage_end_hold"), *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        held = hold.current()
        shown = {
            "hold": held,
            "held": held and hold.waiting(held),
            "may_end": self.has_retry_permission(request),
        }
        return super().changelist_view(request, (extra_context or {}) | shown)

    def end_hold(self, request):
        """End the hold after a restore: drop what was probably sent, or send everything."""
        if not self.has_retry_permission(request):
            raise PermissionDenied
        drops = request.POST.get("decision") == "drop"
        if not (workflow.drop_probably_sent() if drops else hold.release()):
            self.message_user(
                request, _("Somebody else has decided: sending is not held any more."), messages.WARNING
            )
        elif drops:
            self.record_act(request, "dropped what was probably sent of")
            self.message_user(request, _("What was probably sent is cancelled. The rest may be sent."))
        else:
            self.record_act(request, "released")
            self.message_user(request, _("Everything that waits may be sent."))
        for reason in hold.reasons():
            self.message_user(request, f"{reason.sentence} {reason.remedy}", messages.WARNING)
        return redirect("admin:practices_outboxmessage_changelist")

    def has_retry_permission(self, request):
        return request.user.has_perm("practices.change_outboxmessage")


@admin.register(Broadcast)
class BroadcastAdmin(ReadOnlyAdmin):
    """Revisions, withdrawals and restorations that are news, and when their announcements were fanned out."""

    list_display = ["practice", "event", "revision", "created_at", "fanned_out_at"]
    list_select_related = ["practice"]


@admin.register(HubPing)
class HubPingAdmin(ReadOnlyAdmin):
    """Pings that WebSub hubs have yet to receive."""

    list_display = ["hub", "practice", "queued_at", "due_at", "attempts", "give_up_at"]
    list_filter = ["hub"]
    list_select_related = ["practice"]


@admin.register(DoiRegistration)
class DoiRegistrationAdmin(ReadOnlyAdmin):
    """Registrations of DOIs that DataCite has yet to accept, with the reasons for refusals."""

    list_display = ["practice", "doi", "due_at", "attempts", "error"]
    list_select_related = ["practice"]

    @admin.display(description=_("DOI"))
    def doi(self, registration):
        return registration.practice.doi
