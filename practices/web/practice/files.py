"""Files of a published practice."""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from practices.core.http.caching import public
from practices.core.http.files import SANDBOX, file_response
from practices.models import Attachment, RevisionFile
from practices.models.attachment import public_url


@public
@require_safe
@csp_override(SANDBOX)
def practice_file(request, pk, sha256, name):
    """Serve a file of any revision of a public practice."""
    return file_response(request, _public_file(pk, sha256=sha256, name=name))


def _public_file(pk, **which):
    """Return a file of a public practice, as any of its revisions has it. Raises Http404."""
    recorded = RevisionFile.objects.filter(
        revision__practice=pk, revision__practice__withdrawn_at=None, removed_at=None, **which
    )
    # A version before 0.3.0 that runs beside this one records no files.
    marked = Attachment.objects.filter(practice=pk, practice__withdrawn_at=None, **which)
    if found := recorded.first() or marked.first():
        return found
    raise Http404


@public
@require_safe
def attachment(request, pk, attachment, name):
    """Redirect from the address that a file had in versions before 0.3.0, which changed with every update."""
    sent = get_object_or_404(Attachment, pk=attachment, submission__practice=pk, name=name)
    found = _public_file(pk, sha256=sent.sha256, name=name)
    return redirect(public_url(pk, found), permanent=True)
