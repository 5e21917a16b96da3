"""Look-up of one exact e-mail address by administrators, who copy, erase or release what is held on it.

The address is sent by POST only, so that it stands in no address of a page and in no log.
"""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from django.views.decorators.http import require_POST

from practices import personal_data
from practices.admin import acts
from practices.admin.readonly import ReadOnlyAdmin
from practices.admin.search import TextSearch
from practices.choices import AuditAct, Suspension
from practices.core import audit
from practices.core.addresses import AddressField
from practices.models import Subscriber, Subscription
from practices.notifications import saved_filters, suspensions

NOTHING_HELD = _("There is no data about this address. Check its spelling.")


class AddressForm(forms.Form):
    address = AddressField(
        label=_("E‑mail address"),
        help_text=_("The whole address, as its owner gives it."),
        widget=forms.EmailInput(attrs={"class": "vTextField", "autocomplete": "off"}),
    )


class ErasureForm(forms.Form):
    credit = forms.ChoiceField(
        label=_("Public credit"),
        choices=[
            ("keep", _("Keep it on published practices")),
            ("remove", _("Remove it from all revisions of published practices")),
        ],
        widget=forms.RadioSelect,
        initial="keep",
    )


class SubscriptionInline(admin.TabularInline):
    model = Subscription
    extra = 0
    can_delete = False
    fields = readonly_fields = ["follows", "cadence", "requested_at", "consent", "confirmed_at", "paused_at"]

    @admin.display(description=_("subscribed to"))
    def follows(self, subscription):
        return saved_filters.describe(subscription.query)

    def has_add_permission(self, request, obj=None):
        return False


@admin.register(Subscriber)
class SubscriberAdmin(TextSearch, ReadOnlyAdmin):
    """Superusers browse all subscribers; administrators look up the address that somebody has told them."""

    list_display = ["address", "language", "created_at", "confirmed_at", "suspended_at", "suspended_because"]
    list_filter = ["suspended_because", "language", "subscriptions__cadence"]
    search_fields = ["address"]
    inlines = [SubscriptionInline]
    change_list_template = "admin/practices/subscriber/change_list.html"

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        return rows if request.user.is_superuser else rows.none()

    def get_urls(self):
        look_up = self.admin_site.admin_view(self.look_up)
        views = {"copy": self.copy, "erase": self.erase, "release": self.release}
        return [
            path("address/", look_up, name="practices_subscriber_look_up"),
            *(
                path(
                    f"address/{name}/",
                    self.admin_site.admin_view(require_POST(view)),
                    name=f"practices_subscriber_{name}",
                )
                for name, view in views.items()
            ),
            *super().get_urls(),
        ]

    def changelist_view(self, request, extra_context=None):
        if self.has_view_permission(request) and not request.user.is_superuser:
            return redirect("admin:practices_subscriber_look_up")
        return super().changelist_view(request, extra_context)

    def look_up(self, request):
        """Ask for an address; POST shows what is held on it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = AddressForm(request.POST if request.method == "POST" else None)
        if request.method != "POST" or not form.is_valid():
            return self._look_up_page(request, form)
        address = form.cleaned_data["address"]
        held, because = personal_data.Held.on_address(address), suspensions.reason(address)
        if held.is_empty and not because:
            form.add_error("address", NOTHING_HELD)
            return self._look_up_page(request, form)
        shown = {
            "held": held,
            "submissions": held.submissions.select_related("practice").order_by("created_at", "pk"),
            "subscriber": held.subscribers.first(),
            "subscriptions": [
                (saved_filters.describe(each.query), each) for each in held.subscriptions.order_by("pk")
            ],
            "suspended_because": because and Suspension(because).label,
            "may_copy": not held.is_empty and request.user.has_perm("practices.view_submitter"),
            "may_erase": not held.is_empty and self._may_erase(request),
            "may_release": because and request.user.has_perm("practices.change_subscriber"),
        }
        return self._look_up_page(request, form, **shown)

    def copy(self, request):
        """Ask, then give a copy of what is held on an address to hand to its owner."""
        address, held = self._held(request, request.user.has_perm("practices.view_submitter"))
        if held.is_empty:
            return self._not_found(request)
        if "confirmed" not in request.POST:
            follows = [
                _("A file with all personal data of the address is downloaded: what its owner would get."),
                _("Give it to the owner of the address only. Check who is asking, then delete the file."),
            ]
            return self._ask(
                request,
                address,
                forms.Form(),
                title=_("Copy personal data?"),
                follows=follows,
                button=_("Download the copy"),
            )
        audit.record(AuditAct.DATA_EXPORTED, by=request.user.get_username(), address=address, what="admin")
        return JsonResponse(
            personal_data.export(held),
            json_dumps_params={"ensure_ascii": False, "indent": 1},
            headers={"Content-Disposition": 'attachment; filename="personal-data.json"'},
        )

    def erase(self, request):
        """Ask, then erase what is held on an address, at its owner's request."""
        address, held = self._held(request, self._may_erase(request))
        if held.is_empty:
            return self._not_found(request)
        form = ErasureForm(request.POST if "confirmed" in request.POST else None)
        if not form.is_valid():
            return self._ask(
                request,
                address,
                form,
                title=_("Delete personal data?"),
                follows=self._follows_from_erasure(held),
                button=_("Delete personal data"),
            )
        personal_data.erase(
            held,
            keep_credit=form.cleaned_data["credit"] == "keep",
            way="admin",
            by=request.user.get_username(),
        )
        self.message_user(request, _("The personal data is deleted."), messages.SUCCESS)
        return redirect("admin:practices_subscriber_look_up")

    def release(self, request):
        """Ask, then send e-mail to a suspended address again."""
        address, _held = self._held(request, request.user.has_perm("practices.change_subscriber"))
        because = suspensions.reason(address)
        if not because:
            self.message_user(
                request, _("Nothing was changed: the address is not suspended."), messages.ERROR
            )
            return redirect("admin:practices_subscriber_look_up")
        if "confirmed" not in request.POST:
            follows = [
                _("The address was suspended because of %(reason)s.") % {"reason": Suspension(because).label},
                _("E-mail is sent to it again, as its subscriptions and submissions ask for."),
                _(
                    "Do this only if its owner asks for it: one more complaint harms the delivery to everybody."
                ),
            ]
            return self._ask(
                request,
                address,
                forms.Form(),
                title=_("Send e‑mail to this address again?"),
                follows=follows,
                button=_("Send to it again"),
            )
        with transaction.atomic():
            suspensions.lift(address)
            audit.record(
                AuditAct.ADDRESS_RELEASED,
                by=request.user.get_username(),
                address=address,
                what=f"suspended because of {because}",
            )
        self.message_user(request, _("E-mail is sent to the address again."), messages.SUCCESS)
        return redirect("admin:practices_subscriber_look_up")

    @staticmethod
    def _may_erase(request):
        return request.user.has_perms(["practices.delete_subscriber", "practices.delete_submitter"])

    def _held(self, request, may):
        """Return the address that the form names, and what is held on it. Raises PermissionDenied."""
        if not (may and self.has_view_permission(request)):
            raise PermissionDenied
        form = AddressForm(request.POST)
        address = form.cleaned_data["address"] if form.is_valid() else ""
        return address, personal_data.Held.on_address(address)

    def _not_found(self, request):
        self.message_user(request, NOTHING_HELD, messages.ERROR)
        return redirect("admin:practices_subscriber_look_up")

    def _ask(self, request, address, form, *, title, follows, button):
        return acts.ask(
            self,
            request,
            form=form,
            title=title,
            follows=follows,
            button=button,
            cancel=reverse("admin:practices_subscriber_look_up"),
            address=address,
        )

    @staticmethod
    def _follows_from_erasure(held):
        counted = [
            (
                held.unpublished.count(),
                ngettext_lazy(
                    "%(count)s submission that is not published is deleted.",
                    "%(count)s submissions that are not published are deleted.",
                    "count",
                ),
            ),
            (
                held.subscriptions.count(),
                ngettext_lazy(
                    "%(count)s subscription is deleted.", "%(count)s subscriptions are deleted.", "count"
                ),
            ),
            (
                held.personal_messages.count(),
                ngettext_lazy(
                    "%(count)s e-mail is deleted from the outbox.",
                    "%(count)s e-mails are deleted from the outbox.",
                    "count",
                ),
            ),
            (
                held.published.count(),
                ngettext_lazy(
                    "%(count)s published practice stays.", "%(count)s published practices stay.", "count"
                ),
            ),
        ]
        return [
            _("Name, address and everything else that is not public is deleted. This cannot be undone."),
            *(text % {"count": count} for count, text in counted if count),
            _("Check first that it is the owner of the address who asks."),
        ]

    def _look_up_page(self, request, form, **context):
        context |= {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Look up an e‑mail address"),
            "form": form,
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/practices/subscriber/look_up.html", context, status=status)
