"""Personal data of submitters and subscribers: copy, erasure and retention.

None of this needs a member of staff, who may do the same for whoever asks by another way: a person's copy and erasure
open by a link mailed to their address for that purpose, and a submission's private link opens what came with it.
"""

from practices.personal_data.erasure import Erased, erase, remove_credit
from practices.personal_data.export import export
from practices.personal_data.held import Held
from practices.personal_data.links import LinkNotValid, read_token, request_link
from practices.personal_data.retention import apply_retention, delete_spam

__all__ = [
    "Erased",
    "Held",
    "LinkNotValid",
    "apply_retention",
    "delete_spam",
    "erase",
    "export",
    "read_token",
    "remove_credit",
    "request_link",
]
