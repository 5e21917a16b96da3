"""Submissions in the admin: the list, and the page to review one."""

from django.contrib import admin
from django.db.models import Exists, OuterRef

from practices.admin.readonly import ReadOnlyAdmin
from practices.admin.search import TextSearch
from practices.admin.submission.queue import QueueAdmin
from practices.admin.submission.review import ReviewAdmin
from practices.admin.submission.undo import UndoingAdmin
from practices.choices import State
from practices.models import Submission, Submitter


@admin.register(Submission)
class SubmissionAdmin(TextSearch, QueueAdmin, ReviewAdmin, UndoingAdmin):
    """Submissions are only read and moved along by the workflow; none is added, edited directly or deleted."""

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Submitter)
class SubmitterAdmin(TextSearch, ReadOnlyAdmin):
    """Contacts of those who sent something. Whoever has only drafts is nobody's business yet."""

    list_display = ["name", "organisation", "email", "verified_at"]
    search_fields = ["name", "organisation", "email"]
    change_list_template = "admin/practices/submitter/change_list.html"

    def changelist_view(self, request, extra_context=None):
        may_look_up = request.user.has_perm("practices.view_subscriber")
        return super().changelist_view(request, {"may_look_up": may_look_up, **(extra_context or {})})

    def get_queryset(self, request):
        sent = Submission.objects.exclude(state=State.DRAFT).filter(submitter=OuterRef("pk"))
        return super().get_queryset(request).filter(Exists(sent))
