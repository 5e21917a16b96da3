"""Submissions: the queue, and the page where one is read and decided on."""

from django.contrib import admin

from practices.admin.readonly import ReadOnlyAdmin
from practices.admin.submission.queue import QueueAdmin
from practices.admin.submission.review import ReviewAdmin
from practices.models import Submission, Submitter


@admin.register(Submission)
class SubmissionAdmin(QueueAdmin, ReviewAdmin):
    """Submissions come by the form and go by the workflow: here none is added, edited past it, or deleted."""

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Submitter)
class SubmitterAdmin(ReadOnlyAdmin):
    list_display = ["name", "organisation", "email", "verified_at"]
    search_fields = ["name", "organisation", "email"]
