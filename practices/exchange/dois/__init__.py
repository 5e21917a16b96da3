"""DOIs of practices, registered with DataCite where the operator has an account there."""

from practices.exchange.dois.registrations import deliver_due, notice_changes

__all__ = ["deliver_due", "notice_changes"]
