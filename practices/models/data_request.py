"""Requests for the link to one's personal data."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from practices import clock
from practices.models.addresses import AddressField
from practices.models.fields import RuntimeCharField, RuntimeDateTimeField
from practices.models.submission import new_token


class DataRequest(models.Model):
    """A request for the link that opens all that is held on an address. The mailed link signs the key."""

    key = RuntimeCharField(_("key"), max_length=40, unique=True, default=new_token, editable=False)
    address = AddressField(_("e-mail address"), db_index=True)
    requested_at = RuntimeDateTimeField(_("requested"), default=clock.now, db_index=True)

    class Meta:
        verbose_name = _("request for personal data")
        verbose_name_plural = _("requests for personal data")

    def __str__(self):
        return f"#{self.pk}"
