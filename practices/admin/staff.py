"""What the catalogue knows of members of staff beside their accounts."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _

from practices.models import StaffProfile


class PreferencesForm(forms.ModelForm):
    class Meta:
        model = StaffProfile
        fields = ["nightly_summary", "answers"]


@admin.register(StaffProfile)
class StaffProfileAdmin(admin.ModelAdmin):
    """Administrators say where people work: the rule of two persons rests on it. Each chooses one's own e-mails."""

    list_display = ["user", "organisation", "nightly_summary", "answers"]
    list_select_related = ["user"]

    def get_readonly_fields(self, request, obj=None):
        return ["user"] if obj else []

    def get_urls(self):
        mine = self.admin_site.admin_view(self.mine_view)
        return [path("mine/", mine, name="practices_staffprofile_mine"), *super().get_urls()]

    def mine_view(self, request):
        """One's own preferences. The profile is made when they are first kept."""
        if not request.user.has_perm("practices.change_submission"):
            raise PermissionDenied
        profile = StaffProfile.objects.filter(user=request.user).first() or StaffProfile(user=request.user)
        form = PreferencesForm(request.POST if request.method == "POST" else None, instance=profile)
        if request.method == "POST" and form.is_valid():
            StaffProfile.objects.update_or_create(user=request.user, defaults=form.cleaned_data)
            self.message_user(request, _("Your preferences are kept."), messages.SUCCESS)
            return HttpResponseRedirect(request.path)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Your preferences"),
            "form": form,
            "profile": profile,
        }
        return TemplateResponse(request, "admin/practices/staffprofile/mine.html", context)
