"""Accounts, profiles and preferences of members of staff."""

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from practices import workflow
from practices.admin import acts
from practices.admin.lookups import DeclaredLookups
from practices.admin.plain_texts import PlainTexts
from practices.admin.seen_rows import SeenRows
from practices.choices import AuditAct
from practices.core import audit
from practices.core.addresses import AddressField
from practices.models import StaffProfile

admin.site.unregister([User, Group])


@admin.register(User)
class AccountAdmin(PlainTexts, DeclaredLookups, SeenRows, UserAdmin):
    """Accounts, which people get by invitation: they choose their own passwords."""

    change_list_template = "admin/auth/user/change_list.html"

    def add_view(self, request, form_url="", extra_context=None):
        """Redirect to the invitation."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return redirect("admin:practices_staffprofile_invite")


@admin.register(Group)
class AccountGroupAdmin(PlainTexts, DeclaredLookups, SeenRows, GroupAdmin):
    pass


class InvitationForm(forms.Form):
    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        validators=[UnicodeUsernameValidator()],
        help_text=_("The moderator signs in with it."),
        widget=forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off"}),
    )
    address = AddressField(
        label=_("E‑mail address"),
        help_text=_("Check its spelling: whoever reads e-mail there becomes a moderator."),
        widget=forms.EmailInput(attrs={"class": "vTextField", "autocomplete": "off"}),
    )


class PreferencesForm(forms.ModelForm):
    class Meta:
        model = StaffProfile
        fields = ["nightly_summary", "answers", "language"]
        widgets = {"language": forms.Select}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["language"].widget.choices = [("", _("Language of the site")), *settings.LANGUAGES]
        self.fields["language"].help_text = ""  # the first choice says it

    def clean_language(self):
        language = self.cleaned_data["language"]
        if language and language not in dict(settings.LANGUAGES):
            raise forms.ValidationError(_("Choose a language from the list."))
        return language


@admin.register(StaffProfile)
class StaffProfileAdmin(PlainTexts, DeclaredLookups, SeenRows):
    """Administrators set where people work, which the approval rule needs; people choose their own e-mails."""

    list_display = ["user", "organisation", "nightly_summary", "answers"]
    list_select_related = ["user"]
    change_list_template = "admin/practices/staffprofile/change_list.html"

    def get_readonly_fields(self, request, obj=None):
        return ["user"] if obj else []

    def get_urls(self):
        mine = self.admin_site.admin_view(self.mine_view)
        invite = self.admin_site.admin_view(self.invite_view)
        return [
            path("mine/", mine, name="practices_staffprofile_mine"),
            path("invite/", invite, name="practices_staffprofile_invite"),
            *super().get_urls(),
        ]

    def invite_view(self, request):
        """Ask for the address of a new moderator; POST creates the account and e-mails the link to its password."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = InvitationForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid() and self._invite(request, form):
            return HttpResponseRedirect(reverse("admin:practices_staffprofile_changelist"))
        follows = [
            _("An account is created that may moderate: read, decide on and publish submissions."),
            ngettext(
                "A link is e-mailed to the address. Whoever opens it within %(days)s day chooses the password.",
                "A link is e-mailed to the address. Whoever opens it within %(days)s days chooses the password.",
                settings.INVITATION_DAYS,
            )
            % {"days": settings.INVITATION_DAYS},
            _(
                "If an invitation has expired or its address was wrong, send it again here, with the same user name."
            ),
        ]
        return acts.ask(
            self,
            request,
            form=form,
            title=_("Invite a moderator"),
            follows=follows,
            button=_("Send the invitation"),
            cancel=reverse("admin:practices_staffprofile_changelist"),
            status=422 if form.errors else 200,
        )

    def _invite(self, request, form):
        """Invite a moderator. Returns whether nothing speaks against it."""
        username, address = form.cleaned_data["username"], form.cleaned_data["address"]
        try:
            with transaction.atomic():
                user = workflow.invite_moderator(username, address, by=request.user)
                audit.record(
                    AuditAct.MODERATOR_INVITED,
                    by=request.user.get_username(),
                    address=address,
                    what=f"auth.user {user.pk}",
                )
        except workflow.AccountExists as refused:
            form.add_error(
                refused.field,
                _("Another account has this address.")
                if refused.field == "address"
                else _("Another account has this user name. Choose another one."),
            )
            return False
        text = _("Invited: %(username)s. The e-mail is on its way.") % {"username": username}
        self.message_user(request, text, messages.SUCCESS)
        return True

    def mine_view(self, request):
        """Show and save one's own preferences. The profile is created when they are first saved."""
        if not request.user.has_perm(workflow.MODERATE):
            raise PermissionDenied
        profile = StaffProfile.objects.filter(user=request.user).first() or StaffProfile(user=request.user)
        form = PreferencesForm(request.POST if request.method == "POST" else None, instance=profile)
        if request.method == "POST" and form.is_valid():
            StaffProfile.objects.update_or_create(user=request.user, defaults=form.cleaned_data)
            self.message_user(request, _("Preferences saved."), messages.SUCCESS)
            return HttpResponseRedirect(request.path)
        context = {
            **self.admin_site.each_context(request),
            "title": _("E-mail preferences"),
            "form": form,
            "profile": profile,
        }
        return TemplateResponse(request, "admin/practices/staffprofile/mine.html", context)
