"""Accounts, profiles and preferences of members of staff."""

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _

from practices import workflow
from practices.admin.lookups import DeclaredLookups
from practices.admin.plain_texts import PlainTexts
from practices.admin.seen_rows import SeenRows
from practices.models import StaffProfile

admin.site.unregister([User, Group])


@admin.register(User)
class AccountAdmin(PlainTexts, DeclaredLookups, SeenRows, UserAdmin):
    pass


@admin.register(Group)
class AccountGroupAdmin(PlainTexts, DeclaredLookups, SeenRows, GroupAdmin):
    pass


class PreferencesForm(forms.ModelForm):
    class Meta:
        model = StaffProfile
        fields = ["nightly_summary", "answers"]


@admin.register(StaffProfile)
class StaffProfileAdmin(PlainTexts, DeclaredLookups, SeenRows):
    """Administrators set where people work, which the approval rule needs; people choose their own e-mails."""

    list_display = ["user", "organisation", "nightly_summary", "answers"]
    list_select_related = ["user"]

    def get_readonly_fields(self, request, obj=None):
        return ["user"] if obj else []

    def get_urls(self):
        mine = self.admin_site.admin_view(self.mine_view)
        return [path("mine/", mine, name="practices_staffprofile_mine"), *super().get_urls()]

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
